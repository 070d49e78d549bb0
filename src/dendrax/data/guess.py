"""What a column of text is: the first kind, in this order, that every cell of the whole file has.

    whole    whole numbers            int64; float64 where cells are missing, or beyond int64
    number   numbers                  float64
    comma    with a decimal comma     float64; not where commas stand between cells
    truth    true, false              bool; text where cells are missing
    days     dates                    datetime64[D]
    moments  dates with times         datetime64[us]
    times    times of day             datetime64[us], on 1970-01-01
    else     text                     str

A column that would be one of numbers, were it not for groups of thousands (1,234) or for inf, is refused; were it not
for leading zeros (05) in fewer than half of its cells, it is text with a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dendrax.data.iso_dates import DAY, DAYS, MICROSECONDS, MOMENT, TIME, all_match, dates_of, matches
from dendrax.data.number_cells import floats_of, whole_of
from dendrax.data.numerals import (
    CODED,
    COMMA,
    DOTTED,
    FALSE,
    INFINITE,
    LEADING,
    MISSING,
    NUMBER,
    THOUSANDS,
    TRUE,
    WHOLE,
)

FEW = 8  # cells looked at one by one
WHOLE_DIGITS = 18  # so many surely fit into int64
PATTERNS = {
    "whole": WHOLE,
    "number": NUMBER,
    "comma": COMMA,
    "truth": "|".join(TRUE + FALSE),
    "thousands": THOUSANDS,
    "dotted": DOTTED,
    "infinite": INFINITE,
    "coded": CODED,
}
SHAPES = PATTERNS | {"days": DAY, "moments": MOMENT, "times": TIME}
WITHIN = {  # a cell of the first kind is of the others, too
    "whole": ("number", "comma", "thousands", "dotted", "infinite", "coded"),
    "number": ("thousands", "infinite", "coded"),
    "comma": ("dotted", "coded"),
    "days": ("moments",),
}
ORDER = ("whole", "number", "comma", "truth", "days", "moments", "times", "thousands", "dotted", "infinite", "coded")
COMMA_KINDS = ("comma", "dotted")


@dataclass
class Guess:
    """What a column may still be, block by block.

    Attributes
    ----------
    alive : list of str
        The kinds that every cell so far has, in the order of `ORDER`.
    trims : bool
        Whether blanks around cells do not count.
    padded : bool
        Whether there were such blanks, so far.
    holes, seen, huge : bool
        Whether a cell was missing, one was there, and one was a whole number beyond int64.
    present, codes : int
        Cells that were there; among numbers, those with leading zeros.
    code : str
        The first of these.
    """

    alive: list[str] = field(default_factory=lambda: list(ORDER))
    trims: bool = True
    padded: bool = False
    holes: bool = False
    seen: bool = False
    huge: bool = False
    present: int = 0
    codes: int = 0
    code: str = ""

    def look(self, cells: Any) -> None:
        """Narrow the guess by a block of cells, an Arrow array of text."""
        cells = cleaned(cells) if self.padded else cells
        alive = self._of(cells)
        if not alive and self.alive and self.trims and not self.padded:
            alive = self._of(cleaned(cells))
            if alive:
                self.padded, cells = True, cleaned(cells)
        self.holes |= cells.null_count > 0
        self.seen |= cells.null_count < len(cells)
        self.alive, self.present = alive, self.present + len(cells) - cells.null_count
        if alive == ["coded"]:
            codes = cells.filter(matches(cells, LEADING))
            self.code = self.code or (codes[0].as_py().strip(" \t") if len(codes) else "")
            self.codes += len(codes)
        if alive[:1] == ["whole"] and not self.huge:
            self.huge = longest(cells) > WHOLE_DIGITS and whole_of(cells) is None

    def _of(self, cells: Any) -> list[str]:
        """Pick the kinds of those alive that every cell has."""
        if cells.null_count == len(cells):
            return self.alive
        found, sample = dict[str, bool](), _first(cells)
        for kind in (kind for kind in self.alive if sample is None or re.fullmatch(SHAPES[kind], sample)):
            if kind not in found:
                found[kind] = _is_all(cells, kind)
                if found[kind]:
                    found |= dict.fromkeys(WITHIN.get(kind, ()), True)
            if found.get("whole"):
                break
        return [kind for kind in self.alive if found.get(kind)]

    @property
    def kind(self) -> str:
        """What the column is, as far as it was seen."""
        if not self.seen:
            return "number"
        kind = self.alive[0] if self.alive and self.alive != ["coded"] else "text"
        return "number" if kind == "whole" and (self.huge or self.holes) else kind

    def may_be_grouped(self, *, comma_is_decimal: bool, comma_is_usual: bool) -> bool:
        """Say whether marks may separate thousands: 1,234 unless commas are usual, 1.234 where they are decimal."""
        if self.kind == "comma":
            return "thousands" in self.alive and not comma_is_usual
        pointed = self.kind == "number" and self.alive[:1] == ["number"] and "dotted" in self.alive
        return self.kind in ("thousands", "dotted") or (pointed and comma_is_decimal)

    @property
    def is_rounded(self) -> bool:
        """Whether whole numbers are kept as float64, which may round them."""
        return self.alive[:1] == ["whole"] and self.kind == "number" and self.seen


def _first(cells: Any) -> str | None:
    """Pick one of the first cells, which rules out most kinds at once."""
    texts = (cells[i].as_py() for i in range(min(len(cells), FEW)))
    return next((text for text in texts if text is not None), None)


def _is_all(cells: Any, kind: str) -> bool:
    if kind in PATTERNS:
        return all_match(cells, PATTERNS[kind])
    if all_match(cells, TIME) != (kind == "times"):
        return False
    dates = dates_of(cells)
    return dates is not None and (kind != "days" or dates.dtype == DAYS)


def _call(name: str, *cells: Any, **options: Any) -> Any:
    from pyarrow import compute

    chosen = None if not options else compute.SetLookupOptions(**options)
    return compute.call_function(name, list(cells), chosen)


def longest(cells: Any) -> int:
    """Measure the longest cell, in bytes."""
    return _call("max", _call("binary_length", cells)).as_py() or 0


def cleaned(cells: Any) -> Any:
    """Strip spaces and tabs, and make null of what then says that a cell is missing."""
    import pyarrow as pa
    from pyarrow import compute

    bare = compute.call_function("ascii_trim", [cells], compute.TrimOptions(" \t"))
    missing = _call("is_in", bare, value_set=pa.array(MISSING))
    return _call("if_else", missing, pa.scalar(None, pa.string()), bare)


def as_numpy(cells: Any, guess: Guess, kind: str) -> np.ndarray:
    """Read cells of a kind.

    Parameters
    ----------
    cells : pyarrow array of str
        Cells; null is missing.
    guess : Guess
        What was seen of the whole column.
    kind : str
        Its kind, as `Guess.kind` says it.

    Returns
    -------
    ndarray, shape (rows,)
        int64, float64, bool, datetime64, or object of str and None.
    """
    cells = cleaned(cells) if guess.padded and kind != "text" else cells
    if kind == "whole":
        numbers = whole_of(cells)
        assert numbers is not None
        return numbers
    if kind in ("number", "comma"):
        return floats_of(cells, "," if kind == "comma" else ".")
    if kind in ("days", "moments", "times"):
        dates = dates_of(cells)
        assert dates is not None
        return dates.astype(DAYS if kind == "days" else MICROSECONDS)
    if kind == "truth":
        return _truth(cells, guess.holes)
    return np.asarray(cells.to_numpy(zero_copy_only=False), object)


def _truth(cells: Any, holes: bool) -> np.ndarray:
    import pyarrow as pa

    is_true = _call("is_in", cells, value_set=pa.array(TRUE)).to_numpy(zero_copy_only=False)
    if not holes:
        return np.asarray(is_true, bool)
    text = np.where(is_true, "True", "False").astype(object)
    text[cells.is_null().to_numpy(zero_copy_only=False)] = None
    return text

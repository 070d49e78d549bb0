"""How a CSV file is written: what stands between cells, what marks decimals, how text is coded, how rows end.

delimiter   the one of , ; tab | that cuts the header into two or more cells, and the most of the first rows into as
many; of several such, the one that makes more cells; of several still, the one other than a comma where every
            comma below the header is a decimal one; else the first, and it is said
trailing    whether a delimiter ends every row, so that the last cell of each is empty and has no name
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from dendrax.data.csv_lines import Content, Record, records
from dendrax.data.numerals import COMMA

DELIMITERS = (",", ";", "\t", "|")
FIRST_ROWS = 100
NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True)
class Dialect:
    """How a CSV file is written.

    Attributes
    ----------
    delimiter : str
        What stands between cells.
    decimal : str
        "." or ",".
    encoding : str
        The coding of its text.
    trailing : bool
        Whether a delimiter ends every row.
    is_tie : bool
        Whether another delimiter fits the first rows as well.
    """

    delimiter: str = ","
    decimal: str = "."
    encoding: str = "utf-8"
    trailing: bool = False
    is_tie: bool = False

    @property
    def words(self) -> str:
        """What is not plain about it, for a person; empty where all is.

        Examples
        --------
        >>> Dialect(";", ",").words
        'semicolons between cells, decimal commas'
        """
        said = [
            "" if self.delimiter == "," and not self.is_tie else f"{NAMES[self.delimiter]} between cells",
            "" if self.decimal == "." else "decimal commas",
            "" if self.encoding == "utf-8" else f"text in {self.encoding}",
            "a delimiter at the end of every row" if self.trailing else "",
            "though another delimiter fits as well" if self.is_tie else "",
        ]
        return ", ".join(filter(None, said))


def find_dialect(content: Content, delimiter: str | None = None, encoding: str = "utf-8") -> Dialect:
    r"""Find how a file is written.

    Parameters
    ----------
    content : bytes or mmap
        The file, in UTF-8.
    delimiter : str, optional
        What stands between cells, where it is known.
    encoding : str, default="utf-8"
        How the file was coded before.

    Returns
    -------
    Dialect
        Its decimal mark is still to be found.

    Examples
    --------
    >>> find_dialect(b"size;weight\n1,5;2\n").delimiter
    ';'
    """
    first = {d: list(islice(records(content, d), FIRST_ROWS)) for d in ([delimiter] if delimiter else DELIMITERS)}
    best = max(_fit(rows) for rows in first.values())
    fitting = [d for d in first if _fit(first[d]) == best] if best[0] else [next(iter(first))]
    found = next((d for d in fitting if d != "," and _has_decimal_commas(first[d])), fitting[0])
    return Dialect(found, encoding=encoding, trailing=_is_trailing(first[found]), is_tie=len(fitting) > 1)


def _has_decimal_commas(rows: list[Record]) -> bool:
    """Say whether a column below the header holds numbers with decimal commas, and no other cell a comma."""
    commas = [cell for row in rows[1:] for cell in row.cells if "," in cell]
    return len(commas) >= len(rows) - 1 > 0 and all(re.fullmatch(COMMA, cell) for cell in commas)


def _fit(rows: list[Record]) -> tuple[bool, float, int]:
    """Say how well rows fit their header: whether it has several cells, the share of such rows, the cells."""
    width = len(rows[0].cells) if rows else 0
    if width < 2:
        return False, 0.0, 0
    alike = sum(len(row.cells) == width or _is_longer(row, width) for row in rows[1:])
    return True, alike / max(len(rows) - 1, 1), width


def _is_longer(row: Record, width: int) -> bool:
    return len(row.cells) == width + 1 and row.cells[-1] == ""


def _is_trailing(rows: list[Record]) -> bool:
    if len(rows) < 2 or len(rows[1].cells) < 2:
        return False
    width = len(rows[0].cells)
    if rows[0].cells[-1] == "":
        return all(len(row.cells) == width and row.cells[-1] == "" for row in rows)
    return all(_is_longer(row, width) for row in rows[1:])

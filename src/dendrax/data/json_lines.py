"""JSON Lines: one object a line, its keys the columns; what is absent or null is missing.

    all numbers → numbers      all true or false → booleans      all text → dates where ISO 8601, else text
    of several kinds → text

Text that looks like a number stays text: JSON says what is a number. NaN, which Python writes, is missing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

from dendrax.data.guess import Guess, as_numpy
from dendrax.data.number_cells import loses_digits
from dendrax.data.plain_file import PlainFile
from dendrax.data.tables import DataError

ROWS = 2**14  # rows read at once
LONGEST_LINE = 2**26  # bytes
INT64 = range(-(2**63), 2**63)


class JsonLinesFile:
    """A file of JSON Lines whose columns are understood.

    Parameters
    ----------
    file : PlainFile
        The file, in UTF-8.
    text : collection of str
        Columns that are text, whatever they hold.

    Attributes
    ----------
    names : list of str
        The columns, in the order in which they come up.
    notes : list of str
        What a person should know of it.

    Raises
    ------
    DataError
        Naming the file and the line, and what must hold.
    """

    dialect = None

    def __init__(self, file: PlainFile, text: Collection[str] = ()) -> None:
        self.file, self.notes = file, list[str]()
        self._seen: dict[str, _Seen] = {}
        rows = 0
        for block in self._blocks():
            for name in dict.fromkeys(name for row in block for name in row):
                fresh = _Seen(is_text=name in text)
                fresh.guess.holes = rows > 0
                self._seen.setdefault(name, fresh)
            for name, seen in self._seen.items():
                seen.look([row.get(name) for row in block])
            rows += len(block)
        if not self._seen:
            raise DataError(f"{file.shown} must hold at least one object with a key; it holds none")

    @property
    def names(self) -> list[str]:
        """The columns."""
        return list(self._seen)

    def _blocks(self) -> Iterator[list[dict[str, Any]]]:
        rows: list[dict[str, Any]] = []
        for number, line in numbered(self.file):
            rows.append(self._row(number, line))
            if len(rows) == ROWS:
                yield rows
                rows = []
        if rows:
            yield rows

    def _row(self, number: int, line: bytes) -> dict[str, Any]:
        where = f"{self.file.shown}, line {number}"
        try:
            row = json.loads(line.decode(), object_pairs_hook=_once, parse_constant=_constant)
            _refuse_surrogates(row)
        except RecursionError:
            raise DataError(f"{where}: values must be numbers, booleans, text or null; got deep nesting") from None
        except UnicodeDecodeError as error:
            raise DataError(
                f"{where}: text must be UTF-8; byte {error.start + 1} of the line is not; name its encoding, such as "
                "latin-1, with --encoding (in Python encoding=)"
            ) from None
        except ValueError as error:
            raise DataError(f"{where}: every line must be one JSON object; {error}") from None
        if not isinstance(row, dict):
            raise DataError(f"{where}: every line must be one JSON object; got {line[:40].decode(errors='replace')}")
        for name, value in row.items():
            if isinstance(value, (list, dict)):
                raise DataError(
                    f"{where}, column {name!r}: values must be numbers, booleans, text or null; got a "
                    f"{type(value).__name__}"
                )
        return row

    def batches(self) -> Iterator[dict[str, np.ndarray]]:
        """Read the columns, some rows at a time."""
        for block in self._blocks():
            columns = {name: seen.read([row.get(name) for row in block]) for name, seen in self._seen.items()}
            for name, column in columns.items():
                note = f"column {name!r} holds whole numbers beyond 2^53, kept to 16 digits"
                if self._seen[name].is_whole and loses_digits(column) and note not in self.notes:
                    self.notes.append(note)
            yield columns

    def cells(self) -> Iterator[dict[str, np.ndarray]]:
        """Read the same rows at a time as JSON has them: numbers, booleans and text, None where there is nothing."""
        for block in self._blocks():
            yield {name: np.array([row.get(name) for row in block], object) for name in self._seen}


def numbered(file: PlainFile) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that are not blank, with their numbers."""
    with file.path.open("rb") as lines:
        number = 0
        while line := lines.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise DataError(f"{file.shown}, line {number}: a line must hold fewer than {LONGEST_LINE} bytes")
            bare = line.removeprefix(b"\xef\xbb\xbf").strip()
            if bare:
                yield number, bare


def _refuse_surrogates(row: Any) -> None:
    """Raise a `ValueError` for half a character, which no UTF-8 holds."""
    if isinstance(row, dict):
        "".join(text for pair in row.items() for text in pair if isinstance(text, str)).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"the key {next(n for n in names if names.count(n) > 1)!r} stands there more than once")
    return row


def _constant(word: str) -> float | None:
    if word == "NaN":
        return None
    raise ValueError(f"numbers must be finite; got {word}")


class _Seen:
    """What a column was seen to hold."""

    def __init__(self, *, is_text: bool) -> None:
        self.types: set[type] = {str} if is_text else set()
        self.is_text, self.is_huge = is_text, False
        self.guess = Guess([] if is_text else ["days", "moments", "times"], trims=False)

    def look(self, cells: list[Any]) -> None:
        present = [cell for cell in cells if cell is not None]
        self.types |= set(map(type, present))
        self.guess.holes |= len(present) < len(cells)
        self.is_huge |= int in self.types and not all(v in INT64 for v in present if type(v) is int)
        if self.types == {str} and self.guess.alive:
            self.guess.look(_text(cells))

    @property
    def is_whole(self) -> bool:
        return self.types == {int}

    def read(self, cells: list[Any]) -> np.ndarray:
        holes = self.guess.holes
        if self.types == {int} and not holes and not self.is_huge:
            return np.array(cells, np.int64)
        if self.types <= {int, float}:
            return np.array([np.nan if cell is None else _float(cell) for cell in cells])
        if self.types == {bool} and not holes:
            return np.array(cells, bool)
        kind = self.guess.kind if self.types == {str} and self.guess.alive else "text"
        return as_numpy(_text(cells), self.guess, kind)


def _float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return np.inf


def _text(cells: list[Any]) -> Any:
    import pyarrow as pa

    return pa.array([cell if cell is None or isinstance(cell, str) else _spelled(cell) for cell in cells], pa.string())


def _spelled(cell: bool | int | float) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else str(cell)

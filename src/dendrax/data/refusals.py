"""Cells that stand in the way of reading a column as numbers, named by line and column."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import NoReturn

from dendrax.data import csv_lines
from dendrax.data.dialect import Dialect
from dendrax.data.numerals import GROUPED, INFINITE, NUMBER
from dendrax.data.plain_file import PlainFile
from dendrax.data.tables import DataError


def first_cell(path: Path, delimiter: str, place: int, wanted: Callable[[str], bool]) -> csv_lines.Record | None:
    """Find the first record below the header whose cell at a place is one that is wanted."""
    with csv_lines.mapped(path) as content:
        rows = islice(csv_lines.records(content, delimiter), 1, None)
        return next((row for row in rows if len(row.cells) > place and wanted(row.cells[place])), None)


def refuse_groups(file: PlainFile, dialect: Dialect, place: int, name: str) -> NoReturn:
    """Raise a `DataError` for a number with groups of thousands, or one that may be such."""
    raise _refusal(
        file,
        (dialect.delimiter, place, name),
        lambda cell: re.fullmatch(GROUPED, cell) is not None,
        "numbers must not hold separators of thousands",
        "; write 1234.5, or with a decimal comma 1234,5, and semicolons between cells",
    )


def refuse_infinite_word(file: PlainFile, dialect: Dialect, place: int, name: str) -> NoReturn:
    """Raise a `DataError` for inf among numbers."""
    raise _refusal(
        file,
        (dialect.delimiter, place, name),
        lambda cell: re.fullmatch(INFINITE, cell) is not None and re.fullmatch(NUMBER, cell) is None,
        "numbers must be finite",
        "",
    )


def _refusal(
    file: PlainFile, where: tuple[str, int, str], wanted: Callable[[str], bool], rule: str, hint: str
) -> DataError:
    delimiter, place, name = where
    record = first_cell(file.path, delimiter, place, wanted)
    line, cell = ("", "one") if record is None else (f", line {record.line}", record.cells[place])
    return DataError(f"{file.shown}{line}, column {name!r}: {rule}; got {cell.strip()}{hint}")

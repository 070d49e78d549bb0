"""Which physical line of a CSV file is at fault, or holds a given row; read only once something went wrong.

A quoted cell may hold line breaks, so the number of a row and the number of its line drift apart: the record that
starts at line l and spans k lines is followed by one that starts at line l + k.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

LONGEST = 2**31 - 1


def _records(path: Path, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the first line and the cells of every record that is not blank."""
    before = csv.field_size_limit(LONGEST)
    try:
        with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            reader = csv.reader(file, delimiter=delimiter, strict=True)
            start = 1
            for cells in reader:
                if cells:
                    yield start, cells
                start = reader.line_num + 1
    finally:
        csv.field_size_limit(before)


def fault(path: Path, delimiter: str) -> str | None:
    """Say what is wrong with a CSV file, and where.

    Parameters
    ----------
    path : Path
        The file.
    delimiter : str
        What stands between cells.

    Returns
    -------
    str or None
        One line for a person, or None where nothing wrong is found.
    """
    return _fault_of_encoding(path) or _fault_of_records(path, delimiter)


def _fault_of_encoding(path: Path) -> str | None:
    offset, line = 0, 1
    with path.open("rb") as file:
        for raw in file:
            try:
                raw.decode("utf-8")
            except UnicodeDecodeError as error:
                return (
                    f"{path}, line {line}: text must be UTF-8; byte {offset + error.start + 1} of the file, "
                    f"0x{raw[error.start]:02x}, is not; save the file as UTF-8"
                )
            if b"\0" in raw:
                return f"{path}, line {line}: text must not hold NUL bytes; save the file as UTF-8 text"
            offset, line = offset + len(raw), line + 1
    return None


def _fault_of_records(path: Path, delimiter: str) -> str | None:
    width, line, rows = 0, 1, -1
    try:
        for line, cells in _records(path, delimiter):
            rows += 1
            width = width or len(cells)
            if len(cells) != width:
                return (
                    f"{path}, line {line}: every row must have as many cells as the header, {width}; "
                    f"this one has {len(cells)}; check for a missing or unquoted {delimiter!r}"
                )
    except csv.Error as error:
        return f"{path}, after line {line}: {error}; check for a quote that is never closed"
    return None if rows > 0 else f"{path} must hold at least one row below its header; it holds none"


def line_of(path: Path, delimiter: str, row: int) -> int | None:
    """Find the line on which a row starts.

    Parameters
    ----------
    path : Path
        The file.
    delimiter : str
        What stands between cells.
    row : int
        The row, counted from 0 below the header.

    Returns
    -------
    int or None
        Its first physical line, counted from 1; None if there is no such row.
    """
    try:
        for number, (line, _) in enumerate(_records(path, delimiter), start=-1):
            if number == row:
                return line
    except (csv.Error, OSError):
        pass
    return None


def write_row(file: TextIO, cells: list[str], delimiter: str) -> None:
    """Write one record, quoted where it must be."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerow(cells)
    file.write(text.getvalue())

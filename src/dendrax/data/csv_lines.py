"""Which physical line of a CSV file is at fault, or holds a given row; read only once something went wrong.

A quoted cell may hold line breaks, so the number of a row and the number of its line drift apart: the record that
starts at line l and spans k lines is followed by one that starts at line l + k.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

LONGEST = 2**24  # bytes; a longer cell is a quote gone astray
BREAK = re.compile(rb"\r\n|\r|\n")
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Record:
    """One record: its first physical line, counted from 1, its cells as they stand, and whether a quote is open."""

    line: int
    cells: list[str]
    open_at: int | None = None


def _cell(delimiter: str) -> re.Pattern[bytes]:
    """Match one cell: a quote opens only at its start; after the closing one the rest is plain text."""
    plain = rb"[^%s\r\n]*+" % re.escape(delimiter.encode())
    return re.compile(rb'"((?:[^"]++|"")*+)(")?(%s)|(%s)' % (plain, plain))


def records(content: bytes, delimiter: str) -> Iterator[Record]:
    r"""Yield every record that is not blank.

    Examples
    --------
    >>> [record.line for record in records(b'a,b\n"x\ny",1\nz,2\n', ",")]
    [1, 2, 4]
    """
    pattern, mark = _cell(delimiter), delimiter.encode()
    place, line = len(BOM) if content.startswith(BOM) else 0, 1
    while place < len(content):
        start, first, cells, open_at = place, line, [], None
        while True:
            cell = pattern.match(content, place)
            assert cell is not None  # the pattern matches nothing, too
            quoted, closed, rest, plain = cell.groups()
            text = plain if quoted is None else quoted.replace(b'""', b'"') + rest
            cells.append(text.decode(errors="replace"))
            open_at = line if quoted is not None and closed is None else open_at
            line, place = line + len(BREAK.findall(quoted or b"")), cell.end()
            if content[place : place + 1] != mark:
                break
            place += 1
        if place > start:
            yield Record(first, cells, open_at)
        end = BREAK.match(content, place)
        line, place = line + 1, len(content) if end is None else end.end()


def is_suspect(path: Path) -> bool:
    """Say at a glance whether a file deserves a closer look: NUL bytes, or an odd number of quotes."""
    quotes = 0
    with path.open("rb") as file:
        while chunk := file.read(2**22):
            if b"\0" in chunk:
                return True
            quotes += chunk.count(b'"')
    return quotes % 2 == 1


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
    content = path.read_bytes()
    return _fault_of_encoding(path, content) or _fault_of_records(path, content, delimiter)


def _fault_of_encoding(path: Path, content: bytes) -> str | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = 1 + len(BREAK.findall(content, 0, error.start))
        return (
            f"{path}, line {line}: text must be UTF-8; byte {error.start + 1} of the file, "
            f"0x{content[error.start]:02x}, is not; save the file as UTF-8"
        )
    nul = content.find(b"\0")
    if nul < 0:
        return None
    line = 1 + len(BREAK.findall(content, 0, nul))
    return f"{path}, line {line}: text must not hold NUL bytes; byte {nul + 1} is one; save the file as UTF-8 text"


def _fault_of_records(path: Path, content: bytes, delimiter: str) -> str | None:
    width, n_records = 0, 0
    for record in records(content, delimiter):
        n_records += 1
        width = width or len(record.cells)
        if record.open_at is not None:
            return f'{path}, line {record.open_at}: every quote must be closed; one opened here is not; look for a "'
        if len(record.cells) != width:
            return (
                f"{path}, line {record.line}: every row must have as many cells as the header, {width}; "
                f"this one has {len(record.cells)}; check for a missing or unquoted {delimiter!r}"
            )
        longest = max(len(cell) for cell in record.cells)
        if longest > LONGEST:
            return (
                f"{path}, line {record.line}: a cell must hold at most {LONGEST} characters; one holds {longest}; "
                "check for a quote that is closed too late"
            )
    return None if n_records != 1 else f"{path} must hold at least one row below its header; it holds none"


def find(path: Path, delimiter: str, row: int) -> Record | None:
    """Find a row of a file.

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
    Record or None
        Where it starts and what it holds; None if there is no such row or no such file any more.
    """
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return next((r for number, r in enumerate(records(content, delimiter), start=-1) if number == row), None)


def write_row(file: TextIO, cells: list[str], delimiter: str) -> None:
    """Write one record, quoted where it must be."""
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if any("\r" in cell for cell in cells) else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerow(cells)
    file.write(text.getvalue())

"""Which physical line of a CSV file is at fault, or holds a given row; read only once something went wrong.

A quoted cell may hold line breaks, so the number of a row and the number of its line drift apart: the record that
starts at line l and spans k lines is followed by one that starts at line l + k.
"""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

PIECE = 2**22  # bytes looked at together
SMALL = 2**22  # bytes of a file that is read whole instead
LONGEST = 2**24  # bytes; a longer cell is a quote gone astray
BREAK = re.compile(rb"\r\n|\r|\n")
BOM = b"\xef\xbb\xbf"
Content = bytes | mmap.mmap


@dataclass(frozen=True)
class Record:
    """One record: its first line, counted from 1, its cells as they stand, the line of an open quote, its end."""

    line: int
    cells: list[str]
    open_at: int | None = None
    end: int = 0


def _cell(delimiter: str) -> re.Pattern[bytes]:
    """Match one cell: a quote opens only at its start; after the closing one the rest is plain text."""
    plain = rb"[^%s\r\n]*+" % re.escape(delimiter.encode())
    return re.compile(rb'"((?:[^"]++|"")*+)(")?(%s)|(%s)' % (plain, plain))


def records(content: Content, delimiter: str) -> Iterator[Record]:
    r"""Yield every record that is not blank, of bytes or of a mapped file.

    Examples
    --------
    >>> [record.line for record in records(b'a,b\n"x\ny",1\nz,2\n', ",")]
    [1, 2, 4]
    """
    pattern, mark = _cell(delimiter), delimiter.encode()
    place, line = len(BOM) if content[: len(BOM)] == BOM else 0, 1
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
        end = BREAK.match(content, place)
        after = len(content) if end is None else end.end()
        if place > start:
            yield Record(first, cells, open_at, after)
        line, place = line + 1, after


def is_suspect(path: Path) -> bool:
    """Say at a glance whether a file deserves a closer look: NUL bytes, or an odd number of quotes."""
    quotes = 0
    with path.open("rb") as file:
        while chunk := file.read(2**22):
            if b"\0" in chunk:
                return True
            quotes += chunk.count(b'"')
    return quotes % 2 == 1


@contextmanager
def mapped(path: Path) -> Iterator[Content]:
    """Look at a file as bytes without taking memory for all of it."""
    with path.open("rb") as file:
        if path.stat().st_size <= SMALL:
            yield file.read()
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content


def fault(path: Path, delimiter: str, width: int = 0, shown: str | None = None) -> str | None:
    """Say what is wrong with a CSV file, and where.

    Parameters
    ----------
    path : Path
        The file.
    delimiter : str
        What stands between cells.
    width : int, default=0
        How many cells a row has; 0 is as many as the first one.
    shown : str, optional
        What a person calls the file.

    Returns
    -------
    str or None
        One line for a person, or None where nothing wrong is found.
    """
    named = str(path) if shown is None else shown
    with mapped(path) as content:
        return _fault_of_encoding(named, content) or _fault_of_records(named, content, delimiter, width)


def _fault_of_encoding(path: str, content: Content) -> str | None:
    wrong = first_not_utf8(content)
    if wrong is not None:
        line = 1 + sum(1 for _ in BREAK.finditer(content, 0, wrong))
        return (
            f"{path}, line {line}: text must be UTF-8; byte {wrong + 1} of the file, 0x{content[wrong]:02x}, is not; "
            "save it as UTF-8, or name its encoding, such as latin-1, with --encoding (in Python encoding=)"
        )
    nul = content.find(b"\0")
    if nul < 0:
        return None
    line = 1 + sum(1 for _ in BREAK.finditer(content, 0, nul))
    return f"{path}, line {line}: text must not hold NUL bytes; byte {nul + 1} is one; save the file as UTF-8 text"


def first_not_utf8(content: Content) -> int | None:
    """Find the first byte that is not part of UTF-8."""
    decoder, place = codecs.getincrementaldecoder("utf-8")(), 0
    while place < len(content):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(content[place : place + PIECE], final=place + PIECE >= len(content))
        except UnicodeDecodeError as error:
            return place - pending + error.start
        place += PIECE
    return None


def _fault_of_records(path: str, content: Content, delimiter: str, width: int) -> str | None:
    n_records = 0
    for record in records(content, delimiter):
        n_records += 1
        width = width or len(record.cells)
        if record.open_at is not None:
            return f'{path}, line {record.open_at}: every quote must be closed; one opened here is not; look for a "'
        if len(record.cells) != width and n_records > 1:
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
        with mapped(path) as content:
            return next(islice(records(content, delimiter), row + 1, None), None)
    except OSError:
        return None

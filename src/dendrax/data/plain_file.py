"""From what a user names to a plain file that can be read twice: standard input, packed files and other encodings.

    "-"                  standard input, copied to a temporary file; JSON Lines where it starts with "{", else CSV
    .gz                  unpacked to a temporary file, up to `MOST` times its size
    UTF-16, encoding=    written as UTF-8 to a temporary file; UTF-16 is known by its byte order mark

Only regular files are opened, so that no read waits for ever or never ends.
"""

from __future__ import annotations

import codecs
import gzip
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from dendrax.core.unfinished import temporary_file
from dendrax.data.tables import DataError

CSV, TSV, PARQUET, NPZ = ".csv", ".tsv", ".parquet", ".npz"
JSON_LINES = (".jsonl", ".ndjson")
ARROW = (".arrow", ".feather")
TEXTS = (CSV, TSV, *JSON_LINES)
SUFFIXES = (CSV, TSV, PARQUET, *JSON_LINES, *ARROW)
READABLE = (*SUFFIXES, NPZ, *(f"{suffix}.gz" for suffix in TEXTS))
STANDARD_INPUT = "-"
PIECE = 2**20  # bytes read at once
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
MOST = 200  # a packed file may unpack to this many times its size
ALWAYS = 2**26  # bytes that any packed file may unpack to


@dataclass(frozen=True)
class PlainFile:
    """A file in UTF-8 (or of bytes) that can be read from its start as often as needed.

    Attributes
    ----------
    path : Path
        Where it lies; a temporary file goes at the end of the `with`.
    shown : str
        What a person calls it.
    suffix : str
        Its kind, one of `SUFFIXES`, or `NPZ`.
    encoding : str
        How it was coded.
    """

    path: Path
    shown: str
    suffix: str
    encoding: str = "utf-8"


@contextmanager
def plain_file(source: str | Path, encoding: str | None = None) -> Iterator[PlainFile]:
    """Open what a user names.

    Parameters
    ----------
    source : path
        A file, or "-" for standard input.
    encoding : str, optional
        The coding of its text, such as "latin-1"; absent, UTF-8, or UTF-16 with a byte order mark.

    Yields
    ------
    PlainFile
        A file to read.

    Raises
    ------
    DataError
        If there is no such file, it is no regular one, its kind or encoding is not known, or it is damaged.
    """
    check_encoding(encoding)
    if str(source) == STANDARD_INPUT:
        with (
            _standard_input(encoding) as path,
            _decoded(path, "standard input", _kind_of_content(path), encoding) as plain,
        ):
            yield plain
        return
    path = Path(source)
    suffix, packed = checked(path)
    if not packed:
        with _decoded(path, str(path), suffix, encoding) as plain:
            yield plain
        return
    with _temporary(_unpacked(path)) as inner, _decoded(inner, str(path), suffix, encoding) as plain:
        yield plain


def check_encoding(encoding: str | None) -> None:
    """Raise a `DataError` unless an encoding of text is named."""
    try:
        if encoding is not None:
            "".encode(encoding)
    except (LookupError, ValueError):
        raise DataError(f"encoding must name one that Python knows, such as latin-1; got {encoding!r}") from None


def checked(path: Path) -> tuple[str, bool]:
    """Say of which kind a file is, and whether it is packed; a `DataError` where it cannot be read."""
    try:
        _check_regular(path)
        suffixes = [suffix.lower() for suffix in path.suffixes]
        packed = suffixes[-1:] == [".gz"]
        suffix = "".join(suffixes[-2:-1] if packed else suffixes[-1:])
        if suffix not in (TEXTS if packed else (*SUFFIXES, NPZ)):
            raise DataError(f"{path} must end in one of {', '.join(READABLE)}; got {path.suffix or 'no ending'!r}")
        with path.open("rb") as file:
            if not file.read(1):
                raise DataError(f"{path} is empty; a table has a line that names its columns, and rows below it")
    except PermissionError:
        raise DataError(f"{path} must be readable; this user may not read it") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}") from None
    return suffix, packed


def _check_regular(path: Path) -> None:
    if path.is_dir():
        raise DataError(f"{path} must be a file; it is a folder")
    if not path.exists():
        if path.is_symlink():
            raise DataError(f"{path} is a link that leads to no file; mend or name the file itself")
        raise DataError(f"there is no file {path}; check its name and the folder ({Path.cwd()})")
    if not path.is_file():
        raise DataError(f"{path} must be a regular file; a pipe can be read as standard input, with - for its name")


def fingerprint(path: Path) -> tuple[int, int]:
    """Tell a file from one that was changed: its size, and when it was written last."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@contextmanager
def _temporary(pieces: Iterator[bytes]) -> Iterator[Path]:
    """Write pieces to a file that goes at the end."""
    with temporary_file("dendrax.") as (file, path):
        for piece in pieces:
            file.write(piece)
        file.close()
        yield path


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _text_pieces(file: BinaryIO, encoding: str | None) -> Iterator[bytes]:
    """Read pieces of text; stop at bytes that are none, of which there may be no end."""
    marked = None
    for piece in _pieces(file):
        marked = piece[:2] in UTF_16 if marked is None else marked
        if b"\0" in piece and not marked and encoding is None:
            raise DataError("standard input must be text, as CSV or JSON Lines; it holds NUL bytes")
        yield piece


@contextmanager
def _standard_input(encoding: str | None) -> Iterator[Path]:
    if sys.stdin is None:
        raise DataError("standard input must be a table; it is closed: pipe a table in, or name a file")
    if sys.stdin.isatty():
        raise DataError("standard input must be a table; it is a terminal: pipe a table in, or name a file")
    with _temporary(_text_pieces(sys.stdin.buffer, encoding)) as path:
        if not path.stat().st_size:
            raise DataError("standard input is empty; a table has a line that names its columns, and rows below it")
        yield path


def _kind_of_content(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(PIECE)
    if start[:2] in UTF_16:
        start = start.decode("utf-16", errors="ignore").encode()
    start = start.removeprefix(codecs.BOM_UTF8).lstrip()
    return JSON_LINES[0] if start.startswith(b"{") else CSV


def _unpacked(path: Path) -> Iterator[bytes]:
    most = max(MOST * path.stat().st_size, ALWAYS)
    size = 0
    try:
        with gzip.open(path, "rb") as file:
            for piece in _pieces(file):  # type: ignore[arg-type]
                size += len(piece)
                if size > most:
                    raise DataError(
                        f"{path} must unpack to at most {most} bytes, {MOST} times its size; it holds more: "
                        "where that is right, unpack it first"
                    )
                yield piece
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} cannot be unpacked: {error}") from None


@contextmanager
def _decoded(path: Path, shown: str, suffix: str, encoding: str | None) -> Iterator[PlainFile]:
    """Give a file in UTF-8, or of bytes where it is none of text."""
    found = encoding or (_marked(path) if suffix in TEXTS else None)
    if suffix not in TEXTS or found is None or codecs.lookup(found).name in ("utf-8", "utf-8-sig"):
        yield PlainFile(path, shown, suffix)
        return
    with _temporary(_recoded(path, shown, found)) as recoded:
        yield PlainFile(recoded, shown, suffix, found)


def _marked(path: Path) -> str | None:
    with path.open("rb") as file:
        return "utf-16" if file.read(2) in UTF_16 else None


def _recoded(path: Path, shown: str, encoding: str) -> Iterator[bytes]:
    decode: Callable[..., str] = codecs.getincrementaldecoder(encoding)().decode
    place = 0
    with path.open("rb") as file:
        try:
            for piece in _pieces(file):
                yield decode(piece).encode()
                place += len(piece)
            yield decode(b"", final=True).encode()
        except UnicodeError as error:
            near = place + getattr(error, "start", 0) + 1
            raise DataError(
                f"{shown}: text must be {encoding}; near byte {near} it is not ({getattr(error, 'reason', error)})"
            ) from None

"""NumPy's .npz as a table: an array X of rows, one column a unit, and if it is there the array y, one column.

    X of shape (rows, units)                  columns 0, 1, 2, …
    X of shape (rows, height, width, …)       columns 0:0, 0:1, …: the place of each unit in its picture
    bytes of which one is above 1             uint8, grey values of 0 to 255; other whole numbers int64

A .npz is a zip file of .npy files, each a short header, then numbers. Objects would be a pickle and are never read.
What a header says is held against the bytes that are there before memory is taken.
"""

from __future__ import annotations

import ast
import math
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import IO, Any, BinaryIO

import numpy as np

from dendrax.core.atomic import replacing
from dendrax.data.faults import DataError, one_line
from dendrax.data.plain_file import ALWAYS, MOST, PlainFile, fingerprint
from dendrax.data.sequences import text_of, whole_numbers
from dendrax.data.tables import listed

ROWS, LABELS, ENDING = "X", "y", ".npy"
NUMBERS, TEXTS = "biuf", "U"  # kinds of NumPy's types
AT_ONCE = 2**22  # cells in a batch
START, WIDE = b"\x93NUMPY", ("f12", "f16")
VERSIONS: dict[tuple[int, ...], int] = {(1, 0): 2, (2, 0): 4}  # the bytes that say how long the header is
LONGEST, AXES = 10_000, 32
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, RuntimeError, OSError, MemoryError)


def places(shape: Sequence[int]) -> list[str]:
    """Name the units of a row by their places in its shape.

    Examples
    --------
    >>> places([3]), places([2, 2])
    (['0', '1', '2'], ['0:0', '0:1', '1:0', '1:1'])
    """
    return [":".join(map(str, place)) for place in np.ndindex(*shape)]


def shape_of(names: Sequence[str]) -> tuple[int, ...]:
    """Find the shape of rows whose units have these names; one axis where they are no places in a picture.

    Examples
    --------
    >>> shape_of(["0:0", "0:1", "1:0", "1:1"]), shape_of(["age", "weight"])
    ((2, 2), (2,))
    """
    flat, words = (len(names),), names[-1].split(":") if names else [""]
    if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in words):
        return flat
    shape = tuple(int(word) + 1 for word in words)
    return shape if math.prod(shape) == len(names) and list(names) == places(shape) else flat


class NpzFile:
    """A .npz file, in memory.

    Parameters
    ----------
    file : PlainFile
        The file.

    Attributes
    ----------
    X : ndarray, shape (rows, units)
        Its rows, as they are stored but flat.
    y : ndarray or None, shape (rows,)
        Its labels.
    shape : tuple of int
        The shape of a row.
    names : list of str
        The columns: the units, and y.
    notes : list of str
        What a person should know of it.

    Raises
    ------
    DataError
        If it is none, damaged, or holds no such arrays.
    """

    dialect = None

    def __init__(self, file: PlainFile) -> None:
        self.file = file
        found, others = _arrays(file)
        if ROWS not in found:
            raise DataError(f"{file.shown} must hold an array {ROWS!r}; it holds {listed(others) or 'none'}")
        rows, self.y = found[ROWS], found.get(LABELS)
        if rows.ndim < 2 or not rows.size:
            raise DataError(f"{file.shown}: X must have shape (rows, units) or more axes, none empty; got {rows.shape}")
        if self.y is not None and self.y.shape != rows.shape[:1]:
            raise DataError(f"{file.shown}: y must have shape ({len(rows)},), as X has rows; got {self.y.shape}")
        self.X, self.shape = rows.reshape(len(rows), -1), rows.shape[1:]
        self.units = places(self.shape)
        self.names = self.units + ([] if self.y is None else [LABELS])
        self.is_grey = rows.dtype == np.uint8 and bool(rows.max() > 1)
        self.notes = [f"its arrays {listed(others)} are not looked at"] if others else []

    def batches(self) -> Iterator[dict[str, np.ndarray]]:
        """Read the columns, some rows at a time."""
        size = max(AT_ONCE // self.X.shape[1], 1)
        for start in range(0, len(self.X), size):
            part = slice(start, start + size)
            columns = dict(zip(self.units, self._columns(self.X[part]).T, strict=True))
            yield columns if self.y is None else columns | {LABELS: self._columns(self.y[part])}

    def _columns(self, values: np.ndarray) -> np.ndarray:
        if values.dtype.kind == "U":
            return text_of(values)
        if values.dtype.kind == "f":
            return values.astype(np.float64)
        grey = self.is_grey and values.ndim == 2
        return values if grey or values.dtype.kind == "b" else whole_numbers(values)


def _arrays(file: PlainFile) -> tuple[dict[str, np.ndarray], list[str]]:
    """Read the arrays X and y, and name all others."""
    before = fingerprint(file.path)
    try:
        with zipfile.ZipFile(file.path) as packed:
            inside = {info.filename.removesuffix(ENDING): info for info in packed.infolist()}
            found = {name: _array(file, packed, inside[name], name) for name in (ROWS, LABELS) if name in inside}
    except DataError:
        raise
    except BROKEN as error:
        raise DataError(f"{file.shown} cannot be read as .npz: {one_line(str(error)) or 'it is damaged'}") from None
    if fingerprint(file.path) != before:
        raise DataError(f"{file.shown} must not change while it is read; it did: run this again")
    return found, sorted(set(inside) - {ROWS, LABELS})


def _array(file: PlainFile, packed: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> np.ndarray:
    _check_packing(file, info, name)
    with packed.open(info) as content:
        shape, by_columns, dtype = _header(file, content, name)
        wanted = math.prod(shape) * dtype.itemsize
        sound = 0 < dtype.itemsize <= wanted <= info.file_size
        values = content.read(wanted) if sound else b""
        if not values or len(values) != wanted or content.read(1):
            raise DataError(f"{file.shown}: array {name!r} must hold numbers as its header says; got {shape}, {dtype}")
    array = np.frombuffer(values, dtype).reshape(shape, order="F" if by_columns else "C")
    return np.ascontiguousarray(array, dtype.newbyteorder("="))


def _check_packing(file: PlainFile, info: zipfile.ZipInfo, name: str) -> None:
    """Refuse what is packed as NumPy does not, or would unpack to far more than there is."""
    most = max(MOST * file.path.stat().st_size, ALWAYS)
    if info.compress_type not in METHODS:
        raise DataError(f"{file.shown}: array {name!r} must be packed as NumPy does; it is packed in another way")
    if info.file_size > most:
        raise DataError(
            f"{file.shown}: array {name!r} must unpack to at most {most} bytes, {MOST} times the file; it says "
            f"{info.file_size}: where that is right, save it with numpy.savez, which does not pack"
        )


def _header(file: PlainFile, content: IO[bytes], name: str) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Read the shape of an array, whether it lies column by column, and its type, which is one of no objects."""
    if content.read(len(START)) != START:
        raise DataError(f"{file.shown}: array {name!r} must be an array of NumPy; it does not start as one")
    version = tuple(content.read(2))
    if version not in VERSIONS:
        raise DataError(f"{file.shown}: array {name!r} must be of .npy version 1 or 2; got {version}")
    length = int.from_bytes(content.read(VERSIONS[version]), "little")
    shape, by_columns, descr = _fields(content.read(length) if length <= LONGEST else b"")
    try:
        dtype = np.dtype(descr if isinstance(descr, str) else object)
    except (TypeError, ValueError, SyntaxError):
        dtype = np.dtype(object)
    kinds = {ROWS: NUMBERS}.get(name, NUMBERS + TEXTS)
    if dtype.kind not in kinds or dtype.str[1:] in WIDE:
        words = "numbers" if name == ROWS else "numbers or texts"
        raise DataError(f"{file.shown}: array {name!r} must hold {words}; got the type {one_line(str(descr))}")
    return shape, by_columns, dtype


def _fields(header: bytes) -> tuple[tuple[int, ...], bool, Any]:
    """Read the literals of a header; a `ValueError` where they are others."""
    try:
        fields = ast.literal_eval(header.decode("latin-1").strip())
        shape, by_columns, descr = fields["shape"], fields["fortran_order"], fields["descr"]
    except (ValueError, SyntaxError, TypeError, LookupError, RecursionError, MemoryError):
        raise ValueError("the header of an array is damaged") from None
    whole = isinstance(shape, tuple) and all(type(n) is int and 0 <= n < 2**48 for n in shape)
    if not whole or len(shape) > AXES or not isinstance(by_columns, bool):
        raise ValueError("the header of an array names no shape")
    return shape, by_columns, descr


def write_npz(path: str | os.PathLike[str], arrays: dict[str, np.ndarray]) -> None:
    """Write arrays of numbers or texts to a .npz file, whole or not at all.

    Parameters
    ----------
    path : path
        The file.
    arrays : dict of str to ndarray
        Their names and values; no objects.
    """
    with replacing(path) as file:
        _pack(file, arrays)


def _pack(file: BinaryIO, arrays: dict[str, np.ndarray]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, values in arrays.items():
            info = zipfile.ZipInfo(name + ENDING)  # without the time of day: the same arrays make the same file
            info.compress_type = zipfile.ZIP_DEFLATED
            with packed.open(info, "w", force_zip64=True) as inside:
                np.lib.format.write_array(inside, np.asanyarray(values), allow_pickle=False)

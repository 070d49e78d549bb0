"""Arrays in a NumPy file: `X`, rows of any shape, and perhaps `y`; read without ever running what is in it.

    name.npz   a zip file of name.npy, one an array       X (rows, …) → rows × units, and the shape of a row
    units      are named by their places: 0, 1, 2, … or 0:0, 0:1, 1:0, …, from which the shape is known again

Whole numbers from 0 to 255 in bytes are grey values: divided by 255 they are probabilities. Objects, which would be
unpickled, are refused; so are arrays that claim to be larger than the file can hold.
"""

from __future__ import annotations

import math
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy

from dendrax.core.atomic import replacing
from dendrax.data.faults import DataError, one_line

NPZ = ".npz"
MOST = 2**34  # bytes of an array
TIGHTEST = 1100  # bytes that one byte of a zip file can stand for
GREY = 255
DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, EOFError, OSError, RuntimeError, OverflowError)


@dataclass(frozen=True)
class NpzRows:
    """Rows of a NumPy file.

    Attributes
    ----------
    X : ndarray of float32 or float64, shape (rows, units)
        The rows, flat; NaN is a hole.
    shape : tuple of int
        The shape of one row.
    y : ndarray, shape (rows,), or None
        Labels.
    is_grey : bool
        Whether X held grey values, which are probabilities now.
    """

    X: np.ndarray
    shape: tuple[int, ...]
    y: np.ndarray | None
    is_grey: bool


def is_npz(path: Path) -> bool:
    """Say whether a file is named as NumPy's archives are."""
    return path.suffix.lower() == NPZ


def read_npz(path: Path) -> NpzRows:
    """Read rows.

    Parameters
    ----------
    path : Path
        A file that `numpy.savez` or `savez_compressed` wrote, with X and perhaps y.

    Returns
    -------
    NpzRows
        Its rows.

    Raises
    ------
    DataError
        If it is no such file, or holds what cannot be learned from.
    """
    with _opened(path) as archive:
        X = _array(archive, path, "X")
        y = _array(archive, path, "y") if "y.npy" in archive.namelist() else None
    if X.dtype.kind not in "biuf":
        raise DataError(f"{path}, array X must hold numbers; it is of type {X.dtype}")
    if X.ndim < 2 or 0 in X.shape:
        raise DataError(f"{path}, array X must be of shape (rows, units) or (rows, height, width); got {X.shape}")
    if X.dtype.kind == "f" and np.isinf(X).any():
        raise DataError(f"{path}, array X must hold finite numbers, or NaN for holes; it holds an infinite one")
    if y is not None and y.shape != X.shape[:1]:
        raise DataError(f"{path}, array y must hold a label for each of the {len(X)} rows of X; its shape is {y.shape}")
    grey = X.dtype == np.uint8 and bool((X > 1).any())
    flat = X.reshape(len(X), -1).astype(np.float64 if X.dtype.itemsize > 4 else np.float32)
    return NpzRows(flat / np.float32(GREY) if grey else flat, X.shape[1:], y, grey)


def places(shape: tuple[int, ...]) -> list[str]:
    """Name the units of a row by their places.

    Examples
    --------
    >>> places((2, 2))
    ['0:0', '0:1', '1:0', '1:1']
    """
    return [":".join(map(str, place)) for place in np.ndindex(shape)]


def shape_of(names: Sequence[str]) -> tuple[int, ...]:
    """Find the shape of rows whose units have these names: flat, unless they are places.

    Examples
    --------
    >>> shape_of(["0:0", "0:1", "1:0", "1:1"]), shape_of(["age", "weight"])
    ((2, 2), (2,))
    """
    last = names[-1].split(":")
    if not all(word.isascii() and word.isdigit() and len(word) < 10 for word in last):
        return (len(names),)
    shape = tuple(int(word) + 1 for word in last)
    same = math.prod(shape) == len(names) and places(shape) == list(names)
    return shape if same else (len(names),)


def write_npz(path: Path, **arrays: np.ndarray) -> None:
    """Write arrays, compressed, whole or not at all."""
    with replacing(path) as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)  # type: ignore[arg-type]


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    if not path.is_file():
        raise DataError(f"there is no file {path}; check its name and the folder")
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except DataError:
        raise
    except DAMAGE as fault:
        raise DataError(
            f"{path} must be a NumPy archive (.npz); it is none, or damaged: {one_line(str(fault))}"
        ) from None


def _array(archive: zipfile.ZipFile, path: Path, name: str) -> np.ndarray:
    """Read one array, after a look at what it claims to be."""
    if f"{name}.npy" not in archive.namelist():
        names = ", ".join(repr(n.removesuffix(".npy")) for n in archive.namelist()[:12])
        raise DataError(f"{path} must hold an array named {name!r}; it holds {names or 'none'}")
    with archive.open(f"{name}.npy") as file:
        shape, fortran, dtype = _header(file)
        if dtype.hasobject:
            raise DataError(f"{path}, array {name} must hold numbers or text; it holds Python objects")
        size = math.prod(shape) * dtype.itemsize
        if size > min(MOST, TIGHTEST * path.stat().st_size):
            raise DataError(f"{path}, array {name} claims {size:,} bytes, more than its file can hold")
        content = file.read(size + 1)
    if len(content) != size:
        raise DataError(f"{path}, array {name} must have {size:,} bytes, as it says; it has {len(content):,} or more")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")


def _header(file: Any) -> tuple[tuple[int, ...], bool, np.dtype]:
    version = npy.read_magic(file)
    read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
    shape, fortran, dtype = read(file)
    if any(not isinstance(n, int) or n < 0 for n in shape):
        raise ValueError(f"an array of shape {shape}")
    return shape, fortran, dtype

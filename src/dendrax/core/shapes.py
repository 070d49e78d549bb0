"""Buckets: sizes close to each other share one compiled program.

    bucket(n) = the smallest m·2^e ≥ n with m in 8 … 15,

so that a bucket is at most an eighth (12.5 %) above the number it holds; nothing is below 64.
"""

from __future__ import annotations

import math

import numpy as np

SMALLEST = 64
LINE = 64  # bytes: arrays that start at a multiple are taken over by the CPU device as they are, without a copy
COPIED = 2**14  # bytes: up to here a copy costs less than the care for where the array starts


def bucket(n: int, smallest: int = SMALLEST) -> int:
    """Round a number of rows up to its bucket.

    Parameters
    ----------
    n : int
        A number of rows, 0 or more.
    smallest : int, default=64
        The smallest bucket.

    Returns
    -------
    int
        The size that arrays of `n` rows are padded to.

    Examples
    --------
    >>> [bucket(n) for n in (1, 64, 65, 150, 1000)]
    [64, 64, 72, 160, 1024]
    """
    n = max(n, smallest)
    step = 1 << max(n.bit_length() - 4, 0)
    return -(-n // step) * step


def aligned_zeros(shape: tuple[int, ...], dtype: np.dtype | type) -> np.ndarray:
    """Make an array of zeros that the CPU device takes over without a copy, unless it is small.

    Parameters
    ----------
    shape : tuple of int
        Its shape.
    dtype : dtype
        Its type.

    Returns
    -------
    ndarray
        Zeros; above 16 KiB its memory starts at a multiple of 64 bytes.

    Examples
    --------
    >>> aligned_zeros((3000, 2), np.float32).ctypes.data % 64
    0
    """
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if size <= COPIED:
        return np.zeros(shape, dtype)
    raw = np.zeros(size + LINE, np.uint8)
    start = -raw.ctypes.data % LINE
    return raw[start : start + size].view(dtype).reshape(shape)


def padded(array: np.ndarray, rows: int) -> np.ndarray:
    """Add rows of zeros at the end, up to a number of rows; an array of that many is given back as it is."""
    if len(array) == rows:
        return array
    whole = aligned_zeros((rows, *array.shape[1:]), array.dtype)
    whole[: len(array)] = array
    return whole

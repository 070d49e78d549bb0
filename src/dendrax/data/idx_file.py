"""An IDX file: one array of bytes, as the MNIST digits are kept in.

    4 bytes      0, 0, the type (8: unsigned bytes), the number of axes
    4 bytes each the axes, big-endian
    the rest     the numbers

Plain or packed by gzip.
"""

from __future__ import annotations

import gzip
import math
import os
import zlib
from pathlib import Path

import numpy as np

from dendrax.data.tables import DataError

BYTES, MOST_AXES, MOST = 8, 4, 2**31


def read_idx(path: str | os.PathLike[str]) -> np.ndarray:
    """Read an IDX file of bytes.

    Parameters
    ----------
    path : path
        The file.

    Returns
    -------
    ndarray of uint8
        Its array.

    Raises
    ------
    DataError
        If it is none, or cut short.
    OSError
        If it cannot be opened.
    """
    path = Path(path)
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            start = file.read(4)
            if len(start) < 4 or start[:3] != bytes([0, 0, BYTES]) or not 1 <= start[3] <= MOST_AXES:
                raise DataError(f"{path} must be an IDX file of bytes; it does not start as one")
            sizes = file.read(4 * start[3])
            axes = [int.from_bytes(sizes[i : i + 4], "big") for i in range(0, len(sizes), 4)]
            count = math.prod(axes)
            if count > MOST:
                raise DataError(f"{path} must hold at most {MOST} bytes; its head says {count}")
            content = file.read(count + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DataError(f"{path} is damaged: {error}") from None
    if len(content) != count:
        raise DataError(f"{path} must hold {count} bytes after its head; it is cut short or longer")
    if len(sizes) != 4 * start[3]:
        raise DataError(f"{path} must say how long each axis is; it is cut short")
    return np.frombuffer(content, np.uint8).reshape(axes).copy()

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from dendrax.data.idx_file import read_idx
from dendrax.data.tables import DataError

NUMBERS = np.arange(24, dtype=np.uint8).reshape(2, 3, 4)


def idx(array: np.ndarray) -> bytes:
    axes = b"".join(n.to_bytes(4, "big") for n in array.shape)
    return bytes([0, 0, 8, array.ndim]) + axes + array.tobytes()


@pytest.mark.parametrize("packed", [False, True])
def test_an_array_is_read(packed: bool, tmp_path: Path) -> None:
    path = tmp_path / "numbers"
    path.write_bytes(gzip.compress(idx(NUMBERS), mtime=0) if packed else idx(NUMBERS))
    read = read_idx(path)
    np.testing.assert_array_equal(read, NUMBERS)
    assert read.flags.writeable


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\0\x08",
        b"\0\0\x0d\x01\0\0\0\x01\0\0\0\0",
        bytes([0, 0, 8, 9]) + idx(NUMBERS)[4:],
        idx(NUMBERS)[:-1],
        idx(NUMBERS) + b"1",
        idx(NUMBERS)[:10],
        gzip.compress(idx(NUMBERS), mtime=0)[:-9],
        b"\x1f\x8bno gzip",
        bytes([0, 0, 8, 3]) + b"\xff" * 12,
    ],
)
def test_what_is_none_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "it").write_bytes(content)
    with pytest.raises(DataError, match="it "):
        read_idx(tmp_path / "it")

import shutil
from collections import namedtuple

import numpy as np
import pytest

from dendrax.core.row_draws import PART, row_draws
from dendrax.data import row_parts as module
from dendrax.data.row_parts import RowParts, packed, unpacked
from dendrax.data.tables import DataError

N, K = 1000, 7


def records(places):
    x = np.stack([places, places**2], axis=1).astype(np.float32)
    return packed({"numbers": x, "missing": places[:, None] % 2 == 0, "y": places.astype(np.int32)})


def test_records_are_the_arrays_side_by_side():
    arrays = unpacked(records(np.arange(3)))
    assert arrays["numbers"].tolist() == [[0, 0], [1, 1], [2, 4]]
    assert arrays["missing"].tolist() == [[True], [False], [True]]
    assert (arrays["y"].tolist(), arrays["y"].dtype) == ([0, 1, 2], np.int32)


@pytest.mark.parametrize("block", [1, 2000, 2**23])
def test_every_row_lies_in_the_part_that_was_drawn_for_it(monkeypatch, block):
    monkeypatch.setattr(module, "BLOCK", block)
    places = np.arange(N)
    drawn = (row_draws(places, 5, PART) * K).astype(int)
    with RowParts(records(places).dtype, K, N, seed=5) as parts:
        for start in range(0, N, 90):
            parts.add(records(places[start : start + 90]), places[start : start + 90])
        parts.flush()
        np.testing.assert_array_equal(parts.sizes, np.bincount(drawn))
        for k in range(K):
            np.testing.assert_array_equal(parts.read(k), records(places[drawn == k]))


def test_nothing_is_left_on_disk(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    parts = RowParts(records(np.arange(N)).dtype, K, N, seed=0)
    parts.add(records(np.arange(N)), np.arange(N))
    parts.flush()
    assert list(tmp_path.iterdir()) == []  # not even while it is open, so a killed process leaves nothing
    with parts:
        pass
    with pytest.raises(ValueError, match="closed"):
        parts.read(0)


def test_the_room_is_looked_at_before_anything_is_written(monkeypatch):
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: usage(10**9))
    with pytest.raises(DataError, match=r"must have room for the prepared rows, 4.0 GB; 1.0 GB are free: set TMPDIR"):
        RowParts(np.dtype("f4"), K, 10**9, seed=0)

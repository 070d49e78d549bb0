import numpy as np
import pytest

from dendrax.data.extent import Extent


def extent(*batches):
    seen = Extent()
    for cells in batches:
        seen.look(cells)
    return seen


def text(*cells):
    return np.array(cells, object)


@pytest.mark.parametrize(
    ("batches", "varies"),
    [
        ([np.array([1.0, 1.0]), np.array([1.0])], False),
        ([np.array([1.0, 1.0]), np.array([2.0])], True),
        ([np.array([1.0, 1.0]), np.array([np.nan])], True),
        ([np.array([np.nan]), np.array([np.nan])], False),
        ([np.array([True]), np.array([True])], False),
        ([np.array([True]), np.array([False])], True),
        ([text("a"), text("a", "a")], False),
        ([text("a"), text("b"), text("a")], True),
        ([text("a", None)], True),
        ([text(None), text(None)], False),
        ([np.array(["2024-01-01", "NaT"], "M8[D]")], True),
        ([np.array(["2024-01-01"], "M8[D]"), np.array(["2024-01-01"], "M8[D]")], False),
    ],
)
def test_a_column_varies_where_cells_differ_or_some_are_missing(batches, varies):
    assert extent(*batches).varies is varies


def test_numbers_of_rows_are_known_by_their_reach():
    ids = np.random.default_rng(0).permutation(1000)
    seen = extent(ids[:300], ids[300:])
    assert (seen.rows, seen.lowest, seen.highest) == (1000, 0, 999)
    assert seen.is_sequence(ids[::7])
    assert not seen.is_sequence(np.array([5, 5]))
    assert not seen.is_sequence(ids[::7].astype(float))
    assert not extent(ids[:300], ids[400:]).is_sequence(ids[:50])
    assert not extent(np.arange(10)).is_sequence(np.arange(10))

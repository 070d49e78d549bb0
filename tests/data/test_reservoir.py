import numpy as np
import pytest

from dendrax.core.row_draws import SAMPLE, row_draws
from dendrax.data.reservoir import Reservoir, bytes_of, joined
from dendrax.data.tables import Table

N = 5000


def table(start, stop):
    rows = np.arange(start, stop)
    return Table({"x": rows * 1.0, "name": np.array([f"n{i}" for i in rows], object)}, rows=rows)


@pytest.mark.parametrize("step", [7, 100, N])
def test_it_keeps_the_rows_with_the_lowest_draws_however_they_come(step):
    sample = Reservoir(seed=4, most_rows=50)
    for start in range(0, N, step):
        sample.add(table(start, min(start + step, N)))
    lowest = np.sort(np.argsort(row_draws(np.arange(N), 4, SAMPLE))[:50])
    np.testing.assert_array_equal(sample.table.rows, lowest)
    np.testing.assert_array_equal(sample.table.columns["x"], lowest)
    assert sample.table.columns["name"].tolist() == [f"n{i}" for i in lowest]


def test_few_rows_are_all_kept():
    sample = Reservoir(seed=0, most_rows=50)
    sample.add(table(0, 20))
    sample.add(table(20, 50))
    np.testing.assert_array_equal(sample.table.rows, np.arange(50))


def test_memory_bounds_it_too():
    sample, most = Reservoir(seed=0, most_bytes=20_000), 0
    for start in range(0, N, 100):
        sample.add(table(start, start + 100))
        most = max(most, sum(bytes_of(part) for part in sample._tables))
    assert 10_000 < bytes_of(sample.table) <= 20_100
    assert most < 50_000 + 2 * bytes_of(table(0, 100))


def test_the_bytes_of_text_are_its_letters_and_what_python_adds():
    assert bytes_of(Table({"a": np.zeros(3), "b": np.array(["xy", None, "z"], object)})) == 24 + 3 * 64 + 3


def test_rows_of_one_file_are_joined_with_their_places():
    both = joined([table(0, 2), table(7, 9)])
    assert (both.rows.tolist(), both.columns["x"].tolist()) == ([0, 1, 7, 8], [0.0, 1.0, 7.0, 8.0])

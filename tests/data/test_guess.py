import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data import iso_dates
from dendrax.data.guess import ORDER, Guess, as_numpy


def guessed(*blocks):
    guess = Guess()
    for block in blocks:
        guess.look(pa.array(block, pa.string()))
    return guess


@pytest.mark.parametrize(
    ("blocks", "kind"),
    [
        ([["1", "2"]], "whole"),
        ([["1"], ["2", None]], "number"),
        ([["1"], ["2.5"]], "number"),
        ([["1.5"], ["2"]], "number"),
        ([["1"], ["2,5"]], "comma"),
        ([["1.5"], ["2,5"]], "text"),
        ([["true"], ["False", None]], "truth"),
        ([["true"], ["1"]], "text"),
        ([["1"], ["true"]], "text"),
        ([["2024-01-01"], ["2024-01-02"]], "days"),
        ([["2024-01-01"], ["2024-01-02T10:00"]], "moments"),
        ([["2024-01-01"], ["2024-02-30"]], "text"),
        ([["10:30"], ["23:59:01.5"]], "times"),
        ([["10:30"], ["2024-01-01"]], "text"),
        ([["2024-01-01T10:00"], ["10:30"]], "text"),
        ([["1"], ["1,234,567"]], "thousands"),
        ([["1,5"], ["1.234,5"]], "dotted"),
        ([["1"], ["-inf"]], "infinite"),
        ([["inf"], ["x"]], "text"),
        ([["x"], ["1"]], "text"),
        ([["1"], ["05"]], "text"),
        ([["05"], ["1,5"]], "text"),
        ([[None], [None]], "number"),
        ([[None], [" 1 "]], "number"),
        ([["1"], [" "], [" NA "]], "number"),
        ([["1"], ["2\n"]], "text"),
        ([["9" * 18], ["9" * 19]], "number"),
        ([["9" * 18], [str(2**63 - 1)]], "whole"),
    ],
)
def test_a_column_is_what_all_of_its_cells_are(blocks, kind):
    assert guessed(*blocks).kind == kind


CELLS = st.sampled_from(
    ["1", "-2", "2.5", "3,5", "1,234", "1.234", "inf", "05", "true", "2024-01-01", "2024-01-01T10:00", "10:30", "x"]
)


@given(st.lists(CELLS, min_size=1, max_size=8), st.data())
def test_blocks_do_not_show(cells, data):
    cuts = sorted(data.draw(st.sets(st.integers(0, len(cells)))))
    blocks = [cells[a:b] for a, b in zip([0, *cuts], [*cuts, len(cells)], strict=True)]
    assert guessed(*blocks).kind == guessed(cells).kind


@given(st.lists(CELLS, min_size=1, max_size=8))
def test_a_guess_is_what_each_cell_alone_allows(cells):
    alone = [set(guessed([cell]).alive) for cell in cells]
    assert guessed(cells).alive == [kind for kind in ORDER if all(kind in each for each in alone)]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "+2", " 3 "], np.array([1, 2, 3])),
        ([str(2**63 - 1)], np.array([2**63 - 1])),
        (["1", None], np.array([1, np.nan])),
        (["+1.5", ".5", "-1e-3"], np.array([1.5, 0.5, -0.001])),
        (["1,5", "2"], np.array([1.5, 2])),
        (["true", "False"], np.array([True, False])),
        (["true", None], np.array(["True", None], object)),
        ([" x", None], np.array([" x", None], object)),
    ],
)
def test_cells_are_read_as_what_they_are(cells, expected):
    guess = guessed(cells)
    found = as_numpy(pa.array(cells, pa.string()), guess, guess.kind)
    assert found.dtype == expected.dtype
    assert np.array_equal(found, expected, equal_nan=found.dtype.kind == "f")


@pytest.mark.parametrize(("cells", "most"), [(["0.5", "2"], 1), (["1", "2"], 1), (["x", "1"], 0), (["true", None], 1)])
def test_D8_one_cell_rules_out_most_kinds(monkeypatch, cells, most):
    """A table may have many columns and few rows: each pattern that Arrow compiles takes as long as many cells."""
    looked = []
    monkeypatch.setattr(iso_dates, "_having", lambda *given, of=iso_dates._having: looked.append(given) or of(*given))
    guess = Guess(trims=False)
    guess.look(pa.array(cells, pa.string()))
    assert len(looked) <= most
    assert guess.kind == {"0.5": "number", "1": "whole", "x": "text", "true": "truth"}[cells[0]]

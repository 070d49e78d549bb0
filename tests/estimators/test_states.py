"""States in every type that can hold them, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from dendrax import BoltzmannMachine
from dendrax.estimators.states import read_states

ROWS = np.array([[0, 1], [1, 1]])


@pytest.mark.parametrize(
    "rows",
    [
        ROWS.tolist(),
        ROWS.astype(bool),
        ROWS.astype(np.uint8),
        ROWS.astype(object),
        csr_array(ROWS),
        pd.DataFrame(ROWS, dtype="Int64"),
        pd.DataFrame({"a": ROWS[:, 0], "b": ROWS[:, 1].astype(bool)}),
    ],
)
def test_states_are_read_from_any_numbers(rows):
    np.testing.assert_array_equal(read_states(rows, 2, "01", "X"), ROWS)


@pytest.mark.parametrize("rows", [[[None, 1]], pd.DataFrame({"a": [None], "b": [1]}, dtype="Int64"), [[np.nan, 1]]])
def test_what_is_missing_is_a_hole_or_refused(rows):
    assert np.isnan(read_states(rows, 2, "01", "X", holes=True)).tolist() == [[True, False]]
    with pytest.raises(ValueError, match="got nan in row 0, unit 0"):
        read_states(rows, 2, "01", "X")


@pytest.mark.parametrize("rows", [[["a", "b"]], np.array([["a", 1]], object), [[1j, 0]], [["2020-01-01", 1]]])
def test_what_is_no_number_is_refused(rows):
    with pytest.raises(ValueError, match="X must hold numbers"):
        read_states(rows, 2, "01", "X")


def test_no_rows_have_no_score():
    machine = BoltzmannMachine.from_energy(np.zeros((2, 2)), [0.5, 0.5])
    for call in (machine.score, machine.score_samples, machine.complete):
        with pytest.raises(ValueError, match="X must have at least one row"):
            call(np.zeros((0, 2)))

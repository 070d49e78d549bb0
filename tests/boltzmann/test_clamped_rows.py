"""Rows laid out for the chains that they clamp."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.boltzmann.clamped_rows import rows_of
from dendrax.boltzmann.links import Lattice
from dendrax.boltzmann.wiring import lay_out

X = np.array([[0.0, 1.0, 1.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 1.0]])


@pytest.mark.parametrize("hole", [None, (1, 2)], ids=["whole", "with a hole"])
def test_each_unit_has_its_state_or_is_hidden(hole):
    """Five visible units and a hidden one, in an order of colours that is not their own."""
    v = X.copy()
    if hole is not None:
        v[hole] = np.nan
    _, layout = lay_out(Lattice(2, 3).links(), 6, 0)
    found = rows_of(layout, v, np.array([1.0, 2.0, 1.0]), 1)
    assert not np.array_equal(layout.order, np.arange(6))
    given, hidden = np.asarray(found.given)[layout.place].T, np.broadcast_to(found.hidden, (6, 3))[layout.place].T
    np.testing.assert_array_equal(hidden, np.concatenate([np.isnan(v), np.ones((3, 1), bool)], axis=1))
    np.testing.assert_array_equal(given, np.concatenate([np.nan_to_num(v), np.zeros((3, 1))], axis=1))
    assert found.hidden.shape == ((6, 1) if hole is None else (6, 3))
    np.testing.assert_array_equal(found.weights, np.float32([0.25, 0.5, 0.25]))

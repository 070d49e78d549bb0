"""What a fitted restricted machine says of rows: probabilities are drawn without bias, in whole tables and in parts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from dendrax import RestrictedBoltzmannMachine
from dendrax.estimators import sparse
from dendrax.estimators.fitted_restricted import as_states

RNG = np.random.default_rng(0)
GREY = RNG.random((2000, 3))


def test_each_place_draws_for_itself():
    half = np.full((20_000, 2), 0.3)
    drawn = as_states(half, "binary")
    np.testing.assert_allclose(drawn.mean(axis=0), 0.3, atol=0.02)
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.03
    np.testing.assert_array_equal(as_states(half[700:], "binary", 700), drawn[700:])


def test_a_score_of_probabilities_has_no_bias():
    machine = RestrictedBoltzmannMachine(2, max_epochs=30, random_state=0).fit(GREY)
    p = np.full((4000, 3), [0.9, 0.2, 0.5])
    states = (RNG.random((20_000, 3)) < p[0]).astype(float)
    noise = machine.score_samples(states).std() / np.sqrt(4000)
    assert machine.score(p) == pytest.approx(machine.score(states), abs=5 * noise)
    assert machine.log_likelihood_ == pytest.approx(machine.score(GREY), abs=0.1)


def test_sparse_rows_draw_as_dense_ones_do(monkeypatch):
    machine = RestrictedBoltzmannMachine(2, max_epochs=1, random_state=0).fit(GREY)
    scores = machine.score_samples(GREY[:100])
    monkeypatch.setattr(sparse, "CELLS", 21)
    np.testing.assert_allclose(machine.score_samples(csr_array(GREY[:100])), scores, atol=1e-5)

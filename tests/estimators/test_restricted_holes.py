"""Holes in the rows of a restricted machine: what is missing is summed out, in the units of the user."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax import RestrictedBoltzmannMachine

RNG = np.random.default_rng(0)
NORMAL = RNG.normal([3.0, -700.0], [0.01, 50.0], size=(300, 2))
HOLES = np.where(RNG.random(NORMAL.shape) < 0.3, np.nan, NORMAL)


@pytest.fixture(scope="module")
def gaussian() -> RestrictedBoltzmannMachine:
    machine = RestrictedBoltzmannMachine(
        2, visible="gaussian", max_epochs=20, likelihood_every=1, validation_fraction=0.3, random_state=0
    )
    return machine.fit(HOLES)


@pytest.mark.parametrize(("column", "middle", "width"), [(0, 3.0, 0.01), (1, -700.0, 50.0)])
def test_the_density_of_one_column_integrates_to_one(gaussian, column, middle, width):
    x = np.linspace(middle - 12 * width, middle + 12 * width, 2001)
    rows = np.full((len(x), 2), np.nan)
    rows[:, column] = x
    assert np.exp(gaussian.score_samples(rows)).sum() * (x[1] - x[0]) == pytest.approx(1, abs=1e-3)


def test_a_row_that_says_nothing_is_certain(gaussian):
    np.testing.assert_allclose(gaussian.score_samples([[np.nan, np.nan]]), 0, atol=1e-5)


def test_the_likelihood_of_rows_with_holes_is_their_mean_score(gaussian):
    learning = RestrictedBoltzmannMachine(
        2, visible="gaussian", max_epochs=5, likelihood_every=1, validation_fraction=0.0, random_state=0
    ).fit(HOLES[:200])
    assert learning.log_likelihood_ == pytest.approx(learning.score(HOLES[:200]), abs=1e-4)


def test_the_curves_are_those_of_scores():
    options = {"visible": "gaussian", "max_epochs": 3, "likelihood_every": 1, "random_state": 0}
    machine = RestrictedBoltzmannMachine(2, validation_fraction=0.0, **options).fit(HOLES[:200])
    assert max(machine.history_["log_likelihood"]) == pytest.approx(machine.score(HOLES[:200]), abs=1e-4)


def test_rows_with_holes_count_in_parts_too():
    machine = RestrictedBoltzmannMachine(2, visible="gaussian", random_state=0)
    rows = np.where(RNG.random(NORMAL.shape) < 0.6, np.nan, NORMAL)
    machine.partial_fit(rows).partial_fit(rows)
    assert machine.log_likelihood_ == pytest.approx(machine.score(rows), abs=1e-4)


def test_holes_in_every_row_that_nothing_sums_out_are_told():
    rows = (RNG.random((40, 30)) > 0.5).astype(float)
    rows[:, 0] = np.nan
    machine = RestrictedBoltzmannMachine(25, max_epochs=1, random_state=0).fit(rows)
    with pytest.warns(UserWarning, match="every training row has a hole, and 25 hidden units"):
        assert np.isnan(machine.log_likelihood_)

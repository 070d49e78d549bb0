"""The normal equations against the pseudo-inverse, by singular values."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.learning.least_squares import least_squares, standardise
from dendrax.learning.normal_equations import shortest_solution

RNG = np.random.default_rng(0)
LEVELS = np.eye(90)[np.r_[np.arange(90), RNG.integers(0, 90, 210)]]
DESIGNS = {
    "independent": RNG.normal(size=(300, 90)),
    "levels": standardise(LEVELS, np.ones(300), True).x,  # they sum to 0
    "twice": np.tile(RNG.normal(size=(300, 40)), 2),
    "wide": RNG.normal(size=(70, 200)),
    "wide, centred": standardise(RNG.normal(size=(70, 200)), np.ones(70), True).x,
}


@pytest.mark.parametrize("penalty", [0.0, 1.0, 100.0])
@pytest.mark.parametrize("name", DESIGNS)
def test_the_solution_is_that_of_the_pseudo_inverse(name, penalty):
    a = DESIGNS[name]
    b = RNG.normal(size=(len(a), 2))
    whole = np.concatenate([a, np.sqrt(penalty) * np.eye(a.shape[1])])
    expected = np.linalg.pinv(whole, rcond=1e-12) @ np.concatenate([b, np.zeros((a.shape[1], 2))])
    found = shortest_solution(a, b, penalty)
    assert found is not None
    np.testing.assert_allclose(found, expected, atol=1e-12 * np.abs(expected).max())


def test_refinement_brings_back_the_digits_that_squaring_loses():
    left, _ = np.linalg.qr(RNG.normal(size=(200, 80)))
    right, _ = np.linalg.qr(RNG.normal(size=(80, 80)))
    a = left * np.geomspace(1, 1e-3, 80) @ right.T
    truth = RNG.normal(size=(80, 1))
    plain = np.linalg.solve(a.T @ a, a.T @ (a @ truth))
    found = shortest_solution(a, a @ truth, 0.0)
    assert found is not None
    assert np.abs(found - truth).max() < 1e-12 < np.abs(plain - truth).max()


def test_what_is_too_ill_conditioned_is_left_to_singular_values():
    a = RNG.normal(size=(200, 80))
    a[:, 0] = a[:, 1] + 1e-6 * RNG.normal(size=200)
    assert shortest_solution(a, RNG.normal(size=(200, 1)), 0.0) is None
    y = a @ np.ones((80, 1))
    found = least_squares(a, y, np.ones(200))
    np.testing.assert_allclose(found.weights, 1, atol=1e-8)
    assert shortest_solution(np.zeros((3, 3)), np.ones((3, 1)), 0.0) is None


@pytest.mark.parametrize("intercept", [True, False])
def test_many_levels_of_a_category_share_what_is_left_over(intercept):
    y, weights = RNG.normal(size=(300, 1)), RNG.uniform(0.1, 3, 300)
    found = least_squares(LEVELS, y, weights, 0.0, intercept)
    means = (LEVELS.T @ (weights[:, None] * y)) / (LEVELS.T @ weights)[:, None]
    np.testing.assert_allclose((LEVELS - found.mean) @ found.weights + found.level, LEVELS @ means, atol=1e-12)

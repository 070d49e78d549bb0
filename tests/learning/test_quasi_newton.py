"""L-BFGS against quadratics, whose minimum is known, Rosenbrock's valley and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from dendrax.learning.quasi_newton import minimise, newton_like

RNG = np.random.default_rng(0)


def test_the_minimum_of_a_quadratic_is_found():
    a = RNG.normal(size=(8, 8))
    h, b = a @ a.T + np.eye(8), RNG.normal(size=8)
    at, e, steps, converged = minimise(
        lambda p: (float(0.5 * p @ h @ p - b @ p), h @ p - b), np.zeros(8), max_steps=200, tolerance=0.0
    )
    np.testing.assert_allclose(at, np.linalg.solve(h, b), rtol=1e-5, atol=1e-7)
    assert e == pytest.approx(-0.5 * b @ np.linalg.solve(h, b))
    assert converged
    assert steps < 100


def test_a_curved_valley_is_followed():
    start = np.array([-1.2, 1.0])
    at, e, _, _ = minimise(lambda p: (float(rosen(p)), rosen_der(p)), start, max_steps=500, tolerance=1e-14)
    peer = minimize(rosen, start, jac=rosen_der, method="L-BFGS-B")
    assert e <= max(peer.fun, 1e-8)
    np.testing.assert_allclose(at, 1, atol=1e-3)


def test_with_all_pairs_the_direction_is_newtons():
    h = np.diag([1.0, 10.0, 100.0])
    pairs = [(d, h @ d) for d in np.eye(3)]
    gradient = RNG.normal(size=3)
    np.testing.assert_allclose(newton_like(gradient, pairs), -np.linalg.solve(h, gradient))


def test_it_never_goes_up_and_ends_at_a_minimum():
    seen = []

    def energy(p):
        seen.append(float(np.abs(p).sum()))
        return seen[-1], np.sign(p)

    at, e, _, converged = minimise(energy, np.array([0.5, -0.25]), max_steps=100, tolerance=1e-9)
    assert converged
    assert e == min(seen) == float(np.abs(at).sum())


def test_the_steps_are_counted_and_bounded():
    _, _, steps, converged = minimise(
        lambda p: (float(rosen(p)), rosen_der(p)), np.array([-1.2, 1.0]), max_steps=3, tolerance=0.0
    )
    assert (steps, converged) == (3, False)

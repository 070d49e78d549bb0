"""Gaussian and sigmoidal functions against their formulas, finite differences and JAX's derivatives."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from dendrax.nn.centred import SHAPES, Centred, function, learn_centres, slope

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 2))
CENTRES, WIDTHS = RNG.normal(size=(2, 3)), RNG.uniform(0.3, 2, size=(2, 3))


def test_they_are_their_formulas():
    z = np.linspace(-40, 40, 81)
    np.testing.assert_allclose(function("gaussian", z), norm.pdf(z) * np.sqrt(2 * np.pi), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(function("sigmoidal", z), expit(z), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_slope_is_the_derivative(shape):
    z = np.linspace(-5, 5, 41)
    numeric = (function(shape, z + 1e-6) - function(shape, z - 1e-6)) / 2e-6
    np.testing.assert_allclose(slope(shape, z), numeric, atol=1e-9)


@pytest.mark.parametrize("shape", SHAPES)
def test_each_column_has_its_functions_in_turn(shape):
    found = Centred(shape, CENTRES, WIDTHS).values(X)
    assert found.shape == (30, 6)
    for i in range(2):
        for j in range(3):
            expected = function(shape, (X[:, i] - CENTRES[i, j]) / WIDTHS[i, j])
            np.testing.assert_array_equal(found[:, 3 * i + j], expected)


@pytest.mark.parametrize("shape", SHAPES)
def test_the_gradient_is_that_of_finite_differences_and_of_jax(shape):
    pull = RNG.normal(size=(30, 6))
    by_centre, by_log = Centred(shape, CENTRES, WIDTHS).gradient(X, pull)

    def energy(c, log_s):
        return float((pull * Centred(shape, c, np.exp(log_s)).values(X)).sum())

    logs = np.log(WIDTHS)
    for i, j in np.ndindex(2, 3):
        d = np.zeros((2, 3))
        d[i, j] = 1e-6
        assert by_centre[i, j] == pytest.approx(
            (energy(CENTRES + d, logs) - energy(CENTRES - d, logs)) / 2e-6, abs=1e-7
        )
        assert by_log[i, j] == pytest.approx((energy(CENTRES, logs + d) - energy(CENTRES, logs - d)) / 2e-6, abs=1e-7)
    with jax.enable_x64(True):
        x, p = jnp.asarray(X), jnp.asarray(pull)
        with jax.numpy_rank_promotion("allow"):
            of_jax = jax.grad(lambda c, s: (p * Centred(shape, c, jnp.exp(s)).values(x)).sum(), (0, 1))(
                jnp.asarray(CENTRES), jnp.asarray(logs)
            )
    np.testing.assert_allclose(by_centre, of_jax[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(by_log, of_jax[1], rtol=1e-9, atol=1e-12)


def test_centres_stand_at_equal_steps_through_the_different_numbers():
    x = np.array([[0.0], [1.0], [1.0], [1.0], [2.0], [10.0], [20.0]])
    centres, spacing = learn_centres(x, 3)
    assert centres.tolist() == [[0.0, 2.0, 20.0]]
    assert spacing.tolist() == [[2.0, 10.0, 18.0]]


def test_a_wild_number_draws_no_more_than_one_centre_away():
    x = np.append(RNG.normal(size=200), 1e9)[:, None]
    centres, _ = learn_centres(x, 10)
    assert (np.abs(centres) < 5).sum() == 9


def test_there_may_be_more_centres_than_numbers():
    centres, spacing = learn_centres(np.array([[0.0], [1.0]]), 5)
    assert centres.tolist() == [[0.0, 0.25, 0.5, 0.75, 1.0]]
    assert (spacing > 0).all()


@pytest.mark.parametrize("n", [1, 3])
def test_a_constant_column_has_widths_of_1(n):
    centres, spacing = learn_centres(np.full((4, 1), 7.0), n)
    assert centres.tolist() == [[7.0] * n]
    assert spacing.tolist() == [[1.0] * n]


def test_one_centre_stands_in_the_middle():
    centres, spacing = learn_centres(np.array([[0.0], [1.0], [4.0]]), 1)
    assert (centres.tolist(), spacing.tolist()) == ([[1.0]], [[2.0]])


def test_the_names_say_centre_and_width():
    assert Centred("gaussian", np.array([[0.5]]), np.array([[2.0]])).names(["age"]) == ["gauss(age; c=0.5, s=2)"]
    assert Centred("sigmoidal", np.array([[0.5]]), np.array([[2.0]])).names(["age"]) == ["sigmoid(age; c=0.5, s=2)"]

"""Least squares against its closed form and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, Ridge

from dendrax.learning.least_squares import least_squares

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(50, 4)) * [1, 100, 1e-3, 1] + [0, 5, 0, 1e4], RNG.normal(size=(50, 2))
W = RNG.uniform(0.1, 3.0, 50)


def raw(found):
    return found.weights, found.biases


def test_it_equals_scikit_learn():
    theirs = LinearRegression().fit(X, Y, W)
    weights, biases = raw(least_squares(X, Y, W))
    np.testing.assert_allclose(X @ weights + biases, theirs.predict(X), rtol=1e-8, atol=1e-9)


def test_without_an_intercept_it_equals_numpy():
    root = np.sqrt(W)[:, None]
    expected = np.linalg.lstsq(root * X, root * Y, rcond=None)[0]
    weights, biases = raw(least_squares(X, Y, W, 0.0, False))
    np.testing.assert_allclose(weights, expected, rtol=1e-6)
    np.testing.assert_array_equal(biases, 0)


def test_the_gradient_is_zero():
    weights, biases = raw(least_squares(X, Y, W))
    error = W[:, None] * (X @ weights + biases - Y)
    np.testing.assert_allclose(error.sum(axis=0), 0, atol=1e-9)
    np.testing.assert_allclose((X - X.mean(axis=0)).T @ error / X.std(axis=0)[:, None], 0, atol=1e-8)


def test_the_penalty_counts_standard_deviations():
    scaled = (X - X.mean(axis=0)) / X.std(axis=0)
    theirs = Ridge(alpha=3.0).fit(scaled, Y)
    weights, biases = raw(least_squares(X, Y, np.ones(50), 3.0))
    np.testing.assert_allclose(X @ weights + biases, theirs.predict(scaled), rtol=1e-8)


def test_weight_two_equals_the_row_twice():
    counts = RNG.integers(1, 4, 50)
    a = least_squares(X, Y, counts.astype(float), 1.0)
    b = least_squares(np.repeat(X, counts, axis=0), np.repeat(Y, counts, axis=0), np.ones(counts.sum()), 1.0)
    np.testing.assert_allclose(a[0], b[0], rtol=1e-6)


def test_dependent_columns_share_the_weight():
    weights, _ = raw(least_squares(X[:, [0, 0]], X[:, :1], np.ones(50)))
    np.testing.assert_allclose(weights, 0.5)


def test_a_constant_column_weighs_nothing():
    weights, biases = raw(least_squares(np.full((50, 1), 7.0), Y, np.ones(50)))
    np.testing.assert_allclose(weights, 0)
    np.testing.assert_allclose(biases, Y.mean(axis=0))


def test_columns_far_from_0_are_centred_beyond_rounding():
    x = X[:3] + 1e6  # two free directions in four columns: rounding must not look like a third
    found = least_squares(x, Y[:3], W[:3])
    z = (x - W[:3] @ x / W[:3].sum()) * np.sqrt(W[:3])[:, None]
    z /= np.sqrt((z**2).sum(axis=0))
    rows = np.linalg.svd(z)[2][:2]
    units = found.weights * np.sqrt((((x - found.mean) * np.sqrt(W[:3])[:, None]) ** 2).sum(axis=0))[:, None]
    np.testing.assert_allclose(rows.T @ (rows @ units), units, atol=1e-6 * np.abs(units).max())  # the shortest
    np.testing.assert_allclose((x - found.mean) @ found.weights + found.level, Y[:3], rtol=1e-9)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1e160, 1e300])
def test_columns_of_any_size_are_weighed(size):
    found = least_squares(X[:, :1] * size, Y, W)
    plain = least_squares(X[:, :1], Y, W)
    np.testing.assert_allclose(found.weights * size, plain.weights, rtol=1e-9)

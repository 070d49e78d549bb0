"""Gradient descent against the exact solvers, finite differences and the bound of stability."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dendrax.learning.gradient_descent import descend, largest_eigenvalue
from dendrax.learning.least_squares import least_squares
from dendrax.learning.newton import logistic
from dendrax.learning.outcome import DivergenceError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 4)) * [1, 100, 1e-3, 1] + [0, 5, 0, 1e4]
X[:, 3] += 0.5 * X[:, 0]
Y, W = RNG.normal(size=(80, 2)) + X[:, :1] + [1e4, 0], RNG.uniform(0.1, 3.0, 80)


def bound(raised) -> float:
    return float(re.search(r"2/λmax = (\S+) ", str(raised.value)).group(1))


@pytest.mark.parametrize("penalty", [0.0, 5.0])
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("rows", [80, 3])
def test_on_linear_units_it_reaches_least_squares(penalty, intercept, rows):
    x = X[:rows] - (0 if intercept else X.mean(axis=0))  # far from 0, without an intercept, columns are alike
    found = descend(x, Y[:rows], W[:rows], "identity", penalty, intercept)
    exact = least_squares(x, Y[:rows], W[:rows], penalty, intercept)
    assert found.converged
    np.testing.assert_allclose(found.weights, exact.weights, rtol=1e-6, atol=1e-10)
    np.testing.assert_allclose(found.biases, exact.biases, rtol=1e-6, atol=1e-10)


@pytest.mark.parametrize(("output", "units"), [("sigmoid", 1), ("softmax", 3)])
def test_on_other_units_it_reaches_newton(output, units):
    codes = RNG.integers(0, max(units, 2), 80)
    y = codes[:, None].astype(float) if units == 1 else np.eye(units)[codes]
    found = descend(X, y, W, output, 2.0)
    exact = logistic(X, y, W, 2.0)
    assert found.converged
    np.testing.assert_allclose(found.weights, exact.weights, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(found.level, exact.level, rtol=1e-5, atol=1e-9)


def test_one_step_is_the_delta_rule_over_all_rows():
    z = (X - X.mean(axis=0)) / X.std(axis=0)
    found = descend(X, Y, np.ones(80), learning_rate=0.1, max_epochs=1)
    error = Y - Y.mean(axis=0)
    np.testing.assert_allclose(found.weights * X.std(axis=0)[:, None], 0.1 * z.T @ error / 80, rtol=1e-10, atol=1e-12)
    assert (found.steps, found.converged) == (1, False)


def test_the_largest_eigenvalue_is_that_of_the_mean_of_x_x():
    mean = sum(w * np.outer(x, x) for w, x in zip(W, X, strict=True)) / W.sum()
    assert largest_eigenvalue(X, W) == pytest.approx(np.linalg.eigvalsh(mean)[-1], rel=1e-12)
    assert largest_eigenvalue(X[:2], W[:2]) == pytest.approx(
        np.linalg.norm(np.sqrt(W[:2, None]) * X[:2], 2) ** 2 / W[:2].sum()
    )


@pytest.mark.parametrize("penalty", [0.0, 8.0])
def test_the_bound_in_the_message_is_where_it_starts_to_diverge(penalty):
    with pytest.raises(DivergenceError, match=r"^learning_rate must be below 2/λmax = .*; got 50 ") as raised:
        descend(X, Y, W, "identity", penalty, learning_rate=50.0)
    most = bound(raised)
    rows = np.column_stack([(X - W @ X / W.sum()) / np.sqrt(W @ (X - W @ X / W.sum()) ** 2 / W.sum()), np.ones(80)])
    assert most == pytest.approx(2 / (largest_eigenvalue(rows, W) + penalty / W.sum()), rel=1e-5)
    assert descend(X, Y, W, "identity", penalty, learning_rate=0.98 * most).converged
    with pytest.raises(DivergenceError):
        descend(X, Y, W, "identity", penalty, learning_rate=1.02 * most)


def test_a_rate_just_above_the_bound_is_noticed_at_the_end():
    with pytest.raises(DivergenceError) as raised:
        descend(X, Y, W, learning_rate=50.0)
    with pytest.raises(DivergenceError):
        descend(X, Y, W, learning_rate=1.0001 * bound(raised), max_epochs=50)


def test_a_constant_target_is_learned_at_once():
    found = descend(X, np.full((80, 1), 7.0), W)
    np.testing.assert_allclose(found.level, 7)
    np.testing.assert_allclose(found.weights, 0, atol=1e-12)
    assert found.converged


def test_weight_two_equals_the_row_twice():
    counts = RNG.integers(1, 4, 80)
    a = descend(X, Y, counts.astype(float), "identity", 1.0)
    b = descend(np.repeat(X, counts, axis=0), np.repeat(Y, counts, axis=0), np.ones(counts.sum()), "identity", 1.0)
    np.testing.assert_allclose(a.weights, b.weights, rtol=1e-6, atol=1e-12)

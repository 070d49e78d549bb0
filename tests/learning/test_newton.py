"""Newton's method against the optimality conditions and scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from dendrax.learning.newton import activations, conjugate_gradients, cross_entropy, logistic

RNG = np.random.default_rng(0)


def raw(found):
    return found.weights, found.biases


def coded(y):
    return (y[:, None] == 1).astype(float) if y.max() == 1 else np.eye(y.max() + 1)[y]


@pytest.mark.parametrize("load", [load_iris, load_breast_cancer, load_digits])
@pytest.mark.parametrize("penalty", [0.1, 10.0])
def test_it_equals_scikit_learn(load, penalty):
    X, y = load(return_X_y=True)
    X = StandardScaler().fit_transform(X[:, X.std(axis=0) > 0])
    theirs = LogisticRegression(C=1 / penalty, tol=1e-8, max_iter=10_000).fit(X, y)
    weights, biases = raw(logistic(X, coded(y), np.ones(len(y)), penalty))
    a = activations(X @ weights + biases)
    ours = np.concatenate([1 - a, a], axis=1) if a.shape[1] == 1 else a
    np.testing.assert_allclose(ours, theirs.predict_proba(X), atol=2e-5)


@pytest.mark.parametrize("units", [1, 3])
def test_the_gradient_is_zero(units):
    X, w = RNG.normal(size=(80, 5)), RNG.uniform(0.1, 2, 80)
    y = coded(RNG.integers(0, max(units, 2), 80))
    weights, biases = raw(logistic(X, y, w, 0.0))
    gradient = w[:, None] * (activations(X @ weights + biases) - y)
    np.testing.assert_allclose(X.T @ gradient, 0, atol=1e-5)
    np.testing.assert_allclose(gradient.sum(axis=0), 0, atol=1e-5)


def test_cross_entropy_is_finite_and_right():
    z = RNG.normal(size=(10, 3)) * 1000
    y = np.eye(3)[RNG.integers(0, 3, 10)]
    np.testing.assert_allclose(cross_entropy(z, y), -(y * log_softmax(z, axis=1)).sum(axis=1), rtol=1e-12)


def test_separable_classes_do_not_overflow():
    X = np.array([[-1.0], [-2.0], [1.0], [2.0]])
    weights, _ = raw(logistic(X, np.array([[0.0], [0.0], [1.0], [1.0]]), np.ones(4), 0.0))
    assert np.isfinite(weights).all()
    assert weights[0, 0] > 1


def test_conjugate_gradients_solve_a_linear_system():
    a = RNG.normal(size=(6, 6))
    h, b = a @ a.T + np.eye(6), RNG.normal(size=(6, 1))
    np.testing.assert_allclose(conjugate_gradients(lambda v: h @ v, b, 1e-12), np.linalg.solve(h, b), rtol=1e-8)


def test_weight_two_equals_the_row_twice():
    X, y, counts = RNG.normal(size=(40, 3)), RNG.integers(0, 2, 40), RNG.integers(1, 4, 40)
    a = logistic(X, coded(y), counts.astype(float))
    b = logistic(np.repeat(X, counts, axis=0), coded(np.repeat(y, counts)), np.ones(counts.sum()))
    np.testing.assert_allclose(a[0], b[0], rtol=1e-6)

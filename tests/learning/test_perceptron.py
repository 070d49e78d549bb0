"""The perceptron against the delta rule by hand, and its theorem of convergence."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.learning.delta_rule import learn_by_delta_rule
from dendrax.learning.perceptron import answers, learn_epoch, perceptron

RNG = np.random.default_rng(0)


def separable(rows: int, units: int, margin: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """Draw rows that units of their own choosing tell apart."""
    x = RNG.normal(size=(20 * rows, 3))
    z = x @ RNG.normal(size=(3, units)) + (RNG.normal(size=units) if units > 1 else 0.3)
    top = np.sort(z, axis=1)
    clear = np.abs(z[:, 0]) > margin if units == 1 else top[:, -1] - top[:, -2] > margin
    return x[clear][:rows], answers(z[clear][:rows])


@pytest.mark.parametrize("rate", [0.1, 0.5])
@pytest.mark.parametrize("epochs", [1, 4])
def test_it_is_the_delta_rule_of_step_units(rate, epochs):
    x = RNG.normal(size=(200, 3))
    y = np.where(x[:, :1] + RNG.normal(size=(200, 1)) > 0, 1.0, -1.0)
    w, rows = np.zeros((4, 1)), np.column_stack([x, np.ones(200)])
    for _ in range(epochs):
        w, _ = learn_epoch(w, rows, y, np.full(200, rate))
    by_hand = learn_by_delta_rule(np.zeros((3, 1)), np.zeros(1), x, y, "step", rate, epochs)
    np.testing.assert_allclose(w[:3], by_hand.weights, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(w[3], by_hand.biases, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("units", [1, 3, 6])
def test_it_ends_without_a_mistake_where_classes_are_separable(units):
    x, y = separable(300, units)
    found = perceptron(x, y, np.ones(300), max_epochs=5000)
    assert found.converged
    assert 1 < found.steps < 5000
    np.testing.assert_array_equal(answers(x @ found.weights + found.biases), y)


def test_a_larger_rate_only_scales_the_weights():
    x, y = separable(100, 1)
    one, ten = (perceptron(x, y, np.ones(100), learning_rate=rate) for rate in (1.0, 10.0))
    np.testing.assert_allclose(ten.weights, 10 * one.weights, rtol=1e-9)
    assert ten.steps == one.steps


def test_it_never_ends_on_xor():
    x = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    found = perceptron(x, np.array([[-1.0], [1.0], [1.0], [-1.0]]), np.ones(4), max_epochs=50)
    assert (found.steps, found.converged) == (50, False)


def test_the_weights_of_the_best_epoch_are_kept():
    x = RNG.normal(size=(100, 3))
    y = np.where(x[:, :1] + 0.5 * RNG.normal(size=(100, 1)) > 0, 1.0, -1.0)
    found = perceptron(x, y, np.ones(100), max_epochs=30)
    rows = np.column_stack([(x - x.mean(axis=0)) / x.std(axis=0), np.ones(100)])
    w, mistakes = np.zeros((4, 1)), []
    for _ in range(30):
        w, _ = learn_epoch(w, rows, y, np.ones(100))
        mistakes.append((answers(rows @ w) != y).sum())
    assert (answers(x @ found.weights + found.biases) != y).sum() == min(mistakes) < mistakes[-1]


def test_the_heavier_mistakes_are_avoided():
    x, y = np.array([[0.0], [0.0]]), np.array([[1.0], [-1.0]])
    for heavy in (0, 1):
        weights = np.where(np.arange(2) == heavy, 9.0, 1.0)
        found = perceptron(x, y, weights, max_epochs=20)
        assert answers(found.level[None])[0, 0] == y[heavy, 0]


def test_without_an_intercept_the_bias_stays_0():
    x, y = separable(50, 1)
    found = perceptron(x, y, np.ones(50), fit_intercept=False, max_epochs=20)
    np.testing.assert_array_equal(found.biases, 0)


def test_of_several_units_one_fires():
    a = answers(RNG.normal(size=(50, 4)))
    np.testing.assert_array_equal((a == 1).sum(axis=1), 1)
    assert answers(np.array([[0.0], [-1e-300]])).tolist() == [[1.0], [-1.0]]


def test_mistakes_without_end_are_cut_short():
    x, y = np.zeros((10, 1)), np.array([[1.0], [-1.0]] * 5)
    _, made = learn_epoch(np.zeros((2, 1)), np.ones((10, 2)), y, np.ones(10))
    assert made == 9  # all but the first: step(0) = 1
    assert perceptron(x, y, np.ones(10), max_epochs=100, max_mistakes=35.0).steps == 4

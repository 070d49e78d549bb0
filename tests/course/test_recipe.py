"""`recipe="course"` against the hand rules of the course, update for update."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax import NeuralClassifier, NeuralRegressor
from dendrax.layers import Dense
from dendrax.learning.back_propagation import learn_by_back_propagation
from dendrax.learning.delta_rule import learn_by_delta_rule

RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 3))
NUMBERS = np.sin(X[:, 0]) + 0.5 * X[:, 1]
CODES = (X[:, 0] > 0).astype(int)


def start(kind, y, **options):
    """The first weights: those of a network that has not learned."""
    still = kind(recipe="course", learning_rate=1e-30, max_epochs=1, random_state=0, **options).fit(X, y)
    return [
        {"weights": w.astype(np.float64), "biases": b.astype(np.float64)}
        for w, b in zip(still.coefs_, still.intercepts_, strict=True)
    ]


def check(kind, y, coded, activations, hidden, **options):
    options["layers"] = hidden
    params = start(kind, y, **options)
    for epochs in (1, 7):
        model = kind(
            recipe="course", learning_rate=0.05, max_epochs=epochs, tolerance=0.0, random_state=0, **options
        ).fit(X, y)
        by_hand = learn_by_back_propagation(params, activations, X, coded, 0.05, epochs)
        for ours, theirs in zip(model.coefs_, by_hand.params, strict=True):
            np.testing.assert_allclose(ours, theirs["weights"], rtol=2e-4, atol=2e-6)
        for ours, theirs in zip(model.intercepts_, by_hand.params, strict=True):
            np.testing.assert_allclose(ours, theirs["biases"], rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize(
    ("hidden", "activations"),
    [([], []), ([Dense(4, "tanh")], ["tanh"]), ([Dense(4, "sigmoid"), Dense(3, "tanh")], ["sigmoid", "tanh"])],
)
def test_numbers_have_identity_units(hidden, activations):
    check(NeuralRegressor, NUMBERS, NUMBERS[:, None], [*activations, "identity"], hidden)


@pytest.mark.parametrize("hidden", [[], [Dense(5, "sigmoid")]])
def test_0_and_1_have_a_sigmoid_unit(hidden):
    check(NeuralClassifier, CODES, CODES[:, None], ["sigmoid"] * (len(hidden) + 1), hidden)


@pytest.mark.parametrize("hidden", [[], [Dense(5, "tanh")]])
def test_minus_1_and_1_have_a_tanh_unit(hidden):
    check(NeuralClassifier, 2 * CODES - 1, 2 * CODES[:, None] - 1, ["tanh"] * (len(hidden) + 1), hidden)


def test_1_of_k_has_sigmoid_units():
    y = RNG.integers(0, 3, 20)
    check(NeuralClassifier, y, np.eye(3)[y], ["tanh", "sigmoid"], [Dense(4, "tanh")])


def test_a_step_unit_is_the_perceptron():
    signs = 2 * CODES - 1
    first = start(NeuralClassifier, signs, layers=[], output_activation="step")[0]
    model = NeuralClassifier(
        [], recipe="course", output_activation="step", learning_rate=0.1, max_epochs=30, tolerance=0.0, random_state=0
    ).fit(X, signs)
    by_hand = learn_by_delta_rule(first["weights"], first["biases"], X, signs[:, None], "step", 0.1, 30)
    np.testing.assert_allclose(model.coefs_[0], by_hand.weights, atol=1e-5)
    assert model.score(X, signs) == 1.0


def test_the_loss_curve_is_the_squared_error_before_each_update():
    model = NeuralRegressor([], recipe="course", learning_rate=1e-30, max_epochs=1, random_state=0).fit(X, NUMBERS)
    errors = NUMBERS - model.predict(X)
    assert model.loss_curve_[0] == pytest.approx(0.5 * np.mean(errors**2), rel=1e-5)


def test_the_delta_rule_converges_to_least_squares():
    y = X @ [1.0, -2.0, 0.5] + 3.0
    model = NeuralRegressor([], recipe="course", learning_rate=0.05, max_epochs=500, tolerance=0.0, random_state=0).fit(
        X, y
    )
    np.testing.assert_allclose(model.coefs_[0][:, 0], [1.0, -2.0, 0.5], atol=1e-4)
    np.testing.assert_allclose(model.intercepts_[0], [3.0], atol=1e-4)


def test_learning_stops_when_the_error_converges():
    y = X @ [1.0, -2.0, 0.5] + 3.0
    model = NeuralRegressor([], recipe="course", learning_rate=0.05, max_epochs=10_000, random_state=0).fit(X, y)
    assert model.stopped_because_ == "converged"
    assert model.n_iter_ < 1000

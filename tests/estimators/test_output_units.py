"""Output units and targets: answers reach every target, and targets that units cannot reach are refused."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax import NeuralClassifier, NeuralRegressor
from dendrax.core.constraints import HyperparameterError
from dendrax.data.tables import DataError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 3))
Y = X @ [1, 2, -1] + 0.1 * RNG.normal(size=300)
THREE = np.digitize(Y, [-1, 1])


@pytest.mark.parametrize(
    ("output", "y"),
    [("sigmoid", 1 / (1 + np.exp(-Y))), ("tanh", np.tanh(Y / 2)), ("relu", np.abs(Y) + 5)],
)
def test_answers_reach_from_the_smallest_target_to_the_largest(output, y):
    model = NeuralRegressor([16], output_activation=output, max_epochs=150, learning_rate=0.01, random_state=0)
    answers = model.fit(X, y).predict(X)
    assert model.score(X, y) > 0.9
    assert np.quantile(answers, 0.05) == pytest.approx(np.quantile(y, 0.05), abs=0.05 * np.ptp(y))
    assert np.quantile(answers, 0.95) == pytest.approx(np.quantile(y, 0.95), abs=0.05 * np.ptp(y))


@pytest.mark.parametrize("layers", [[], [16]])
def test_step_units_of_three_classes_learn_signs(layers):
    model = NeuralClassifier(
        layers, loss="squared", output_activation="step", max_epochs=200, learning_rate=0.02, random_state=0
    ).fit(X, THREE)
    assert model.score(X, THREE) > (0.85 if layers else 0.6)


@pytest.mark.parametrize(
    ("output", "y", "message"),
    [
        ("sigmoid", Y, "y must hold numbers from 0 to 1 with output_activation='sigmoid'"),
        ("relu", Y, "y must hold numbers of 0 and more with output_activation='relu'"),
        ("softmax", np.c_[Y, Y], "y must hold rows of numbers from 0 to 1 that sum to 1"),
    ],
)
@pytest.mark.parametrize("prepare", ["auto", None])
def test_targets_out_of_reach_are_refused(output, y, message, prepare):
    with pytest.raises(DataError, match=message):
        NeuralRegressor([4], output_activation=output, prepare=prepare).fit(X, y)


def test_targets_out_of_reach_are_refused_in_a_later_part_too():
    model = NeuralRegressor([4], output_activation="sigmoid", random_state=0).partial_fit(X, np.full(300, 0.5))
    with pytest.raises(DataError, match="numbers from 0 to 1"):
        model.partial_fit(X, Y)


@pytest.mark.parametrize(
    ("make", "y", "message"),
    [
        (NeuralClassifier, THREE > 0, "must be 'sigmoid' for two classes; got 'softmax'"),
        (NeuralClassifier, np.c_[Y > 0, THREE > 0].astype(int), "must be 'sigmoid' for several labels a row; got"),
        (NeuralRegressor, Y, "must be other than 'softmax' for one number, whose only unit would always be 1; got"),
    ],
)
def test_softmax_is_for_units_that_exclude_each_other(make, y, message):
    with pytest.raises(HyperparameterError, match=f"output_activation {message}"):
        make([4], output_activation="softmax").fit(X, y)

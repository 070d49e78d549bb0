"""Hyper-parameters from their constraints as data: every invalid value is refused in the same words."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor
from dendrax.core.constraints import HyperparameterError
from dendrax.estimators.linear_options import CONSTRAINTS as LINEAR
from dendrax.estimators.options import CONSTRAINTS as NEURAL

X, Y = np.arange(12.0).reshape(6, 2), np.array([0, 1, 0, 1, 0, 1])


def invalid(constraints, kinds):
    for kind in kinds:
        for name, allowed in constraints.items():
            if name not in kind().get_params():
                continue
            values = {repr(v): v for constraint in allowed for v in constraint.invalid}
            for value in values.values():
                if not any(constraint.allows(value) for constraint in allowed):
                    yield pytest.param(kind, name, value, id=f"{kind.__name__}-{name}-{value!r}")


CASES = [
    *invalid(NEURAL, (NeuralClassifier, NeuralRegressor)),
    *invalid(LINEAR, (LinearClassifier, LinearRegressor)),
]


def test_there_are_cases_for_every_hyperparameter():
    assert {case.values[1] for case in CASES} >= set(NEURAL) - {"prepare", "multi_label", "warm_start"}


@pytest.mark.parametrize(("kind", "name", "value"), CASES)
def test_an_invalid_value_is_refused_by_name(kind, name, value):
    with pytest.raises(HyperparameterError, match=rf"^{name} must be .*; got "):
        kind(**{name: value}).fit(X, Y)


def test_the_message_says_what_must_hold_and_what_came():
    words = r"^learning_rate must be 'auto' or a float above 0 and at most 1e\+38; got -0\.1$"
    with pytest.raises(HyperparameterError, match=words):
        NeuralClassifier(learning_rate=-0.1).fit(X, Y)


def test_every_hyperparameter_has_a_constraint():
    for kind, constraints in ((NeuralClassifier, NEURAL), (LinearRegressor, LINEAR), (LinearClassifier, LINEAR)):
        assert set(kind().get_params()) - {"random_state"} <= set(constraints)


def test_momentum_belongs_to_sgd():
    with pytest.raises(HyperparameterError, match="momentum must be 0 unless optimiser is 'sgd' or 'nesterov'"):
        NeuralClassifier(momentum=0.5, optimiser="adam").fit(X, Y)


def test_the_course_refuses_what_it_settles():
    with pytest.raises(HyperparameterError, match="batch_size must be left out with recipe='course'"):
        NeuralClassifier(recipe="course", batch_size=3).fit(X, Y)


def test_an_output_activation_must_go_with_the_loss():
    with pytest.raises(HyperparameterError, match="output_activation must be 'sigmoid' or 'softmax'"):
        NeuralClassifier(output_activation="tanh").fit(X, Y)

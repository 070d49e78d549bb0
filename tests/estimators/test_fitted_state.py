"""A fit that fails leaves everything as it was."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax import NeuralClassifier, NeuralRegressor
from dendrax.estimators.fitted_state import fitted_part
from dendrax.learning.outcome import DivergenceError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(100, 3))
Y = X[:, 0]
QUICK = {"max_epochs": 3, "random_state": 0}


def failing(epoch):
    raise KeyboardInterrupt


@pytest.mark.parametrize("warm_start", [False, True])
def test_a_callback_that_raises_leaves_the_model_as_it_was(warm_start):
    model = NeuralClassifier([4], warm_start=warm_start, **QUICK).fit(X, np.where(Y > 0, "b", "a"))
    before, answers = fitted_part(model), model.predict(X)
    model.set_params(callbacks=[failing])
    rows = (X, np.where(Y > 0, "b", "a")) if warm_start else (X[:, :2], np.digitize(Y, [-1, 1]))
    with pytest.raises(KeyboardInterrupt):
        model.fit(*rows)
    assert fitted_part(model).keys() == before.keys()
    assert all(fitted_part(model)[name] is value for name, value in before.items())
    np.testing.assert_array_equal(model.predict(X), answers)


def test_a_fit_that_diverges_leaves_the_model_as_it_was():
    model = NeuralRegressor([4], optimiser="sgd", prepare=None, **QUICK).fit(X, Y)
    answers = model.predict(X)
    with pytest.raises(DivergenceError):
        model.set_params(learning_rate=1e30).fit(X, Y)
    np.testing.assert_array_equal(model.predict(X), answers)


def test_a_first_fit_that_fails_leaves_nothing():
    model = NeuralRegressor([4], callbacks=[failing], **QUICK)
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y)
    assert not fitted_part(model)


def test_while_it_is_fitted_a_model_answers_as_before():
    seen = []
    model = NeuralRegressor([4], **QUICK).fit(X, Y)
    before = model.predict(X)
    model.set_params(callbacks=[lambda epoch: seen.append(model.predict(X))]).fit(X[:, :2], -Y)
    assert all(np.array_equal(answer, before) for answer in seen)
    assert model.predict(X[:, :2]).shape == (100,)


def test_names_of_columns_go_with_the_table():
    import pandas as pd

    model = NeuralRegressor([4], **QUICK).fit(pd.DataFrame(X, columns=["a", "b", "c"]), Y)
    model.fit(X, Y)
    assert not hasattr(model, "feature_names_in_")

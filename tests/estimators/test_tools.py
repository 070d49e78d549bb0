"""The tools of scikit-learn work with every estimator."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import VotingClassifier
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_score, learning_curve
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor
from dendrax.layers import Dense
from dendrax.losses import Quantile

X = np.random.default_rng(0).normal(size=(90, 3))
Y = 2 * X[:, 0] - X[:, 1]
LABELS = np.where(Y > 0, "b", "a")
SMALL = {"layers": [4], "max_epochs": 3, "random_state": 0}
ALL = [NeuralClassifier(**SMALL), NeuralRegressor(**SMALL), LinearClassifier(), LinearRegressor()]
each = pytest.mark.parametrize("estimator", ALL, ids=lambda estimator: type(estimator).__name__)


def target_of(estimator):
    return LABELS if hasattr(estimator, "predict_proba") else Y


@each
def test_a_pickle_answers_as_before(estimator):
    fitted = clone(estimator).fit(X, target_of(estimator))
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))


@each
def test_folds_in_two_processes_score_as_in_one(estimator):
    y = target_of(estimator)
    alone, shared = (cross_val_score(clone(estimator), X, y, cv=2, n_jobs=n) for n in (1, 2))
    np.testing.assert_array_equal(alone, shared)


@each
def test_names_of_columns_are_kept_and_asked_for(estimator):
    table = pd.DataFrame(X, columns=["x", "y", "z"])
    fitted = clone(estimator).fit(table, target_of(estimator))
    assert fitted.feature_names_in_.tolist() == ["x", "y", "z"]
    with pytest.raises(ValueError, match="same order"):
        fitted.predict(table[["z", "y", "x"]])


def test_parameters_are_read_set_and_cloned():
    model = NeuralRegressor([Dense(3, "tanh")], loss=Quantile(0.9))
    assert model.get_params()["loss"] == Quantile(0.9)
    copied = clone(model.set_params(layers=[5, 6], learning_rate=0.5))
    assert copied.get_params() == model.get_params()
    with pytest.raises(ValueError, match="Invalid parameter 'layer'"):
        model.set_params(layer=[3])


def test_a_search_over_layers_and_losses():
    grid = {"layers": [[], [Dense(4, "tanh")]], "loss": [Quantile(0.1), Quantile(0.9)]}
    options = {"learning_rate": 0.05, "random_state": 0, "max_epochs": 20}
    search = GridSearchCV(NeuralRegressor(**options), grid, cv=2, scoring=lambda m, X, y: np.mean(m.predict(X) > y))
    best = search.fit(X, Y).best_params_
    assert best["loss"] == Quantile(0.9)  # the most answers above the target
    expected = NeuralRegressor(**options | best).fit(X, Y)
    np.testing.assert_array_equal(search.predict(X), expected.predict(X))


@pytest.mark.parametrize("form", ["pandas", "polars"])
def test_steps_before_that_give_tables(form):
    table = pd.DataFrame({"kind": ["a", "b", "c"] * 30, "size": X[:, 0], "width": X[:, 1]})
    coded = ColumnTransformer([("kind", OneHotEncoder(sparse_output=False), ["kind"])], remainder=StandardScaler())
    steps = make_pipeline(coded, LinearRegressor(penalty=0.1)).set_output(transform=form).fit(table, Y)
    names = ["kind__kind_a", "kind__kind_b", "kind__kind_c", "remainder__size", "remainder__width"]
    assert steps[-1].feature_names_in_.tolist() == names
    numbers = np.asarray(steps[:-1].transform(table))
    plain = LinearRegressor(penalty=0.1).fit(numbers, Y)
    np.testing.assert_allclose(steps.predict(table), plain.predict(numbers), atol=1e-9)


def test_a_sparse_step_before():
    table = pd.DataFrame({"kind": ["a", "b", "c"] * 30})
    levels = np.array([1.0, 2.0, 4.0] * 30)
    steps = make_pipeline(OneHotEncoder(), LinearRegressor()).fit(table, levels)
    np.testing.assert_allclose(steps.predict(table), levels, atol=1e-9)


@pytest.mark.parametrize("method", ["sigmoid", "isotonic"])
def test_calibration(method):
    net = NeuralClassifier([4], max_epochs=60, learning_rate=0.05, random_state=0)
    model = CalibratedClassifierCV(net, method=method, cv=2).fit(X, LABELS)
    shares = model.predict_proba(X)
    np.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    assert model.score(X, LABELS) > 0.85


def test_voting_takes_the_mean_of_the_probabilities():
    members = [("net", NeuralClassifier(**SMALL)), ("line", LinearClassifier())]
    vote = VotingClassifier(members, voting="soft").fit(X, LABELS)
    mean = np.mean([clone(member).fit(X, LABELS).predict_proba(X) for _, member in members], axis=0)
    np.testing.assert_allclose(vote.predict_proba(X), mean, atol=1e-7)


def test_the_importance_of_columns():
    found = permutation_importance(LinearRegressor().fit(X, Y), X, Y, n_repeats=3, random_state=0).importances_mean
    np.testing.assert_array_equal(np.argsort(found), [2, 1, 0])
    assert abs(found[2]) < 1e-9


def test_a_learning_curve():
    sizes, training, testing = learning_curve(NeuralRegressor(**SMALL), X, Y, train_sizes=[20, 40], cv=2)
    assert sizes.tolist() == [20, 40]
    rows = np.arange(45, 90)[:20]  # the first fold tests on the first half
    expected = NeuralRegressor(**SMALL).fit(X[rows], Y[rows])
    assert testing[0, 0] == expected.score(X[:45], Y[:45])
    assert training[0, 0] == expected.score(X[rows], Y[rows])

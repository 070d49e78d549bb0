"""scikit-learn hands weights and a validation part through pipelines, searches and cross-validation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from sklearn import config_context
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor

X = np.random.default_rng(0).normal(size=(80, 3))
Y = X[:, 0] - X[:, 1] ** 2
LABELS = np.where(Y > 0, "b", "a")
WEIGHTS = np.linspace(0, 3, 80)
SMALL = {"layers": [4], "max_epochs": 4, "random_state": 0}
ALL = [NeuralClassifier(**SMALL), NeuralRegressor(**SMALL), LinearClassifier(), LinearRegressor()]


@pytest.fixture(autouse=True)
def _routing() -> Iterator[None]:
    with config_context(enable_metadata_routing=True):
        yield


def target_of(estimator):
    return LABELS if hasattr(estimator, "predict_proba") else Y


def test_each_method_tells_what_can_be_asked_for():
    request = NeuralClassifier().get_metadata_routing()
    assert set(request.fit.requests) == {"sample_weight", "X_val", "y_val"}
    assert set(request.partial_fit.requests) == {"sample_weight", "classes", "X_val", "y_val"}
    assert set(NeuralRegressor().get_metadata_routing().partial_fit.requests) == {"sample_weight", "X_val", "y_val"}
    assert set(LinearRegressor().get_metadata_routing().fit.requests) == {"sample_weight"}


def test_requests_are_kept_by_clones():
    asked = NeuralRegressor().set_partial_fit_request(sample_weight=True, X_val="held", y_val=False)
    requests = clone(asked).get_metadata_routing().partial_fit.requests
    assert requests == {"sample_weight": True, "X_val": "held", "y_val": False}


@pytest.mark.parametrize("estimator", ALL, ids=lambda estimator: type(estimator).__name__)
def test_weights_reach_the_last_step_of_a_pipeline(estimator):
    y = target_of(estimator)
    scaler = StandardScaler().set_fit_request(sample_weight=False)
    last = clone(estimator).set_fit_request(sample_weight=True)
    steps = Pipeline([("scale", scaler), ("learn", last)]).fit(X, y, sample_weight=WEIGHTS)
    scaled = StandardScaler().fit_transform(X)
    expected = clone(estimator).fit(scaled, y, sample_weight=WEIGHTS)
    np.testing.assert_array_equal(steps.predict(X), expected.predict(scaled))
    unweighted = clone(estimator).fit(scaled, y)
    if not hasattr(estimator, "predict_proba"):
        assert np.abs(unweighted.predict(scaled) - expected.predict(scaled)).max() > 1e-4


@pytest.mark.parametrize("kind", [NeuralClassifier, NeuralRegressor])
def test_a_validation_part_goes_through_the_steps_before(kind):
    y = target_of(kind())
    last = kind(**SMALL).set_fit_request(X_val=True, y_val=True)
    steps = Pipeline([("scale", StandardScaler()), ("learn", last)], transform_input=["X_val"])
    steps.fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    scale = StandardScaler().fit(X[:60])
    expected = kind(**SMALL)
    expected.fit(scale.transform(X[:60]), y[:60], X_val=scale.transform(X[60:]), y_val=y[60:])
    assert steps["learn"].validation_curve_ == expected.validation_curve_


@pytest.mark.parametrize("estimator", ALL, ids=lambda estimator: type(estimator).__name__)
def test_cross_validation_cuts_the_weights_with_the_rows(estimator):
    y = target_of(estimator)
    asked = clone(estimator).set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
    half = np.arange(80) < 40
    folds = [(half.nonzero()[0], (~half).nonzero()[0])]
    found = cross_validate(asked, X, y, cv=folds, params={"sample_weight": WEIGHTS})
    expected = clone(estimator).fit(X[half], y[half], sample_weight=WEIGHTS[half])
    assert found["test_score"][0] == expected.score(X[~half], y[~half], sample_weight=WEIGHTS[~half])


def test_a_search_hands_weights_on():
    asked = NeuralRegressor(**SMALL).set_fit_request(sample_weight=True).set_score_request(sample_weight=False)
    search = GridSearchCV(asked, {"learning_rate": [1e-3, 1e-2]}, cv=2).fit(X, Y, sample_weight=WEIGHTS)
    expected = NeuralRegressor(**SMALL | search.best_params_).fit(X, Y, sample_weight=WEIGHTS)
    np.testing.assert_array_equal(search.predict(X), expected.predict(X))

"""Neural estimators as a user of scikit-learn meets them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dendrax import LinearClassifier, NeuralClassifier, NeuralRegressor
from dendrax.layers import Dense

IRIS = load_iris(return_X_y=True)
QUICK = {"max_epochs": 30, "random_state": 0}


def test_iris_is_learned():
    X, y = IRIS
    assert cross_val_score(NeuralClassifier(random_state=0), X, y, cv=3).mean() > 0.93


def test_numbers_are_learned():
    X, y = load_diabetes(return_X_y=True)
    assert cross_val_score(NeuralRegressor(random_state=0), X, y, cv=3).mean() > 0.40


@pytest.mark.parametrize("batch_size", [1, 7, 32, None])
def test_a_linear_network_finds_the_logistic_optimum(batch_size):
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X[:, [0, 1, 4, 9]])
    exact = LinearClassifier(penalty=0.0).fit(X, y)
    rate = {1: 1e-3, 7: 1e-3, 32: 1e-3, None: 0.05}[batch_size]
    epochs = {1: 150, 7: 700, 32: 1000, None: 2000}[batch_size]
    model = NeuralClassifier(
        [],
        optimiser="adam",
        learning_rate=rate,
        batch_size=batch_size,
        max_epochs=epochs,
        validation_fraction=0,
        weight_decay=0.0,
        schedule="cosine",
        tolerance=0.0,
        patience=10**6,
        prepare=None,
        random_state=0,
    ).fit(X, y)
    best, ours = log_loss(y, exact.predict_proba(X)), log_loss(y, model.predict_proba(X))
    assert best - 1e-6 <= ours < best + 5e-3


@pytest.mark.parametrize("labels", [[0, 1], [-1, 1], ["no", "yes"], [False, True], [3, 5, 9], ["a", "b", "c"]])
def test_labels_of_any_type_come_back(labels):
    X, y = IRIS
    named = np.array(labels)[y % len(labels)]
    model = NeuralClassifier([8], **QUICK).fit(X, named)
    assert model.predict(X).dtype == named.dtype
    assert set(model.predict(X).tolist()) <= set(labels)
    np.testing.assert_array_equal(model.classes_, np.sort(np.array(labels)))
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-5)


def test_several_numbers():
    X, y = load_diabetes(return_X_y=True)
    model = NeuralRegressor([16], **QUICK).fit(X, np.column_stack([y, -2 * y + 1]))
    answers = model.predict(X)
    assert answers.shape == (442, 2)
    assert model.score(X, np.column_stack([y, -2 * y + 1])) > 0.4


def test_attributes_are_those_of_scikit_learn():
    X, y = IRIS
    ours = NeuralClassifier([10, Dense(6, "tanh")], validation_fraction=0, **QUICK).fit(X, y)
    theirs = MLPClassifier((10, 6), max_iter=2000).fit(X, y)
    assert [w.shape for w in ours.coefs_] == [w.shape for w in theirs.coefs_]
    assert [b.shape for b in ours.intercepts_] == [b.shape for b in theirs.intercepts_]
    assert ours.n_iter_ == len(ours.loss_curve_) == 30
    assert ours.stopped_because_ == "epochs"
    assert (ours.out_activation_, ours.n_outputs_, ours.n_features_in_) == ("softmax", 3, 4)


def test_the_trace_ends_in_the_answer():
    X, y = IRIS
    model = NeuralClassifier([10, Dense(6, "tanh")], **QUICK).fit(X, y)
    trace = model.trace(X)
    assert [layer["in"].shape for layer in trace] == [(150, 10), (150, 6), (150, 3)]
    np.testing.assert_allclose(trace[0]["a"], np.maximum(trace[0]["in"], 0))
    np.testing.assert_allclose(
        trace[1]["in"], trace[0]["a"] @ model.coefs_[1] + model.intercepts_[1], rtol=1e-4, atol=1e-5
    )
    np.testing.assert_allclose(trace[-1]["a"], model.predict_proba(X), rtol=1e-4, atol=1e-6)


def test_the_best_epoch_is_kept_by_the_loss():
    X, y = load_breast_cancer(return_X_y=True)
    held = slice(0, 150)
    model = NeuralClassifier([64], learning_rate=0.02, **QUICK).fit(X[150:], y[150:], X_val=X[held], y_val=y[held])
    assert model.best_epoch_ == np.argmin(model.validation_curve_) + 1
    assert log_loss(y[held], model.predict_proba(X[held])) == pytest.approx(min(model.validation_curve_), rel=1e-3)


def test_a_weight_of_zero_is_a_row_left_out():
    X, y = IRIS
    weights = (np.arange(150) % 3 > 0).astype(float)
    a = NeuralClassifier([8], **QUICK).fit(X, y, sample_weight=weights)
    b = NeuralClassifier([8], **QUICK).fit(X[weights > 0], y[weights > 0])
    np.testing.assert_array_equal(a.predict_proba(X), b.predict_proba(X))


def test_weight_two_equals_the_row_twice():
    X, y = load_diabetes(return_X_y=True)
    options = {"batch_size": None, "validation_fraction": 0, "optimiser": "sgd", "learning_rate": 0.1, "max_epochs": 50}
    weights = 1.0 + (np.arange(442) % 2)
    a = NeuralRegressor([8], random_state=0, **options).fit(X, y, sample_weight=weights)
    twice = np.repeat(np.arange(442), weights.astype(int))
    b = NeuralRegressor([8], random_state=0, **options).fit(X[twice], y[twice])
    np.testing.assert_allclose(a.predict(X), b.predict(X), rtol=1e-3)


def test_class_weights_shift_the_answers():
    X, y = load_breast_cancer(return_X_y=True)
    plain = NeuralClassifier([], learning_rate=0.02, **QUICK).fit(X, y)
    heavy = NeuralClassifier([], learning_rate=0.02, class_weight={0: 20.0, 1: 1.0}, **QUICK).fit(X, y)
    assert (heavy.predict(X) == 0).sum() > (plain.predict(X) == 0).sum()
    same = NeuralClassifier([], learning_rate=0.02, **QUICK).fit(X, y, sample_weight=np.where(y == 0, 20.0, 1.0))
    np.testing.assert_array_equal(same.predict_proba(X), heavy.predict_proba(X))


@pytest.mark.parametrize("loss", ["squared", "absolute", "huber"])
def test_losses_for_numbers(loss):
    rng = np.random.default_rng(0)
    y = rng.exponential(size=2000)
    model = NeuralRegressor(
        [], loss=loss, learning_rate=0.02, optimiser="adam", weight_decay=0.0, max_epochs=60, random_state=0
    ).fit(np.zeros((2000, 1)) + rng.normal(size=(2000, 1)) * 1e-9, y)
    centre = {"squared": y.mean(), "absolute": np.median(y)}.get(loss)
    answer = float(np.median(model.predict(np.zeros((1, 1)))))
    if centre is None:
        assert np.median(y) < answer < y.mean()
    else:
        assert answer == pytest.approx(centre, abs=0.08)


def frame(n=200):
    rng = np.random.default_rng(0)
    kind = rng.choice(["red", "green", None], n)
    size = np.where(rng.random(n) < 0.2, np.nan, rng.normal(size=n))
    y = np.where(kind == "red", 1.0, -1.0) + np.nan_to_num(size, nan=2.0)
    return pd.DataFrame({"kind": kind, "size": size, "flag": rng.random(n) < 0.5}), y


def test_tables_with_holes_and_categories():
    X, y = frame()
    model = NeuralRegressor(random_state=0).fit(X, y)
    assert model.score(X, y) > 0.95
    assert list(model.feature_names_in_) == ["kind", "size", "flag"]
    strange = X.head(2).assign(kind=["never seen", None])
    assert np.isfinite(model.predict(strange)).all()


def test_pandas_and_polars_agree():
    X, y = frame()
    model = NeuralRegressor(**QUICK).fit(X, y)
    other = NeuralRegressor(**QUICK).fit(pl.from_pandas(X), y)
    np.testing.assert_array_equal(model.predict(X), other.predict(pl.from_pandas(X)))


def test_reordered_columns_are_refused():
    X, y = frame()
    model = NeuralRegressor(**QUICK).fit(X, y)
    with pytest.raises(ValueError, match="feature names should match"):
        model.predict(X[["size", "kind", "flag"]])


def test_plain_preparation_is_none():
    X, y = IRIS
    model = NeuralClassifier([8], prepare=None, **QUICK).fit(X, y)
    np.testing.assert_allclose(
        model.trace(X)[0]["in"], X @ model.coefs_[0] + model.intercepts_[0], rtol=1e-4, atol=1e-4
    )
    with pytest.raises(ValueError, match="NaN"):
        NeuralClassifier([8], prepare=None).fit(np.where(X > 7, np.nan, X), y)


def test_infinite_inputs_are_refused():
    X, y = IRIS
    with pytest.raises(ValueError, match="infinity"):
        NeuralClassifier().fit(np.where(X > 7, np.inf, X), y)


def test_one_class_only_is_refused():
    with pytest.raises(ValueError, match="at least two classes; got one class only"):
        NeuralClassifier().fit(IRIS[0], np.zeros(150))


def test_the_same_seed_gives_the_same_bits():
    X, y = IRIS
    a, b = (NeuralClassifier([8], **QUICK).fit(X, y) for _ in range(2))
    np.testing.assert_array_equal(a.predict_proba(X), b.predict_proba(X))
    other = NeuralClassifier([8], max_epochs=30, random_state=1).fit(X, y)
    assert not np.array_equal(a.predict_proba(X), other.predict_proba(X))


def test_it_works_in_pipelines_and_clones():
    X, y = IRIS
    pipe = make_pipeline(StandardScaler(), NeuralClassifier([8], **QUICK)).fit(X, y)
    assert clone(pipe).fit(X, y).score(X, y) == pipe.score(X, y)


def test_a_checkpoint_resumes(tmp_path):
    X, y = IRIS
    path = tmp_path / "state"
    options = {"checkpoint": path, "validation_fraction": 0, "tolerance": 0.0, "random_state": 0}
    NeuralClassifier([8], max_epochs=40, time_limit=1e-6, **options).fit(X, y)
    resumed = NeuralClassifier([8], max_epochs=40, **options).fit(X, y)
    straight = NeuralClassifier([8], max_epochs=40, **options | {"checkpoint": None}).fit(X, y)
    np.testing.assert_array_equal(resumed.predict_proba(X), straight.predict_proba(X))
    assert resumed.loss_curve_ == straight.loss_curve_


def test_answers_are_fresh_and_writable():
    X, y = IRIS
    model = NeuralClassifier([8], **QUICK).fit(X, y)
    model.predict_proba(X)[:] = 0
    assert model.predict_proba(X).sum() == pytest.approx(150, rel=1e-4)


def test_plain_sgd_learns_what_scikit_learn_learns():
    X, y = load_diabetes(return_X_y=True)
    X, y = StandardScaler().fit_transform(X), (y - y.mean()) / y.std()
    theirs = MLPRegressor(
        hidden_layer_sizes=(16,),
        solver="sgd",
        alpha=0,
        momentum=0.9,
        learning_rate_init=0.01,
        batch_size=32,
        max_iter=60,
        tol=0,
        n_iter_no_change=100,
    ).set_params(nesterovs_momentum=False, random_state=0)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        theirs.fit(X, y)
    ours = NeuralRegressor(
        [16],
        optimiser="sgd",
        momentum=0.9,
        learning_rate=0.01,
        batch_size=32,
        max_epochs=60,
        validation_fraction=0,
        tolerance=0.0,
        random_state=0,
    ).fit(X, y)
    assert ours.loss_curve_[-1] == pytest.approx(theirs.loss_curve_[-1], rel=0.15)


def test_logarithms_of_probabilities_are_those_of_the_probabilities():
    X = np.array([[-1e9], [-1.0], [1.0], [1e9]])
    model = NeuralClassifier([], prepare=None, max_epochs=5, random_state=0).fit(X[1:3], [0, 1])
    answers = model.predict_log_proba(X)
    assert (answers.dtype, answers.shape) == (np.float32, (4, 2))
    np.testing.assert_allclose(np.exp(answers), model.predict_proba(X), rtol=1e-6)
    assert np.isneginf(answers[[0, 3], [1, 0]]).any()  # and no warning
    assert not hasattr(NeuralClassifier(loss="hinge"), "predict_log_proba")

"""Going on: warm starts, parts, metrics and callbacks."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.metrics import accuracy_score, make_scorer

from dendrax import NeuralClassifier, NeuralRegressor, load
from dendrax.core.constraints import HyperparameterError
from dendrax.learning import LBFGS

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 3))
Y = np.sin(2 * X[:, 0]) + X[:, 1]
CLASSES = (Y > 0).astype(int)
PLAIN = {"learning_rate": 0.01, "batch_size": 32, "random_state": 0, "tolerance": 0.0, "patience": 1000}


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first.coefs_, second.coefs_, strict=True))


@pytest.mark.parametrize("validation", [0, 0.2])
@pytest.mark.parametrize("optimiser", ["sgd", "adam", "lbfgs"])
def test_k_epochs_and_then_m_are_k_plus_m(optimiser, validation):
    options = PLAIN | {"optimiser": optimiser, "validation_fraction": validation}
    options |= {"batch_size": None} if optimiser == "lbfgs" else {}
    straight = NeuralRegressor([8], max_epochs=12, **options).fit(X, Y)
    parts = NeuralRegressor([8], max_epochs=5, warm_start=True, **options).fit(X, Y)
    parts = pickle.loads(pickle.dumps(parts))
    parts.set_params(max_epochs=7).fit(X, Y)
    assert same(straight, parts)
    assert parts.n_iter_ == 12
    assert parts.history_ == straight.history_


def test_a_warm_start_that_ran_out_of_patience_goes_on():
    model = NeuralRegressor([8], max_epochs=500, warm_start=True, **(PLAIN | {"tolerance": 1e-2, "patience": 3}))
    first = model.fit(X, Y).n_iter_
    assert model.stopped_because_ == "patience"
    assert model.fit(X, Y).n_iter_ > first


def test_a_warm_start_on_other_rows_forgets_the_best_of_the_old_ones():
    model = NeuralRegressor([8], max_epochs=30, warm_start=True, **PLAIN).fit(X, Y)
    model.fit(X, 5 * Y)
    assert model.best_epoch_ > 30
    assert model.n_iter_ == 60


def test_without_warm_start_a_fit_begins_anew():
    model = NeuralRegressor([8], max_epochs=5, **PLAIN).fit(X, Y)
    before = model.coefs_
    assert all(np.array_equal(a, b) for a, b in zip(before, model.fit(X, Y).coefs_, strict=True))


def test_parts_of_all_rows_are_epochs():
    straight = NeuralRegressor([8], max_epochs=6, validation_fraction=0, **PLAIN).fit(X, Y)
    parts = NeuralRegressor([8], validation_fraction=0, **PLAIN)
    for _ in range(6):
        parts.partial_fit(X, Y)
    assert same(straight, parts)
    assert parts.n_iter_ == 6


def test_parts_know_classes_beforehand_and_weights_in_units_of_the_first():
    model = NeuralClassifier([8], **PLAIN)
    model.partial_fit(X[:50], np.zeros(50, int), classes=[0, 1])
    for start in range(0, 300, 50):
        model.partial_fit(X[start : start + 50], CLASSES[start : start + 50])
    assert model.classes_.tolist() == [0, 1]
    assert model.predict_proba(X).shape == (300, 2)
    heavy, light = (NeuralRegressor([8], validation_fraction=0, optimiser="sgd", **PLAIN) for _ in range(2))
    heavy.partial_fit(X[:64], Y[:64], np.full(64, 3.0)).partial_fit(X[64:128], Y[64:128], np.full(64, 3.0))
    light.partial_fit(X[:64], Y[:64]).partial_fit(X[64:128], Y[64:128])
    assert same(heavy, light)
    heavier = NeuralRegressor([8], validation_fraction=0, optimiser="sgd", **PLAIN)
    heavier.partial_fit(X[:64], Y[:64]).partial_fit(X[64:128], Y[64:128], np.full(64, 3.0))
    assert not same(heavier, light)


def test_parts_stop_early_by_rows_of_your_own():
    model = NeuralRegressor([32], **(PLAIN | {"learning_rate": 0.05, "patience": 5}))
    noise = RNG.normal(size=100)
    for _ in range(200):
        model.partial_fit(X[:40], Y[:40], X_val=X[200:], y_val=Y[200:] + noise)
        if model.stopped_because_ == "patience":
            break
    assert model.stopped_because_ == "patience"
    assert model.best_epoch_ == model.n_iter_ - 5
    curve = model.validation_curve_
    assert np.argmin(curve) + 1 == model.best_epoch_


def test_new_levels_in_a_later_part_warn():
    table = pd.DataFrame({"kind": ["a", "b"] * 20, "size": np.arange(40.0)})
    model = NeuralRegressor([4], **PLAIN).partial_fit(table, np.arange(40.0))
    with pytest.warns(UserWarning, match=r"levels .* count as unseen; they are in 'kind'"):
        model.partial_fit(table.replace({"kind": {"b": "c"}}), np.arange(40.0))


def test_what_parts_cannot_do_raises(tmp_path):
    assert not hasattr(NeuralRegressor(optimiser=LBFGS()), "partial_fit")
    with pytest.raises(AttributeError, match="no attribute 'partial_fit'") as refused:
        NeuralRegressor(optimiser="lbfgs").partial_fit(X, Y)
    assert "another optimiser than 'lbfgs'" in str(refused.value.__cause__)
    with pytest.raises(HyperparameterError, match="checkpoint must be None in partial_fit"):
        NeuralRegressor(checkpoint=tmp_path / "c").partial_fit(X, Y)
    NeuralRegressor([4], max_epochs=1).fit(X, Y).save(tmp_path / "m.dendrax")
    with pytest.raises(ValueError, match="a loaded one must be fitted"):
        load(tmp_path / "m.dendrax").partial_fit(X, Y)


@pytest.mark.parametrize(
    "metric",
    ["accuracy", make_scorer(accuracy_score), accuracy_score, "neg_log_loss"],
    ids=["name", "scorer", "function", "loss"],
)
def test_a_metric_chooses_the_best_epoch(metric):
    model = NeuralClassifier([8], max_epochs=25, metric=metric, **PLAIN).fit(X, CLASSES)
    seen = model.history_["metric"]
    assert len(seen) == model.n_iter_ == 25
    assert model.best_epoch_ == int(np.argmax(seen)) + 1
    own = NeuralClassifier([8], max_epochs=25, metric=metric, **PLAIN)
    own.fit(X[:200], CLASSES[:200], X_val=X[200:], y_val=CLASSES[200:])
    if metric is accuracy_score:
        assert max(own.history_["metric"]) == pytest.approx(own.score(X[200:], CLASSES[200:]))


def test_a_metric_ends_patience_and_is_kept_over_a_break(tmp_path):
    options = PLAIN | {"patience": 4, "metric": "r2"}
    model = NeuralRegressor([16], max_epochs=400, **options).fit(X, Y)
    assert model.stopped_because_ == "patience"
    assert model.best_epoch_ == model.n_iter_ - 4
    short = NeuralRegressor([16], max_epochs=400, checkpoint=tmp_path / "c", callbacks=[lambda e: e["epoch"] == 3])
    short.set_params(**options).fit(X, Y)
    assert short.n_iter_ == 3
    again = clone(short).set_params(callbacks=None).fit(X, Y)
    assert same(again, model)
    assert again.history_ == model.history_


def test_callbacks_see_every_epoch_and_may_stop():
    seen = []
    stops = [lambda e: seen.append(e), lambda e: e["epoch"] == 4]
    model = NeuralRegressor([4], max_epochs=50, callbacks=stops, **PLAIN).fit(X, Y)
    assert (model.n_iter_, model.stopped_because_) == (4, "callback")
    assert [e["epoch"] for e in seen] == [1, 2, 3, 4]
    assert [e["training_loss"] for e in seen] == model.loss_curve_
    assert [e["validation_loss"] for e in seen] == model.validation_curve_
    straight = NeuralRegressor([4], max_epochs=4, **PLAIN).fit(X, Y)
    assert same(model, straight)


def test_the_history_is_a_table():
    model = NeuralRegressor([4], max_epochs=6, schedule="cosine", **PLAIN).fit(X, Y)
    frame = model.history_frame()
    assert frame.columns.tolist() == ["training_loss", "validation_loss", "learning_rate", "gradient_norm"]
    assert frame.index.tolist() == [1, 2, 3, 4, 5, 6]
    assert (frame["gradient_norm"] > 0).all()
    assert frame["learning_rate"].iloc[1:].is_monotonic_decreasing
    assert frame["learning_rate"].iloc[0] < frame["learning_rate"].iloc[1]  # the warm-up


def test_the_gradient_norm_of_plain_descent_is_that_of_the_loss():
    options = PLAIN | {"optimiser": "sgd", "batch_size": None, "validation_fraction": 0, "prepare": None}
    model = NeuralRegressor([], max_epochs=1, **options).fit(X, Y)
    start = NeuralRegressor([], max_epochs=1, **(options | {"learning_rate": 1e-30})).fit(X, Y)
    error = start.predict(X) - Y
    gradient = np.r_[X.T @ error, error.sum()] / len(Y)
    assert model.history_["gradient_norm"][0] == pytest.approx(np.linalg.norm(gradient), rel=1e-4)


def test_the_best_loss_and_how_sure_it_is():
    own = {"X_val": X[200:], "y_val": Y[200:]}
    model = NeuralRegressor([16], max_epochs=60, **PLAIN).fit(X[:200], Y[:200], **own)
    spread = np.std(Y[:200])
    losses = 0.5 * ((Y[200:] - model.predict(X[200:])) / spread) ** 2
    assert model.best_loss_ == pytest.approx(losses.mean(), rel=1e-4)
    assert model.best_loss_error_ == pytest.approx(losses.std() / 10, rel=1e-3)
    without = NeuralRegressor([16], max_epochs=5, validation_fraction=0, **PLAIN).fit(X, Y)
    assert without.best_loss_ == without.loss_curve_[-1]
    assert np.isnan(without.best_loss_error_)

"""Going on from a fit: what changes, what is refused, where it begins."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.metrics import r2_score

from dendrax import NeuralClassifier, NeuralRegressor, load
from dendrax.core.constraints import HyperparameterError
from dendrax.layers import Dense, Dropout
from dendrax.learning import Adam, InverseScaling, Step
from dendrax.learning.split import held_out
from dendrax.losses import Huber

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 3))
Y = X @ [1.0, 2.0, -1.0] + 0.1 * RNG.normal(size=300)
CLASSES = (Y > 0).astype(int)
PLAIN = {"learning_rate": 0.01, "batch_size": 32, "random_state": 0, "tolerance": 0.0, "patience": 1000}


def warm(**options):
    return NeuralRegressor(**({"layers": [4], "max_epochs": 3, "warm_start": True} | PLAIN | options))


def same(first, second):
    return all(np.array_equal(a, b) for a, b in zip(first.coefs_, second.coefs_, strict=True))


def cut(model, *rows):
    """Fit until the first step is over: a time limit that has passed cuts the run in the middle of an epoch."""
    limit = model.time_limit
    model.set_params(time_limit=1e-9).fit(*rows).set_params(time_limit=limit)
    assert model.stopped_because_ == "time"
    assert int(model._kept.state.step) == 16
    return model


def test_a_part_after_a_fit_is_one_epoch_at_the_rate_given():
    model = NeuralRegressor([4], random_state=0, learning_rate=0.01).fit(X, Y)  # its schedule is a cosine
    epochs = model.n_iter_
    model.partial_fit(X[:5], Y[:5] + 1).partial_fit(X[:5], Y[:5] + 1)
    assert model.n_iter_ == epochs + 2
    assert model.history_["learning_rate"][-2:] == pytest.approx([0.01, 0.01])


def test_a_small_part_holds_out_no_more_than_its_share(monkeypatch):
    held = []

    def spy(order_by, n_held, seed, classes):
        held.append(n_held)
        return held_out(order_by, n_held, seed, classes)

    model = NeuralRegressor([4], random_state=0, max_epochs=2).fit(X, Y)
    monkeypatch.setattr("dendrax.estimators.tasks.held_out", spy)
    for rows in (5, 10, 40):
        model.partial_fit(X[:rows], Y[:rows])
    assert held == [1, 2, 8]


def test_the_best_of_a_fit_is_scored_anew_by_the_rows_of_a_part():
    model = NeuralRegressor([16], max_epochs=100, **PLAIN).fit(X, Y)
    other = -5 * Y
    for _ in range(30):
        model.partial_fit(X, other)
    assert model.best_epoch_ > 100
    assert model.score(X, other) > 0


@pytest.mark.parametrize("schedule", ["cosine", "step", "one_cycle", Step(0.5, 0.5)], ids=str)
def test_parts_know_no_end_of_training(schedule):
    with pytest.raises(HyperparameterError, match="schedule must be 'constant' or 'inverse_scaling' in partial_fit"):
        NeuralRegressor([4], schedule=schedule).partial_fit(X, Y)


def test_parts_take_a_schedule_of_epochs():
    model = NeuralRegressor([4], schedule=InverseScaling(0.5), **PLAIN)
    for _ in range(4):
        model.partial_fit(X, Y)
    assert model.history_["learning_rate"] == pytest.approx([0.01 / np.sqrt(e) for e in (1, 2, 3, 4)])


NUMBERS = {"learning_rate": 0.1, "weight_decay": 5.0, "clip_gradient": 1e-4, "schedule": "one_cycle", "batch_size": 8}


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers_that_change_take_effect(name):
    as_before, changed = (warm(optimiser="sgd", weight_decay=0.1).fit(X, Y) for _ in range(2))
    changed.set_params(**{name: NUMBERS[name]}).fit(X, Y)
    assert not same(as_before.fit(X, Y), changed)


@pytest.mark.parametrize("name", ["learning_rate", "clip_gradient"])
def test_numbers_that_change_take_effect_in_parts_too(name):
    as_before, changed = (warm(optimiser="sgd").partial_fit(X, Y) for _ in range(2))
    changed.set_params(**{name: NUMBERS[name]}).partial_fit(X, Y)
    assert not same(as_before.partial_fit(X, Y), changed)


@pytest.mark.parametrize(
    ("first", "then"), [({"optimiser": "sgd"}, {"momentum": 0.9}), ({"optimiser": Adam(0.9)}, {"optimiser": Adam(0.1)})]
)
def test_the_numbers_of_the_optimiser_may_change(first, then):
    as_before, changed = (warm(**first).fit(X, Y) for _ in range(2))
    assert not same(as_before.fit(X, Y), changed.set_params(**then).fit(X, Y))


def test_the_rate_of_a_dropout_may_change():
    as_before, changed = (warm(layers=[Dense(4), Dropout(0.1)]).fit(X, Y) for _ in range(2))
    assert not same(as_before.fit(X, Y), changed.set_params(layers=[Dense(4), Dropout(0.5)]).fit(X, Y))


OTHERS = {
    "layers": [5],
    "loss": "huber",
    "optimiser": "sgd",
    "output_activation": "leaky_relu",
    "prepare": None,
    "random_state": 1,
    "validation_fraction": 0.5,
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_makes_another_network_or_loss_is_refused(name):
    model = warm().fit(X, Y)
    before = model.predict(X)
    model.set_params(**{name: OTHERS[name]})
    with pytest.raises(HyperparameterError, match=rf"{name} must stay .* while warm_start goes on .*; got "):
        model.fit(X, Y)
    with pytest.raises(HyperparameterError, match=rf"{name} must stay .* while partial_fit goes on .*; got "):
        model.partial_fit(X, Y)
    np.testing.assert_array_equal(model.predict(X), before)
    assert model.set_params(warm_start=False).fit(X, Y).n_iter_ == 3


@pytest.mark.parametrize(("name", "other"), [("label_smoothing", 0.1), ("multi_label", True)])
def test_what_makes_other_classes_is_refused(name, other):
    y = np.c_[CLASSES, 1 - CLASSES]
    model = NeuralClassifier([4], max_epochs=2, warm_start=True, **PLAIN).fit(X, y)
    with pytest.raises(HyperparameterError, match=f"{name} must stay"):
        model.set_params(**{name: other}).fit(X, y)


def test_the_numbers_of_a_loss_must_stay():
    model = warm(loss=Huber(1.0)).fit(X, Y)
    with pytest.raises(HyperparameterError, match=r"loss must stay Huber.*; got Huber"):
        model.set_params(loss=Huber(0.5)).fit(X, Y)


def test_the_same_thing_in_other_words_goes_on():
    model = warm().fit(X, Y)
    model.set_params(layers=[Dense(4)], loss="squared", optimiser="adamw", output_activation="identity").fit(X, Y)
    assert model.n_iter_ == 6


def test_going_on_survives_pickling_with_a_generator_as_seed():
    model = warm(random_state=np.random.RandomState(3)).fit(X, Y)
    assert pickle.loads(pickle.dumps(model)).fit(X, Y).n_iter_ == 6


def test_a_cut_epoch_ends_on_the_same_rows():
    seen = []
    options = {"batch_size": 8, "validation_fraction": 0}
    straight = NeuralRegressor([4], max_epochs=3, **(PLAIN | options)).fit(X, Y)
    model = cut(warm(**options), X, Y)
    model.set_params(callbacks=[lambda e: seen.append(e["epoch"])], metric="r2").fit(X, Y)
    assert seen == [1, 2, 3]
    assert model.loss_curve_ == straight.loss_curve_
    last = cut(warm(max_epochs=1, **options), X, Y).set_params(metric="r2").fit(X, Y)
    assert last.history_["metric"] == pytest.approx([r2_score(Y, last.predict(X))])


@pytest.mark.parametrize("in_parts", [True, False])
def test_a_cut_epoch_begins_anew_on_other_rows(in_parts):
    model = cut(warm(batch_size=8, max_epochs=1, optimiser="sgd", validation_fraction=0), X, Y)
    other = X[:64], 7 * Y[:64]
    before = model.predict(other[0])
    model.set_params(batch_size=64, learning_rate=1e-12)
    model = model.partial_fit(*other) if in_parts else model.fit(*other)
    mean, spread = Y.mean(), Y.std()
    losses = 0.5 * (((other[1] - mean) - (before - mean)) / spread) ** 2
    assert model.loss_curve_[-1] == pytest.approx(losses.mean(), rel=1e-4)


def test_a_metric_that_comes_later_scores_the_best_so_far():
    model = warm(layers=[16], max_epochs=40, validation_fraction=0).fit(X, Y)
    model.set_params(metric="r2", patience=5).fit(X, Y)
    metric = model.history_["metric"]
    assert len(model.history_frame()) == len(metric) == model.n_iter_ > 41
    assert np.isnan(metric[:40]).all()
    assert model.best_epoch_ == np.nanargmax(metric) + 1


@pytest.mark.parametrize("then", [None, "neg_mean_squared_error"])
def test_a_metric_that_goes_or_changes_leaves_no_score_behind(then):
    model = warm(layers=[16], max_epochs=10, metric=lambda y, a: 1e6 + r2_score(y, a)).fit(X, Y)
    model.set_params(metric=then, max_epochs=30, patience=10).fit(X, Y)
    assert model.stopped_because_ == "epochs"
    assert model.best_epoch_ > 10
    assert len(model.history_frame()) == 40
    assert np.isnan(model.history_["metric"][10:]).all() == (then is None)


def test_missing_targets_may_come_later():
    y = np.c_[Y, -Y]
    holes = np.where(RNG.random(y.shape) < 0.2, np.nan, y)
    for go_on in ("fit", "partial_fit"):
        model = warm(max_epochs=30).fit(X, y)
        getattr(model, go_on)(X, holes)
        assert np.isfinite(model.loss_curve_).all()
        getattr(model, go_on)(X, y)
        assert model.score(X, y) > 0.5
    own = warm(loss=lambda y, a: ((y - a) ** 2).sum()).fit(X, y)
    with pytest.raises(ValueError, match="no missing targets with a loss of your own"):
        own.fit(X, holes)


def test_counts_stay_0_and_more_in_later_parts_and_where_they_judge():
    counts = np.abs(np.round(Y))
    model = NeuralRegressor([4], loss="poisson", **PLAIN).partial_fit(X, counts)
    with pytest.raises(ValueError, match="y must hold numbers of 0 and more with loss='poisson'; got -1"):
        model.partial_fit(X, counts - 1)
    with pytest.raises(ValueError, match="y_val must hold numbers of 0 and more with loss='poisson'; got -1"):
        model.fit(X, counts, X_val=X, y_val=counts - 1)


def test_classes_that_are_named_again_must_be_the_same():
    model = NeuralClassifier([4], **PLAIN).partial_fit(X, CLASSES, classes=[0, 1])
    assert model.partial_fit(X, CLASSES, classes=[1, 0]).n_iter_ == 2
    with pytest.raises(ValueError, match=r"classes must be those of the first call, \[0, 1\]; got \[0, 1, 2\]"):
        model.partial_fit(X, CLASSES, classes=[0, 1, 2])


def test_balanced_weights_need_all_rows():
    with pytest.raises(HyperparameterError, match=r"class_weight must be None or a dict .* in partial_fit"):
        NeuralClassifier([4], class_weight="balanced").partial_fit(X, CLASSES)
    assert NeuralClassifier([4], class_weight={0: 1, 1: 2}, **PLAIN).partial_fit(X, CLASSES).n_iter_ == 1


def test_patience_that_is_used_up_stays_so_until_there_is_progress():
    reasons = []
    model = NeuralRegressor([4], **(PLAIN | {"patience": 3, "learning_rate": 1e-12, "tolerance": 0.1}))
    for _ in range(6):
        reasons.append(model.partial_fit(X, Y, X_val=X, y_val=Y).stopped_because_)
    assert reasons == ["epochs", "epochs", *["patience"] * 4]
    model.set_params(learning_rate=0.05)
    reasons = [model.partial_fit(X, Y, X_val=X, y_val=Y).stopped_because_ for _ in range(5)]
    assert "epochs" in reasons


def test_a_metric_ends_the_patience_of_parts_too():
    model = NeuralRegressor([4], metric="r2", **(PLAIN | {"patience": 3, "tolerance": 10.0}))
    reasons = [model.partial_fit(X, Y, X_val=X, y_val=Y).stopped_because_ for _ in range(5)]
    assert reasons == ["epochs", "epochs", "epochs", "patience", "patience"]


def test_a_loaded_model_does_not_begin_anew_in_silence(tmp_path):
    warm().fit(X, Y).save(tmp_path / "m.dendrax")
    model = load(tmp_path / "m.dendrax").set_params(warm_start=True)
    with pytest.raises(ValueError, match="warm_start=True must go on from a network trained in this process"):
        model.fit(X, Y)
    assert model.set_params(warm_start=False).fit(X, Y).n_iter_ == 3

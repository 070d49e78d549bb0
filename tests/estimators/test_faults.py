"""What users get wrong, and what must not pass in silence."""

from __future__ import annotations

import signal

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import cross_val_score

from dendrax import NeuralClassifier, NeuralRegressor, load
from dendrax.learning.interrupt import Interrupt
from dendrax.learning.outcome import DivergenceError
from dendrax.learning.split import held_out

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y, Z = (X[:, 0] > 0).astype(int), 2 * X[:, 0] + 1
QUICK = {"max_epochs": 3, "random_state": 0}


def test_without_preparation_columns_are_found_by_name():
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    model = NeuralRegressor([4], prepare=None, **QUICK).fit(frame, Z)
    expected = model.predict(frame)
    np.testing.assert_array_equal(model._predictor.predict(frame.assign(d=1.0)[["d", "c", "b", "a"]]), expected)
    with pytest.raises(ValueError, match=r"rows of shape \(3,\); got \(2,\)"):
        model._predictor.predict(X[:, :2])


@pytest.mark.parametrize(("rows", "fraction", "held"), [(5, 0.2, 1), (20, 0.5, 10), (60, 0.25, 15)])
def test_a_given_fraction_is_one_of_the_rows(rows, fraction, held, monkeypatch):
    seen = []

    def spy(order_by, n_held, seed, classes):
        seen.append(n_held)
        return held_out(order_by, n_held, seed, classes)

    monkeypatch.setattr("dendrax.estimators.tasks.held_out", spy)
    NeuralRegressor([4], validation_fraction=fraction, **QUICK).fit(X[:rows], Z[:rows])
    assert seen == [held]


def test_a_validation_part_must_fit_together():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        NeuralClassifier([4], **QUICK).fit(X, Y, X_val=X[:10], y_val=Y[:5])
    with pytest.raises(ValueError, match="must be given together"):
        NeuralClassifier([4], **QUICK).fit(X, Y, y_val=Y[:5])


def test_a_run_that_recovered_can_be_saved(tmp_path):
    model = NeuralRegressor([], optimiser="sgd", learning_rate=20.0, max_epochs=300, random_state=0).fit(X, Z)
    assert model.score(X, Z) > 0.9
    assert not np.isfinite(model.loss_curve_).all()
    model.save(tmp_path / "m.dendrax")
    np.testing.assert_array_equal(load(tmp_path / "m.dendrax").predict(X), model.predict(X))


def test_a_run_that_only_ever_grew_is_an_error():
    with pytest.raises(DivergenceError, match="diverged in epoch 10, after halving learning_rate"):
        NeuralRegressor([], optimiser="sgd", learning_rate=1000.0, max_epochs=30, random_state=0).fit(X, Z)


def test_a_run_that_never_was_finite_is_an_error():
    with pytest.raises(DivergenceError, match="diverged"):
        NeuralRegressor([4], learning_rate=1e30, optimiser="sgd", prepare=None, **QUICK).fit(X, Z)


@pytest.mark.parametrize("size", [1e-50, 1e-300, 1e39, 1e300])
def test_weights_of_any_size_count_by_their_ratio(size):
    weights = RNG.uniform(1, 2, 60)
    a = NeuralClassifier([4], **QUICK).fit(X, Y, sample_weight=weights)
    b = NeuralClassifier([4], **QUICK).fit(X, Y, sample_weight=weights * size)
    np.testing.assert_allclose(a.predict_proba(X), b.predict_proba(X), rtol=1e-4)


def test_a_checkpoint_of_another_seed_is_refused(tmp_path):
    path = tmp_path / "state"
    NeuralClassifier([4], checkpoint=path, **QUICK).fit(X, Y)
    with pytest.raises(ValueError, match="another run"):
        NeuralClassifier([4], checkpoint=path, max_epochs=3, random_state=1).fit(X, Y)


def test_every_class_keeps_a_row_to_learn_from():
    y = np.repeat([0, 1, 2], [56, 2, 2])
    training, held = held_out(y, 54, 0, classes=True)
    assert set(y[training]) == {0, 1, 2}
    assert len(training) + len(held) == 60


def test_three_tanh_units_answer_as_they_were_taught():
    y = np.digitize(X[:, 0], [-0.5, 0.5])
    model = NeuralClassifier(
        [], loss="squared", output_activation="tanh", learning_rate=0.05, max_epochs=300, random_state=0
    ).fit(X, y)
    trained = (model.trace(X)[-1]["a"] + 1) / 2  # taught −1 for no and +1 for yes
    np.testing.assert_allclose(
        model.predict_proba(X), trained / trained.sum(axis=1, keepdims=True), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("size", [1e-200, 1e200])
def test_targets_of_any_size_are_learned(size):
    plain = NeuralRegressor([4], **QUICK).fit(X, Z).predict(X)
    np.testing.assert_allclose(NeuralRegressor([4], **QUICK).fit(X, Z * size).predict(X), plain * size, rtol=1e-3)


def test_a_sequence_alone_is_learned_from():
    model = NeuralRegressor([4], **QUICK).fit(pd.DataFrame({"x": np.arange(60)}), Z)
    assert len(np.unique(model.predict(pd.DataFrame({"x": np.arange(60)})))) > 1


def test_a_single_step_of_a_cosine_is_a_step():
    options = {"schedule": "cosine", "batch_size": None, "validation_fraction": 0, "random_state": 0}
    model = NeuralRegressor([4], max_epochs=1, learning_rate=0.1, **options).fit(X, Z)
    assert model.history_["learning_rate"] == pytest.approx([0.05])
    start = NeuralRegressor([4], max_epochs=1, learning_rate=1e-30, **options).fit(X, Z)
    assert not np.allclose(model.predict(X), start.predict(X))


def test_a_rate_that_float32_cannot_hold_is_refused():
    with pytest.raises(ValueError, match=r"learning_rate must be .* above 0 and at most 1e\+38; got 1e\+300"):
        NeuralRegressor([4], learning_rate=1e300).fit(X, Z)


def test_a_validation_part_that_judges_nothing_is_refused():
    y, holes = np.c_[Z, Z], np.full((60, 2), np.nan)
    with pytest.raises(ValueError, match="y_val must hold a known target; got none"):
        NeuralRegressor([4], **QUICK).fit(X, y, X_val=X, y_val=holes)
    some = np.r_[y[:30], holes[:30]]
    half = NeuralRegressor([4], **QUICK).fit(X, y, X_val=X, y_val=some)
    whole = NeuralRegressor([4], **QUICK).fit(X, y, X_val=X[:30], y_val=y[:30])
    assert half.validation_curve_ == pytest.approx(whole.validation_curve_)


def test_a_fraction_above_0_holds_out_a_row_at_least():
    model = NeuralRegressor([4], validation_fraction=1e-3, **QUICK).fit(X, Z)
    assert model.validation_curve_ is not None


def test_a_metric_judges_the_rows_whose_targets_are_known():
    y = np.c_[Z, -Z]
    holes = y.copy()
    holes[40:, 0] = np.nan
    asked = []
    model = NeuralRegressor([4], metric=lambda y, a: asked.append(y) or -1.0, **QUICK).fit(X, holes)
    assert model.n_iter_ == 3
    np.testing.assert_array_equal(asked[0], y[:40])
    holes[:40, 1] = np.nan
    with pytest.raises(ValueError, match="metric must have rows to judge by whose targets are all known"):
        NeuralRegressor([4], metric="r2", **QUICK).fit(X, holes)


def test_a_metric_that_is_never_finite_chooses_nothing_and_warns():
    model = NeuralRegressor([4], metric=lambda y, a: np.nan, **QUICK)
    with pytest.warns(UserWarning, match="metric was finite after no epoch"):
        model.fit(X, Z)
    assert model.best_epoch_ == 3
    np.testing.assert_array_equal(model.predict(X), NeuralRegressor([4], **QUICK).fit(X, Z).predict(X))


@pytest.mark.parametrize(("answer", "epochs"), [(True, 1), (np.True_, 1), (1, 3), (np.ones(2), 3), ("yes", 3)], ids=str)
def test_only_true_stops(answer, epochs):
    assert NeuralRegressor([4], callbacks=[lambda epoch: answer], **QUICK).fit(X, Z).n_iter_ == epochs


def test_a_checkpoint_needs_a_folder(tmp_path):
    path = tmp_path / "nowhere" / "state"
    with pytest.raises(ValueError, match=r"checkpoint must be a file in a folder that exists; got .*nowhere/state'"):
        NeuralRegressor([4], checkpoint=path, **QUICK).fit(X, Z)
    NeuralRegressor([4], checkpoint=str(tmp_path / "state"), **QUICK).fit(X, Z)
    assert (tmp_path / "state").exists()


def test_ctrl_c_in_a_search_is_noticed_and_the_second_ends_it():
    Interrupt.forget()
    fits = []

    def interrupt(epoch):
        if epoch["epoch"] == 1:
            fits.append(epoch)
            if len(fits) in (1, 3):
                signal.raise_signal(signal.SIGINT)

    model = NeuralRegressor([4], callbacks=[interrupt], **QUICK)
    with pytest.warns(UserWarning, match="training was interrupted after epoch 2"), pytest.raises(KeyboardInterrupt):
        cross_val_score(model, X, Z, cv=5)
    assert len(fits) == 3

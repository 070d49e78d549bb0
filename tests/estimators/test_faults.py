"""What users get wrong, and what must not pass in silence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dendrax import NeuralClassifier, NeuralRegressor, load
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
    model = NeuralRegressor([], optimiser="sgd", learning_rate=1000.0, max_epochs=30, random_state=0).fit(X, Z)
    assert not np.isfinite(model.loss_curve_).all()
    model.save(tmp_path / "m.dendrax")
    np.testing.assert_array_equal(load(tmp_path / "m.dendrax").predict(X), model.predict(X))


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

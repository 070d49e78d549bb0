"""What `fit` leaves on an estimator comes back from a file: the history, and how good the best epoch was."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax import LinearRegressor, NeuralClassifier, NeuralRegressor, load
from dendrax.core.sealed import seal, unseal
from dendrax.estimators.fitted_attributes import FITTED, fitted_from_json, fitted_to_json
from dendrax.predictor.file import FORMAT, KIND, ModelFileError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(90, 3))
Y = X @ [1.0, -2.0, 0.5]
QUICK = {"layers": [4], "max_epochs": 3, "random_state": 0}
SINGLE = ("n_iter_", "best_epoch_", "best_loss_", "best_loss_error_", "stopped_because_", "loss_curve_")


def again(model, folder):
    model.save(folder / "m")
    return load(folder / "m")


@pytest.mark.parametrize(
    "options",
    [{}, {"validation_fraction": 0.3}, {"metric": "r2"}, {"metric": "r2", "validation_fraction": 0.3}],
    ids=["nothing held out", "held out", "a metric", "both"],
)
def test_the_history_comes_back(tmp_path, options):
    model = NeuralRegressor(**QUICK, **options).fit(X, Y)
    loaded = again(model, tmp_path)
    assert loaded.history_ == model.history_
    assert [*loaded.history_] == [*model.history_]
    for name in (*SINGLE, "validation_curve_"):
        np.testing.assert_equal(getattr(loaded, name), getattr(model, name), name)
    assert loaded.history_frame().equals(model.history_frame())
    assert loaded.summary() == model.summary()
    assert fitted_to_json(loaded).keys() == fitted_to_json(model).keys()


def test_the_history_of_parts_and_of_warm_starts_comes_back(tmp_path):
    warm = NeuralRegressor(**QUICK, warm_start=True).fit(X, Y).fit(X, Y)
    assert again(warm, tmp_path).history_ == warm.history_
    parts = NeuralClassifier([3], random_state=0).partial_fit(X, Y > 0).partial_fit(X, Y > 0)
    assert again(parts, tmp_path).history_ == parts.history_


@pytest.mark.parametrize(("first", "then"), [(None, "r2"), ("r2", None)])
def test_a_metric_for_some_epochs_only_is_a_column_with_holes(tmp_path, first, then):
    model = NeuralRegressor(**QUICK, warm_start=True, metric=first).fit(X, Y).set_params(metric=then).fit(X, Y)
    metric = np.array(model.history_["metric"])
    np.testing.assert_array_equal(np.isnan(metric), np.repeat([first is None, then is None], 3))
    if then is not None:
        assert metric[-1] == pytest.approx(model.score(X, Y)) or model.best_epoch_ < 6
    assert len(model.history_frame()) == 6
    np.testing.assert_array_equal(again(model, tmp_path).history_["metric"], metric)


def test_a_hole_comes_back_as_NaN(tmp_path):
    model = NeuralRegressor(**QUICK).fit(X, Y)
    model.loss_curve_ = [1.0, np.nan, 0.5]
    model.history_["training_loss"] = model.loss_curve_
    model.history_["gradient_norm"] = [1.0, np.inf, 2.0]
    loaded = again(model, tmp_path)
    np.testing.assert_array_equal(loaded.loss_curve_, [1.0, np.nan, 0.5])
    np.testing.assert_array_equal(loaded.history_["gradient_norm"], [1.0, np.nan, 2.0])


def test_a_long_history_fits_into_a_file(tmp_path):
    model, epochs = NeuralRegressor(**QUICK).fit(X, Y), 300_000
    model.n_iter_ = epochs
    model.history_ = {name: column[:1] * epochs for name, column in model.history_.items()}
    model.history_["epoch"], model.loss_curve_ = list(range(1, epochs + 1)), model.history_["training_loss"]
    loaded = again(model, tmp_path)
    assert loaded.history_ == model.history_
    assert (tmp_path / "m").stat().st_size < 3 * 8 * epochs + 10_000  # three columns were measured


def test_columns_of_different_lengths_are_not_saved(tmp_path):
    model = NeuralRegressor(**QUICK).fit(X, Y)
    model.history_["gradient_norm"].append(1.0)
    with pytest.raises(ModelFileError, match="the model cannot be saved: 'gradient_curve' must hold one number for"):
        model.save(tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_F10_format_2_had_no_history(tmp_path):
    """What it has not is NaN or None; what its curves tell is told."""
    model = NeuralRegressor(**QUICK, validation_fraction=0.3).fit(X, Y)
    model.save(tmp_path / "m")
    described, arrays = unseal((tmp_path / "m").read_bytes(), KIND, FORMAT)
    fitted = described["about"]["fitted"]
    for name in ("best_loss_", "best_loss_error_", "metric_curve"):
        del fitted[name]
    for name in ("rate_curve", "gradient_curve"):
        del arrays[f"fitted.{name}"]
    (tmp_path / "m").write_bytes(seal(KIND, 2, described, arrays))
    old = load(tmp_path / "m")
    assert old.best_loss_ == model.best_loss_ == old.validation_curve_[old.best_epoch_ - 1]
    assert np.isnan(old.best_loss_error_)
    assert old.history_ == model.history_ | {"learning_rate": [None] * 3, "gradient_norm": [None] * 3}


def test_the_best_loss_is_that_of_its_epoch(tmp_path):
    model = NeuralRegressor(**QUICK, validation_fraction=0.3).fit(X, Y)
    model.best_loss_ += 1.0
    with pytest.raises(ModelFileError, match=r"'best_loss_' must be .*, the validation loss of its epoch; got"):
        model.save(tmp_path / "m")


def test_linear_models_have_no_history(tmp_path):
    loaded = again(LinearRegressor().fit(X, Y), tmp_path)
    assert not hasattr(loaded, "history_")
    assert not hasattr(loaded, "best_loss_")


@pytest.mark.parametrize("curve", [[0.5], np.ones(1, np.float32), np.ones((1, 1)), np.array([np.inf]), "0.5", 0.5])
def test_F6_only_a_row_of_finite_numbers_is_a_curve(curve):
    with pytest.raises(ValueError, match="'loss_curve_' must be a row of finite numbers"):
        fitted_from_json({"n_features_in_": 1, "n_iter_": 1, "loss_curve_": curve}, FITTED)

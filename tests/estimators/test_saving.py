"""Estimators in files: what was saved comes back with the same bits, hyper-parameters and attributes."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from safetensors.numpy import load as arrays_of
from safetensors.numpy import save as to_bytes
from sklearn.exceptions import NotFittedError
from typer.testing import CliRunner

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor, load
from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal
from dendrax.cli.main import app
from dendrax.layers import Dense
from dendrax.predictor import ModelFileError
from dendrax.predictor import read as read_predictor

RNG = np.random.default_rng(0)
ARRAY = RNG.normal(size=(90, 3))
TABLE = pd.DataFrame(
    {
        "size": np.where(RNG.random(90) < 0.2, np.nan, ARRAY[:, 0]),
        "flag": RNG.random(90) < 0.5,
        "kind": RNG.choice(["red", "green", None], 90),
        "town": [f"town {i % 30}" for i in range(90)],
    }
)
CLASSES = RNG.choice(["no", "perhaps", "yes"], 90)
NUMBERS = ARRAY @ [1.0, -2.0, 0.5]
QUICK = {"layers": [6], "max_epochs": 3, "random_state": 0}
CASES = {
    "neural classes": (NeuralClassifier(**QUICK), CLASSES),
    "neural truth": (NeuralClassifier(**QUICK), NUMBERS > 0),
    "neural number": (NeuralRegressor(**QUICK), NUMBERS),
    "neural numbers": (NeuralRegressor(**QUICK), np.stack([NUMBERS, -NUMBERS], axis=1)),
    "linear classes": (LinearClassifier(), CLASSES),
    "linear truth": (LinearClassifier(fit_intercept=False), NUMBERS > 0),
    "linear number": (LinearRegressor(penalty=0.5), NUMBERS),
    "linear powers": (LinearRegressor(Powers(3), fit_intercept=False), NUMBERS),
    "linear bumps": (LinearClassifier(Gaussian(3) + Sigmoidal(2, columns=[0], trainable=True), max_epochs=3), CLASSES),
    "linear waves": (LinearRegressor(Fourier(2, period=1.5), solver="gradient", max_epochs=9), NUMBERS),
    "perceptron": (LinearClassifier(loss="perceptron", max_epochs=5), CLASSES),
    "linear numbers": (LinearRegressor(), np.stack([NUMBERS, -NUMBERS], axis=1)),
}
SHARED = ("n_features_in_", "n_iter_", "best_epoch_", "stopped_because_", "loss_curve_", "validation_curve_")


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def same_attributes(one, other):
    assert type(one) is type(other)
    assert one.get_params() == other.get_params()
    assert [name for name in SHARED if hasattr(one, name)] == [name for name in SHARED if hasattr(other, name)]
    for name in SHARED:
        assert getattr(one, name, None) == getattr(other, name, None)
    for name in ("classes_", "feature_names_in_", "coef_", "intercept_"):
        assert hasattr(one, name) == hasattr(other, name)
        if hasattr(one, name):
            np.testing.assert_array_equal(getattr(one, name), getattr(other, name))
    for a, b in zip(getattr(one, "coefs_", []), getattr(other, "coefs_", []), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("X", [ARRAY, TABLE, pl.from_pandas(TABLE)], ids=["array", "pandas", "polars"])
def test_what_was_saved_comes_back_to_the_bit(tmp_path, case, X):
    estimator, y = case
    estimator.fit(X, y).save(tmp_path / "m.dendrax")
    again = load(str(tmp_path / "m.dendrax"))
    same_attributes(estimator, again)
    for method in ("predict", "predict_proba"):
        assert hasattr(estimator, method) == hasattr(again, method)
        if hasattr(estimator, method):
            ours, theirs = getattr(estimator, method)(X), getattr(again, method)(X)
            assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
            assert ours.tobytes() == theirs.tobytes()
    assert again.score(X, y) == estimator.score(X, y)


def test_the_command_line_answers_with_a_basis(tmp_path):
    basis = Powers(2, columns=["size"]) + Gaussian(2, columns=["size"])
    model = LinearRegressor(basis).fit(TABLE, NUMBERS)
    model.save(tmp_path / "m.dendrax")
    rows = TABLE[TABLE.columns[::-1]].assign(more=1)  # columns are found by name
    rows.to_csv(tmp_path / "rows.csv", index=False)
    arguments = ["predict", str(tmp_path / "m.dendrax"), str(tmp_path / "rows.csv"), "-o", str(tmp_path / "out.csv")]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    np.testing.assert_allclose(pd.read_csv(tmp_path / "out.csv").iloc[:, 0], model.predict(TABLE), rtol=1e-12)


def test_a_loaded_estimator_is_as_good_as_new(tmp_path):
    model = NeuralClassifier(**QUICK).fit(TABLE, CLASSES)
    model.save(tmp_path / "m.dendrax")
    again = load(tmp_path / "m.dendrax")
    with pytest.raises(ValueError, match="feature names"):
        again.predict(TABLE[TABLE.columns[::-1]])
    again.save(tmp_path / "again.dendrax")
    assert (tmp_path / "again.dendrax").read_bytes() == (tmp_path / "m.dendrax").read_bytes()
    copied = pickle.loads(pickle.dumps(again))
    np.testing.assert_array_equal(copied.predict_proba(TABLE), model.predict_proba(TABLE))
    again.fit(TABLE, CLASSES)
    np.testing.assert_array_equal(again.predict_proba(TABLE), model.predict_proba(TABLE))


@pytest.mark.parametrize(
    "options",
    [
        {"layers": [Dense(4, "tanh"), 3, Dense(2)]},
        {"layers": (4,), "learning_rate": np.float64(0.01)},
        {"class_weight": {"no": 1.0, "perhaps": 2.0, "yes": 0.5}},
        {"class_weight": "balanced"},
        {"batch_size": None, "prepare": None},
    ],
    ids=range(5),
)
def test_hyperparameters_come_back(tmp_path, options):
    given = QUICK | options
    NeuralClassifier(**given).fit(ARRAY, CLASSES).save(tmp_path / "m")
    kept = load(tmp_path / "m").get_params()
    expected = given | ({"layers": list(given["layers"])})
    assert {name: kept[name] for name in given} == expected


def test_what_json_cannot_hold_is_left_out(tmp_path):
    options = QUICK | {"random_state": np.random.RandomState(0), "checkpoint": tmp_path / "state"}
    model = NeuralRegressor(**options).fit(ARRAY, NUMBERS)
    model.save(tmp_path / "m")
    again = load(tmp_path / "m")
    assert again.random_state is None
    assert again.checkpoint is None
    np.testing.assert_array_equal(again.predict(ARRAY), model.predict(ARRAY))


def test_a_hole_in_a_curve_comes_back(tmp_path):
    model = NeuralRegressor(**QUICK).fit(ARRAY, NUMBERS)
    model.loss_curve_ = [1.0, np.nan, 0.5]
    model.save(tmp_path / "m")
    np.testing.assert_array_equal(load(tmp_path / "m").loss_curve_, [1.0, np.nan, 0.5])


@pytest.mark.parametrize("kind", [NeuralClassifier, NeuralRegressor, LinearClassifier, LinearRegressor])
def test_what_was_never_fitted_is_not_saved(tmp_path, kind):
    with pytest.raises(NotFittedError):
        kind().save(tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_a_write_that_fails_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "m.dendrax"
    LinearRegressor().fit(ARRAY, NUMBERS).save(path)
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        LinearClassifier().fit(ARRAY, CLASSES).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.fixture
def saved(tmp_path):
    path = tmp_path / "m.dendrax"
    LinearClassifier().fit(TABLE, CLASSES).save(path)
    return path


DAMAGE = {
    "no estimator": lambda about: about.pop("estimator"),
    "an unknown estimator": lambda about: about.update(estimator="Lambda"),
    "an unhashable estimator": lambda about: about.update(estimator=[]),
    "an estimator of numbers": lambda about: about.update(estimator="LinearRegressor", hyperparameters={}),
    "a neural estimator": lambda about: about.update(estimator="NeuralClassifier", hyperparameters={}),
    "an unknown hyper-parameter": lambda about: about["hyperparameters"].update(depth=3),
    "no hyper-parameters": lambda about: about.update(hyperparameters=None),
    "a wrong layer": lambda about: about["hyperparameters"].update(penalty={"Dense": {"units": 0}}),
    "an unknown basis": lambda about: about["hyperparameters"].update(basis={"basis": [{"kind": "wavelet", "n": 3}]}),
    "a basis of nothing": lambda about: about["hyperparameters"].update(basis={"basis": []}),
    "a basis of text": lambda about: about["hyperparameters"].update(basis={"basis": "powers"}),
    "a wrong degree": lambda about: about["hyperparameters"].update(basis={"basis": [{"kind": "powers", "degree": 0}]}),
    "an unknown field of a basis": lambda about: about["hyperparameters"].update(
        basis={"basis": [{"kind": "fourier", "n": 3, "code": 1}]}
    ),
    "no mapping": lambda about: about["hyperparameters"].update(class_weight={"eval": "1"}),
    "nothing fitted": lambda about: about.pop("fitted"),
    "a word for what was fitted": lambda about: about.update(fitted="much"),
    "a number for names": lambda about: about.update(feature_names=5),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_file_that_describes_no_estimator_is_refused(saved, name):
    content = saved.read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    described = json.loads(header["__metadata__"]["dendrax"])
    DAMAGE[name](described["about"])
    saved.write_bytes(to_bytes(arrays_of(content), {"dendrax": json.dumps(described)}))
    with pytest.raises(ModelFileError, match=r"m\.dendrax describes no estimator: ") as raised:
        load(saved)
    assert "\n" not in str(raised.value)
    assert read_predictor(saved).predict(TABLE).shape == (90,)  # the model in it can still be used


def test_what_is_no_model_is_refused(tmp_path):
    (tmp_path / "m").write_bytes(pickle.dumps(LinearRegressor()))
    with pytest.raises(ModelFileError, match="is not a model of dendrax"):
        load(tmp_path / "m")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")

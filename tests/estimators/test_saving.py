"""Estimators in files: what was saved comes back with the same bits, hyper-parameters and attributes."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.exceptions import NotFittedError
from typer.testing import CliRunner

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor, load
from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal
from dendrax.cli.commands import app
from dendrax.core.sealed import seal, unseal
from dendrax.estimators.hyperparameters import ALWAYS
from dendrax.estimators.saving import ESTIMATORS, FITTED
from dendrax.layers import Dense, Dropout, LayerNorm, Residual, RMSNorm
from dendrax.learning.lbfgs import LBFGS
from dendrax.learning.optimisers import Adam
from dendrax.learning.schedules import OneCycle
from dendrax.nn.losses import CrossEntropy
from dendrax.predictor import ModelFileError
from dendrax.predictor import read as read_predictor
from dendrax.predictor.file import FORMAT, KIND

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
SHARED = (
    "n_features_in_",
    "n_outputs_",
    "n_iter_",
    "best_epoch_",
    "best_loss_",
    "best_loss_error_",
    "stopped_because_",
    "loss_curve_",
    "validation_curve_",
    "history_",
)


@pytest.fixture(params=CASES)
def case(request):
    return CASES[request.param]


def same_attributes(one, other):
    assert type(one) is type(other)
    assert one.get_params() == other.get_params()
    assert [name for name in SHARED if hasattr(one, name)] == [name for name in SHARED if hasattr(other, name)]
    for name in SHARED:
        np.testing.assert_equal(getattr(one, name, None), getattr(other, name, None))
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
        {"layers": [8, Residual([Dense(8, "identity"), Dropout(0.25)]), LayerNorm(1e-4), RMSNorm()]},
        {"optimiser": Adam(decay_1=0.8), "schedule": OneCycle(start=0.1)},
        {"optimiser": LBFGS(memory=3), "batch_size": None},
        {"loss": CrossEntropy(smoothing=0.125)},
    ],
    ids=range(9),
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


@pytest.mark.parametrize("checkpoint", ["my-state.part", "/home/me/.profile"])
def test_where_checkpoints_go_is_not_saved(tmp_path, checkpoint):
    """A file from elsewhere must not choose what a later fit writes over."""
    model = NeuralRegressor(**QUICK).fit(ARRAY, NUMBERS).set_params(checkpoint=checkpoint)
    model.save(tmp_path / "m")
    assert checkpoint.encode() not in (tmp_path / "m").read_bytes()
    assert load(tmp_path / "m").checkpoint is None


@pytest.mark.parametrize("matrix", [np.eye(3, dtype=np.int8)[np.arange(90) % 3], np.ones((90, 2), bool)])
def test_matrices_of_labels_come_back(tmp_path, matrix):
    matrix = matrix.copy()
    if matrix.dtype == bool:
        matrix[::2, 0] = matrix[::3, 1] = False
    model = NeuralClassifier(**QUICK).fit(ARRAY, matrix)
    model.save(tmp_path / "m")
    again = load(tmp_path / "m")
    same_attributes(model, again)
    answer = again.predict(ARRAY)
    assert answer.dtype == model.predict(ARRAY).dtype
    np.testing.assert_array_equal(answer, model.predict(ARRAY))


def test_what_went_on_from_a_fit_is_saved(tmp_path):
    model = NeuralRegressor(**QUICK, warm_start=True).fit(ARRAY, NUMBERS).fit(ARRAY, NUMBERS)
    model.save(tmp_path / "m")
    same_attributes(model, load(tmp_path / "m"))
    parts = NeuralRegressor([3], random_state=0).partial_fit(ARRAY, NUMBERS).partial_fit(ARRAY, NUMBERS)
    parts.save(tmp_path / "m")
    same_attributes(parts, load(tmp_path / "m"))


@pytest.mark.parametrize("kind", [NeuralClassifier, NeuralRegressor, LinearClassifier, LinearRegressor])
def test_what_was_never_fitted_is_not_saved(tmp_path, kind):
    with pytest.raises(NotFittedError):
        kind().save(tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_F9_a_write_that_fails_keeps_the_old_file(tmp_path, monkeypatch):
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


def content_of(estimator, folder):
    estimator.fit(TABLE, CLASSES).save(folder / "m.dendrax")
    return (folder / "m.dendrax").read_bytes()


@pytest.fixture(scope="module")
def saved_neural(tmp_path_factory):
    return content_of(NeuralClassifier(**QUICK), tmp_path_factory.mktemp("neural"))


@pytest.fixture(scope="module")
def saved_linear(tmp_path_factory):
    return content_of(LinearClassifier(), tmp_path_factory.mktemp("linear"))


@pytest.fixture(scope="module", params=["saved_linear", "saved_neural"])
def saved(request):
    return request.getfixturevalue(request.param)


DAMAGE = {
    "no estimator": (lambda a: a.pop("estimator"), "must be one of .*; got None"),
    "an unknown estimator": (lambda a: a.update(estimator="Lambda"), "must be one of .*; got 'Lambda'"),
    "a module's name": (lambda a: a.update(estimator="os.system"), "must be one of .*; got 'os.system'"),
    "an estimator of numbers": (lambda a: a.update(estimator="LinearRegressor"), "the model in it is not one of a"),
    "an unknown hyper-parameter": (lambda a: a["hyperparameters"].update(depth=3), "no hyper-parameter 'depth'"),
    "a private hyper-parameter": (lambda a: a["hyperparameters"].update(__class__=3), "no hyper-parameter '__class__'"),
    "no hyper-parameters": (lambda a: a.pop("hyperparameters"), "hyperparameters must be names and values; got None"),
    "a wrong class weight": (lambda a: a["hyperparameters"].update(class_weight=3), "class_weight must be None, "),
    "a class weight of layers": (
        lambda a: a["hyperparameters"].update(class_weight={"layer": "Dense", "units": 0}),
        "class_weight must be a mapping, written as pairs",
    ),
    "no mapping": (lambda a: a["hyperparameters"].update(class_weight={"eval": "1"}), "must be a mapping"),
    "no pairs": (lambda a: a["hyperparameters"].update(class_weight={"mapping": [[1]]}), "must be a mapping"),
    "a list as a key": (lambda a: a["hyperparameters"].update(class_weight={"mapping": [[[], 1]]}), "single values"),
    "a negative weight": (
        lambda a: a["hyperparameters"].update(class_weight={"mapping": [["no", -1.0]]}),
        "a mapping of labels to weights",
    ),
    "nothing fitted": (lambda a: a.pop("fitted"), "what was fitted must be described by names and values; got None"),
    "no number of columns": (lambda a: a["fitted"].pop("n_features_in_"), "must have 'n_features_in_'"),
    "another number of columns": (lambda a: a["fitted"].update(n_features_in_=5), "'n_features_in_' must be 4"),
    "a fraction of columns": (lambda a: a["fitted"].update(n_features_in_=4.0), "'n_features_in_' must be an int"),
    "an attribute smuggled in": (lambda a: a["fitted"].update(_predictor=1), "has no '_predictor'"),
    "a method smuggled in": (lambda a: a["fitted"].update(predict="x"), "has no 'predict'"),
    "negative steps": (
        lambda a: a["fitted"].update(n_iter_=-1),
        "'n_iter_' must be an int from 0 to .*; got -1",
    ),
    "a name too few": (lambda a: a.update(feature_names=["a"]), "'feature_names' must be those of the columns"),
    "other names": (lambda a: a.update(feature_names=["a", "b", "c", "d"]), "'feature_names' must be those"),
}
LINEAR_DAMAGE = {
    "an unknown basis": ({"basis": [{"kind": "wavelet", "n": 3}]}, r"basis\[0\] must be one of .*; got 'wavelet'"),
    "a basis of nothing": ({"basis": []}, "'basis' must be a list of parts; got a list of 0"),
    "a basis of text": ({"basis": "powers"}, "'basis' must be a list of parts; got 'powers'"),
    "a basis of texts": ({"basis": ["powers"]}, r"basis\[0\] must be one of .*; got None"),
    "a basis and more": ({"basis": [{"kind": "powers", "degree": 2}], "code": "1"}, "basis has no 'code'"),
    "a wrong degree": ({"basis": [{"kind": "powers", "degree": 0}]}, "'degree' must be an int from 1 to 100; got 0"),
    "an unknown field": ({"basis": [{"kind": "fourier", "n": 3, "code": 1}]}, "fourier has no 'code'"),
    "wrong columns": (
        {"basis": [{"kind": "powers", "degree": 2, "columns": [[]]}]},
        "'columns' must be None or a list",
    ),
    "no basis": (3, "basis must be None or a basis"),
}
NEURAL_DAMAGE = {
    "a wrong layer": (
        lambda a: a["hyperparameters"].update(layers=[{"layer": "Dense", "units": 0}]),
        r"layers\[0\], Dense: 'units' must be an int from 1",
    ),
    "a layer of code": (
        lambda a: a["hyperparameters"].update(layers=[{"layer": "exec"}]),
        r"layers\[0\] must be one of",
    ),
    "layers in layers": (lambda a: a["hyperparameters"].update(layers=[[1]]), "layers must hold single values"),
    "a layer of text": (lambda a: a["hyperparameters"].update(layers=["relu"]), "layers must be 'auto' or a list"),
    "a rate that is none": (lambda a: a["hyperparameters"].update(learning_rate=-0.1), "learning_rate must be"),
    "a rate that is true": (lambda a: a["hyperparameters"].update(learning_rate=True), "learning_rate must be"),
    "an optimiser of code": (lambda a: a["hyperparameters"].update(optimiser="os"), "optimiser must be"),
    "a seed of text": (lambda a: a["hyperparameters"].update(random_state="1"), "random_state must be None or an int"),
    "an optimiser without a name": (
        lambda a: a["hyperparameters"].update(optimiser={"optimiser": "os", "fields": {}}),
        "optimiser: 'optimiser' must be 'sgd'",
    ),
    "an optimiser of other fields": (
        lambda a: a["hyperparameters"].update(optimiser={"optimiser": "adam", "fields": {"turn": 1.0}}),
        "optimiser, adam has no 'turn'",
    ),
    "an optimiser beyond its rules": (
        lambda a: a["hyperparameters"].update(optimiser={"optimiser": "adam", "fields": {"decay_1": 2.0}}),
        "decay_1 must be",
    ),
    "an optimiser of text": (
        lambda a: a["hyperparameters"].update(optimiser={"optimiser": "lbfgs", "fields": {"memory": "3"}}),
        "'memory' must be of type int; got '3'",
    ),
    "a schedule for an optimiser": (
        lambda a: a["hyperparameters"].update(optimiser={"schedule": "cosine", "fields": {}}),
        "optimiser must be",
    ),
    "a file to write over": (
        lambda a: a["hyperparameters"].update(checkpoint="/home/me/.profile"),
        "checkpoint must be None; got '/home/me/.profile'",
    ),
    "no curve": (lambda a: a["fitted"].pop("loss_curve_"), "must have 'loss_curve_'"),
    "a curve that is too long": (lambda a: a["fitted"]["loss_curve_"].append(0.5), "one number for each of 'n_iter_'"),
    "a column that is too short": (
        lambda a: a["fitted"].update(rate_curve=[0.5]),
        "'rate_curve' must hold one number for each of 'n_iter_' epochs; got 1",
    ),
    "a column of text": (lambda a: a["fitted"].update(gradient_curve="x"), "'gradient_curve' must be None or a row"),
    "a column of history": (lambda a: a["fitted"].update(history_=3), "what was fitted has no 'history_'"),
    "an error below 0": (lambda a: a["fitted"].update(best_loss_error_=-0.5), "'best_loss_error_' must be None or a"),
    "a best epoch beyond": (lambda a: a["fitted"].update(best_epoch_=99), "'best_epoch_' must be one of 'n_iter_'"),
    "an unknown reason": (lambda a: a["fitted"].update(stopped_because_="luck"), "'stopped_because_' must be"),
    "other outputs": (lambda a: a["fitted"].update(n_outputs_=2), "'n_outputs_' must be 3; got 2"),
}


def damaged(content, change):
    """Change what a file says about its estimator, under a checksum that fits."""
    described, arrays = unseal(content, KIND, FORMAT)
    curves = {name: array for name, array in arrays.items() if name.startswith("fitted.")}
    about = described["about"]
    about["fitted"] |= {name.removeprefix("fitted."): curve.tolist() for name, curve in curves.items()}
    change(about)
    lists = {k: v for k, v in about.get("fitted", {}).items() if isinstance(v, list)}
    for name, curve in lists.items():
        del about["fitted"][name]
        arrays[f"fitted.{name}"] = np.array(curve, float)
    kept = {n: a for n, a in arrays.items() if n not in curves or n.removeprefix("fitted.") in lists}
    return seal(KIND, FORMAT, described, kept)


def refused(path, words):
    with pytest.raises(ModelFileError, match=rf"m\.dendrax describes no estimator: .*{words}") as raised:
        load(path)
    assert "\n" not in str(raised.value)
    assert read_predictor(path).predict(TABLE).shape == (90,)  # the model in it can still be used


@pytest.mark.parametrize("name", DAMAGE)
def test_F6_a_file_that_describes_no_estimator_is_refused(saved, tmp_path, name):
    change, words = DAMAGE[name]
    (tmp_path / "m.dendrax").write_bytes(damaged(saved, change))
    refused(tmp_path / "m.dendrax", words)


@pytest.mark.parametrize("name", LINEAR_DAMAGE)
def test_F6_a_basis_that_is_none_is_refused(saved_linear, tmp_path, name):
    basis, words = LINEAR_DAMAGE[name]
    changed = damaged(saved_linear, lambda about: about["hyperparameters"].update(basis=basis))
    (tmp_path / "m.dendrax").write_bytes(changed)
    refused(tmp_path / "m.dendrax", words)


@pytest.mark.parametrize("name", NEURAL_DAMAGE)
def test_F6_a_file_that_describes_no_neural_estimator_is_refused(saved_neural, tmp_path, name):
    change, words = NEURAL_DAMAGE[name]
    (tmp_path / "m.dendrax").write_bytes(damaged(saved_neural, change))
    refused(tmp_path / "m.dendrax", words)


def test_nothing_changed_is_still_an_estimator(saved, tmp_path):
    (tmp_path / "m").write_bytes(damaged(saved, lambda about: None))
    assert load(tmp_path / "m").predict(TABLE).shape == (90,)


def test_F10_a_hyperparameter_that_an_older_file_lacks_has_its_default(saved, tmp_path):
    (tmp_path / "m").write_bytes(damaged(saved, lambda about: about["hyperparameters"].pop("class_weight")))
    assert load(tmp_path / "m").class_weight is None


@pytest.mark.parametrize("name", ESTIMATORS)
def test_every_hyperparameter_of_every_estimator_has_a_rule(name):
    kind = ESTIMATORS[name]
    assert set(kind.estimator().get_params(deep=False)) <= set(kind.constraints) | set(ALWAYS)
    assert kind.optional <= set(FITTED)


def test_what_load_would_refuse_is_not_saved(tmp_path):
    class Mine(NeuralRegressor):
        pass

    with pytest.raises(ModelFileError, match=r"the model cannot be saved: it must be one of .*; got 'Mine'"):
        Mine(**QUICK).fit(ARRAY, NUMBERS).save(tmp_path / "m")
    model = NeuralRegressor(**QUICK).fit(ARRAY, NUMBERS).set_params(learning_rate=-1)
    with pytest.raises(ModelFileError, match="the model cannot be saved: learning_rate must be"):
        model.save(tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_the_hidden_layers_come_back(tmp_path):
    model = NeuralClassifier([Dense(4, "tanh"), 3], max_epochs=1, random_state=0).fit(TABLE, CLASSES)
    model.save(tmp_path / "m")
    assert load(tmp_path / "m").layers_ == model.layers_ == [Dense(4, "tanh"), Dense(3)]


def test_what_is_no_model_is_refused(tmp_path):
    (tmp_path / "m").write_bytes(pickle.dumps(LinearRegressor()))
    with pytest.raises(ModelFileError, match="is not a model of dendrax"):
        load(tmp_path / "m")
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "none")

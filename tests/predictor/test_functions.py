"""Functions of the user's own: a file holds their names, save and load are given the functions."""

from __future__ import annotations

import re

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.base import clone

from dendrax import LinearRegressor, NeuralRegressor, load
from dendrax.core.constraints import HyperparameterError
from dendrax.core.sealed import seal, unseal
from dendrax.layers import Dense, Residual
from dendrax.learning.optimisers import Sgd
from dendrax.losses import Own
from dendrax.predictor import ModelFileError, read
from dendrax.predictor.file import FORMAT, KIND
from dendrax.predictor.functions import Functions, checked, references

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X @ [1.0, -2.0, 0.5]


def wave(z):
    return jnp.sin(z)


def bump(z):
    return jnp.exp(-z * z)


def quartic(y, a):
    return ((y - a) ** 4).sum()


def closeness(y, answers):
    return -float(np.abs(y - answers).mean())


class Bell:
    def ring(self, epoch):
        return False


BELL = Bell()
FUNCTIONS = {"wave": wave, "bump": bump, "quartic": quartic, "closeness": closeness, "ring": BELL.ring}
TO_ANSWER = {"wave": wave, "bump": bump}


@pytest.fixture(scope="module")
def model():
    layers = [Dense(4, wave), Residual([Dense(4, bump)]), Dense(3, wave)]
    options = {"loss": quartic, "metric": closeness, "callbacks": [BELL.ring], "max_epochs": 3, "random_state": 0}
    return NeuralRegressor(layers, **options).fit(X, Y)


@pytest.fixture
def path(model, tmp_path):
    model.save(tmp_path / "m.dendrax", functions=FUNCTIONS)
    return tmp_path / "m.dendrax"


def refused(words, do, error=ModelFileError):
    with pytest.raises(error, match=words) as raised:
        do()
    assert "\n" not in str(raised.value)


def test_what_was_named_comes_back(model, path):
    again = load(path, functions=FUNCTIONS)
    assert again.predict(X).tobytes() == model.predict(X).tobytes()
    assert again.get_params() == model.get_params()
    assert again.history_ == model.history_
    before = path.read_bytes()
    again.save(path, functions=FUNCTIONS)
    assert path.read_bytes() == before
    assert again.fit(X, Y).predict(X).tobytes() == model.predict(X).tobytes()
    assert read(path, functions=FUNCTIONS).predict(X).tobytes() == model.predict(X).tobytes()


def test_the_file_holds_names_and_no_code(path):
    described, _ = unseal(path.read_bytes(), KIND, FORMAT)
    assert {*references(described)} == {*FUNCTIONS}
    content = path.read_bytes()
    assert b"jnp" not in content
    assert b"test_functions" not in content


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (None, r"own, and a file holds no code; give each a name, .*: Bell\.ring|ring \(callback\), wave \(act"),
        ({k: v for k, v in FUNCTIONS.items() if k != "quartic"}, r"to load again: quartic \(loss\)$"),
        ({k: v for k, v in FUNCTIONS.items() if k != "bump"}, r"to load again: bump \(activation function\)$"),
        (FUNCTIONS | {"more": np.sin}, r"uses no function 'more'; functions must hold those that it uses: '"),
    ],
    ids=["none", "no loss", "no activation", "one too many"],
)
def test_what_has_no_name_is_not_saved(model, tmp_path, given, words):
    refused("^the model cannot be saved: it .*" + words, lambda: model.save(tmp_path / "m", functions=given))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["wave"], "functions must be a mapping of names to functions; got a list of 1"),
        ({"two words": wave}, "functions must have names of letters, .*; got 'two words'"),
        ({"": wave}, "functions must have names of letters, .*; got ''"),
        ({"é": wave}, "functions must have names of letters"),
        ({"w" * 101: wave}, "functions must have names of letters"),
        ({3: wave}, "functions must have names of letters, .*; got 3"),
        ({"wave": "wave"}, "functions must hold functions; got 'wave': 'wave'"),
        ({"one": wave, "two": wave}, "functions must give each function one name; got 'one' and 'two' for one"),
        ({"one": BELL.ring, "two": BELL.ring}, "functions must give each function one name"),
    ],
    ids=range(9),
)
def test_names_are_checked(model, path, given, words):
    before = path.read_bytes()
    refused(words, lambda: model.save(path, functions=given), ValueError)
    refused(words, lambda: load(path, functions=given), ValueError)
    assert path.read_bytes() == before


@pytest.mark.parametrize("reader", [load, read])
def test_what_the_model_computes_with_must_be_given(path, reader):
    refused(
        r"m\.dendrax needs functions of your own, which no file holds: 'wave' \(activation function\), 'bump' "
        r"\(activation function\); read it in Python, with functions=\{'wave': …\}$",
        lambda: reader(path),
    )
    refused(r"holds: 'bump' \(activation function\);", lambda: reader(path, functions={"wave": wave}))
    refused("uses no function 'more';", lambda: reader(path, functions=FUNCTIONS | {"more": np.sin}))
    refused(
        "needs as 'wave' a function that JAX can trace, keeping the shape; got",
        lambda: reader(path, functions=FUNCTIONS | {"wave": len}),
    )


def test_what_only_training_needs_may_be_absent_and_nothing_else_takes_its_place(model, path):
    again = load(path, functions=TO_ANSWER)
    assert again.predict(X).tobytes() == model.predict(X).tobytes()
    assert again.summary() == model.summary().replace("loss own", "loss quartic")
    before = path.read_bytes()
    again.save(path, functions=TO_ANSWER)
    assert path.read_bytes() == before
    for name, value in {"loss": quartic, "metric": closeness, "callbacks": None}.items():
        for fit in (again.fit, again.partial_fit, clone(again).fit):
            refused(f"^{name} must be set before fit: its function '", lambda fit=fit: fit(X, Y), HyperparameterError)
        again.set_params(**{name: value})
    assert again.fit(X, Y).predict(X).tobytes() == model.predict(X).tobytes()


def test_a_loss_object_is_named_by_its_function(tmp_path):
    model = NeuralRegressor([3], loss=Own(quartic), max_epochs=1, random_state=0).fit(X, Y)
    model.save(tmp_path / "m", functions={"quartic": quartic})
    again = load(tmp_path / "m", functions={"quartic": quartic})
    assert again.fit(X, Y).predict(X).tobytes() == model.predict(X).tobytes()


def test_an_optimiser_of_your_own_must_be_given(tmp_path):
    class Mine(Sgd):
        pass

    mine = Mine(momentum=0.5)
    model = NeuralRegressor([3], optimiser=mine, max_epochs=1, random_state=0).fit(X, Y)
    refused(r"Mine \(optimiser\)", lambda: model.save(tmp_path / "m"))
    model.save(tmp_path / "m", functions={"mine": mine})
    refused(r"holds: 'mine' \(optimiser\)", lambda: load(tmp_path / "m"))
    assert load(tmp_path / "m", functions={"mine": mine}).optimiser is mine
    assert read(tmp_path / "m").predict(X).tobytes() == model.predict(X).tobytes()


def test_a_model_without_its_estimators_layers_keeps_its_function(model, tmp_path):
    """The hyper-parameters may have changed since the fit."""
    other = NeuralRegressor([Dense(3, wave)], max_epochs=1, random_state=0).fit(X, Y).set_params(layers=[4])
    other.save(tmp_path / "m", functions={"wave": wave})
    again = load(tmp_path / "m", functions={"wave": wave})
    assert again.layers == [4]
    assert again.predict(X).tobytes() == other.predict(X).tobytes()


def test_a_model_without_functions_takes_none(tmp_path):
    model = LinearRegressor().fit(X, Y)
    refused("it uses no function 'wave'; .* uses: none$", lambda: model.save(tmp_path / "m", functions={"wave": wave}))
    model.save(tmp_path / "m", functions={})
    refused("m uses no function 'wave'; ", lambda: load(tmp_path / "m", functions={"wave": wave}))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda h: h.update(loss={"function": "wave"}), "uses the function 'wave' for two purposes, "),
        (lambda h: h.update(loss={"function": "a b"}), "describes no estimator: loss: 'function' must be a name of"),
        (lambda h: h.update(loss={"function": "quartic", "more": 1}), "describes no estimator: loss has no 'more'"),
        (lambda h: h.update(tolerance={"function": "quiet"}), "describes no estimator: tolerance must be no function"),
        (lambda h: h.update(layers=[{"function": "quiet"}]), "describes no estimator: layers must be no function"),
        (lambda h: h.update(callbacks=[{"function": "ring"}, 3]), "describes no estimator: callbacks must be None or"),
        (lambda h: h.update(random_state={"function": "quiet"}), "random_state must be no function; got 'quiet'"),
    ],
    ids=range(7),
)
def test_F5_a_file_cannot_put_a_function_where_none_belongs(path, change, words):
    described, arrays = unseal(path.read_bytes(), KIND, FORMAT)
    change(described["about"]["hyperparameters"])
    path.write_bytes(seal(KIND, FORMAT, described, arrays))
    refused(words, lambda: load(path, functions=TO_ANSWER))


def test_an_absent_function_refuses_to_be_called():
    absent = Functions().function("loss", {"function": "quartic"}, needed=False)
    refused(re.escape("needs the function 'quartic', which was not given to load"), absent, ValueError)
    assert checked(None) == {}

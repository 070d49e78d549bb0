"""Boltzmann machines in files: they come back whole, and what is no machine is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from dendrax import BoltzmannMachine, load
from dendrax.boltzmann import Lattice
from dendrax.core.constraints import HyperparameterError
from dendrax.core.sealed import seal, unseal
from dendrax.estimators.symmetric_saving import FORMAT, KIND
from dendrax.predictor.file import ModelFileError

RNG = np.random.default_rng(0)
X = (RNG.random((40, 4)) < 0.4) * 1


def machines():
    yield "dense", BoltzmannMachine(random_state=0).fit(X)
    yield "hidden", BoltzmannMachine(2, learning="sampled", max_steps=20, random_state=0).fit(X)
    yield "lattice", BoltzmannMachine(links=Lattice(2, 2), states="±1", temperature=0.5).store(2 * X[:3] - 1)
    yield "named", BoltzmannMachine(random_state=1).fit(pd.DataFrame(X, columns=list("abcd")))
    yield "own", BoltzmannMachine.from_energy(csr_array(np.ones((3, 3)) - np.eye(3)), [0.1, 0.2, 0.3], states="±1")
    yield "alone", BoltzmannMachine(links=[], random_state=0).fit(X)


@pytest.mark.parametrize("name", ["dense", "hidden", "lattice", "named", "own", "alone"])
def test_a_machine_comes_back_whole(tmp_path, name):
    machine = dict(machines())[name]
    machine.save(tmp_path / "m")
    again = load(tmp_path / "m")
    for attribute in ("links_", "weights_", "biases_"):
        np.testing.assert_array_equal(getattr(again, attribute), getattr(machine, attribute))
    np.testing.assert_array_equal(again.sample(9, random_state=3), machine.sample(9, random_state=3))
    mine, its = machine.get_params(deep=False), again.get_params(deep=False)
    assert {k: v for k, v in mine.items() if k != "links"} == {k: v for k, v in its.items() if k != "links"}
    assert getattr(again, "stopped_because_", None) == getattr(machine, "stopped_because_", None)
    assert list(getattr(again, "feature_names_in_", [])) == list(getattr(machine, "feature_names_in_", []))
    again.save(tmp_path / "n")
    assert (tmp_path / "m").read_bytes() == (tmp_path / "n").read_bytes()
    if name in ("dense", "alone"):
        np.testing.assert_array_equal(again.fit(X).weights_, machine.weights_)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"states": "±1"}, "states must be that of the fitted machine, '01', to save; got '±1'"),
        ({"n_hidden": 2}, "n_hidden must be that of the fitted machine, 0, to save; got 2"),
        ({"links": [(0, 1)]}, "links must be those of the fitted machine"),
        ({"links": Lattice(5, 5)}, "links must be those of the fitted machine"),
        ({"temperature": -1}, "temperature must be"),
    ],
)
def test_hyper_parameters_that_are_not_those_of_the_machine_are_not_saved(tmp_path, options, words):
    machine = BoltzmannMachine(random_state=0).fit(X)
    with pytest.raises(HyperparameterError, match=words):
        machine.set_params(**options).save(tmp_path / "m")
    assert not list(tmp_path.iterdir())


def test_links_may_be_written_in_another_way(tmp_path):
    machine = BoltzmannMachine(random_state=0).fit(X)
    machine.set_params(links=1 - np.eye(4), temperature=2.0).save(tmp_path / "m")
    np.testing.assert_array_equal(load(tmp_path / "m").score_samples(X), machine.score_samples(X))


def test_a_temperature_of_any_type_comes_back(tmp_path):
    for temperature in (Fraction(1, 3), np.float32(0.25), np.longdouble(0.5), 2):
        machine = BoltzmannMachine.from_energy(np.ones((2, 2)) - np.eye(2), temperature=temperature)
        machine.save(tmp_path / "m")
        assert load(tmp_path / "m").temperature == float(temperature)


def forged(tmp_path, change):
    machine = BoltzmannMachine(random_state=0).fit(X)
    machine.save(tmp_path / "m")
    described, arrays = unseal(bytearray((tmp_path / "m").read_bytes()), KIND, FORMAT)
    change(described, arrays)
    (tmp_path / "m").write_bytes(seal(KIND, FORMAT, described, arrays))
    return tmp_path / "m"


@pytest.mark.parametrize(
    "change",
    [
        lambda d, a: a.update(links=a["links"][::-1].copy()),
        lambda d, a: a.update(links=a["links"] + np.int32(1)),
        lambda d, a: a.update(links=a["links"].astype(np.int64)),
        lambda d, a: a.update(weights=a["weights"][:-1].copy()),
        lambda d, a: a.update(weights=a["weights"] * np.nan),
        lambda d, a: a.update(biases=a["biases"][:-1].copy()),
        lambda d, a: a.update(biases=np.zeros(0)),
        lambda d, a: a.update(more=np.zeros(1)),
        lambda d, a: a.pop("links"),
        lambda d, a: d.update(n_visible=3),
        lambda d, a: d.update(n_visible=0),
        lambda d, a: d.update(n_visible="4"),
        lambda d, a: d.update(dense="yes"),
        lambda d, a: d.pop("about"),
        lambda d, a: d["about"].update(estimator="LinearRegressor"),
        lambda d, a: d["about"]["hyperparameters"].update(states="02"),
        lambda d, a: d["about"]["hyperparameters"].update(temperature=-1),
        lambda d, a: d["about"]["hyperparameters"].update(n_hidden=1),
        lambda d, a: d["about"]["hyperparameters"].update(links="dense"),
        lambda d, a: d["about"]["fitted"].update(n_steps_=-1),
        lambda d, a: d["about"].update(feature_names=["a"]),
    ],
)
def test_a_forged_machine_is_refused(tmp_path, change):
    with pytest.raises(ModelFileError):
        load(forged(tmp_path, change))


def test_every_cut_and_every_flip_is_refused(tmp_path):
    BoltzmannMachine(random_state=0).fit(X).save(tmp_path / "m")
    content = (tmp_path / "m").read_bytes()
    for at in range(0, len(content), 7):
        (tmp_path / "n").write_bytes(content[:at])
        with pytest.raises(ModelFileError):
            load(tmp_path / "n")
        (tmp_path / "n").write_bytes(content[:at] + bytes([content[at] ^ 4]) + content[at + 1 :])
        with pytest.raises(ModelFileError):
            load(tmp_path / "n")

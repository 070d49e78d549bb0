"""What a restricted machine reads and draws: texts with holes, and values that are held."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dendrax import RestrictedBoltzmannMachine, load
from dendrax.core.constraints import HyperparameterError
from dendrax.predictor.file import ModelFileError

RNG = np.random.default_rng(0)
TEXTS = pd.DataFrame({"size": RNG.choice(["s", "l"], 60), "hue": RNG.choice(["red", "blue", "grey"], 60)})


@pytest.fixture(scope="module")
def labelled() -> RestrictedBoltzmannMachine:
    y = np.where(TEXTS["size"] == "s", "small", "large")
    machine = RestrictedBoltzmannMachine(2, visible="categorical", labels=True, chains=(50, 100), random_state=0)
    return machine.set_params(max_epochs=2).fit(TEXTS, y)


@pytest.mark.parametrize("hole", [float("nan"), None, pd.NA, pd.NaT])
def test_a_hole_among_texts_is_no_level(hole):
    rows = [["a", "x"], ["b", hole], ["a", "y"]] * 5
    for X in (rows, pd.DataFrame(rows), np.array(rows, object)):
        machine = RestrictedBoltzmannMachine(2, visible="categorical", max_epochs=1, random_state=0).fit(X)
        assert [levels.tolist() for levels in machine.levels_] == [["a", "b"], ["x", "y"]]
        filled = machine.complete(X, sweeps=2, random_state=0)
        assert set(filled[1]) <= {"a", "b", "x", "y"}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"given": {"hue": ["red", "blue"]}}, r"given must hold one value or 3 for a column; got \(2,\) for 'hue'"),
        ({"given": [1, 2]}, "given must be a mapping from columns to values, or None; got list"),
        ({"given": {"hue": "red", 1: "blue"}}, "given must hold a column once; got column 1"),
        ({"given": {"hue": "pink"}}, "column 'hue' must hold a value that was there in fit; got 'pink'"),
        ({"label": "zz"}, "label must hold a value that was there in fit; got 'zz'"),
    ],
)
def test_what_cannot_be_held_is_refused(labelled, asked, words):
    with pytest.raises(ValueError, match=words):
        labelled.sample(3, **asked)


def test_infinity_cannot_be_held():
    machine = RestrictedBoltzmannMachine(2, visible="gaussian", max_epochs=1, random_state=0)
    machine.fit(RNG.normal(size=(50, 2)))
    with pytest.raises(ValueError, match="X must lie within"):
        machine.sample(2, given={0: np.inf})
    with pytest.raises(ValueError, match="X must lie within"):
        machine.score_samples([[1e39, 0.0]])


def test_a_machine_from_a_file_names_columns_and_keeps_pairs(labelled, tmp_path):
    labelled.save(tmp_path / "machine")
    read = load(tmp_path / "machine")
    assert read.chains == (50, 100)
    with pytest.raises(ValueError, match="column 'hue' must hold"):
        read.sample(given={"hue": "pink"})


def test_labels_that_were_not_learned_are_told(tmp_path):
    machine = RestrictedBoltzmannMachine(2, max_epochs=1, random_state=0).fit(RNG.integers(0, 2, (20, 3)))
    machine.set_params(labels=True)
    with pytest.raises(AttributeError) as error:
        machine.predict_proba([[0, 1, 0]])
    assert "labels was True in fit" in str(error.value.__cause__)
    with pytest.raises(ModelFileError, match="labels must be False as it was in fit to be saved; got True"):
        machine.save(tmp_path / "machine")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("visible", ["binary", "gaussian"])
def test_dates_are_no_numbers(visible):
    with pytest.raises(ValueError, match=r"X must hold numbers; got datetime64"):
        RestrictedBoltzmannMachine(2, visible=visible).fit(np.array([["2020-01-01"], ["2021-01-01"]], "M8[D]"))


def test_labels_that_no_file_can_hold_are_refused():
    with pytest.raises(ValueError, match="y must hold texts or numbers"):
        RestrictedBoltzmannMachine(2, labels=True).fit(np.eye(10), np.array(["2020", "2021"] * 5, "M8[Y]"))


@pytest.mark.parametrize(("name", "value"), [("learning_rate", 1e39), ("tolerance", 1e39), ("random_state", True)])
def test_numbers_that_the_device_cannot_hold_are_refused(name, value):
    with pytest.raises(HyperparameterError, match=f"^{name} must be"):
        RestrictedBoltzmannMachine(2, **{name: value}).fit(np.eye(4))

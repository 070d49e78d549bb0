from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dendrax import RestrictedBoltzmannMachine, load
from dendrax.core.canonical_json import dumped, loaded
from dendrax.core.sealed import seal, unseal
from dendrax.estimators.restricted_saving import FORMAT, KIND
from dendrax.predictor import ModelFileError, read

RNG = np.random.default_rng(0)
BINARY = (RNG.random((60, 4)) < 0.5).astype(float)
TEXTS = pd.DataFrame({"a": RNG.choice(["x", "y"], 60), "b": RNG.choice([1, 2, 3], 60)}, dtype=object)
CASES = {
    "binary": ({}, BINARY, None),
    "gaussian": ({"visible": "gaussian"}, RNG.normal(3, 2, (60, 3)), None),
    "categorical": ({"visible": "categorical"}, TEXTS, None),
    "labels": ({"labels": True, "k": (1, 2)}, BINARY, RNG.choice(["yes", "no"], 60)),
}


def fitted(case: str) -> RestrictedBoltzmannMachine:
    options, X, y = CASES[case]
    return RestrictedBoltzmannMachine(3, max_epochs=4, random_state=0, **options).fit(X, y)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("asked", [True, False])
def test_a_machine_comes_back_whole(case, asked, tmp_path):
    machine, X = fitted(case), CASES[case][1]
    expected = machine.log_likelihood_ if asked else None
    machine.save(tmp_path / "it.dendrax")
    again = load(tmp_path / "it.dendrax")
    assert {k: v for k, v in again.get_params().items() if k != "k"} == {
        k: v for k, v in machine.get_params().items() if k != "k"
    }
    np.testing.assert_array_equal(again.transform(X), machine.transform(X))
    np.testing.assert_array_equal(
        again.sample(3, sweeps=5, random_state=1), machine.sample(3, sweeps=5, random_state=1)
    )
    assert (again._model.known_log_partition is None) == (not asked)
    assert again.log_likelihood_ == pytest.approx(expected or machine.log_likelihood_, abs=1e-6)
    np.testing.assert_array_equal(again.history_["free_energy_gap"], machine.history_["free_energy_gap"])
    if case == "labels":
        np.testing.assert_array_equal(again.predict(X), machine.predict(X))
    if case == "categorical":
        assert list(again.feature_names_in_) == ["a", "b"]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("machine") / "it.dendrax"
    fitted("labels").save(path)
    return path.read_bytes()


def written(content: bytes, path: Path) -> Path:
    path.write_bytes(content)
    return path


def test_a_machine_is_no_model_that_predicts_by_itself(content, tmp_path):
    with pytest.raises(ModelFileError, match="is not a model of dendrax: it is a machine"):
        read(written(content, tmp_path / "it"))


def test_every_changed_byte_and_every_cut_is_noticed(content, tmp_path):
    for place in np.linspace(0, len(content) - 1, 60).astype(int):
        changed = bytearray(content)
        changed[place] ^= 1
        with pytest.raises(ModelFileError):
            load(written(bytes(changed), tmp_path / "it"))
        with pytest.raises(ModelFileError):
            load(written(content[:place], tmp_path / "it"))


def put(described, path, value):
    *names, last = path
    for name in names:
        described = described[name]
    described[last] = value


WRONG = [
    (("coding", "kind"), "ternary"),
    (("coding", "kind"), "gaussian"),
    (("coding", "columns"), 5),
    (("coding", "columns"), 2**40),
    (("coding", "levels"), [[0]]),
    (("coding", "classes"), {"type": "text", "values": ["yes", "no"]}),
    (("coding", "classes"), {"type": "text", "values": []}),
    (("coding", "classes"), {"type": "whole", "values": [1, 2.0]}),
    (("coding", "classes"), {"type": "whole", "values": [10**30, 10**31]}),
    (("coding", "classes"), None),
    (("log_partition",), {"value": 1.0}),
    (("about", "estimator"), "NeuralClassifier"),
    (("about", "hyperparameters", "n_hidden"), 0),
    (("about", "hyperparameters", "visible"), "gaussian"),
    (("about", "hyperparameters", "labels"), False),
    (("about", "fitted", "n_iter_"), 5),
    (("about", "fitted", "stopped_because_"), "boredom"),
    (("about", "feature_names"), ["a"]),
]


@pytest.mark.parametrize(("path", "value"), WRONG)
def test_a_description_that_does_not_hold_is_refused(path, value, content, tmp_path):
    described, arrays = unseal(content, KIND, FORMAT)
    described = loaded(dumped(described))
    put(described, path, value)
    with pytest.raises(ModelFileError):
        load(written(seal(KIND, FORMAT, described, arrays), tmp_path / "it"))


@pytest.mark.parametrize("name", ["weights", "visible_biases", "hidden_biases", "means", "mean", "scale", "chains"])
def test_arrays_that_do_not_fit_are_refused(name, content, tmp_path):
    described, arrays = unseal(content, KIND, FORMAT)
    for wrong in (arrays[name][:-1], arrays[name].astype(np.int32), arrays[name] * np.nan, arrays[name][None]):
        kept = (
            wrong if wrong.dtype == np.int32 else wrong.astype(arrays[name].dtype if name != "chains" else np.float32)
        )
        if name == "chains" and kept.shape != arrays[name].shape:
            continue  # fewer chains are chains
        with pytest.raises(ModelFileError):
            load(written(seal(KIND, FORMAT, described, arrays | {name: kept}), tmp_path / "it"))
    with pytest.raises(ModelFileError):
        load(written(seal(KIND, FORMAT, described, {n: a for n, a in arrays.items() if n != name}), tmp_path / "it"))


def test_parts_need_a_machine_of_this_process(content, tmp_path):
    again = load(written(content, tmp_path / "it"))
    with pytest.raises(ValueError, match="partial_fit must go on from a machine of this process"):
        again.partial_fit(BINARY, CASES["labels"][2])


def test_a_machine_has_no_functions(content, tmp_path):
    with pytest.raises(ModelFileError, match="uses no function 'longest'"):
        load(written(content, tmp_path / "it"), functions={"longest": max})

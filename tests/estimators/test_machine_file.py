"""Machines of each kind in files of their kind, and in no other; files of older versions answer as they did.

A golden file stays as it is: where it answers otherwise, mend the reader. `golden/make.py` writes what is not there.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from dendrax import BoltzmannMachine, RestrictedBoltzmannMachine, load
from dendrax.core.sealed import seal, unseal
from dendrax.estimators.saving import MACHINES
from dendrax.predictor.file import ModelFileError
from dendrax.predictor.functions import Functions

X = (np.random.default_rng(0).random((30, 3)) < 0.4) * 1.0
FITTED = {
    "symmetric": lambda: BoltzmannMachine(random_state=0).fit(X),
    "machine": lambda: RestrictedBoltzmannMachine(2, max_epochs=2, random_state=0).fit(X),
}

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.dendrax"))


def test_every_kind_is_known_by_its_name():
    assert {kind: file.kind for kind, file in MACHINES.items()} == {kind: kind for kind in FITTED}


@pytest.mark.parametrize("kind", FITTED)
def test_a_machine_is_read_as_its_own_kind_only(kind, tmp_path):
    FITTED[kind]().save(tmp_path / "m")
    content = (tmp_path / "m").read_bytes()
    mine, other = MACHINES[kind], next(file for name, file in MACHINES.items() if name != kind)
    assert type(mine.read(content, Functions())) is mine.estimator
    for refuses in (other.judge, lambda content: other.read(content, Functions())):
        with pytest.raises(ValueError, match=f"is not a {other.kind} of dendrax: it is a {kind}"):
            refuses(content)
    (tmp_path / "m").write_bytes(seal(other.kind, other.format, *unseal(content, kind, mine.format)))
    with pytest.raises(ModelFileError, match="a machine has no"):
        load(tmp_path / "m")


@pytest.mark.parametrize("kind", FITTED)
def test_what_could_not_be_read_is_not_written(kind, tmp_path):
    machine = FITTED[kind]()
    machine.save(tmp_path / "m")
    before = (tmp_path / "m").read_bytes()
    machine.feature_names_in_ = np.array(["a", "a", "b"], object)
    with pytest.raises(ValueError, match="must be"):
        machine.save(tmp_path / "m")
    assert (tmp_path / "m").read_bytes() == before


@pytest.mark.parametrize("kind", FITTED)
def test_a_newer_format_is_told(kind, tmp_path):
    FITTED[kind]().save(tmp_path / "m")
    file = MACHINES[kind]
    opened = unseal((tmp_path / "m").read_bytes(), kind, file.format)
    (tmp_path / "m").write_bytes(seal(kind, file.format + 1, *opened))
    with pytest.raises(ModelFileError, match=f"newer version of dendrax: {kind} format {file.format + 1}"):
        load(tmp_path / "m")


def test_every_kind_and_format_has_a_golden_file():
    made = {tuple(path.stem.split("_")[:2]) for path in GOLDEN}
    assert made == {(kind, str(n)) for kind, file in MACHINES.items() for n in range(1, file.format + 1)}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_golden_machine_answers_as_it_did(path):
    kept, machine = json.loads(path.with_suffix(".json").read_text()), load(path)
    rows = pd.DataFrame(kept["rows"]["data"], columns=kept["rows"]["columns"])
    np.testing.assert_allclose(machine.score_samples(rows), kept["answers"], rtol=1e-6)
    np.testing.assert_equal(getattr(machine, "history_", None), kept["history"])
    assert getattr(machine, "stopped_because_", None) == kept["stopped_because"]

"""Checkpoints under attack: whatever the file, one `CheckpointError`; what was saved, to the bit."""

from __future__ import annotations

import io
import os
import pickle

import numpy as np
import pytest
from problems import Problem, same_bits
from safetensors.numpy import save as to_safetensors

from dendrax.core.sealed import seal, unseal
from dendrax.learning import checkpoint
from dendrax.learning.checkpoint import FORMAT, KIND, CheckpointError
from dendrax.learning.outcome import Curves
from dendrax.learning.training import advance


@pytest.fixture(scope="module")
def problem():
    return Problem(rows=40, held=10, max_epochs=6)


@pytest.fixture(scope="module")
def half(problem):
    return advance(problem.plan, problem.first, problem.data, problem.numbers, np.int32(9))


@pytest.fixture
def saved(problem, half, tmp_path):
    curves = Curves()
    curves.read(half)
    checkpoint.save(tmp_path / "state", problem.plan, half, problem.data, problem.numbers, curves)
    return tmp_path / "state"


@pytest.fixture
def load(problem):
    return lambda path: checkpoint.load(path, problem.plan, problem.first, problem.data, problem.numbers)


@pytest.fixture
def refused(load):
    def refuse(path, words):
        with pytest.raises(CheckpointError, match=words) as raised:
            load(path)
        assert str(raised.value).startswith(f"{path} ")
        assert "\n" not in str(raised.value)

    return refuse


def test_what_was_saved_comes_back_to_the_bit(saved, half, load):
    state, curves = load(saved)
    assert same_bits(state, half)
    expected = Curves()
    expected.read(half)
    assert Curves(**curves) == expected


def test_a_hole_in_a_curve_comes_back(saved, problem, half, load):
    n = int(half.epoch)
    curves = Curves([np.nan] * n, [np.inf] * n, [0.1] * n)
    checkpoint.save(saved, problem.plan, half, problem.data, problem.numbers, curves)
    for name, values in load(saved)[1].items():
        np.testing.assert_array_equal(values, getattr(curves, name))


def test_F1_a_checkpoint_cut_or_flipped_anywhere_is_refused(saved, load):
    content = saved.read_bytes()
    chance = np.random.default_rng(0)
    places = [*range(0, len(content), 997), len(content) - 1]
    damaged = [content[:i] for i in places]
    for i in [*range(0, 400), *places]:
        damaged.append(content[:i] + bytes([content[i] ^ (1 << chance.integers(8))]) + content[i + 1 :])
    for each in [*damaged, content + b"\0"]:
        saved.write_bytes(each)
        with pytest.raises(CheckpointError, match=r"is not a checkpoint of dendrax|is damaged"):
            load(saved)


def foreign():
    file = io.BytesIO()
    np.savez(file, a=np.ones(3))
    return {
        "empty": b"",
        "8 bytes": b"\0" * 8,
        "pickle": pickle.dumps({"a": 1}),
        "npz": file.getvalue(),
        "safetensors": to_safetensors({"0": np.ones(3)}, {"dendrax": '{"checkpoint":1}'}),
        "html": b"<html></html>",
        "a model": seal("model", 2, None, {}),
    }


@pytest.mark.parametrize("name", foreign())
def test_F5_a_foreign_file_is_refused(tmp_path, refused, name):
    (tmp_path / "state").write_bytes(foreign()[name])
    refused(tmp_path / "state", "is not a checkpoint of dendrax")


def test_F5_a_newer_checkpoint_asks_for_an_update(saved, refused):
    saved.write_bytes(seal(KIND, FORMAT + 1, None, {}))
    refused(saved, "was made by a newer version of dendrax")


def test_F8_only_a_regular_file_is_a_checkpoint(tmp_path, refused):
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path, "must be a regular file; it is a folder")
    refused(tmp_path / "pipe", "must be a regular file; it is a pipe")
    refused(tmp_path / "none", "cannot be read: No such file")


DAMAGE = {
    "an array less": lambda a: a.pop("0"),
    "an array more": lambda a: a.update({"99": np.ones(3)}),
    "another name": lambda a: a.update({"00": a.pop("0")}),
    "another shape": lambda a: a.update({"1": a["1"][:-1]}),
    "another order": lambda a: a.update({"1": np.ascontiguousarray(a["1"].T)}),
    "another type": lambda a: a.update({"1": a["1"].astype(np.float64)}),
    "no curve": lambda a: a.pop("curve.training"),
    "a curve more": lambda a: a.update({"curve.more": np.ones(3)}),
    "a shorter curve": lambda a: a.update({"curve.training": a["curve.training"][:-1]}),
    "a flat curve": lambda a: a.update({"curve.validation": a["curve.validation"][None]}),
    "a curve of whole numbers": lambda a: a.update({"curve.learning_rate": np.ones(3, np.int32)}),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_F6_arrays_that_do_not_fit_the_run_are_refused(saved, refused, name):
    described, arrays = unseal(saved.read_bytes(), KIND, FORMAT)
    DAMAGE[name](arrays)
    saved.write_bytes(seal(KIND, FORMAT, described, arrays))
    refused(saved, "is damaged: its (.* arrays must be|curves must be)")


@pytest.mark.parametrize("described", [None, {}, {"run": 1}, {"run": "x", "more": 1}, {"run": None}], ids=str)
def test_F4_another_description_is_refused(saved, refused, described):
    _, arrays = unseal(saved.read_bytes(), KIND, FORMAT)
    saved.write_bytes(seal(KIND, FORMAT, described, arrays))
    refused(saved, "a checkpoint")


def test_the_checkpoint_of_another_run_is_refused(saved, refused):
    _, arrays = unseal(saved.read_bytes(), KIND, FORMAT)
    saved.write_bytes(seal(KIND, FORMAT, {"run": "0" * 64}, arrays))
    refused(saved, "is the checkpoint of another run")


def test_F9_a_save_that_fails_keeps_the_old_checkpoint(saved, problem, half, monkeypatch):
    before = saved.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save(saved, problem.plan, half, problem.data, problem.numbers, Curves())
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]

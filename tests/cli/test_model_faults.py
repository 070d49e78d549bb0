"""A model file that is none, on the command line: exit code 2 and one line on standard error."""

from __future__ import annotations

import pickle

import jax.numpy as jnp
import pandas as pd
import pytest

from dendrax import LinearClassifier, NeuralRegressor
from dendrax.core.sealed import seal
from dendrax.layers import Dense
from dendrax.predictor.file import FORMAT


def refused(said, *words):
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err


@pytest.mark.parametrize("command", ["info", "predict", "evaluate", "sample", "complete"])
def test_F5_what_is_no_model_is_a_fault_of_one_line(dendrax, tmp_path, penguins, command):
    more = () if command in ("info", "sample") else (penguins,)
    for content, words in {
        pickle.dumps([1]): "is not a model of dendrax: it looks like a pickle, which dendrax never opens",
        b"": "is not a model of dendrax: it is empty",
        seal("model", FORMAT + 1, None, {}): f"was made by a newer version of dendrax: model format {FORMAT + 1}",
        seal("machine", 99, None, {}): "was made by a newer version of dendrax: machine format 99",
        seal("symmetric", 1, None, {}): "must",
    }.items():
        (tmp_path / "m.dendrax").write_bytes(content)
        refused(dendrax(command, tmp_path / "m.dendrax", *more), words)


def test_F1_a_model_cut_short_is_named(dendrax, species, tmp_path):
    (tmp_path / "m.dendrax").write_bytes(species.model.read_bytes()[:-1])
    refused(dendrax("info", tmp_path / "m.dendrax"), "m.dendrax is damaged: its checksum", "cut short or changed")


def test_F8_a_folder_and_a_file_that_is_not_there_are_named(dendrax, tmp_path):
    refused(dendrax("info", tmp_path), "must be a regular file; it is a folder")
    refused(dendrax("info", tmp_path / "none"), "there is no file", "none")
    refused(dendrax("info", "http://example.org/m.dendrax"), "there is no file http:")


def test_F8_a_name_that_starts_with_a_dash_is_given_after_two_dashes(dendrax, species, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-m").write_bytes(species.model.read_bytes())
    assert dendrax("info", "--", "-m").code == 0
    assert dendrax("info", "./-m").code == 0


@pytest.fixture
def with_functions(tmp_path):
    """A model that computes by a function of the user's own, and one that only learned by one."""
    rows = pd.DataFrame({"a": [0.0, 1.0, 2.0, 3.0], "b": [1.0, 0.0, 0.0, 1.0]})
    rows.to_csv(tmp_path / "rows.csv", index=False)
    functions = {"wave": jnp.sin, "quartic": lambda y, a: ((y - a) ** 4).sum()}
    for name, options in {"wave": {"layers": [Dense(2, jnp.sin)]}, "quartic": {"loss": functions["quartic"]}}.items():
        model = NeuralRegressor(**options, max_epochs=1, random_state=0).fit(rows, rows["b"])
        model.save(tmp_path / f"{name}.dendrax", functions={name: functions[name]})
    return tmp_path


@pytest.mark.parametrize("command", ["info", "predict", "evaluate"])
def test_a_model_that_computes_by_functions_of_your_own_is_for_python(dendrax, with_functions, command):
    more = () if command == "info" else (with_functions / "rows.csv",)
    said = dendrax(command, with_functions / "wave.dendrax", *more)
    refused(said, "needs functions of your own, which no file holds: 'wave' (activation function); read it in Python")


def test_a_model_that_learned_by_functions_of_your_own_answers(dendrax, with_functions):
    assert dendrax("info", with_functions / "quartic.dendrax").code == 0
    said = dendrax("predict", with_functions / "quartic.dendrax", with_functions / "rows.csv")
    assert (said.code, said.out.count("\n")) == (0, 5)


def test_names_in_a_file_cannot_steer_the_terminal(dendrax, tmp_path):
    """Escape sequences in the names of columns and labels are shown, not sent."""
    rows = pd.DataFrame({"a\x1b[2Jb": [0.0, 1.0, 2.0, 3.0], "c\x9b7md": [1.0, 0.0, 0.0, 1.0]})
    labels = ["yes\x1b]0;title\x07", "no", "no", "yes\x1b]0;title\x07"]
    LinearClassifier().fit(rows, labels).save(tmp_path / "m.dendrax")
    said = dendrax("info", tmp_path / "m.dendrax")
    assert said.code == 0
    assert not set(said.out + said.err) & set("\x1b\x9b\x07")
    for shown in (r"a\x1b[2Jb", r"c\x9b7md", r"yes\x1b]0;title\x07"):
        assert shown in said.out

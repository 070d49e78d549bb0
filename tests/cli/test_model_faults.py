"""A model file that is none, on the command line: exit code 2 and one line on standard error."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from dendrax import LinearClassifier
from dendrax.core.sealed import seal


def refused(said, *words):
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    for word in words:
        assert word in said.err


@pytest.mark.parametrize("command", ["info", "predict", "evaluate"])
def test_F5_what_is_no_model_is_a_fault_of_one_line(dendrax, tmp_path, penguins, command):
    more = () if command == "info" else (penguins,)
    for content, words in {
        pickle.dumps([1]): "is not a model of dendrax: it looks like a pickle, which dendrax never opens",
        b"": "is not a model of dendrax: it is empty",
        seal("model", 3, None, {}): "was made by a newer version of dendrax: model format 3",
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

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import dendrax as package

ROWS = np.array([[1, 1, 0], [0, 0, 1], [1, 0, 1]] * 40, float)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    """A machine of three named units, two of which always disagree."""
    path = tmp_path_factory.mktemp("sample") / "m.dendrax"
    frame = pd.DataFrame(ROWS, columns=["a", "b", "c"])
    package.RestrictedBoltzmannMachine(3, learning="exact", max_epochs=200, random_state=0).fit(frame).save(path)
    return path


@pytest.fixture(scope="module")
def kinds(tmp_path_factory):
    path = tmp_path_factory.mktemp("sample") / "k.dendrax"
    frame = pd.DataFrame({"animal": ["cat", "cow", "cow"] * 30, "legs": [4, 4, 3] * 30})
    labelled = package.RestrictedBoltzmannMachine(
        3, visible="categorical", labels=True, learning="exact", max_epochs=200, random_state=0
    )
    labelled.fit(frame, [0, 1, 1] * 30).save(path)
    return path


def test_rows_are_those_of_the_machine(dendrax, machine, tmp_path):
    said = dendrax("sample", machine, "-n", "50", "--seed", "3")
    assert said.code == 0, said.err
    lines = said.out.splitlines()
    drawn = package.load(machine).sample(50, random_state=3).astype(int)
    assert lines[0] == "a,b,c"
    assert lines[1:] == [",".join(map(str, row)) for row in drawn]
    assert np.mean(drawn[:, 1] != drawn[:, 2]) > 0.9


@pytest.mark.parametrize("ending", ["csv", "parquet", "jsonl", "arrow", "npz"])
def test_the_ending_says_the_kind_of_file(dendrax, machine, tmp_path, ending):
    out = tmp_path / f"rows.{ending}"
    said = dendrax("sample", machine, "-n", "5", "-o", out)
    assert (said.code, said.out) == (0, f"wrote 5 rows to {out}\n")
    drawn = package.load(machine).sample(5, random_state=0)
    if ending == "npz":
        found = np.load(out)["X"]
    else:
        read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "arrow": pd.read_feather}
        found = read.get(ending, lambda path: pd.read_json(path, lines=True))(out).to_numpy()
    np.testing.assert_array_equal(found, drawn)


def test_values_are_held(dendrax, machine):
    said = dendrax("sample", machine, "-n", "20", "--given", "c=1", "--given", "a=0", "--json")
    assert said.json["sample"]["c"] == [1] * 20
    assert said.json["sample"]["a"] == [0] * 20


def test_levels_and_labels_are_held_by_their_spelling(dendrax, kinds):
    said = dendrax("sample", kinds, "-n", "10", "--given", "legs=3", "--label", "1", "--json")
    assert said.code == 0, said.err
    assert said.json["sample"]["legs"] == [3] * 10
    assert said.json["sample"]["animal"].count("cow") >= 9


def test_pictures_have_their_shape(dendrax, machine, tmp_path):
    said = dendrax("sample", machine, "-n", "4", "--shape", "3x1", "-o", tmp_path / "p.npz")
    assert said.code == 0, said.err
    assert np.load(tmp_path / "p.npz")["X"].shape == (4, 3, 1)


def test_a_general_machine_draws_its_visible_units(dendrax, tmp_path):
    general = package.BoltzmannMachine(1, states="±1", max_steps=20, random_state=0).fit(2 * ROWS[:, :2] - 1)
    general.save(tmp_path / "g")
    said = dendrax("sample", tmp_path / "g", "-n", "6", "--given", "unit_1=-1", "--sweeps", "20")
    assert said.code == 0, said.err
    drawn = np.array([line.split(",") for line in said.out.splitlines()[1:]], int)
    assert said.out.startswith("unit_0,unit_1\n")
    assert drawn.shape == (6, 2)
    assert (drawn[:, 1] == -1).all()


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--given", "z=1"), "--given must be COLUMN=VALUE, with a column among a, b, c; got 'z=1'"),
        (("--given", "a"), "--given must be COLUMN=VALUE"),
        (("--given", "a=x"), "--given a must be a number; got 'x'"),
        (("--given", "a=7"), "values from 0 to 1"),
        (("--label", "1"), "--label must be left out: "),
        (("--shape", "3x1"), "--shape must be left out unless --output ends in .npz"),
        (("--shape", "2x2", "-o", "p.npz"), "--shape must have as many places as the model has columns, 3; got '2x2'"),
        (("--shape", "axb", "-o", "p.npz"), "--shape must be like 28x28; got 'axb'"),
        (("-o", "rows.txt"), "rows.txt must end in one of"),
    ],
)
def test_what_cannot_be_is_one_line(dendrax, machine, tmp_path, monkeypatch, words, fault):
    monkeypatch.chdir(tmp_path)
    said = dendrax("sample", machine, *words)
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert fault in said.err
    assert list(tmp_path.iterdir()) == []


def test_a_strange_level_or_label_names_those_there_are(dendrax, kinds):
    said = dendrax("sample", kinds, "--given", "animal=dog")
    assert said.err == "error: --given animal must be one of cat, cow; got 'dog'\n"
    assert dendrax("sample", kinds, "--label", "7").err == "error: --label must be one of 0, 1; got '7'\n"


def test_a_network_that_predicts_draws_nothing(dendrax, species, tmp_path):
    said = dendrax("sample", species.model)
    assert said.code == 2
    assert "dendrax sample must be given a Boltzmann machine; " in said.err
    assert dendrax("sample", tmp_path / "none").err.startswith("error: there is no file")

"""`dendrax sample`: rows of the law that a machine learned."""

import io

import numpy as np
import pandas as pd
import pytest

import dendrax as package
from dendrax import BoltzmannMachine
from dendrax.cli.machine import Machine
from dendrax.cli.sample import parse_given


@pytest.fixture(scope="module")
def spins(tmp_path_factory):
    """A machine of three units of which two are joined, of states −1 and 1."""
    w = np.array([[0.0, 1.5, 0.0], [1.5, 0.0, 0.0], [0.0, 0.0, 0.0]])
    machine = BoltzmannMachine.from_energy(w, [0.0, 0.0, 0.5], states="±1")
    path = tmp_path_factory.mktemp("spins") / "spins.dendrax"
    machine.save(path)
    return path


def test_rows_are_csv_in_the_columns_and_levels_of_the_machine(dendrax, colours):
    said = dendrax("sample", colours.model, "-n", 5, "--seed", 3, "--sweeps", 50)
    assert (said.code, said.err) == (0, "")
    rows = pd.read_csv(io.StringIO(said.out), dtype=str)
    assert rows.columns.tolist() == ["colour", "size", "ok", "n"]
    drawn = package.load(colours.model).sample(5, sweeps=50, random_state=3)
    np.testing.assert_array_equal(rows[["colour", "size", "ok"]], drawn[:, :3])
    np.testing.assert_array_equal(rows["n"].astype(int), drawn[:, 3].astype(float))


def test_what_is_given_is_held_and_the_others_follow(dendrax, spins):
    said = dendrax("sample", spins, "-n", 2000, "--given", "0=-1", "--json").json
    assert said["rows"] == 2000
    drawn = np.array([said["sample"][name] for name in ("0", "1", "2")])
    assert set(drawn[0]) == {-1}
    for unit, gap in ((1, 2 * 1.5 * -1), (2, 2 * 0.5)):
        p = 1 / (1 + np.exp(-gap))
        assert abs((drawn[unit] == 1).mean() - p) < 4 * np.sqrt(p * (1 - p) / 2000)


def test_a_label_and_a_column_are_held(dendrax, colours, tmp_path):
    path = tmp_path / "a.jsonl"
    said = dendrax(
        "sample", colours.model, "-n", 300, "--given", "size=M", "--given", "3=2", "--label", "a", "-o", path
    )
    assert (said.code, said.out) == (0, f"wrote 300 rows to {path}\n")
    rows = pd.read_json(path, lines=True)
    assert (set(rows["size"]), set(rows["n"])) == ({"M"}, {2})
    machine = package.load(colours.model)
    levels = machine.levels_[0]
    table = pd.DataFrame([[c, "M", ok, 2] for c in levels for ok in machine.levels_[2]], columns=rows.columns[:4])
    law = np.exp(machine.score_samples(table.astype(object))) * machine.predict_proba(table.astype(object))[:, 0]
    law = law.reshape(len(levels), -1).sum(axis=1) / law.sum()
    share = np.array([(rows["colour"] == c).mean() for c in levels])
    assert (np.abs(share - law) < 4.5 * np.sqrt(law * (1 - law) / 300) + 1e-3).all()


def test_a_picture_keeps_its_shape_in_npz(dendrax, pictures, tmp_path):
    assert dendrax("sample", pictures.model, "-n", 4, "-o", tmp_path / "a.npz").code == 0
    table = pd.read_csv(io.StringIO(dendrax("sample", pictures.model, "-n", 4).out))
    with np.load(tmp_path / "a.npz") as file:
        assert (file["X"].shape, file["X"].dtype) == ((4, 2, 3), np.uint8)
        np.testing.assert_array_equal(file["X"].reshape(4, 6), table)
    assert dendrax("sample", pictures.model, "-n", 4, "--shape", "6X1", "-o", tmp_path / "b.npz", "-q").out == ""
    assert np.load(tmp_path / "b.npz")["X"].shape == (4, 6, 1)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--given", "colour=pink"], "--given of column 'colour' must be one of 'blue', 'green', 'red'; got 'pink'"),
        (["--given", "hue=1"], "--given must be COLUMN=VALUE, with a column among 'colour', 'size', 'ok', 'n'; got"),
        (["--given", "4=1"], "--given must be COLUMN=VALUE"),
        (["--given", "size"], "--given must be COLUMN=VALUE"),
        (["--given", "n=1", "--given", "3=2"], "--given must hold a column once; 'n' stands there again"),
        (["--label", "c"], "--label must be one of 'a', 'b'; got 'c'"),
        (["--shape", "2x2"], "--shape must be left out unless --output names a .npz file"),
        (["--shape", "3x2", "-o", "a.npz"], "--shape must be like 28x28, with a place for each of 4 units; got '3x2'"),
        (["-o", "a.npz"], "a .npz file must hold numbers; column 'colour' holds text: write .csv"),
        (["-o", "a.xls"], "must end in one of .csv, .tsv, .parquet, .jsonl, .ndjson, .arrow, .feather, .npz"),
    ],
)
def test_what_cannot_be_is_a_fault_of_one_line(dendrax, colours, tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    said = dendrax("sample", colours.model, *options)
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_network_and_a_machine_without_labels_are_named(dendrax, species, pictures, spins):
    assert "must hold a machine, which has a law of all columns" in dendrax("sample", species.model).err
    assert "--label must be left out for a machine without labels" in dendrax(
        "sample", pictures.model, "--label", "1"
    ).err  # fmt: skip
    assert "--given of column '0' must be -1 or 1; got '0'" in dendrax("sample", spins, "--given", "0=0").err


def test_a_name_may_hold_an_equals_sign():
    machine = BoltzmannMachine.from_energy(np.zeros((2, 2)))
    machine.feature_names_in_ = np.array(["a", "a=b"], object)
    assert parse_given(["a=b=1", "a=0"], Machine(machine)) == {1: 1.0, 0: 0.0}

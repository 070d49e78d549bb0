from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest

import dendrax as package

ROWS = np.array([[1, 1, 0], [0, 0, 1], [1, 0, 1]] * 40, float)


@pytest.fixture(scope="module")
def machine(tmp_path_factory):
    path = tmp_path_factory.mktemp("complete") / "m.dendrax"
    frame = pd.DataFrame(ROWS, columns=["a", "b", "c"])
    package.RestrictedBoltzmannMachine(3, learning="exact", max_epochs=200, random_state=0).fit(frame).save(path)
    return path


def test_holes_are_filled_and_all_else_stays_as_it_is_written(dendrax, machine, tmp_path):
    path = tmp_path / "holes.csv"
    path.write_text('id,c,a,b\n007,1.0,NA,0\n"x, y",,1,1\n9,0,1.00,\n4,1,0,0\n')
    said = dendrax("complete", machine, path)
    assert said.code == 0, said.err
    lines = list(csv.reader(io.StringIO(said.out)))
    assert lines[0] == ["id", "c", "a", "b"]
    assert lines[1][:2] + lines[1][3:] == ["007", "1.0", "0"]
    assert lines[2][:1] + lines[2][2:] == ["x, y", "1", "1"]
    assert lines[3][:3] == ["9", "0", "1.00"]
    assert lines[4] == ["4", "1", "0", "0"]
    holes = np.array([[np.nan, 0, 1], [1, 1, np.nan], [1, np.nan, 0], [0, 0, 1]])
    filled = package.load(machine)
    del filled.feature_names_in_
    expected = filled.complete(holes, random_state=0)
    seen = [[float(cell) for cell in line[1:]] for line in lines[1:]]
    np.testing.assert_array_equal(seen, expected[:, [2, 0, 1]])


def test_means_are_those_of_the_conditional_law(dendrax, tmp_path):
    machine = tmp_path / "m"
    frame = pd.DataFrame(ROWS, columns=["a", "b", "c"])
    package.RestrictedBoltzmannMachine(3, learning="exact", max_epochs=15, random_state=0).fit(frame).save(machine)
    (tmp_path / "holes.csv").write_text("a,b,c\n1,,\n")
    said = dendrax("complete", machine, tmp_path / "holes.csv", "--expected", "--sweeps", "20000")
    assert said.code == 0, said.err
    states = np.array([[1, b, c] for b in (0, 1) for c in (0, 1)], float)
    its = package.load(machine)
    del its.feature_names_in_
    p = np.exp(its.score_samples(states))
    means = (p[:, None] * states).sum(axis=0) / p.sum()
    np.testing.assert_allclose([float(v) for v in said.out.splitlines()[1].split(",")], means, atol=0.02)


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "tsv"])
def test_other_kinds_of_files(dendrax, machine, tmp_path, ending):
    (tmp_path / "h.csv").write_text("a,b,c,name\n1,,,x\n0,0,1,y\n")
    out = tmp_path / f"o.{ending}"
    said = dendrax("complete", machine, tmp_path / "h.csv", "-o", out)
    assert (said.code, said.out) == (0, f"filled 2 cells of 2 rows into {out}\n")
    read = {"parquet": pd.read_parquet, "jsonl": lambda p: pd.read_json(p, lines=True)}
    found = read.get(ending, lambda p: pd.read_csv(p, sep="\t"))(out)
    assert list(found.columns) == ["a", "b", "c", "name"]
    assert found.notna().all().all()
    assert found["name"].tolist() == ["x", "y"]
    assert set(found.loc[0, ["b", "c"]]) <= {0, 1}


def test_pictures(dendrax, machine, tmp_path):
    X = np.array([[[1], [np.nan], [0]], [[np.nan], [0], [1]]])
    np.savez(tmp_path / "h.npz", X=X, y=np.array(["p", "q"]))
    said = dendrax("complete", machine, tmp_path / "h.npz", "-o", tmp_path / "o.npz", "--json")
    assert said.json == {"rows": 2, "filled": 2, "output": str(tmp_path / "o.npz")}
    found = np.load(tmp_path / "o.npz")
    assert found["X"].shape == X.shape
    np.testing.assert_array_equal(found["X"][~np.isnan(X)], X[~np.isnan(X)])
    assert set(found["X"][np.isnan(X)]) <= {0, 1}
    assert found["y"].tolist() == ["p", "q"]


def test_categories(dendrax, tmp_path):
    frame = pd.DataFrame({"animal": ["cat", "cow", "cow"] * 30, "legs": [4, 4, 3] * 30})
    package.RestrictedBoltzmannMachine(3, visible="categorical", learning="exact", max_epochs=400, random_state=0).fit(
        frame
    ).save(tmp_path / "k")
    (tmp_path / "h.csv").write_text("legs,animal\n3,\n,cat\n")
    said = dendrax("complete", tmp_path / "k", tmp_path / "h.csv", "--expected")
    assert (said.code, said.out) == (0, "legs,animal\n3,cow\n4,cat\n")


def test_a_general_machine(dendrax, tmp_path):
    package.BoltzmannMachine(states="±1", max_steps=200, random_state=0).fit(2 * ROWS - 1).save(tmp_path / "g")
    (tmp_path / "h.csv").write_text("unit_0,unit_1,unit_2\n1,1,\n")
    said = dendrax("complete", tmp_path / "g", tmp_path / "h.csv")
    assert said.code == 0, said.err
    assert said.out.splitlines()[1] in ("1,1,-1", "1,1,1")
    said = dendrax("complete", tmp_path / "g", tmp_path / "h.csv", "--expected")
    assert said.err == "error: --expected must be left out: a general Boltzmann machine gives draws only\n"


def test_faults_are_one_line_and_write_nothing(dendrax, machine, species, tmp_path):
    (tmp_path / "h.csv").write_text("a,b\n1,\n")
    said = dendrax("complete", machine, tmp_path / "h.csv", "-o", tmp_path / "o.csv")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "must have the column 'c'" in said.err
    (tmp_path / "t.csv").write_text("a,b,c\n1,x,\n")
    assert "must hold numbers in every column" in dendrax("complete", machine, tmp_path / "t.csv").err
    np.savez(tmp_path / "h.npz", X=np.eye(2))
    assert "--output must end in .npz" in dendrax("complete", machine, tmp_path / "h.npz").err
    said = dendrax("complete", machine, tmp_path / "h.npz", "-o", tmp_path / "o.npz")
    assert "array X must hold rows of 3 units; it holds 2" in said.err
    assert "must be given a Boltzmann machine" in dendrax("complete", species.model, tmp_path / "h.csv").err
    assert not list(tmp_path.glob("o.*"))

"""`dendrax complete`: holes filled by the exact conditional law, every other cell as it is written."""

import io

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

import dendrax as package
from dendrax import BoltzmannMachine


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    """A machine of three visible units and a hidden one."""
    machine = BoltzmannMachine(1, random_state=0, restarts=1, max_steps=30)
    machine.fit(pd.DataFrame([[0, 0, 1], [1, 1, 0], [1, 1, 1], [0, 0, 0]], columns=["a", "b", "c"]))
    path = tmp_path_factory.mktemp("graph") / "graph.dendrax"
    machine.save(path)
    return path


def near(share, p, n):
    return abs(share - p) < 4.5 * np.sqrt(p * (1 - p) / n) + 1e-9


def test_holes_of_any_graph_follow_the_exact_conditional(dendrax, graph, tmp_path):
    (tmp_path / "a.csv").write_text("c,a,b\n" + "1,,0\n" * 1500)
    rows = pd.read_csv(io.StringIO(dendrax("complete", graph, tmp_path / "a.csv", "--seed", 1).out))
    assert (rows["b"] == 0).all()
    law = np.exp(package.load(graph).score_samples([[0, 0, 1], [1, 0, 1]]))
    assert near(rows["a"].mean(), law[1] / law.sum(), 1500)


def test_levels_follow_the_exact_conditional_of_labels_summed_out(dendrax, colours, tmp_path):
    (tmp_path / "a.csv").write_text("colour,size,ok,n\n" + ",M,true,1\n" * 1500)
    rows = pd.read_csv(io.StringIO(dendrax("complete", colours.model, tmp_path / "a.csv").out))
    machine = package.load(colours.model)
    table = pd.DataFrame([[c, "M", "True", 1] for c in machine.levels_[0]], columns=rows.columns, dtype=object)
    law = np.exp(machine.score_samples(table))
    for colour, p in zip(machine.levels_[0], law / law.sum(), strict=True):
        assert near((rows["colour"] == colour).mean(), p, 1500)


def test_the_mean_of_all_draws_is_the_exact_one(dendrax, pictures, tmp_path):
    X = np.full((200, 2, 3), np.nan)
    X[:, 0, 0] = 1
    np.savez(tmp_path / "a.npz", X=X, y=np.arange(200))
    said = dendrax("complete", pictures.model, tmp_path / "a.npz", "--expected", "-o", tmp_path / "b.npz", "--json")
    assert said.json == {"rows": 200, "filled": 1000, "output": str(tmp_path / "b.npz")}
    machine, states = package.load(pictures.model), np.indices((2,) * 6).reshape(6, -1).T
    table = pd.DataFrame(states, columns=machine.feature_names_in_)
    law = np.exp(machine.score_samples(table)) * (states[:, 0] == 1)
    with np.load(tmp_path / "b.npz") as file:
        np.testing.assert_allclose(file["X"].mean(axis=0).ravel(), law @ states / law.sum(), atol=0.02)
        np.testing.assert_array_equal(file["y"], np.arange(200))
        assert file["X"].shape == (200, 2, 3)


CELLS = "name,n,ok,size,colour,more\n007,1.0,TRUE,S,red,1.50\n a b ,,true,M,,=1+1\nx, 2,,,blue,\n,+1,False,L,green,NA\n"


@pytest.mark.parametrize("block", [16, 2**20])
def test_cells_of_csv_are_kept_as_they_are_spelled(dendrax, tmp_path, monkeypatch, colours, block):
    monkeypatch.setattr("dendrax.data.csv_file.BLOCK", block)
    (tmp_path / "a.csv").write_text(CELLS)
    said = dendrax("complete", colours.model, tmp_path / "a.csv", "-o", tmp_path / "b.csv")
    assert (said.code, said.out) == (0, f"filled 4 cells; wrote 4 rows to {tmp_path / 'b.csv'}\n")
    before = [line.split(",") for line in CELLS.replace("=1+1", "'=1+1").splitlines()]  # a formula is defused
    after = [line.replace('"', "").split(",") for line in (tmp_path / "b.csv").read_text().splitlines()]
    for old, new in zip(before, after, strict=True):
        for column, (cell, written) in enumerate(zip(old, new, strict=True)):
            holes = {1: {"0", "1", "2", "3"}, 2: {"True", "False"}, 3: set("SML"), 4: {"red", "green", "blue"}}
            assert written in holes[column] if cell == "" and column in holes else written == cell


def test_columns_of_parquet_keep_their_types(dendrax, tmp_path, graph):
    frame = pd.DataFrame(
        {"a": [1, 0], "b": [None, 1.0], "day": pd.to_datetime(["2024-01-02", None]), "c": [True, False]}
    )
    frame.to_parquet(tmp_path / "a.parquet")
    assert dendrax("complete", graph, tmp_path / "a.parquet", "-o", tmp_path / "b.parquet").code == 0
    kinds = pq.read_schema(tmp_path / "b.parquet")
    assert [str(kinds.field(name).type) for name in "abc"] == ["int64", "double", "bool"]
    found = pd.read_parquet(tmp_path / "b.parquet")
    assert found["b"].isin([0, 1]).all()
    assert found["day"].isna().tolist() == [False, True]
    assert found["day"][0] == pd.Timestamp("2024-01-02")


def test_truths_with_holes_stay_truths(dendrax, tmp_path, graph):
    (tmp_path / "a.csv").write_text("a,b,c\ntrue,1,0\n,0,1\n")
    cells = dendrax("complete", graph, tmp_path / "a.csv").out.splitlines()
    assert cells[1] == "true,1,0"
    assert cells[2] in ("True,0,1", "False,0,1")


def test_a_script_reads_json_and_batches_draw_anew(dendrax, tmp_path, monkeypatch, graph):
    monkeypatch.setattr("dendrax.data.csv_file.BLOCK", 64)
    (tmp_path / "a.csv").write_text("a,b,c\n" + ",,\n" * 400)
    said = dendrax("complete", graph, tmp_path / "a.csv", "--json").json
    assert (said["rows"], said["filled"]) == (400, 1200)
    first = np.array([said["table"][name] for name in "abc"])
    assert len({column.tobytes() for column in np.split(first, 20, axis=1)}) > 10
    assert said == dendrax("complete", graph, tmp_path / "a.csv", "--json").json
    assert said != dendrax("complete", graph, tmp_path / "a.csv", "--json", "--seed", 1).json


def test_what_cannot_be_is_a_fault_of_one_line(dendrax, tmp_path, graph, colours, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("a,b,c\n1,,0\n")
    (tmp_path / "b.csv").write_text("a,b,c\n1,,3\n")
    (tmp_path / "c.csv").write_text("colour,size,ok,n\npink,,,\n")
    np.savez(tmp_path / "a.npz", X=np.zeros((1, 3)), other=np.zeros(1))
    before = {path.name for path in tmp_path.iterdir()}
    for arguments, words in {
        (graph, "a.csv", "--expected"): "--expected must be left out for a machine of any graph",
        (graph, "a.csv", "-o", "a.csv"): "--output must be another file than a.csv",
        (graph, "a.csv", "-o", "d.npz"): "--output must be a table such as .csv where DATA is none of .npz",
        (graph, "a.npz", "-o", "d.npz"): "so that none is lost; its arrays 'other' are not looked at",
        (graph, "b.csv"): "X must hold only 0 and 1",
        (graph, "c.csv"): "c.csv must have the columns 'a', 'b', 'c'",
        (colours.model, "c.csv", "-o", "d.csv"): "column 'colour' must hold levels that were there in training; got",
    }.items():
        said = dendrax("complete", *arguments)
        assert (said.code, said.out) == (2, "")
        assert words in said.err
        assert said.err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == before

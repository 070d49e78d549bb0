"""`dendrax fit` on files larger than memory; here the bounds are so low that small files are large."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import log_loss, r2_score

from dendrax import LinearRegressor, load
from dendrax.cli import beside
from dendrax.cli.held_out import are_classes, is_classification
from dendrax.core.row_draws import TEST, row_draws
from dendrax.data import files
from dendrax.data.answers import Answers
from dendrax.data.files import read_table
from dendrax.data.writing import write_table
from dendrax.estimators import large_fit

N = 2000
QUICK = ["--layers", "8", "--set", "max_epochs=3", "--set", "learning_rate=0.02", "--json"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    rng = np.random.default_rng(0)
    x, kind = rng.normal(size=(N, 2)), rng.choice(["u", "v"], N).astype(object)
    f = x[:, 0] - x[:, 1] + (kind == "v")
    inputs = {"id": np.arange(N), "a": x[:, 0], "b": x[:, 1], "kind": kind}
    folder = tmp_path_factory.mktemp("large")
    name = np.where(f > 0.5, "yes", "no").astype(object)
    name[7] = None
    write_table(inputs | {"name": name}, folder / "name.csv")
    write_table(inputs | {"number": f + 0.1 * rng.normal(size=N)}, folder / "number.csv")
    write_table({k: v[:300] for k, v in inputs.items()} | {"name": name[:300]}, folder / "other.csv")
    return folder


@pytest.fixture(autouse=True)
def large(monkeypatch):
    monkeypatch.setattr(files, "LARGE", 0)
    monkeypatch.setattr(large_fit, "PART", 2**13)


def test_scores_are_those_on_the_rows_that_were_drawn_for_it(dendrax, folder, tmp_path):
    model = tmp_path / "m.dendrax"
    said = dendrax("fit", folder / "number.csv", "-t", "number", "-o", model, *QUICK)
    assert said.code == 0, said.err
    table = read_table(folder / "number.csv")
    held = row_draws(np.arange(N), 0, TEST) < 0.2
    test, training = (table.take(np.flatnonzero(rows)) for rows in (held, ~held))
    told = said.json["test"]
    assert list(told) == ["this network", "linear model of the sample", "trivial model"]
    truth = test.columns["number"]
    answers = load(model).predict(test.without(["number"]))
    assert told["this network"]["r2"] == pytest.approx(r2_score(truth, answers), abs=1e-5)
    linear = LinearRegressor(penalty=1.0).fit(training.without(["number"]), training.columns["number"])
    expected = linear.score(test.without(["number"]), truth)  # few rows: the sample is all of them
    assert told["linear model of the sample"]["r2"] == pytest.approx(expected, abs=1e-6)
    assert told["trivial model"]["r2"] == pytest.approx(0, abs=0.02)
    assert (said.json["rows"], said.json["stopped_because"]) == (N, "epochs")
    assert f"on {held.sum()} rows that training never saw" in said.err
    assert f"column 'id' is left out: identifier: {N} consecutive whole numbers" in said.json["notes"]


def test_classes_are_judged_by_another_file(dendrax, folder, tmp_path):
    model = tmp_path / "m.dendrax"
    said = dendrax("fit", folder / "name.csv", "-t", "name", "-o", model, "--test", folder / "other.csv", *QUICK)
    assert said.code == 0, said.err
    table = read_table(folder / "other.csv")
    known = table.take(np.flatnonzero(table.columns["name"] != np.array(None)))
    p = load(model).predict_proba(known.without(["name"])).astype(float)
    expected = log_loss(known.columns["name"].astype(str), p / p.sum(axis=1, keepdims=True))
    assert said.json["test"]["this network"]["log_loss"] == pytest.approx(expected, rel=1e-4)
    assert said.json["test"]["trivial model"]["accuracy"] < said.json["test"]["this network"]["accuracy"]
    assert "1 rows without 'name' are left out" in said.json["notes"]
    assert "on 299 rows that training never saw" in said.err


def test_training_again_takes_all_rows(dendrax, folder, tmp_path):
    said = dendrax("fit", folder / "name.csv", "-t", "name", "-o", tmp_path / "m.dendrax", "--refit", *QUICK)
    assert said.code == 0, said.err
    assert f"training again on all {N - 1} rows" in said.err
    assert said.json["test"]["this network"]["accuracy"] > 0.8


def test_nothing_is_judged_where_nothing_is_held_out(dendrax, folder, tmp_path):
    said = dendrax("fit", folder / "name.csv", "-t", "name", "-o", tmp_path / "m.dendrax", "--test", "0", *QUICK)
    assert (said.code, said.json["test"]) == (0, None)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--checkpoint", "state"], "checkpoint must be None for a file larger than memory"),
        (["--test", "2"], "--test must be a share of 0 or more and below 1, or a file; got '2'"),
        (["--set", "optimiser=lbfgs"], "optimiser must be one that takes batches for a file larger than memory"),
    ],
)
def test_faults_are_said_in_a_line(dendrax, folder, tmp_path, arguments, words):
    output = tmp_path / "m.dendrax"
    said = dendrax("fit", folder / "name.csv", "-t", "name", "-o", output, *QUICK, *arguments)
    assert said.code == 2
    assert words in said.err
    assert not output.exists()


def test_a_strange_class_in_the_other_file_is_named_before_training(dendrax, folder, tmp_path):
    strange = tmp_path / "strange.csv"
    strange.write_text("id,a,b,kind,name\n1,0.5,0.5,u,perhaps\n2,0.5,0.5,u,no\n")
    output = tmp_path / "m.dendrax"
    said = dendrax("fit", folder / "name.csv", "-t", "name", "-o", output, "--test", strange, *QUICK)
    assert said.code == 2
    assert f"{strange}, column 'name' must hold classes of training; got perhaps" in said.err
    assert not output.exists()


@pytest.mark.parametrize(
    "y",
    [
        np.array(["a", "b"], object),
        np.array([True, False]),
        np.arange(100) % 20,
        np.arange(100) % 21,
        np.arange(100) % 2 + 0.5,
        np.arange(6),
    ],
)
def test_what_is_a_class_is_the_same_for_files_of_any_size(y):
    answers = Answers("y")
    for part in np.array_split(y, 3):
        if len(part):
            answers.look(part)
    assert are_classes(answers) == is_classification(y)


def test_a_linear_model_that_is_too_wide_is_left_out(dendrax, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(beside, "WIDEST", 3)  # id, a, b and two levels of kind are five
    said = dendrax("fit", folder / "number.csv", "-t", "number", "-o", tmp_path / "m.dendrax", *QUICK)
    assert said.code == 0, said.err
    assert list(said.json["test"]) == ["this network", "trivial model"]


@pytest.mark.parametrize("bound", [0, 2**27])
def test_a_file_without_any_answer_is_refused_before_training(dendrax, folder, tmp_path, monkeypatch, bound):
    monkeypatch.setattr(files, "LARGE", bound)
    table = read_table(folder / "other.csv")
    unknown = {name: column for name, column in table.columns.items() if name != "name"}
    write_table(unknown | {"name": np.full(table.n_rows, None, object)}, tmp_path / "unknown.csv")
    model, unknown = tmp_path / "m.dendrax", tmp_path / "unknown.csv"
    said = dendrax("fit", folder / "name.csv", "-t", "name", "-o", model, "--test", unknown, *QUICK, "-q")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "column 'name' must hold answers; every cell is missing" in said.err
    assert not model.exists()

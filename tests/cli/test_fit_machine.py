"""`dendrax fit --model rbm`: what it says is what the same machine in Python says of the same rows."""

import signal

import numpy as np
import pandas as pd
import pytest

import dendrax as package
from dendrax import RestrictedBoltzmannMachine
from dendrax.learning.split import held_out
from dendrax.predictor.restricted_model import RestrictedModel

QUICK = ["--model", "rbm", "--set", "n_hidden=2", "--set", "max_epochs=2"]


def grey(path):
    X = np.load(path)["X"]
    return X.reshape(len(X), -1) / np.float32(255)


def drawn(X):
    """Draw the states that grey values stand for, as they are judged."""
    return (np.random.default_rng(0).random(X.shape) < X).astype(float)


def table(path):
    """Read a table of colours as the machine takes it."""
    frame = pd.read_csv(path)
    frame["ok"] = frame["ok"].astype(str)
    return frame.drop(columns="kind").astype(object), frame["kind"].to_numpy(str)


def test_the_machine_is_that_of_python_on_the_same_rows(pictures):
    X = grey(pictures.data)
    training, test = held_out(np.zeros(150), 30, 5, False)
    machine = RestrictedBoltzmannMachine(3, max_epochs=600, random_state=5).fit(X[training])
    saved = package.load(pictures.model)
    np.testing.assert_array_equal(saved.components_, machine.components_)
    assert saved.feature_names_in_.tolist() == ["0:0", "0:1", "0:2", "1:0", "1:1", "1:2"]
    told = pictures.said.json
    assert {name: told[name] for name in ("model", "rows", "epochs", "stopped_because")} == {
        "model": str(pictures.model),
        "rows": 150,
        "epochs": 600,
        "stopped_because": "epochs",
    }
    logs = machine.score_samples(drawn(X[test]))
    this = told["test"]["this machine"]
    assert this["log_likelihood"] == pytest.approx(logs.mean(), rel=1e-6)
    assert this["standard_error"] == pytest.approx(logs.std(ddof=1) / np.sqrt(30), rel=1e-6)
    assert (this["log_partition_error"], this["lowest"], this["highest"]) == (0, *2 * [this["log_likelihood"]])


def test_beside_it_stand_independent_columns_with_the_same_means(pictures):
    X = grey(pictures.data).astype(float)
    training, test = held_out(np.zeros(150), 30, 5, False)
    share = (X[training].sum(axis=0) + 1) / (len(training) + 2)
    logs = np.where(drawn(X[test]) == 1, np.log(share), np.log(1 - share)).sum(axis=1)
    told = pictures.said.json["test"]["independent columns"]
    assert told["log_likelihood"] == pytest.approx(logs.mean(), rel=1e-6)
    assert told["log_likelihood"] < pictures.said.json["test"]["this machine"]["log_likelihood"] - 0.1


def test_it_says_what_was_done_with_bytes_and_labels(pictures):
    assert pictures.said.json["notes"] == [
        "its labels y are not looked at; --target y learns them, too",
        "its bytes, 0 to 255, are divided by 255 and taken as the probabilities of a 1",
    ]
    for words in ("150 rows of 2x3 binary columns; 120 to learn from", "3 hidden units", "on 30 rows that training"):
        assert words in pictures.said.err


def test_categories_and_labels(colours):
    X, y = table(colours.data)
    training, test = held_out(np.unique(y, return_inverse=True)[1], 24, 0, True)
    machine = package.load(colours.model)
    told = colours.said.json["test"]
    assert told["this machine"]["log_likelihood"] == pytest.approx(machine.score(X.iloc[test]), rel=1e-6)
    assert told["this machine"]["accuracy"] == machine.score(X.iloc[test], y[test])
    labels, times = np.unique(y[training], return_counts=True)
    assert told["independent columns"]["accuracy"] == (y[test] == labels[times.argmax()]).mean()
    logs = np.zeros(len(test))
    for _, column in X.items():
        counts = column.iloc[training].value_counts() + 1
        logs += np.log((counts / counts.sum()).loc[column.iloc[test]].to_numpy(float))
    assert told["independent columns"]["log_likelihood"] == pytest.approx(logs.mean())


def test_a_file_of_test_rows_is_judged_as_evaluate_does(dendrax, colours, tmp_path):
    held = tmp_path / "held.csv"
    held.write_text("n,kind,ok,size,colour\n1.0,a,True,S,red\n,b,false,L,blue\n2,b,FALSE,M,green\n")
    more = [*QUICK, "--set", "visible=categorical", "--test", held, "-o", tmp_path / "m"]
    said = dendrax("fit", colours.data, "-t", "kind", *more, "--json")
    assert said.code == 0, said.err
    judged = dendrax("evaluate", tmp_path / "m", held, "-t", "kind", "--json").json
    assert judged == {"rows": 3, **said.json["test"]["this machine"]}


def test_gaussian_columns_beside_normal_ones(dendrax, tmp_path):
    X = np.random.default_rng(0).normal([5, -2], [1, 30], (60, 2))
    pd.DataFrame(X, columns=["a", "b"]).to_csv(tmp_path / "a.csv", index=False)
    more = ["--set", "visible=gaussian", "--test", tmp_path / "a.csv", "-o", tmp_path / "m", "--json"]
    told = dendrax("fit", tmp_path / "a.csv", *QUICK, *more).json["test"]
    expected = -0.5 * (np.log(2 * np.pi * X.var(axis=0)) + 1).sum()
    assert told["independent columns"]["log_likelihood"] == pytest.approx(expected)


def test_rows_that_cannot_be_judged_are_left_out(dendrax, tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n" + "x,1\ny,2\n" * 10)
    (tmp_path / "b.csv").write_text("a,b\nx,1\nz,2\n,1\n")
    more = ["--set", "visible=categorical", "--test", tmp_path / "b.csv", "-o", tmp_path / "m"]
    said = dendrax("fit", tmp_path / "a.csv", *QUICK, *more)
    assert "1 test rows with holes, or levels that training never saw, are left out" in said.out
    assert "on 2 rows that training never saw" in said.out


def test_without_test_rows_all_are_learned_from(dendrax, pictures, tmp_path):
    said = dendrax("fit", pictures.data, "-t", "y", "--test", "0", *QUICK, "-o", tmp_path / "m", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")
    with np.load(pictures.data) as file:
        machine = RestrictedBoltzmannMachine(2, max_epochs=2, labels=True, random_state=0)
        machine.fit(grey(pictures.data), file["y"])
    saved = package.load(tmp_path / "m")
    np.testing.assert_array_equal(saved.components_, machine.components_)
    assert saved.classes_.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--layers", "8"], "--layers must be left out with --model rbm, to which it cannot apply"),
        (["--checkpoint", "c"], "--checkpoint must be left out with --model rbm"),
        (["--refit"], "--refit must be left out with --model rbm"),
        (["--set", "labels=true"], "--set must be NAME=VALUE, with a name among batch_size, centred"),
        (["--set", "n_hidden=0"], "n_hidden must be"),
        (["--set", "k=1,x"], "k must be"),
        (["--encoding", "latin-1"], "--encoding must be left out for"),
        (["-t", "kind"], "--target must name the array of labels, 'y', of"),
        (["--test", "1"], "--test must be a share"),
    ],
)
def test_what_cannot_apply_is_a_fault_of_one_line(dendrax, pictures, tmp_path, options, words):
    said = dendrax("fit", pictures.data, "--model", "rbm", *options, "-o", tmp_path / "m")
    assert (said.code, said.out) == (2, "")
    assert words in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,x\n0,y\n", "column 'b' must hold numbers; got 'x' in"),
        ("a,b\n1,x\n0,y\n", "; --set visible=categorical takes text"),
        ("a,b\n1,2024-01-01\n0,2024-01-02\n", "column 'b' must hold numbers or levels; it holds dates"),
        ("a\n1\n", "must hold at least two rows; it holds 1"),
        ("a\n1\n3\n", "got 3 in column 0; visible='gaussian' takes any number"),
    ],
)
def test_a_table_that_is_not_binary_is_a_fault_of_one_line(dendrax, tmp_path, text, words):
    (tmp_path / "a.csv").write_text(text)
    said = dendrax("fit", tmp_path / "a.csv", "--test", "0", *QUICK, "-o", tmp_path / "m", "-q")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert words in said.err


def test_T2_asked_to_end_it_keeps_what_was_learned(ending, tmp_path, pictures):
    model = tmp_path / "m.dendrax"
    endless = ["max_epochs=10000000", "verbose=true", "n_hidden=3", "validation_fraction=0"]
    typed = ["fit", pictures.data, "--model", "rbm", "-o", model, *(w for s in endless for w in ("--set", s))]
    code, out, err = ending(signal.SIGINT, b"log-likelihood", *typed)
    assert code == 130, err
    assert b"stopped: interrupted" in out
    again = package.load(model)
    assert again.stopped_because_ == "interrupted"
    assert again.n_iter_ == len(again.history_["learning_rate"]) < 10_000_000


def test_where_ln_z_is_estimated_it_says_so(dendrax, tmp_path, monkeypatch):
    found = RestrictedModel._found
    monkeypatch.setattr(RestrictedModel, "_found", lambda self, **given: found(self, **given | {"temperatures": 3}))
    X = np.random.default_rng(0).integers(0, 2, (40, 30))
    np.savez(tmp_path / "a.npz", X=X)
    more = ["--set", "n_hidden=25", "--set", "max_epochs=1", "-o", tmp_path / "m"]
    said = dendrax("fit", tmp_path / "a.npz", "--model", "rbm", *more)
    assert "estimating ln Z by annealed importance sampling, forward and reverse; this takes a while" in said.out
    assert "\nln Z took " in said.out
    z = package.load(tmp_path / "m")._model.known_log_partition
    assert z.error > 0


@pytest.mark.parametrize(
    ("labels", "known"), [([0.0, np.nan, 1.0, 1.0] * 10, [0.0, 1.0]), (["a", " ", "b", "b"] * 10, ["a", "b"])]
)
def test_rows_of_pictures_without_a_label_are_left_out(dendrax, tmp_path, labels, known):
    np.savez(tmp_path / "x.npz", X=np.random.default_rng(0).integers(0, 2, (40, 2, 2)), y=np.array(labels))
    words = ("--model", "rbm", "-t", "y", "--set", "n_hidden=2", "--set", "max_epochs=2", "--test", "0")
    said = dendrax("fit", tmp_path / "x.npz", *words, "-o", tmp_path / "m")
    assert said.code == 0, said.err
    assert "10 rows without 'y' are left out" in said.out
    assert dendrax("info", tmp_path / "m", "--json").json["classes"] == known

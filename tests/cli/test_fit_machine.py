from __future__ import annotations

import math
import signal

import numpy as np
import pandas as pd
import pytest

import dendrax as package
from dendrax.boltzmann.restricted_run import Progress

RNG = np.random.default_rng(0)
LAW = RNG.dirichlet(np.full(16, 0.3))
ALL = np.array([[b >> i & 1 for i in range(4)] for b in range(16)], float)
ROWS = ALL[RNG.choice(16, 400, p=LAW)]
QUICK = ("--model", "rbm", "--set", "n_hidden=3", "--set", "max_epochs=100")


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """Pictures of 2 × 2 with labels, and the machine that learned them."""
    folder = tmp_path_factory.mktemp("pictures")
    labels = np.where(ROWS[:, 0] == 1, "left", "right")
    np.savez(folder / "rows.npz", X=ROWS.reshape(-1, 2, 2), y=labels)
    return folder / "rows.npz"


@pytest.fixture
def table(tmp_path):
    frame = pd.DataFrame(ROWS.astype(int), columns=list("abcd"))
    frame.to_csv(tmp_path / "rows.csv", index=False)
    return tmp_path / "rows.csv"


def test_the_likelihood_of_test_rows_is_that_of_the_machine(dendrax, table, tmp_path):
    """Held-out rows are every row in the file but those that the share leaves; the score is the estimator's own."""
    test = tmp_path / "test.csv"
    pd.DataFrame(ROWS[:50].astype(int), columns=list("abcd")).to_csv(test, index=False)
    said = dendrax("fit", table, *QUICK, "--test", test, "-o", tmp_path / "m", "--json")
    assert said.code == 0, said.err
    machine = package.load(tmp_path / "m")
    its = said.json["test"]["this machine"]
    logs = machine.score_samples(pd.DataFrame(ROWS[:50], columns=list("abcd")))
    assert its["log_likelihood"] == pytest.approx(logs.mean(), abs=1e-6)
    assert its["error"] == pytest.approx(logs.std(ddof=1) / math.sqrt(50), abs=1e-6)
    assert its["ln_z_error"] == 0
    p = (ROWS.sum(axis=0) + 0.5) / (len(ROWS) + 1)
    alone = (ROWS[:50] * np.log(p) + (1 - ROWS[:50]) * np.log(1 - p)).sum(axis=1).mean()
    assert said.json["test"]["independent columns"]["log_likelihood"] == pytest.approx(alone, abs=1e-6)
    assert list(machine.feature_names_in_) == list("abcd")
    assert (said.json["rows"], said.json["epochs"], said.json["stopped_because"]) == (400, 100, "epochs")


def test_a_share_is_held_out_and_the_options_reach_the_machine(dendrax, table, tmp_path):
    out = tmp_path / "m"
    words = ("--set", "learning=cd", "--set", "k=1,3", "--seed", "5", "--time-limit", "60", "-o", out)
    said = dendrax("fit", table, *QUICK, *words, "--test", "0.25")
    assert said.code == 0, said.err
    assert "on 100 rows that learning never saw" in said.out
    assert "300 rows; 4 visible units (binary), 3 hidden units, 19 parameters" in said.out
    made = package.load(out).get_params()
    assert (made["learning"], tuple(made["k"]), made["random_state"], made["time_limit"]) == ("cd", (1, 3), 5, 60)
    nothing = dendrax("fit", table, *QUICK, "--test", "0", "-o", out, "--json")
    assert nothing.json["test"] is None


def test_labels_are_learned_with_the_rest(dendrax, pictures, tmp_path):
    out = tmp_path / "m"
    said = dendrax("fit", pictures, *QUICK, "--set", "learning=exact", "-t", "y", "-o", out, "--json")
    assert said.code == 0, said.err
    assert said.json["test"]["this machine"]["accuracy"] > 0.95
    assert 0.3 < said.json["test"]["independent columns"]["accuracy"] < 0.9
    machine = package.load(out)
    assert list(machine.classes_) == ["left", "right"]
    assert list(machine.feature_names_in_) == ["0:0", "0:1", "1:0", "1:1"]


def test_categories_and_numbers(dendrax, penguins, tmp_path):
    frame = pd.read_csv(penguins)
    exact = ("--set", "visible=categorical", "--set", "learning=exact")
    frame[["species", "island", "sex"]].to_csv(tmp_path / "c.csv", index=False)
    said = dendrax("fit", tmp_path / "c.csv", *QUICK, *exact, "-o", tmp_path / "c", "--json")
    assert said.code == 0, said.err
    its = {name: values["log_likelihood"] for name, values in said.json["test"].items()}
    assert its["this machine"] > its["independent columns"] + 0.3  # an island has its species
    frame[["bill_length_mm", "body_mass_g"]].to_csv(tmp_path / "g.csv", index=False)
    said = dendrax("fit", tmp_path / "g.csv", *QUICK, "--set", "visible=gaussian", "-o", tmp_path / "g", "--json")
    assert said.code == 0, said.err
    known = frame[["bill_length_mm", "body_mass_g"]].dropna().to_numpy()
    normal = -0.5 * (np.log(2 * np.pi * known.var(axis=0)) + 1).sum()
    assert said.json["test"]["independent columns"]["log_likelihood"] == pytest.approx(normal, abs=0.4)


def test_levels_that_training_never_saw_are_left_out_and_counted(dendrax, tmp_path):
    pd.DataFrame({"a": list("xyxy") * 20, "b": list("xyyy") * 20}).to_csv(tmp_path / "a.csv", index=False)
    pd.DataFrame({"b": list("xyy"), "a": list("xyz")}).to_csv(tmp_path / "b.csv", index=False)
    words = ("--set", "visible=categorical", "--test", tmp_path / "b.csv", "-o", tmp_path / "m")
    said = dendrax("fit", tmp_path / "a.csv", *QUICK, *words)
    assert said.code == 0, said.err
    assert "1 test rows are left out: a level that training never saw" in said.out
    assert "on 2 rows" in said.out


def test_ln_z_is_estimated_where_it_must_be_and_kept_in_the_file(dendrax, tmp_path):
    X = (np.random.default_rng(1).random((120, 30)) < 0.3).astype(np.uint8)
    np.savez(tmp_path / "x.npz", X=X)
    out = tmp_path / "m"
    said = dendrax(
        "fit", tmp_path / "x.npz", "--model", "rbm", "--set", "n_hidden=26", "--set", "max_epochs=3", "-o", out
    )
    assert said.code == 0, said.err
    assert "estimating ln Z by annealed importance sampling, both ways" in said.out
    assert package.load(out)._model.known_log_partition is not None
    again = dendrax("evaluate", out, tmp_path / "x.npz")
    assert "estimating" not in again.out


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (("--layers", "5"), "--layers must be left out with --model rbm"),
        (("--checkpoint", "c"), "--checkpoint must be left out with --model rbm"),
        (("--refit",), "--refit must be left out with --model rbm"),
        (("--set", "labels=true"), "--set must be NAME=VALUE, with a name among"),
        (("--set", "n_hidden=0"), "n_hidden must be"),
        (("-t", "z"), "must have the column 'z'"),
        (("--test", "2"), "--test must be a share"),
        (("--test", "none.csv"), "there is no file none.csv"),
        (("--set", "chains=5,3"), "chains must not become fewer; got (5, 3)"),
    ],
)
def test_what_cannot_be_is_one_line_and_leaves_nothing(dendrax, table, tmp_path, words, fault):
    said = dendrax("fit", table, *QUICK, *words, "-o", tmp_path / "m")
    assert said.code == 2
    assert said.err.startswith(f"error: {fault}") or fault in said.err
    assert said.err.count("\n") == 1
    assert not (tmp_path / "m").exists()


def test_other_faults_of_models_and_rows(dendrax, penguins, pictures, tmp_path):
    assert dendrax("fit", penguins, "--model", "hopfield").err == (
        "error: --model must be network or rbm; got 'hopfield'\n"
    )
    said = dendrax("fit", penguins, "-o", tmp_path / "m")
    assert said.err == "error: --target must name the column to predict, unless --model is rbm\n"
    said = dendrax("fit", penguins, "--model", "rbm", "-o", tmp_path / "m")
    assert "must hold numbers in every column, unless --set visible=categorical; 'species', " in said.err
    said = dendrax("fit", pictures, *QUICK, "-t", "label", "-o", tmp_path / "m")
    assert said.err == "error: --target must be y, the array of labels in an .npz file; got 'label'\n"
    said = dendrax("fit", pictures, *QUICK, "--encoding", "latin-1", "-o", tmp_path / "m")
    assert "which is not text" in said.err
    np.savez(tmp_path / "big.npz", X=np.full((4, 3), 2.0))
    said = dendrax("fit", tmp_path / "big.npz", *QUICK, "-o", tmp_path / "m")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "visible='gaussian' takes any number" in said.err
    assert not (tmp_path / "m").exists()


def test_ctrl_c_keeps_what_was_learned(dendrax, table, tmp_path, monkeypatch):
    out, read, calls = tmp_path / "m", Progress.read, []

    def interrupted(progress, state):
        read(progress, state)
        calls.append(len(progress.learning_rate))
        if len(calls) == 3:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Progress, "read", interrupted)
    said = dendrax("fit", table, *QUICK[:-1], "max_epochs=9999", "-o", out, "--json")
    assert said.code == 130
    assert said.json["stopped_because"] == "interrupted"
    assert package.load(out).n_iter_ == calls[-1]

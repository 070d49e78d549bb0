from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import dendrax as package

ROWS = np.array([[1, 1, 0], [0, 0, 1], [1, 0, 1]] * 40, float)


@pytest.fixture(scope="module")
def labelled(tmp_path_factory):
    path = tmp_path_factory.mktemp("info") / "m.dendrax"
    frame = pd.DataFrame(ROWS[:, :2], columns=["a", "b"])
    machine = package.RestrictedBoltzmannMachine(3, labels=True, learning="exact", max_epochs=300, random_state=0)
    machine.fit(frame, np.where(ROWS[:, 2] == 1, "on", "off")).save(path)
    return path


@pytest.fixture(scope="module")
def general(tmp_path_factory):
    path = tmp_path_factory.mktemp("info") / "g.dendrax"
    package.BoltzmannMachine(1, random_state=0, max_steps=30).fit(ROWS).save(path)
    return path


def test_a_restricted_machine_is_described(dendrax, labelled):
    found = dendrax("info", labelled, "--json").json
    assert found["estimator"] == "RestrictedBoltzmannMachine"
    assert (found["visible_units"], found["hidden_units"], found["parameters"]) == (4, 3, 19)
    assert (found["columns"], found["classes"]) == (["a", "b"], ["off", "on"])
    assert (found["epochs"], found["stopped_because"], found["learning"]) == (300, "epochs", "exact")
    said = dendrax("info", labelled)
    assert (said.code, said.err) == (0, "")
    assert all(words in said.out for words in ("RestrictedBoltzmannMachine", "off, on", "300"))


def test_a_general_machine_is_described(dendrax, general):
    found = dendrax("info", general, "--json").json
    assert (found["estimator"], found["states"], found["temperature"]) == ("BoltzmannMachine", "01", 1.0)
    assert (found["visible_units"], found["hidden_units"], found["parameters"]) == (3, 1, 10)


def test_rows_are_judged_by_their_likelihood(dendrax, labelled, general, tmp_path):
    pd.DataFrame(ROWS[:9], columns=["b", "c", "a"])[["a", "b"]].to_csv(tmp_path / "r.csv", index=False)
    its = package.load(labelled)
    logs = its.score_samples(pd.read_csv(tmp_path / "r.csv"))
    found = dendrax("evaluate", labelled, tmp_path / "r.csv", "--json").json
    assert found["log_likelihood"] == pytest.approx(logs.mean(), abs=1e-6)
    assert (found["rows"], found["ln_z_error"]) == (9, 0)
    np.savez(tmp_path / "r.npz", X=ROWS)
    found = dendrax("evaluate", general, tmp_path / "r.npz", "--json").json
    assert found["log_likelihood"] == pytest.approx(package.load(general).score(ROWS), abs=1e-6)
    quiet = dendrax("evaluate", general, tmp_path / "r.npz", "-q").out
    assert quiet.startswith("log_likelihood ")
    assert quiet.count("\n") == 1


def test_columns_must_be_there(dendrax, labelled, general, tmp_path):
    pd.DataFrame({"a": [1]}).to_csv(tmp_path / "r.csv", index=False)
    said = dendrax("evaluate", labelled, tmp_path / "r.csv")
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "must have the columns that were learned from; it lacks 'b'" in said.err
    assert (
        "must hold 3 columns, as were learned from; it holds 1" in dendrax("evaluate", general, tmp_path / "r.csv").err
    )


def test_labels_are_predicted(dendrax, labelled, general, tmp_path):
    pd.DataFrame({"b": [1, 0], "a": [1, 0], "id": [7, 8]}).to_csv(tmp_path / "r.csv", index=False)
    assert dendrax("predict", labelled, tmp_path / "r.csv").out == 'predicted label\n"off"\n"on"\n'
    said = dendrax("predict", labelled, tmp_path / "r.csv", "--proba", "--keep")
    assert said.out.startswith("b,a,id,p(off),p(on)\n1,1,7,")
    shares = np.array([line.split(",")[3:] for line in said.out.splitlines()[1:]], float)
    expected = package.load(labelled).predict_proba(pd.DataFrame({"a": [1, 0], "b": [1, 0]}))
    np.testing.assert_allclose(shares, expected, rtol=1e-6)
    said = dendrax("predict", general, tmp_path / "r.csv")
    assert said.code == 2
    assert "is a Boltzmann machine without labels, for `dendrax sample`, `complete` and `evaluate`" in said.err

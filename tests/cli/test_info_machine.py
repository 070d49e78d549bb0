"""`dendrax info` and `predict` of machines."""

import io

import numpy as np
import pandas as pd
import pytest

import dendrax as package
from dendrax import BoltzmannMachine


def test_json_says_what_a_restricted_machine_is(dendrax, colours):
    machine = package.load(colours.model)
    found = dendrax("info", colours.model, "--json").json
    assert (found["estimator"], found["kind"], found["hidden"]) == ("RestrictedBoltzmannMachine", "categorical", 2)
    arrays = (machine.components_, machine.intercept_visible_, machine.intercept_hidden_)
    assert found["parameters"] == sum(array.size for array in arrays)
    assert (found["classes"], found["learning"], found["epochs"]) == (["a", "b"], "exact", 100)
    assert found["columns"][0] == {"name": "colour", "kind": "categorical", "detail": "'blue', 'green', 'red'"}
    assert found["log_likelihood"]["mean"] == pytest.approx(machine.log_likelihood_)


def test_a_person_reads_the_same(dendrax, pictures):
    said = dendrax("info", pictures.model).out
    likelihood = package.load(pictures.model).log_likelihood_
    for words in ("2x3 columns, binary", "3 units", "pcd", "600, stopped: epochs", f"{likelihood:.4f} nats a training"):
        assert words in " ".join(said.split())


def test_a_machine_of_any_graph(dendrax, tmp_path):
    w = np.zeros((3, 3))
    w[0, 1] = w[1, 0] = 1
    BoltzmannMachine.from_energy(w, states="±1", temperature=2.0).save(tmp_path / "m")
    found = dendrax("info", tmp_path / "m", "--json").json
    assert (found["estimator"], found["kind"], found["shape"], found["hidden"]) == ("BoltzmannMachine", "±1", [3], 0)
    assert (found["parameters"], found["log_likelihood"]) == (1 + 3, None)
    assert "1, at temperature 2" in dendrax("info", tmp_path / "m").out


def test_labels_are_predicted_as_python_does(dendrax, colours):
    frame = pd.read_csv(colours.data)
    frame["ok"] = frame["ok"].astype(str)
    X, machine = frame.drop(columns="kind").astype(object), package.load(colours.model)
    said = pd.read_csv(io.StringIO(dendrax("predict", colours.model, colours.data).out))
    assert said.columns.tolist() == ["predicted label"]
    np.testing.assert_array_equal(said["predicted label"], machine.predict(X))
    said = dendrax("predict", colours.model, colours.data, "--proba", "--keep").out
    assert said.splitlines()[1].startswith(colours.data.read_text().splitlines()[1] + ",")
    table = pd.read_csv(io.StringIO(said))
    np.testing.assert_allclose(table[["p(a)", "p(b)"]], machine.predict_proba(X), atol=1e-6)


def test_a_machine_without_labels_names_the_commands_that_there_are(dendrax, pictures):
    said = dendrax("predict", pictures.model, pictures.data)
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"error: {pictures.model} holds a machine without labels, which predicts nothing; dendrax sample, complete, "
        "evaluate and info take it\n"
    )

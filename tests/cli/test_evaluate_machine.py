"""`dendrax evaluate` of machines: the likelihood that Python gives, and how often labels are answered right."""

import numpy as np
import pandas as pd
import pytest

import dendrax as package
from dendrax import BoltzmannMachine
from dendrax.cli.likelihoods import LikelihoodSums


def test_the_mean_log_likelihood_is_that_of_score(dendrax, pictures, monkeypatch):
    monkeypatch.setattr("dendrax.data.npz_file.AT_ONCE", 6 * 64)  # batches do not matter
    X = np.load(pictures.data)["X"].reshape(150, 6) / np.float32(255)
    machine = package.load(pictures.model)
    states = pd.DataFrame(np.random.default_rng(0).random(X.shape) < X, columns=machine.feature_names_in_)
    logs = machine.score_samples(states.astype(float))
    said = dendrax("evaluate", pictures.model, pictures.data, "--json").json
    assert said["rows"] == 150
    assert said["log_likelihood"] == pytest.approx(logs.mean(), rel=1e-6)
    assert said["standard_error"] == pytest.approx(logs.std(ddof=1) / np.sqrt(150), rel=1e-6)


def test_labels_are_judged_where_they_are_named(dendrax, colours):
    frame = pd.read_csv(colours.data)
    frame["ok"] = frame["ok"].astype(str)
    machine = package.load(colours.model)
    right = machine.score(frame.drop(columns="kind").astype(object), frame["kind"])
    said = dendrax("evaluate", colours.model, colours.data, "-t", "kind")
    assert said.out.split()[:3] == ["on", "rows", "ln"]
    assert said.out.split()[-1] == f"{right:.1%}"
    assert "accuracy" not in dendrax("evaluate", colours.model, colours.data, "--json").json
    quiet = dendrax("evaluate", colours.model, colours.data, "-q").out
    assert quiet.startswith(f"log_likelihood {dendrax('evaluate', colours.model, colours.data).out.split()[-5]}  ")


def test_a_machine_of_any_graph(dendrax, tmp_path):
    machine = BoltzmannMachine.from_energy(np.array([[0.0, 1.0], [1.0, 0.0]]), [0.5, 0.0])
    machine.save(tmp_path / "m")
    (tmp_path / "a.csv").write_text("p,q\n1,1\n0,1\n,1\n")
    said = dendrax("evaluate", tmp_path / "m", tmp_path / "a.csv", "--json")
    z = np.log(1 + np.exp(0.5) + 1 + np.exp(1.5))
    assert said.json["rows"] == 2
    assert said.json["log_likelihood"] == pytest.approx(0.75 - z)
    assert said.json["log_partition_error"] == 0
    assert said.err == "1 rows with holes are left out of the likelihood\n"
    (tmp_path / "b.csv").write_text("p,q\n,1\n")
    assert "must hold a row without holes" in dendrax("evaluate", tmp_path / "m", tmp_path / "b.csv").err


def test_labels_that_are_not_there_are_a_fault_of_one_line(dendrax, species, pictures, colours, tmp_path):
    (tmp_path / "a.csv").write_text("colour,size,ok,n,kind\nred,S,true,1,c\n")
    for arguments, words in {
        (pictures.model, pictures.data, "-t", "y"): "holds a machine without labels, which predicts nothing",
        (colours.model, colours.data, "-t", "hue"): "must have the column 'hue'",
        (colours.model, tmp_path / "a.csv", "-t", "kind"): "must hold only the labels 'a', 'b'; got 'c'",
        (species.model, species.data, "-t", "island"): "--target must be left out, or be 'species'",
    }.items():
        said = dendrax("evaluate", *arguments)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert words in said.err
    assert dendrax("evaluate", species.model, species.data, "-t", "species").code == 0


def test_sums_of_batches_are_those_of_all_rows():
    logs, sums = np.random.default_rng(0).normal(-90, 5, 50), LikelihoodSums()
    for part in np.split(logs, [1, 20, 21]):
        sums.add(part)
    assert sums.scores["log_likelihood"] == pytest.approx(logs.mean())
    assert sums.scores["standard_error"] == pytest.approx(logs.std(ddof=1) / np.sqrt(50))

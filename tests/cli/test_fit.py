from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, log_loss, r2_score, root_mean_squared_error

import dendrax as package
from dendrax.cli.held_out import is_classification, share_or_file, split
from dendrax.cli.voice import Voice
from dendrax.data.files import read_table
from dendrax.data.tables import DataError

QUICK = ["--layers", "4", "--set", "max_epochs=2"]


def parts(data, target):
    return split(read_table(data), target, "0.2", 0, Voice(as_json=False, quiet=True))


def written(folder, text, name="t.csv"):
    path = folder / name
    path.write_text(text)
    return path


def rows(n=40, extra=""):
    return "x,y\n" + "".join(f"{i * 0.37 % 1:.3f},{'ab'[i % 2]}\n" for i in range(n)) + extra


def test_json_is_one_object_and_people_read_the_other_stream(species):
    assert species.said.out.count("\n") == 1
    told = species.said.json
    assert set(told) == {"model", "rows", "epochs", "stopped_because", "notes", "test"}
    assert (told["model"], told["rows"], told["epochs"]) == (str(species.model), 344, 20)
    assert told["stopped_because"] == "epochs"
    for words in ("344 rows; predicting 'species', 3 classes", "network: ", "20 epochs", "on 69 rows that training"):
        assert words in species.said.err


def test_scores_are_those_of_the_saved_model_on_rows_it_never_saw(species):
    held, classes = parts(species.data, "species")
    assert classes
    assert (len(held.y), len(held.test_y)) == (275, 69)
    p = package.load(species.model).predict_proba(held.test_X).astype(float)
    labels = package.load(species.model).classes_
    told = species.said.json["test"]["this network"]
    assert told["accuracy"] == accuracy_score(held.test_y, labels[p.argmax(axis=1)])
    assert told["log_loss"] == pytest.approx(log_loss(held.test_y, p / p.sum(axis=1, keepdims=True)), rel=1e-4)
    assert told["accuracy"] > 0.9


def test_held_out_rows_and_training_rows_are_all_rows(species):
    held, _ = parts(species.data, "species")
    both = np.concatenate([held.X.columns["bill_length_mm"], held.test_X.columns["bill_length_mm"]])
    np.testing.assert_array_equal(np.sort(both), np.sort(read_table(species.data).columns["bill_length_mm"]))


def test_beside_it_stand_the_linear_and_the_trivial_model(species, mass):
    held, _ = parts(species.data, "species")
    linear = package.LinearClassifier().fit(held.X, held.y)
    told = species.said.json["test"]
    assert list(told) == ["this network", "linear model", "trivial model"]
    assert told["linear model"]["accuracy"] == linear.score(held.test_X, held.test_y)
    assert told["linear model"]["log_loss"] == pytest.approx(log_loss(held.test_y, linear.predict_proba(held.test_X)))
    shares = pd.Series(held.y).value_counts(normalize=True).sort_index()
    assert told["trivial model"]["accuracy"] == (held.test_y == shares.idxmax()).mean()
    assert told["trivial model"]["log_loss"] == pytest.approx(log_loss(held.test_y, np.tile(shares, (69, 1))))

    held, _ = parts(mass.data, "mass")
    linear = package.LinearRegressor(penalty=1.0).fit(held.X, held.y)
    told = mass.said.json["test"]
    assert told["linear model"]["r2"] == pytest.approx(linear.score(held.test_X, held.test_y))
    assert told["trivial model"]["rmse"] == pytest.approx(
        root_mean_squared_error(held.test_y, np.full(len(held.test_y), held.y.mean()))
    )


def test_a_target_of_numbers(mass):
    held, classes = parts(mass.data, "mass")
    assert not classes
    answers = package.load(mass.model).predict(held.test_X)
    told = mass.said.json["test"]["this network"]
    assert told["r2"] == pytest.approx(r2_score(held.test_y, answers), rel=1e-6)
    assert told["rmse"] == pytest.approx(root_mean_squared_error(held.test_y, answers), rel=1e-6)


def test_rows_without_an_answer_are_left_out(mass):
    assert "2 rows without 'mass' are left out" in mass.said.err
    held, _ = parts(mass.data, "mass")
    assert len(held.y) + len(held.test_y) == 342
    assert np.isfinite([*held.y, *held.test_y]).all()


@pytest.mark.parametrize("how", [["--test", "0"], ["--refit"]])
def test_all_rows_are_learned_from(dendrax, tmp_path, penguins, how):
    model = tmp_path / "m.dendrax"
    said = dendrax("fit", penguins, "-t", "species", "--seed", 7, *QUICK, *how, "-o", model, "--json")
    assert said.code == 0, said.err
    assert (said.json["test"] is None) == ("--test" in how)
    table = read_table(penguins)
    X, y = table.without(["species"]), table.columns["species"]
    same = package.NeuralClassifier([4], max_epochs=2, random_state=7).fit(X, y)
    np.testing.assert_array_equal(package.load(model).predict_proba(X), same.predict_proba(X))
    assert ("training again on all 344 rows" in said.err) == ("--refit" in how)


def test_the_same_seed_gives_the_same_model(dendrax, tmp_path, penguins):
    files = [tmp_path / name for name in ("a", "b", "c")]
    for file, seed in zip(files, (3, 3, 4), strict=True):
        assert dendrax("fit", penguins, "-t", "species", "--seed", seed, *QUICK, "-o", file).code == 0
    assert files[0].read_bytes() == files[1].read_bytes()
    assert files[0].read_bytes() != files[2].read_bytes()


def test_a_file_of_test_rows(dendrax, tmp_path, penguins):
    table = pd.read_csv(penguins).sample(frac=1, random_state=0)
    table[:250].to_csv(tmp_path / "train.csv", index=False)
    table[250:].to_csv(tmp_path / "test.csv", index=False)
    model = tmp_path / "m.dendrax"
    said = dendrax(
        "fit", tmp_path / "train.csv", "-t", "species", "--test", tmp_path / "test.csv", *QUICK, "-o", model, "--json"
    )
    assert said.json["rows"] == 250
    assert "on 94 rows that training never saw" in said.err
    judged = dendrax("evaluate", model, tmp_path / "test.csv", "--json").json
    assert judged == {"rows": 94, "unseen": {}, **said.json["test"]["this network"]}


def test_quiet_says_nothing(dendrax, tmp_path):
    said = dendrax("fit", written(tmp_path, rows()), "-t", "y", *QUICK, "-o", tmp_path / "m", "--quiet")
    assert (said.code, said.out, said.err) == (0, "", "")
    said = dendrax("fit", written(tmp_path, rows()), "-t", "y", *QUICK, "-o", tmp_path / "m", "--quiet", "--json")
    assert (said.code, said.err, said.json["rows"]) == (0, "", 40)


def test_without_json_a_person_reads_standard_output(dendrax, tmp_path):
    said = dendrax("fit", written(tmp_path, rows()), "-t", "y", *QUICK, "-o", tmp_path / "m")
    assert (said.code, said.err) == (0, "")
    assert "predicting 'y', 2 classes" in said.out
    assert said.out.splitlines()[-1] == f"saved {tmp_path / 'm'}"


def test_columns_left_out_are_named_with_the_reason(dendrax, tmp_path):
    lines = rows().splitlines()
    text = "\n".join(["number,same," + lines[0], *(f"{i},1,{line}" for i, line in enumerate(lines[1:]))])
    said = dendrax("fit", written(tmp_path, text), "-t", "y", *QUICK, "-o", tmp_path / "m", "--json", "--test", "0")
    assert said.json["notes"] == [
        "column 'number' is left out: identifier: 40 consecutive whole numbers",
        "column 'same' is left out: constant: it is always 1",
    ]


@pytest.mark.parametrize(
    ("y", "classes"),
    [
        (np.array(["a", None], object), True),
        (np.array([True, False]), True),
        (np.arange(100) % 3, True),
        (np.arange(100) % 3 / 2, False),
        (np.arange(100) % 21, False),
        (np.arange(100) % 20 * 1.0, True),
        (np.array([3, 1, 2, 5, 4]), False),
        (np.array([0, 1, 0, 1]), True),
    ],
)
def test_what_is_a_class(y, classes):
    assert is_classification(y) is classes


def test_a_share_or_a_file():
    assert share_or_file("0.25") == 0.25
    assert str(share_or_file("held.csv")) == "held.csv"
    for wrong in ("1", "-0.1", "nan", "inf"):
        with pytest.raises(DataError, match="--test must be a share"):
            share_or_file(wrong)


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_T2_asked_to_end_it_keeps_what_was_learned(ending, tmp_path, penguins, asked):
    model = tmp_path / "m.dendrax"
    endless = ["max_epochs=10000000", "patience=10000000", "validation_fraction=0", "tolerance=0", "verbose=true"]
    typed = ["fit", penguins, "-t", "species", "--layers", "4", "-o", model]
    settings = [word for s in endless for word in ("--set", s)]
    code, out, err = ending(asked, b"epochs", *typed, *settings)
    assert code == 130, err
    assert b"stopped: interrupted" in out
    again = package.load(model)
    assert again.stopped_because_ == "interrupted"
    assert again.n_iter_ == len(again.loss_curve_) < 10_000_000
    assert again.predict_proba(read_table(penguins).without(["species"])).shape == (344, 3)


def test_an_interrupted_refit_keeps_the_model_that_was_judged(dendrax, tmp_path, penguins, monkeypatch):
    from dendrax.cli import fit

    trained = fit._refitted

    def cut_short(*arguments):
        other = trained(*arguments)
        other.stopped_because_ = "interrupted"
        return other

    monkeypatch.setattr(fit, "_refitted", cut_short)
    one, other = tmp_path / "m.dendrax", tmp_path / "n.dendrax"
    said = dendrax("fit", penguins, "-t", "species", *QUICK, "--refit", "-o", one)
    assert said.code == 130
    assert "the model of the first training is kept" in said.err
    dendrax("fit", penguins, "-t", "species", *QUICK, "-o", other)
    assert one.read_bytes() == other.read_bytes()


def test_a_model_is_saved_though_nothing_can_be_said(tmp_path, penguins):
    model = tmp_path / "m.dendrax"
    program = [sys.executable, "-m", "dendrax.cli.main", "fit", penguins, "-t", "species", *QUICK, "-o", model]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, timeout=120)
    assert b"No space left" in done.stderr
    assert done.returncode not in (0, 130)
    assert package.load(model).n_iter_ == 2


def test_an_identifier_is_known_by_the_whole_table(tmp_path, monkeypatch):
    from dendrax.cli.fit import without_identifiers
    from dendrax.cli.voice import Voice
    from dendrax.data.tables import Table

    rng = np.random.default_rng(0)
    table = Table({"id": rng.permutation(400) + 1, "x": rng.normal(size=400), "y": rng.normal(size=400)})
    kept, notes = without_identifiers(table, "y", Voice(as_json=False, quiet=True))
    assert kept.names == ["x", "y"]
    assert notes == ["column 'id' is left out: identifier: 400 consecutive whole numbers"]


def test_booleans_with_holes_are_booleans():
    from dendrax.data.known_rows import known_rows
    from dendrax.data.tables import Table

    table = Table({"y": np.array(["True", None, "False"], object), "x": np.arange(3)})
    rows, dropped = known_rows(table, "y")
    assert (rows.columns["y"].tolist(), rows.columns["y"].dtype, dropped) == ([True, False], bool, 1)

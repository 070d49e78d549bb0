import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import accuracy_score, log_loss, r2_score, root_mean_squared_error

import dendrax as package
from dendrax.data.files import read_table


def test_classes_are_judged_as_scikit_learn_does(dendrax, species):
    table = read_table(species.data)
    model = package.load(species.model)
    X, y = table.without(["species"]), table.columns["species"].astype(str)
    p = model.predict_proba(X).astype(float)
    found = dendrax("evaluate", species.model, species.data, "--json").json
    assert found["rows"] == 344
    assert found["accuracy"] == accuracy_score(y, model.predict(X))
    assert found["log_loss"] == pytest.approx(log_loss(y, p / p.sum(axis=1, keepdims=True)), rel=1e-4)


def test_numbers_are_judged_as_scikit_learn_does(dendrax, mass):
    table = read_table(mass.data)
    known = np.isfinite(table.columns["mass"])
    y, answers = table.columns["mass"], package.load(mass.model).predict(table.without(["mass"]))
    said = dendrax("evaluate", mass.model, mass.data, "--json")
    assert said.json["rows"] == known.sum() == 342
    assert said.json["r2"] == pytest.approx(r2_score(y[known], answers[known]), rel=1e-5)
    assert said.json["rmse"] == pytest.approx(root_mean_squared_error(y[known], answers[known]), rel=1e-5)
    assert said.err == "2 rows without 'mass' are left out\n"


def test_a_person_reads_the_scores(dendrax, species):
    found = dendrax("evaluate", species.model, species.data, "--json").json
    said = dendrax("evaluate", species.model, species.data)
    assert (said.code, said.err) == (0, "")
    assert said.out.split() == [
        *("on", "rows", "accuracy", "log_loss", "penguins.csv", "344"),
        f"{found['accuracy']:.1%}",
        f"{found['log_loss']:.4g}",
    ]


def test_quiet_leaves_the_scores_only(dendrax, species, mass):
    found = dendrax("evaluate", species.model, species.data, "--json").json
    said = dendrax("evaluate", species.model, species.data, "--quiet")
    assert said.out == f"accuracy {found['accuracy']:.1%}  log_loss {found['log_loss']:.4g}\n"
    assert said.err == ""
    said = dendrax("evaluate", mass.model, mass.data, "--quiet", "--json")
    assert said.err == ""
    assert set(said.json) == {"rows", "r2", "rmse", "unseen"}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="species"), "must have the column 'species'; it has 'island', "),
        (lambda t: t.drop(columns="year"), "must have the column 'year'; it has 'island', "),
        (lambda t: t.assign(species="Emperor"), "only the labels 'Adelie', 'Chinstrap', 'Gentoo'; got 'Emperor'"),
        (lambda t: t.assign(species=None), "column 'species' must hold answers; every cell is missing"),
    ],
)
def test_a_fault_in_the_rows_is_one_line_and_exit_code_2(dendrax, tmp_path, species, change, words):
    change(pd.read_csv(species.data)).to_csv(tmp_path / "t.csv", index=False)
    said = dendrax("evaluate", species.model, tmp_path / "t.csv")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert words in said.err


def test_text_is_no_number(dendrax, tmp_path, mass):
    pd.read_csv(mass.data).assign(mass="heavy").to_csv(tmp_path / "t.csv", index=False)
    said = dendrax("evaluate", mass.model, tmp_path / "t.csv")
    words = f"error: column 'mass' must hold numbers; got 'heavy' in {tmp_path / 't.csv'}, line 2\n"
    assert (said.code, said.out, said.err) == (2, "", words)


def test_a_model_from_python_names_no_target(dendrax, tmp_path, species):
    package.LinearRegressor().fit(np.eye(3), np.arange(3.0)).save(tmp_path / "l.dendrax")
    said = dendrax("evaluate", tmp_path / "l.dendrax", species.data)
    assert said.code == 2
    assert "does not say which column it predicts; it was not made by `dendrax fit`" in said.err


@pytest.mark.parametrize(
    ("labels", "cell", "wanted"),
    [
        ("012", "two", "only the labels 0, 1, 2"),
        ("012", "7", "only the labels 0, 1, 2"),
        ("ab", "c", "only the labels 'a', 'b'"),
    ],
)
def test_a_strange_answer_is_named_by_its_line(dendrax, tmp_path, labels, cell, wanted):
    rows = [f"{x},{labels[x % len(labels)]}" for x in range(60)]
    (tmp_path / "a.csv").write_text("\n".join(["x,y", *rows]))
    said = dendrax("fit", tmp_path / "a.csv", "-t", "y", "-o", tmp_path / "m", "--set", "max_epochs=2", "--layers", "2")
    assert said.code == 0, said.err
    (tmp_path / "b.csv").write_text("\n".join(["x,y", *rows[:5], "3,", f"4,{cell}", *rows]))
    said = dendrax("evaluate", tmp_path / "m", tmp_path / "b.csv")
    got = cell if cell.isdigit() else repr(cell)
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith(f"error: column 'y' must hold {wanted}; got {got} in {tmp_path / 'b.csv'}, line 8\n")

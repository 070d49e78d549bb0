from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest

import dendrax as package
from dendrax.data.files import read_table

NEW = "new_penguins.csv"
UNSEEN = "column 'island': 1 row holds a category that training never saw: 'Deception'\n"
COUNTED = {"island": {"rows": 1, "examples": ["Deception"]}}


@pytest.fixture(scope="module")
def new(penguins):
    """Rows to answer; one holds holes, one an island that training never saw."""
    return penguins.with_name(NEW)


@pytest.fixture(scope="module")
def expected(species, new):
    """What the model answers in Python."""
    model = package.load(species.model)
    table = read_table(new)
    return model.predict(table), model.predict_proba(table)


def test_answers_are_those_of_python(dendrax, species, new, expected):
    said = dendrax("predict", species.model, new)
    assert (said.code, said.err) == (0, UNSEEN)
    answers = pd.read_csv(io.StringIO(said.out))
    assert list(answers) == ["predicted species"]
    assert answers["predicted species"].tolist() == expected[0].tolist()
    assert expected[0].tolist()[:2] == ["Adelie", "Gentoo"]


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize("keep", [[], ["--keep"]])
def test_probabilities_in_a_file(dendrax, tmp_path, species, new, expected, ending, keep):
    output = tmp_path / f"answers{ending}"
    said = dendrax("predict", species.model, new, "--proba", "-o", output, *keep)
    assert (said.code, said.out, said.err) == (0, f"wrote {len(expected[0])} answers to {output}\n", UNSEEN)
    table = read_table(output)
    names = ["p(Adelie)", "p(Chinstrap)", "p(Gentoo)"]
    assert table.names == (read_table(new).names if keep else []) + names
    p = np.stack([table.columns[name] for name in names], axis=1)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(p.astype(np.float32), expected[1])
    for name, column in read_table(new).columns.items() if keep else ():
        np.testing.assert_array_equal(table.columns[name], column)


def test_json(dendrax, tmp_path, species, new, expected):
    said = dendrax("predict", species.model, new, "--json")
    assert said.err == UNSEEN
    answers = {"predicted species": expected[0].tolist()}
    assert said.json == {"rows": len(expected[0]), "answers": answers, "unseen": COUNTED}
    kept = dendrax("predict", species.model, new, "--json", "--keep", "--proba").json["answers"]
    assert kept["p(Gentoo)"] == [float(p) for p in expected[1][:, 2]]
    assert None in kept["body_mass_g"]
    assert None in kept["sex"]
    said = dendrax("predict", species.model, new, "--json", "-o", tmp_path / "a.csv")
    assert said.json == {"rows": len(expected[0]), "output": str(tmp_path / "a.csv"), "unseen": COUNTED}
    assert said.err == f"wrote {len(expected[0])} answers to {tmp_path / 'a.csv'}\n{UNSEEN}"


def test_quiet_leaves_the_answers_only(dendrax, tmp_path, species, new):
    assert dendrax("predict", species.model, new, "-q").out == dendrax("predict", species.model, new).out
    said = dendrax("predict", species.model, new, "-q", "-o", tmp_path / "a.csv")
    assert (said.code, said.out, said.err) == (0, "", "")
    assert read_table(tmp_path / "a.csv").names == ["predicted species"]


def test_columns_are_found_by_name(dendrax, tmp_path, species, new):
    table = pd.read_csv(new)
    table[list(table)[::-1]].assign(beside=1).to_csv(tmp_path / "other.csv", index=False)
    assert dendrax("predict", species.model, tmp_path / "other.csv").out == dendrax("predict", species.model, new).out


def test_numbers(dendrax, mass):
    said = dendrax("predict", mass.model, mass.data)
    name, *answers = said.out.splitlines()
    expected = package.load(mass.model).predict(read_table(mass.data).without(["mass"]))
    assert name == "predicted mass"
    np.testing.assert_array_equal([float(answer) for answer in answers], expected)


def faults(folder, new):
    table = pd.read_csv(new)
    table.drop(columns=["sex", "year"]).to_csv(folder / "lacking.csv", index=False)
    table.assign(year=["2007", *["soon"] * (len(table) - 1)]).to_csv(folder / "text.csv", index=False)
    table.assign(bill_depth_mm=[1.0, np.inf, *[1.0] * (len(table) - 2)]).to_csv(folder / "inf.csv", index=False)
    (folder / "rag.csv").write_text("a,b\n1,2\n3\n")
    (folder / "empty.csv").write_text("")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("lacking.csv", "lacking.csv must have the columns 'sex', 'year'; it has 'island', "),
        ("text.csv", "text.csv, line 3"),
        ("inf.csv", "inf.csv, line 3, column 'bill_depth_mm': numbers must be finite"),
        ("rag.csv", "rag.csv, line 3: every row must have as many cells as the header"),
        ("empty.csv", "empty.csv is empty"),
        ("none.csv", "there is no file "),
        ("", " must be a file; it is a folder"),
    ],
)
@pytest.mark.parametrize("how", [[], ["--json"]])
def test_a_fault_in_the_rows_is_one_line_and_exit_code_2(dendrax, tmp_path, species, new, data, words, how):
    faults(tmp_path, new)
    said = dendrax("predict", species.model, tmp_path / data, *how)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("error: ")
    assert words in said.err


@pytest.mark.parametrize("command", ["predict", "evaluate", "info"])
def test_what_is_not_a_model_is_refused(dendrax, tmp_path, penguins, command):
    rows = [] if command == "info" else [penguins]
    said = dendrax(command, penguins, *rows)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith(f"error: {penguins} is not a model of dendrax: ")
    said = dendrax(command, tmp_path / "none.dendrax", *rows)
    assert (said.code, said.err) == (2, f"error: there is no file {tmp_path / 'none.dendrax'}\n")


def test_numbers_have_no_probabilities(dendrax, mass):
    said = dendrax("predict", mass.model, mass.data, "--proba")
    assert (said.code, said.out) == (2, "")
    assert said.err == "error: --proba needs a model of classes; this one predicts numbers\n"


def test_an_unknown_ending_is_refused(dendrax, tmp_path, species, new):
    said = dendrax("predict", species.model, new, "-o", tmp_path / "a.xls")
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "must end in one of .csv, .tsv, .parquet, .jsonl, .ndjson, .arrow, .feather; got '.xls'" in said.err
    assert not list(tmp_path.iterdir())

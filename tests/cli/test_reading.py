"""Files of every kind, through `dendrax fit`, `predict` and `evaluate`."""

import gzip
import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import dendrax as package
from dendrax.data import arrow_file, csv_file, json_lines
from dendrax.data.files import read_table

FEW = ["--set", "max_epochs=3", "--layers", "4 tanh"]


@pytest.fixture(scope="module")
def frame():
    draw = np.random.default_rng(0)
    n = 300
    days = pd.Timestamp("2019-01-01") + pd.to_timedelta(draw.integers(0, 1000, n), "D")
    kind = draw.choice(["a", "b", "c"], n)
    x = draw.normal(size=n).round(3)
    heat = 10 + 5 * np.sin(2 * np.pi * days.day_of_year / 365.25) + (kind == "b") + x
    return pd.DataFrame({"when": days, "kind": kind, "x": x, "heat": heat.round(3)})


@pytest.fixture(scope="module")
def heat(dendrax, frame, tmp_path_factory):
    """A model of numbers that learned from a table with dates."""
    folder = tmp_path_factory.mktemp("heat")
    frame.to_csv(folder / "heat.csv", index=False)
    said = dendrax("fit", folder / "heat.csv", "-t", "heat", "-o", folder / "heat.dendrax", "--set", "max_epochs=150")
    assert said.code == 0, said.err
    return folder / "heat.dendrax", folder / "heat.csv", said


def typed(monkeypatch, content):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_D9_dates_are_understood(dendrax, heat):
    model, data, said = heat
    line = next(line for line in said.out.splitlines() if line.startswith("when"))
    assert line.split()[:2] == ["when", "date"]
    assert line.split()[3] == "to"
    assert dendrax("evaluate", model, data, "--json").json["r2"] > 0.8  # without the day of the year: about 0.2


def test_D9_dates_make_the_linear_model_better(frame):
    with_dates = package.LinearRegressor().fit(frame[["when", "kind", "x"]], frame["heat"])
    without = package.LinearRegressor().fit(frame[["kind", "x"]], frame["heat"])
    assert with_dates.score(frame[["when", "kind", "x"]], frame["heat"]) > 0.95
    assert without.score(frame[["kind", "x"]], frame["heat"]) < 0.5
    assert len(with_dates.coef_) == len(with_dates.get_feature_names_out())


WAYS = {
    "a.csv": lambda f, p: f.to_csv(p, index=False),
    "a.tsv": lambda f, p: f.to_csv(p, index=False, sep="\t"),
    "b.csv": lambda f, p: f.to_csv(p, index=False, sep=";", decimal=",", encoding="utf-16"),
    "c.csv": lambda f, p: f.to_csv(p),
    "d.csv": lambda f, p: f.to_csv(p, index=False, lineterminator="\r\n", encoding="utf-8-sig"),
    "a.csv.gz": lambda f, p: f.to_csv(p, index=False),
    "a.parquet": lambda f, p: f.to_parquet(p),
    "a.feather": lambda f, p: f.to_feather(p),
    "a.jsonl": lambda f, p: f.to_json(p, orient="records", lines=True, date_format="iso"),
    "a.ndjson.gz": lambda f, p: f.to_json(p, orient="records", lines=True, date_format="iso", compression="gzip"),
}


@pytest.mark.parametrize("name", WAYS)
def test_D9_every_kind_of_file_gives_the_same_answers(dendrax, tmp_path, frame, heat, name):
    WAYS[name](frame, tmp_path / name)
    expected = package.load(heat[0]).predict(frame[["when", "kind", "x"]])
    said = dendrax("predict", heat[0], tmp_path / name)
    assert (said.code, said.err) == (0, "")
    np.testing.assert_allclose(pd.read_csv(io.StringIO(said.out))["predicted heat"], expected, rtol=1e-5)


@pytest.mark.parametrize("content", ["csv", "jsonl"])
def test_standard_input_for_every_command(dendrax, tmp_path, monkeypatch, frame, heat, content):
    spelled = frame.assign(when=frame["when"].dt.strftime("%Y-%m-%d"))
    lines = spelled.to_csv(index=False) if content == "csv" else spelled.to_json(orient="records", lines=True)
    text = lines.encode()
    typed(monkeypatch, text)
    assert dendrax("predict", heat[0], "-").out == dendrax("predict", heat[0], heat[1]).out
    typed(monkeypatch, text)
    assert dendrax("evaluate", heat[0], "-", "--json").json == dendrax("evaluate", heat[0], heat[1], "--json").json
    typed(monkeypatch, text)
    assert dendrax("evaluate", heat[0], "-").out.split()[4:7] == ["standard", "input", "300"]
    typed(monkeypatch, text)
    said = dendrax("fit", "-", "-t", "kind", "-o", tmp_path / "m", *FEW)
    assert said.code == 0, said.err
    assert said.out.startswith("300 rows; predicting 'kind', 3 classes")


def test_D9_the_dialect_is_said_where_it_is_not_plain(dendrax, tmp_path, frame):
    path = tmp_path / "a.csv"
    frame.rename(columns={"kind": "größe"}).to_csv(path, sep=";", decimal=",", encoding="latin-1")
    said = dendrax("fit", path, "-t", "größe", "-o", tmp_path / "m", *FEW)
    assert said.code == 2
    assert "a.csv, line 1: text must be UTF-8; byte " in said.err
    assert "--encoding" in said.err
    said = dendrax("fit", path, "-t", "größe", "-o", tmp_path / "m", "--encoding", "latin-1", *FEW)
    assert said.out.startswith(
        f"{path} is read with semicolons between cells, decimal commas, text in latin-1\n"
        f"{path}: the first column has no name and holds numbers: it is taken for an index and left out\n"
    )
    for command in ("predict", "evaluate"):
        assert dendrax(command, tmp_path / "m", path).code == 2
        assert dendrax(command, tmp_path / "m", path, "--encoding", "latin-1").code == 0
    said = dendrax("fit", path, "-t", "größe", "-o", tmp_path / "m", "--encoding", "nope", *FEW)
    assert (said.code, said.err) == (
        2,
        "error: encoding must name one that Python knows, such as latin-1; got 'nope'\n",
    )


def test_a_plain_dialect_is_not_said(heat):
    assert heat[2].out.startswith("300 rows; predicting 'heat', a number")


@pytest.mark.parametrize("ending", [".csv", ".parquet", ".jsonl"])
@pytest.mark.parametrize("keep", [[], ["--keep"]])
def test_D10_batches_do_not_show(dendrax, tmp_path, monkeypatch, frame, heat, ending, keep):
    data = tmp_path / f"data{ending}"
    WAYS[f"a{ending}"](frame, data)
    results = []
    for block, rows in ((csv_file.BLOCK, 2**16), (2**10, 37)):
        monkeypatch.setattr(csv_file, "BLOCK", block)
        monkeypatch.setattr(arrow_file, "ROWS", rows)
        monkeypatch.setattr(json_lines, "ROWS", rows)
        printed = dendrax("predict", heat[0], data, *keep)
        assert (printed.code, printed.err) == (0, "")
        assert dendrax("predict", heat[0], data, "-o", tmp_path / "out.parquet", *keep).code == 0
        table = read_table(tmp_path / "out.parquet")
        scores = dendrax("evaluate", heat[0], data, "--json").json
        assert scores.pop("unseen") == {}
        results.append((pd.read_csv(io.StringIO(printed.out)), table, scores))
    (first, table, scores), (second, again, others) = results
    assert list(first) == (["when", "kind", "x", "heat"] if keep else []) + ["predicted heat"]
    pd.testing.assert_frame_equal(first, second, rtol=1e-5)
    assert [column.dtype for column in table.columns.values()] == [column.dtype for column in again.columns.values()]
    np.testing.assert_allclose(table.columns["predicted heat"], again.columns["predicted heat"], rtol=1e-5)
    assert scores == pytest.approx(others, rel=1e-5)
    assert scores["rows"] == 300


def test_D6_unseen_categories_are_counted_over_all_batches(dendrax, tmp_path, monkeypatch, frame, heat):
    monkeypatch.setattr(csv_file, "BLOCK", 2**10)
    kinds = [f"new {i % 7}" if i % 3 == 0 else None if i % 3 == 1 else "a" for i in range(300)]
    frame.assign(kind=kinds).to_csv(tmp_path / "a.csv", index=False)
    said = dendrax("predict", heat[0], tmp_path / "a.csv", "-o", tmp_path / "out.csv")
    examples = "'new 0', 'new 3', 'new 6', 'new 2', 'new 5'"
    assert said.err == f"column 'kind': 100 rows hold a category that training never saw: {examples}\n"
    assert dendrax("predict", heat[0], tmp_path / "a.csv", "-o", tmp_path / "out.csv", "-q").err == ""
    for command in ("predict", "evaluate"):
        unseen = dendrax(command, heat[0], tmp_path / "a.csv", "--json").json["unseen"]
        assert unseen == {"kind": {"rows": 100, "examples": ["new 0", "new 3", "new 6", "new 2", "new 5"]}}
    assert dendrax("evaluate", heat[0], tmp_path / "a.csv").err == said.err
    assert dendrax("evaluate", heat[0], tmp_path / "a.csv", "-q").err == ""


def test_D6_levels_keep_their_spelling(dendrax, tmp_path):
    rows = [f"{code},{x},{code == '01'}" for x in range(30) for code in ("01", "1", "x")]
    (tmp_path / "a.csv").write_text("\n".join(["code,x,y", *rows]))
    said = dendrax("fit", tmp_path / "a.csv", "-t", "y", "-o", tmp_path / "m", *FEW)
    assert said.code == 0, said.err
    (tmp_path / "b.csv").write_text("code,x\n01,3\n1,3\n")  # all numbers, were it not for training
    said = dendrax("predict", tmp_path / "m", tmp_path / "b.csv", "--proba")
    assert said.err == ""
    expected = dendrax("predict", tmp_path / "m", tmp_path / "a.csv", "--proba").out.splitlines()
    assert said.out.splitlines()[1:] == [expected[10], expected[11]]
    assert expected[10] != expected[11]


def test_D4_labels_keep_their_spelling(dendrax, tmp_path):
    rows = [f"{x},{'007' if x > 20 else 'none'}" for x in range(40)]
    (tmp_path / "a.csv").write_text("\n".join(["x,y", *rows]))
    assert dendrax("fit", tmp_path / "a.csv", "-t", "y", "-o", tmp_path / "m", *FEW).code == 0
    (tmp_path / "b.csv").write_text("x,y\n30,007\n31,007\n")
    assert dendrax("evaluate", tmp_path / "m", tmp_path / "b.csv", "--json").json["rows"] == 2
    said = dendrax("fit", tmp_path / "a.csv", "-t", "y", "--test", tmp_path / "b.csv", "-o", tmp_path / "m", *FEW)
    assert said.code == 0, said.err


def test_D5_columns_are_matched_by_name(dendrax, tmp_path, frame, heat):
    frame[["x", "when", "kind"]].assign(more=1, other="z").to_csv(tmp_path / "a.csv", index=False)
    assert dendrax("predict", heat[0], tmp_path / "a.csv").out == dendrax("predict", heat[0], heat[1]).out
    frame[["x"]].to_csv(tmp_path / "a.csv", index=False)
    said = dendrax("predict", heat[0], tmp_path / "a.csv")
    assert (said.code, said.out) == (2, "")
    assert "a.csv must have the columns 'when', 'kind'; it has 'x'" in said.err


def test_dates_cannot_be_predicted(dendrax, tmp_path, frame):
    frame.to_csv(tmp_path / "a.csv", index=False)
    said = dendrax("fit", tmp_path / "a.csv", "-t", "when", "-o", tmp_path / "m")
    assert said.code == 2
    assert "a.csv, column 'when' must hold numbers or classes to predict; it holds dates" in said.err


def test_text_among_dates_is_named_by_its_line(dendrax, tmp_path, frame, heat):
    days = ["2024-01-01"] * 10
    frame[:10].assign(when=[*days[:9], "soon"]).to_csv(tmp_path / "a.csv", index=False)
    said = dendrax("predict", heat[0], tmp_path / "a.csv")
    assert (said.code, said.out) == (2, "")
    assert said.err.endswith("got 'soon' in " + f"{tmp_path / 'a.csv'}, line 11\n")


def test_D10_an_output_stays_whole_when_a_later_batch_fails(dendrax, tmp_path, monkeypatch, frame, heat):
    monkeypatch.setattr(csv_file, "BLOCK", 2**10)
    (tmp_path / "out.csv").write_text("old")
    frame.assign(when=[*frame["when"].astype(str)[:-1], "soon"]).to_csv(tmp_path / "a.csv", index=False)
    said = dendrax("predict", heat[0], tmp_path / "a.csv", "-o", tmp_path / "out.csv")
    assert said.code == 2
    assert (tmp_path / "out.csv").read_text() == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "out.csv"]


def test_D10_a_packed_file_that_is_damaged(dendrax, tmp_path, heat):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(Path(heat[1]).read_bytes())[:-20])
    said = dendrax("predict", heat[0], path)
    assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
    assert "a.csv.gz cannot be unpacked" in said.err


def test_D14_answers_are_defused(dendrax, tmp_path):
    rows = [f"{x},{'=1+1' if x > 20 else '@a'}" for x in range(40)]
    (tmp_path / "a.csv").write_text("\n".join(["x,=y", *rows]))
    assert dendrax("fit", tmp_path / "a.csv", "-t", "=y", "-o", tmp_path / "m", *FEW).code == 0
    answers = dendrax("predict", tmp_path / "m", tmp_path / "a.csv", "--keep").out.splitlines()
    assert answers[0] == "x,'=y,predicted =y"
    assert set(",".join(answers[1:]).replace("'=1+1", "").replace("'@a", "")) <= set("0123456789,")


def test_D10_nothing_is_left_of_a_stopped_command(tmp_path, heat):
    process = subprocess.Popen(
        [sys.executable, "-m", "dendrax.cli.main", "predict", heat[0], "-", "-o", tmp_path / "out.csv"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    assert process.stdin is not None
    process.stdin.write(b"when,kind,x\n")
    while not [path for path in tmp_path.iterdir() if path.name.startswith("dendrax.")]:
        assert process.poll() is None  # it waits for the rest of standard input
        time.sleep(0.05)
    assert len(list(tmp_path.iterdir())) == 2
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"stopped\n")
    assert list(tmp_path.iterdir()) == []

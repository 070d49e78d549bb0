"""A file is read for a model as it was read to learn from."""

import io
import random
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from tests.data.made_tables import POOLS

import dendrax as package
from dendrax.cli.reading import text_columns
from dendrax.data import csv_file
from dendrax.data.files import read_table
from dendrax.data.tables import DataError
from dendrax.data.understand import learn_table

PADS = ["", "", " ", "  ", "\t"]
HOLES = ["", "NA", "?", "null"]
KINDS = [*POOLS, ["true", "false"], ["True"], ["2024-01-01", "2023-06-30"], ["10:30", "23:59"], ["007", "010", "1"]]


def made(chance):
    """Write a table of columns of all kinds, some padded, quoted, or with holes."""
    columns = []
    for _ in range(chance.randint(1, 4)):
        pool, pads = chance.choice(KINDS), chance.choice(([""], PADS))
        quoted, holes = chance.random() < 0.3, chance.choice((0.0, 0.2))
        cells = [chance.choice(HOLES if chance.random() < holes else pool) for _ in range(chance.choice((3, 8, 25)))]
        cells = [chance.choice(pads) + cell + chance.choice(pads) for cell in cells]
        columns.append([f'"{cell}"' if quoted and '"' not in cell else cell for cell in cells])
    rows = zip(*columns, strict=False)
    return "\n".join("; ".join(row) for row in [[f"c{i}" for i in range(len(columns))], *rows]).replace("; ", ";")


@pytest.mark.parametrize("seed", range(8))
def test_D6_whatever_fit_reads_is_read_the_same_for_its_model(tmp_path, monkeypatch, seed):
    chance, path, looked_at = random.Random(seed), tmp_path / "a.csv", 0
    for _ in range(40):
        path.write_text(made(chance) + "\n")
        monkeypatch.setattr(csv_file, "BLOCK", chance.choice((64, 2**20)))
        try:
            table = read_table(path)
            encoder = learn_table(table, drop=chance.random() < 0.5)
        except DataError:
            continue
        model = SimpleNamespace(encoder=encoder, about={}, target=None)
        again = read_table(path, text=text_columns(model))
        expected, found = encoder.encode(table), encoder.encode(again)
        assert expected.keys() == found.keys()
        for key, values in expected.items():
            np.testing.assert_array_equal(found[key], values, err_msg=path.read_text())
        assert encoder.unseen(again) == {}
        looked_at += 1
    assert looked_at > 20


@pytest.fixture(scope="module")
def padded(dendrax, tmp_path_factory):
    """A table of dates, and of truths with blanks around them and holes, and a model of it."""
    chance, path = random.Random(0), tmp_path_factory.mktemp("padded") / "a.csv"
    rows = [(chance.random(), i % 2, i % 20 == 0, i % 28 + 1) for i in range(200)]
    lines = [
        f"{x:.3f}, {'' if hole else 'true' if b else 'false'}, 2024-01-{day:02}, {'NA' if hole else 10 * b + x}"
        for x, b, hole, day in rows
    ]
    path.write_text("\n".join(["x, b, d, target", *lines]) + "\n")
    said = dendrax("fit", path, "-t", " target", "-o", path.with_suffix(".dendrax"), "--set", "max_epochs=60", "--json")
    assert said.code == 0, said.err
    return path, path.with_suffix(".dendrax"), said.json["test"]["this network"]["r2"]


def test_D6_padded_truths_with_holes_and_dates_are_those_of_training(dendrax, padded):
    path, model, r2 = padded
    assert r2 > 0.9
    assert dendrax("evaluate", model, path, "--json").json["r2"] > 0.9
    said = dendrax("predict", model, path)
    assert (said.code, said.err) == (0, "")
    expected = package.load(model).predict(read_table(path).without([" target"]))
    found = pd.read_csv(io.StringIO(said.out))["predicted  target"]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_D6_padded_truths_of_a_file_to_judge_by(dendrax, tmp_path, padded):
    path, *_ = padded
    said = dendrax(
        "fit", path, "-t", " target", "--test", path, "-o", tmp_path / "m", "--set", "max_epochs=60", "--json"
    )
    assert said.json["test"]["this network"]["r2"] > 0.9


@pytest.mark.parametrize(("cell", "word"), [("yes", "yes"), (" true x", "true x")])
def test_D6_a_word_among_truths_is_named_where_it_stands(dendrax, tmp_path, cell, word):
    rows = [f"{x}, {'true' if x % 2 else 'false'},{x % 2 + x / 100}" for x in range(60)]
    (tmp_path / "a.csv").write_text("\n".join(["x,b,y", *rows]))
    assert dendrax("fit", tmp_path / "a.csv", "-t", "y", "-o", tmp_path / "m", "--set", "max_epochs=2").code == 0
    (tmp_path / "b.csv").write_text(f"x,b\n1, true\n2,{cell}\n")
    said = dendrax("predict", tmp_path / "m", tmp_path / "b.csv")
    assert said.code == 2
    assert f"{word}' in {tmp_path / 'b.csv'}, line 3" in said.err


def test_D9_a_tie_of_delimiters_is_said_by_every_command(dendrax, tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("size, m2;price\n" + "".join(f"{x},5;{3 * x}\n" for x in range(60)))
    said = dendrax("fit", path, "-t", "price", "-o", tmp_path / "m", "--set", "max_epochs=2", "--layers", "2")
    words = f"{path} is read with semicolons between cells, decimal commas, though another delimiter fits as well\n"
    assert said.out.startswith(words)
    assert dendrax("evaluate", tmp_path / "m", path).out.startswith(words)
    assert dendrax("predict", tmp_path / "m", path).err == words
    assert dendrax("predict", tmp_path / "m", path, "-q").err == ""

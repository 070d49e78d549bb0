import numpy as np
import pytest

from dendrax.core.row_draws import TEST, row_draws
from dendrax.data import csv_file
from dendrax.data import survey as module
from dendrax.data.files import open_table, read_table
from dendrax.data.kinds import Dropped, Number
from dendrax.data.reservoir import Reservoir
from dendrax.data.survey import FileRows, learn_survey, survey
from dendrax.data.tables import DataError
from dendrax.data.understand import learn_table
from dendrax.data.writing import write_table

N = 3000


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    rng = np.random.default_rng(0)
    y = np.where(np.arange(N) % 10 == 3, None, rng.choice(["a", "b"], N)).astype(object)
    rare = np.zeros(N)
    rare[777] = 1.0
    columns = {
        "id": np.arange(N) + 5,
        "x": rng.normal(size=N),
        "holes": np.where(rng.random(N) < 0.2, np.nan, rng.normal(size=N)),
        "kind": rng.choice(["u", "v", "w"], N).astype(object),
        "rare": rare,
        "same": np.full(N, 2.0),
        "key": np.array([f"k{i}" for i in range(N)], object),
        "y": y,
    }
    path = tmp_path_factory.mktemp("survey") / "a.csv"
    write_table(columns, path)
    return path


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(csv_file, "BLOCK", 2**13)


def test_a_whole_sample_tells_what_the_table_in_memory_tells(path, small_blocks):
    with open_table(path) as opened:
        found = survey(FileRows(opened, "y"))
    table = read_table(path)
    known = table.take(np.flatnonzero(table.columns["y"] != np.array(None)))
    assert (found.rows, found.missing, found.rows_in_file) == (2700, 300, N)
    learned, expected = learn_survey(found), learn_table(known.without(["y"]))
    assert [c for c in learned.columns if c.name != "id"] == [c for c in expected.columns if c.name != "id"]
    assert learned.columns[0] == learn_table(table.without(["y"])).columns[0]  # all rows, the 300 too, are numbered
    assert found.notes == [
        "300 rows without 'y' are left out",
        "columns are understood by all rows, scaled by a sample of 2700 of them",
    ]


def test_what_a_small_sample_cannot_see_is_known_by_all_rows(path, small_blocks, monkeypatch):
    monkeypatch.setattr(module, "Reservoir", lambda seed: Reservoir(seed, most_rows=200))
    with open_table(path) as opened:
        found = survey(FileRows(opened, "y"))
    assert found.sample.n_rows == 200
    assert set(found.sample.columns["rare"]) == {0.0}
    columns = {column.name: column for column in learn_survey(found).columns}
    assert columns["id"] == Dropped("id", f"identifier: {N} consecutive whole numbers")
    assert isinstance(columns["rare"], Number)
    assert isinstance(columns["same"], Dropped)
    assert isinstance(columns["key"], Dropped)
    assert columns["x"].centre == pytest.approx(0, abs=0.3)


def test_rows_are_either_to_learn_from_or_held_out(path, small_blocks):
    with open_table(path) as opened:
        rows = FileRows(opened, "y", test_share=0.3, seed=4)
        learn, judge = (np.concatenate([t.rows for t in rows.batches(held_out=h)]) for h in (False, True))
        found = survey(rows)
    known = np.flatnonzero(np.arange(N) % 10 != 3)
    np.testing.assert_array_equal(np.sort(np.concatenate([learn, judge])), known)
    np.testing.assert_array_equal(judge, known[row_draws(known, 4, TEST) < 0.3])
    assert (found.rows, found.rows_in_file) == (len(learn), N)
    assert np.isin(found.sample.rows, learn).all()


def test_a_sequence_may_be_all_there_is_to_learn_from(tmp_path):
    write_table({"n": np.arange(100), "y": np.arange(100) * 0.5}, tmp_path / "a.csv")
    with open_table(tmp_path / "a.csv") as opened:
        (column,) = learn_survey(survey(FileRows(opened, "y"))).columns
    assert isinstance(column, Number)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("x,y\n1,\n2,\n", "column 'y' must hold answers; every cell is missing"),
        ("y\n1\n2\n", "must hold a column to learn from beside 'y'; it holds none"),
        ("x,z\n1,1\n", "must have the column 'y'; it has 'x', 'z'"),
    ],
)
def test_a_file_to_learn_from_has_answers_and_inputs(tmp_path, content, words):
    (tmp_path / "a.csv").write_text(content)
    with open_table(tmp_path / "a.csv") as opened, pytest.raises(DataError, match=words):
        survey(FileRows(opened, "y"))

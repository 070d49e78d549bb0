import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data import affine
from dendrax.data.cells import as_levels
from dendrax.data.columns import LARGEST, Category, Date, Encoder, Number, encoder_from_json
from dendrax.data.files import read_table
from dendrax.data.tables import DataError, Table, as_table
from dendrax.data.understand import learn_array, learn_table

PENGUINS = as_table(
    {
        "species": ["Adelie", "Chinstrap", "Adelie", None, "Gentoo", "Adelie"],
        "bill": [39.1, None, 40.3, 46.5, 50.0, 38.9],
        "year": [2007, 2008, 2008, 2009, 2009, 2007],
        "same": [1, 1, 1, 1, 1, 1],
    }
)


def test_the_encoding_of_a_table():
    encoded = learn_table(PENGUINS).encode(PENGUINS)
    assert {name: (value.dtype, value.shape) for name, value in encoded.items()} == {
        "numbers": (np.float32, (6, 2)),
        "missing": (np.bool_, (6, 1)),
        "codes": (np.int32, (6, 1)),
    }
    assert encoded["numbers"].flags.c_contiguous
    assert encoded["missing"][:, 0].tolist() == [False, True, False, False, False, False]
    assert encoded["numbers"][1, 0] == 0
    bills = np.array([39.1, 40.3, 46.5, 50.0, 38.9])
    scale = np.subtract(*np.quantile(bills, [0.75, 0.25], method="inverted_cdf")) / 1.349
    np.testing.assert_allclose(encoded["numbers"][[0, 2, 3, 4, 5], 0], (bills - np.median(bills)) / scale, rtol=1e-6)
    assert encoded["codes"][[0, 2, 5], 0].tolist() == [1, 1, 1]
    assert len(set(encoded["codes"][:, 0].tolist())) == 4
    assert encoded["codes"].min() == 1


def test_what_was_understood():
    encoder = learn_table(PENGUINS)
    kinds = {name: (kind, detail) for name, kind, detail in encoder.describe()}
    assert kinds["bill"] == ("number", "38.9 to 50, 1 missing")
    assert kinds["year"] == ("number", "2007 to 2009")
    assert kinds["species"][0] == "category"
    assert kinds["species"][1].startswith("4 levels: Adelie, ")
    assert kinds["same"] == ("dropped", "constant: it is always 1")
    assert encoder.notes == ["column 'same' is left out: constant: it is always 1"]
    assert encoder.input_names == PENGUINS.names
    assert encoder.n_codes == (5,)
    assert encoder.n_missing == 1


def test_keys_are_absent_where_there_are_no_such_columns():
    assert set(learn_array(np.eye(3)).encode(np.eye(3))) == {"numbers"}
    texts = as_table({"s": ["a", "b", "a"]})
    assert set(learn_table(texts).encode(texts)) == {"codes"}


def test_unseen_levels_and_holes_are_code_0():
    encoder = learn_table(as_table({"s": ["a", "b", "a"]}))
    assert encoder.encode(as_table({"s": ["b", "new", None]}))["codes"][:, 0].tolist() == [2, 0, 0]


def test_a_hole_that_training_saw_is_a_level():
    encoder = learn_table(as_table({"s": ["a", None, None]}))
    assert encoder.encode(as_table({"s": [None, "a", "b"]}))["codes"][:, 0].tolist() == [1, 2, 0]


def test_a_hole_that_training_never_saw_is_the_centre():
    encoder = learn_array(np.arange(5.0)[:, None])
    assert encoder.encode(np.array([[np.nan], [2.0]]))["numbers"].tolist() == [[0.0], [0.0]]


@given(st.permutations(range(6)))
def test_rows_are_encoded_one_by_one(order):
    encoder, rows = learn_table(PENGUINS), np.array(order)
    whole, part = encoder.encode(PENGUINS), encoder.encode(PENGUINS.take(rows))
    assert all(np.array_equal(whole[name][rows], part[name]) for name in whole)


def test_chunks_do_not_show(monkeypatch):
    x = np.random.default_rng(0).normal(size=(101, 3))
    x[::7, 1] = np.nan
    encoder = learn_array(x)
    whole = encoder.encode(x)
    monkeypatch.setattr(affine, "CHUNK", 30)
    assert all(np.array_equal(whole[name], part) for name, part in encoder.encode(x).items())


ANY = st.one_of(st.floats(allow_infinity=False), st.sampled_from([1e39, -1e308, 1e308, 5e-324, 0.1, 0.0]))


@given(st.lists(ANY, min_size=1, max_size=12), st.lists(ANY, min_size=1, max_size=12))
def test_encoded_numbers_are_finite_and_bounded(train, test):
    encoded = learn_array(np.array(train)[:, None]).encode(np.array(test)[:, None])["numbers"]
    assert np.isfinite(encoded).all()
    assert np.abs(encoded).max() <= LARGEST


def test_columns_are_found_by_name():
    encoder = learn_table(PENGUINS)
    turned = as_table({"more": [1] * 6, **{n: PENGUINS.columns[n] for n in reversed(PENGUINS.names)}})
    first, second = encoder.encode(PENGUINS), encoder.encode(turned)
    assert all(np.array_equal(first[name], second[name]) for name in first)


def test_absent_columns_are_listed():
    with pytest.raises(DataError, match="the columns 'species', 'bill'; it has 'year', 'same'"):
        learn_table(PENGUINS).encode(PENGUINS.without(["bill", "species"]))


def test_a_dropped_column_may_be_absent():
    assert "codes" in learn_table(PENGUINS).encode(PENGUINS.without(["same"]))


def test_the_number_of_columns_of_an_array():
    with pytest.raises(ValueError, match=r"X must have shape \(rows, 3\); got \(2, 4\)"):
        learn_array(np.eye(3)).encode(np.ones((2, 4)))


def test_infinite_numbers_are_refused():
    with pytest.raises(DataError, match="column 'x1' must hold finite numbers; got an infinite one in row 2"):
        learn_array(np.eye(3)).encode(np.array([[0, 0, 0], [0, -np.inf, 0]]))


def test_text_among_numbers_is_named():
    with pytest.raises(DataError, match="column 'year' must hold numbers; got 'soon' in row 2"):
        learn_table(PENGUINS).encode(as_table({**PENGUINS.columns, "year": ["1", "soon", *"2345"][:6]}).take([0, 1]))


def test_text_among_numbers_is_named_by_its_line(tmp_path):
    (tmp_path / "a.csv").write_text('x,s\n1,"two\nlines"\n2,b\nsoon,c\n3,d\n')
    table = read_table(tmp_path / "a.csv")
    encoder = learn_array(np.array([[1.0], [2.0]]), names=["x"])
    encoder = Encoder(encoder.columns, named=True)
    for rows in (table, table.take(np.array([3, 2]))):
        with pytest.raises(DataError, match=r"column 'x' must hold numbers; got '.*' in .*a\.csv, line \d"):
            encoder.encode(rows)
    with pytest.raises(DataError, match=r"got 'soon' in .*a\.csv, line 5$"):
        encoder.encode(table.take(np.array([2])))


def test_booleans_may_have_holes_after_training():
    encoder = learn_table(as_table({"b": [True, False, True]}))
    plain = encoder.encode(as_table({"b": [True, False]}))["numbers"]
    holed = encoder.encode(as_table({"b": [True, False, None]}))["numbers"]
    assert holed.tolist() == [*plain.tolist(), [0.0]]
    assert encoder.encode(Table({"b": np.array([None], object)}))["numbers"].tolist() == [[0.0]]


def test_numbers_are_found_among_levels_of_text():
    assert as_levels(np.array([1234567.0, 0.5, np.nan])) == ["1234567", "0.5", None]
    assert as_levels(np.array([12, 3])) == ["12", "3"]
    assert as_levels(np.array([True])) == ["True"]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=2, max_size=9))
def test_an_encoder_survives_the_round_trip_exactly(numbers):
    encoder = learn_array(np.array(numbers)[:, None])
    assert encoder_from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False))) == encoder


def test_an_encoder_of_a_table_survives_the_round_trip():
    encoder = learn_table(PENGUINS)
    again = encoder_from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False)))
    assert again == encoder
    assert again.describe() == encoder.describe()


NUMBER = {"kind": "number", "name": "x", "centre": 0.0, "scale": 1.0, "missing": False, "detail": ""}
LEVELS = {"kind": "category", "name": "s", "levels": ["a", None]}


def test_a_description_is_read():
    encoder = encoder_from_json({"named": True, "columns": [NUMBER, LEVELS]})
    assert encoder.columns == (Number("x", 0.0, 1.0, False), Category("s", ("a", None)))


@pytest.mark.parametrize(
    "described",
    [
        [],
        {"named": True},
        {"named": True, "columns": [], "more": 1},
        {"named": "yes", "columns": [NUMBER]},
        {"named": True, "columns": NUMBER},
        {"named": True, "columns": ["x"]},
        {"named": True, "columns": [NUMBER, NUMBER]},
        {"named": True, "columns": [LEVELS | {"levels": ["a", "a"]}]},
        {"named": True, "columns": [LEVELS | {"levels": ["a", 1]}]},
        {"named": True, "columns": [LEVELS | {"levels": "ab"}]},
        *(
            {"named": True, "columns": [NUMBER | change]}
            for change in (
                {"kind": "code"},
                {"kind": [1]},
                {"name": 3},
                {"centre": "0"},
                {"centre": float("nan")},
                {"centre": True},
                {"scale": 0.0},
                {"scale": -1.0},
                {"scale": float("inf")},
                {"missing": 1},
                {"more": 1},
            )
        ),
        {"named": True, "columns": [{k: v for k, v in NUMBER.items() if k != "scale"}]},
    ],
)
def test_a_description_that_is_none_is_refused(described):
    with pytest.raises(ValueError, match=r"an encoder|no such kind|column '"):
        encoder_from_json(described)


TIMES = np.array(["2024-01-01T06:00", "2024-03-05T12:00", "NaT", "2024-07-20T18:30"], "M8[us]")
DATED = Table({"n": np.array([1.0, 2.0, 4.0, 8.0]), "t": TIMES, "m": np.array([3.0, 1.0, 2.0, 9.0])})


def test_dates_become_numbers_at_their_place():
    encoder = learn_table(DATED)
    assert [number.name for number in encoder.numbers][:2] == ["n", "t"]
    assert (len(encoder.numbers), encoder.n_missing) == (9, 1)
    encoded = encoder.encode(DATED)
    assert encoded["missing"][:, 0].tolist() == [False, False, True, False]
    assert encoded["numbers"].shape == (4, 9)
    assert (encoded["numbers"][2, 1:8] == 0).all()
    seconds = TIMES[[0, 1, 3]].astype(np.int64) / 1e6
    scale = np.subtract(*np.quantile(seconds, [0.75, 0.25], method="inverted_cdf")) / 1.349
    np.testing.assert_allclose(encoded["numbers"][[0, 1, 3], 1], (seconds - seconds[1]) / scale, rtol=1e-6)
    day = np.array([0.25, 0.5, 18.5 / 24]) * 2 * np.pi
    np.testing.assert_allclose(encoded["numbers"][[0, 1, 3], 2], np.sin(day), atol=1e-6)
    np.testing.assert_allclose(encoded["numbers"][[0, 1, 3], 3], np.cos(day), atol=1e-6)
    plain = learn_table(DATED.without(["t"])).encode(DATED)["numbers"]
    assert np.array_equal(encoded["numbers"][:, [0, 8]], plain)


def test_dates_keep_their_seconds_in_float32():
    stamps = np.datetime64("2024-05-05T10:00:00") + np.arange(100).astype("m8[s]")
    table = as_table({"t": stamps})
    steps = np.diff(learn_table(table).encode(table)["numbers"][:, 0])
    assert steps.min() > 0
    np.testing.assert_allclose(steps, steps[0], rtol=1e-4)


def test_dates_are_read_from_text_and_from_days():
    encoder, days = learn_table(DATED), TIMES.astype("M8[D]")
    texts = np.array([None if np.isnat(d) else str(d) for d in days], object)
    tables = [Table(DATED.columns | {"t": column}) for column in (days, days.astype("M8[us]"), texts)]
    first, *others = (encoder.encode(table)["numbers"] for table in tables)
    assert all(np.array_equal(first, other) for other in others)


def test_dates_survive_the_round_trip():
    encoder = learn_table(DATED)
    again = encoder_from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False)))
    assert again == encoder
    assert np.array_equal(again.encode(DATED)["numbers"], encoder.encode(DATED)["numbers"])
    assert again.describe()[1] == ("t", "date", "2024-01-01T06:00:00 to 2024-07-20T18:30:00, 1 missing")


def test_numbers_are_no_dates():
    with pytest.raises(DataError, match="column 'n' must hold numbers, as in training; it holds dates"):
        learn_table(DATED).encode(Table(DATED.columns | {"n": TIMES}))


WHEN = {
    "kind": "date",
    "name": "t",
    "centre": 0.0,
    "scale": 1.0,
    "missing": False,
    "parts": ["day", "year"],
    "detail": "",
}


@pytest.mark.parametrize(
    "change", [{"parts": ["month"]}, {"parts": ["day", "day"]}, {"parts": "day"}, {"parts": [1]}, {"scale": 0.0}]
)
def test_a_description_of_dates_that_is_none_is_refused(change):
    assert encoder_from_json({"named": True, "columns": [WHEN]}).columns == (
        Date("t", 0.0, 1.0, False, ("day", "year")),
    )
    with pytest.raises(ValueError, match="column 't'"):
        encoder_from_json({"named": True, "columns": [WHEN | change]})


def test_D6_unseen_cells_of_every_category():
    table = as_table({"s": ["a", "b", "a"], "t": ["x", "y", "x"], "n": [1.0, 2.0, 4.0]})
    new = as_table({"s": ["c", None, "c"], "t": ["x", "y", "y"], "n": [1.0, 2.0, 4.0]})
    assert learn_table(table).unseen(new) == {"s": ["c", "c"]}
    assert learn_table(table).unseen(table) == {}

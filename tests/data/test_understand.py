import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data.columns import Category, Date, Dropped, Number
from dendrax.data.date_parts import elapsed
from dendrax.data.kinds import MOST_LEVELS
from dendrax.data.tables import DataError, Table, as_table
from dendrax.data.understand import FEW_ROWS, is_sequence, learn_array, learn_table


def learned(cells, **options):
    """Learn one column, beside another that is kept."""
    kept = np.arange(len(cells)) ** 2 + 0.5
    return learn_table(as_table({"c": cells, "kept": kept}), **options).columns[0]


def test_levels_come_by_frequency_then_by_text():
    column = learned(["b", "c", "a", "c", None, "a", "d"])
    assert isinstance(column, Category)
    assert column.levels[:2] == ("a", "c")
    assert set(column.levels[2:]) == {"b", "d", None}
    assert column.levels.index("b") < column.levels.index("d")


def test_weights_count_levels():
    column = learned(["a", "a", "b"], weights=np.array([1.0, 1.0, 3.0]))
    assert isinstance(column, Category)
    assert column.levels == ("b", "a")


@given(st.lists(st.sampled_from(["a", "b", None]), min_size=4, max_size=15), st.data())
def test_weight_two_is_the_row_twice(cells, data):
    weights = np.array(data.draw(st.lists(st.integers(1, 3), min_size=len(cells), max_size=len(cells))))
    table = as_table({"c": np.array(cells, object), "x": np.arange(len(cells)) % 3})
    twice = learn_table(table.take(np.repeat(np.arange(table.n_rows), weights)))
    once = learn_table(table, weights.astype(float))
    assert [c.name for c in once.categories] == [c.name for c in twice.categories]
    assert [c.levels for c in once.categories] == [c.levels for c in twice.categories]
    assert [(c.centre, c.missing) for c in once.numbers] == [(c.centre, c.missing) for c in twice.numbers]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ([3, 3, 3], "always 3"),
        (["a", "a"], "always 'a'"),
        ([True, True], "always 1"),
        ([None, None], "always missing"),
        ([f"id{i}" for i in range(FEW_ROWS)], f"identifier: {FEW_ROWS} different values"),
        (list(range(5, 5 + FEW_ROWS)), f"identifier: {FEW_ROWS} consecutive whole numbers"),
        (list(np.random.default_rng(0).permutation(FEW_ROWS)), "identifier"),
    ],
)
def test_D3_columns_without_a_lesson_are_dropped(cells, words):
    column = learned(cells)
    assert isinstance(column, Dropped)
    assert words in column.detail


@pytest.mark.parametrize(
    "cells",
    [
        [3.0, None, 3.0],
        ["a", None],
        [f"id{i}" for i in range(FEW_ROWS - 1)],
        list(range(FEW_ROWS - 1)),
        [float(i) for i in range(FEW_ROWS)],
        [*range(FEW_ROWS), 0],
        [*range(FEW_ROWS), FEW_ROWS + 1],
    ],
    ids=["constant with a hole", "level with a hole", "few texts", "few numbers", "floats", "repeated", "gap"],
)
def test_columns_with_a_lesson_are_kept(cells):
    assert not isinstance(learned(cells), Dropped)


def test_nothing_is_dropped_on_demand():
    assert isinstance(learned([3, 3, 3], drop=False), Number)
    assert isinstance(learned([f"id{i}" for i in range(FEW_ROWS)], drop=False), Category)


def test_sequences_reach_over_all_whole_numbers():
    extremes = np.array([-(2**63), 2**63 - 1] * FEW_ROWS)
    assert not is_sequence(extremes)


def test_nothing_to_learn_from_is_said():
    with pytest.raises(DataError, match="no column to learn from; column 'a' is left out: constant"):
        learn_table(as_table({"a": [1, 1]}))
    with pytest.raises(DataError, match="the table has none"):
        learn_table(Table({}))


def test_arrays_keep_every_column():
    encoder = learn_array(np.stack([np.full(30, 0.1), np.arange(30)], axis=1), names=["k", "n"])
    assert [(c.name, c.centre) for c in encoder.numbers] == [("k", 0.1), ("n", 14.0)]
    assert encoder.numbers[0].scale == 1.0
    assert not encoder.named


WANTED = np.arange(24.0).reshape(6, 4) ** 2


@pytest.mark.parametrize(
    "make",
    [
        np.asfortranarray,
        lambda x: np.repeat(x, 2, axis=0)[::2],
        lambda x: x.astype(">f8"),
        lambda x: x.astype(np.float32),
        lambda x: x.astype(np.float16),
        lambda x: x.astype(np.int32),
        lambda x: x.astype(np.uint16),
        lambda x: np.flip(np.flip(x, 0).copy(), 0),
    ],
    ids=["Fortran", "strided", "big-endian", "float32", "float16", "int32", "uint16", "reversed"],
)
def test_D11_the_layout_of_an_array_does_not_matter(make):
    x = make(WANTED)
    x.flags.writeable = False
    plain = learn_array(np.array(x, np.float64, order="C"))
    assert learn_array(x) == plain
    encoded = learn_array(x).encode(x)["numbers"]
    assert encoded.flags.c_contiguous
    expected = plain.encode(np.array(x, np.float64))["numbers"]
    np.testing.assert_allclose(encoded, expected, rtol=2e-7 if x.dtype == np.float32 else 0)


def test_D11_a_mapped_file_is_read_as_an_array(tmp_path):
    np.save(tmp_path / "x.npy", WANTED)
    assert learn_array(np.load(tmp_path / "x.npy", mmap_mode="r")) == learn_array(WANTED)


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_numbers_are_refused(value):
    x = np.ones((3, 2))
    x[2, 1] = value
    with pytest.raises(DataError, match="column 'x1' must hold finite numbers; got an infinite one in row 3"):
        learn_array(x)
    with pytest.raises(DataError, match="column 'b' must hold finite numbers; got an infinite one in row 3"):
        learn_table(as_table({"a": x[:, 0], "b": x[:, 1]}))


DATES = np.array(["2019-01-01", "2020-06-15", "2021-12-31", "2020-01-01"], "M8[D]")


def test_a_column_of_dates():
    column = learned(np.append(DATES, np.datetime64("NaT")))
    assert isinstance(column, Date)
    assert column.detail == "2019-01-01 to 2021-12-31, 1 missing"
    assert (column.missing, column.parts) == (True, ("week", "year"))
    assert column.centre == elapsed(DATES).tolist()[3]  # the median
    assert [number.name for number in column.numbers] == [
        "c",
        *(f"c, {wave} of the day of {part}" for part in ("week", "year") for wave in ("sine", "cosine")),
    ]


def test_dates_learn_by_weight():
    table = as_table({"c": DATES, "x": np.arange(4) % 3})
    weights = np.array([1, 3, 1, 2])
    once, twice = learn_table(table, weights.astype(float)), learn_table(table.take(np.repeat(np.arange(4), weights)))
    assert once.columns[0] == twice.columns[0]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (np.repeat(DATES[:1], 3), "constant: it is always 2019-01-01"),
        (np.array(["NaT", "NaT"], "M8[us]"), "constant: it is always missing"),
    ],
)
def test_D3_constant_dates_are_dropped(cells, words):
    column = learned(cells)
    assert isinstance(column, Dropped)
    assert column.detail == words
    assert isinstance(learned(cells, drop=False), Date)


def test_dates_that_differ_are_no_identifier():
    assert isinstance(learned(np.datetime64("2020-01-01") + np.arange(FEW_ROWS)), Date)


def test_D7_whole_numbers_that_float64_rounds_are_said():
    column = learned([2**53 + 1, 5, -(2**60)])
    assert column.detail.endswith("beyond 2^53: told apart by 16 digits only")
    assert "2^53" not in learned([2**53 - 1, 5, 6]).detail


def test_D6_the_most_frequent_of_very_many_levels_are_kept():
    cells = [f"v{i}" for i in range(MOST_LEVELS + 5)] + [f"v{i}" for i in range(5, MOST_LEVELS + 5)]
    column = learned(cells)
    assert isinstance(column, Category)
    assert len(column.levels) == MOST_LEVELS
    assert column.detail.endswith("; rarer ones count as unseen")
    assert [column.code_of(cell) for cell in ("v0", "v4")] == [0, 0]
    assert column.code_of("v5") > 0
    assert len(learned(cells, drop=False).levels) == MOST_LEVELS + 5

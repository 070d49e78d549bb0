import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dendrax.data.columns import Category, Dropped, Number
from dendrax.data.quantiles import NORMAL_RANGE
from dendrax.data.tables import DataError, Table, as_table
from dendrax.data.understand import FEW_ROWS, is_sequence, learn_array, learn_table


def learned(cells, **options):
    cells = np.array(cells) if not isinstance(cells, np.ndarray) else cells
    beside = np.arange(len(cells)) % 2 * 1.5
    return learn_table(Table({"a": cells, "beside": beside}), **options).columns[0]


def texts(cells):
    return as_table({"a": np.array(cells, object)}).columns["a"]


def test_a_number_has_the_median_and_the_quartiles_of_what_is_there():
    column = learned(np.array([1.0, 2, 4, 8, np.nan]))
    assert column == Number("a", 2.0, (4 - 1) / NORMAL_RANGE, True, "1 to 8, 1 missing")


def test_an_array_has_one_number_a_column_and_drops_none():
    x = np.column_stack([np.arange(30), np.full(30, 7), np.full(30, np.nan), np.arange(30) % 2])
    encoder = learn_array(x)
    assert encoder.columns == (
        Number("x0", 14.0, 15 / NORMAL_RANGE, False),
        Number("x1", 7.0, 1.0, False),
        Number("x2", 0.0, 1.0, True),
        Number("x3", 0.0, 1 / NORMAL_RANGE, False),
    )
    assert not encoder.named
    assert learn_array(x, names=list("abcd")).input_names == list("abcd")


def test_levels_stand_in_order_of_frequency_and_none_is_one_of_them():
    cells = texts(["b", "a", None, "b", None, "b", "c"])
    assert learned(cells) == Category("a", ("b", None, "a", "c"))
    assert learned(cells, weights=np.array([1, 9, 1, 1, 1, 1, 5.0])).levels == ("a", "c", "b", None)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(-5, 5), st.sampled_from(["a", "b", "c", None]), st.integers(1, 3)), min_size=4))
def test_weight_2_equals_the_row_twice(rows):
    numbers, kinds, times = zip(*rows, strict=True)
    x = np.where(np.array(numbers) == 5, np.nan, np.array(numbers, float))
    table, times = Table({"x": x, "k": texts([*kinds[:-1], "a"])}), np.array(times)
    repeated = table.take(np.repeat(np.arange(len(times)), times))
    encoders = [learn_table(table, times * 1.0, drop=False), learn_table(repeated, drop=False)]
    one, two = (encoder.columns for encoder in encoders)
    assert one[1] == two[1]
    if not np.isnan(x).all():
        assert (one[0].centre, one[0].missing) == (two[0].centre, two[0].missing)
        np.testing.assert_allclose(one[0].scale, two[0].scale, rtol=1e-12)
        assert one[0].scale == two[0].scale or one[0].scale * NORMAL_RANGE % 1  # only a deviation may round


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (np.full(5, 3), "constant: it is always 3"),
        (np.zeros(5, bool), "constant: it is always 0"),
        (np.full(5, np.nan), "constant: it is always missing"),
        (texts(["x"] * 5), "constant: it is always 'x'"),
        (np.full(5, None, object), "constant: it is always None"),
        (np.random.default_rng(0).permutation(FEW_ROWS) - 7, "identifier: 20 consecutive whole numbers"),
        (texts([f"id{i}" for i in range(FEW_ROWS)]), "identifier: 20 different values"),
    ],
)
def test_constants_and_identifiers_are_dropped_with_the_reason(cells, reason):
    assert learned(cells) == Dropped("a", reason)


@pytest.mark.parametrize(
    "cells",
    [
        np.arange(FEW_ROWS - 1),
        np.arange(FEW_ROWS) * 2,
        np.arange(FEW_ROWS) * 1.0,
        np.array([*range(FEW_ROWS), 0]),
        np.array([*range(FEW_ROWS - 1), FEW_ROWS]),
        np.array([3.0, np.nan, 3.0]),
        texts([str(f"id{i}") for i in range(FEW_ROWS - 1)]),
        texts([*(f"id{i}" for i in range(FEW_ROWS)), "id0"]),
        texts(["x", None, "x"]),
    ],
)
def test_what_only_looks_like_one_is_kept(cells):
    assert not isinstance(learned(cells), Dropped)


def test_nothing_but_the_wish_to_drop_drops_them():
    table = Table(
        {"i": np.arange(30), "c": np.full(30, 2.5), "k": texts(["x"] * 30), "s": texts([f"{i}!" for i in range(30)])}
    )
    kinds = [type(column) for column in learn_table(table, drop=False).columns]
    assert kinds == [Number, Number, Category, Category]
    with pytest.raises(DataError, match="there is no column to learn from; column 'i' is left out: identifier: 30 con"):
        learn_table(table)


def test_a_table_without_columns_has_nothing_to_learn_from():
    with pytest.raises(DataError, match="there is no column to learn from; the table has none"):
        learn_table(Table({}))


def test_an_infinite_number_is_named_with_its_row():
    with pytest.raises(DataError, match="column 'a' must hold finite numbers; got an infinite one in row 2"):
        learned(np.array([np.nan, -np.inf, 3]))


def test_a_sequence_may_span_all_whole_numbers_without_overflow():
    ends = np.array([np.iinfo(np.int64).min, np.iinfo(np.int64).max] * 10)
    assert not is_sequence(ends)
    assert is_sequence(np.iinfo(np.int64).max - np.arange(FEW_ROWS))

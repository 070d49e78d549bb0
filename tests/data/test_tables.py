import datetime

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from dendrax.data.tables import DataError, Table, as_table, is_dataframe, listed

COLUMNS = {
    "size": [1, 2, 3],
    "mass": [0.5, None, 2.5],
    "kind": ["a", None, "b"],
    "count": [1, None, 3],
    "sold": [True, None, False],
    "new": [True, False, True],
}
EXPECTED = {
    "size": np.array([1, 2, 3]),
    "mass": np.array([0.5, np.nan, 2.5]),
    "kind": np.array(["a", None, "b"], object),
    "count": np.array([1, np.nan, 3]),
    "sold": np.array(["True", None, "False"], object),
    "new": np.array([True, False, True]),
}
MAKES = {
    "mapping": lambda: {name: np.array(c, object if None in c else None) for name, c in COLUMNS.items()},
    "lists": lambda: COLUMNS,
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "pandas object": lambda: pd.DataFrame(COLUMNS).astype({"kind": object, "sold": object, "count": object}),
    "pandas str": lambda: pd.DataFrame(COLUMNS).astype({"kind": "string"}),
    "pandas category": lambda: pd.DataFrame(COLUMNS).astype({"kind": "category"}),
    "pandas nullable": lambda: pd.DataFrame(COLUMNS).astype({"size": "Int64", "count": "Int64", "sold": "boolean"}),
    "pandas arrow": lambda: pd.DataFrame(COLUMNS).convert_dtypes(dtype_backend="pyarrow"),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "polars categorical": lambda: pl.DataFrame(COLUMNS).with_columns(pl.col("kind").cast(pl.Categorical)),
    "arrow": lambda: pa.table(COLUMNS),
    "arrow chunks": lambda: pa.concat_tables([pa.table(COLUMNS).slice(0, 1), pa.table(COLUMNS).slice(1)]),
    "table": lambda: Table(EXPECTED),
}


@pytest.mark.parametrize("make", MAKES)
def test_every_make_gives_the_same_table(make):
    X = MAKES[make]()
    assert is_dataframe(X)
    table = as_table(X)
    assert table.names == list(EXPECTED)
    for name, column in EXPECTED.items():
        assert table.columns[name].dtype == column.dtype
        np.testing.assert_array_equal(table.columns[name], column)


@pytest.mark.parametrize("kind", ["int8", "uint16", "float16", "float32", ">f8", ">i4", "bool"])
def test_numbers_of_any_type_become_float64_int64_or_bool(kind):
    column = as_table({"a": np.array([0, 1, 1], kind)}).columns["a"]
    assert column.dtype in (np.float64, np.int64, np.bool_)
    assert column.dtype.isnative
    assert column.tolist() == [0, 1, 1]


@pytest.mark.parametrize("make", [dict, pl.DataFrame, pd.DataFrame, pa.table])
def test_whole_numbers_beyond_int64_do_not_turn_negative(make):
    column = as_table(make({"a": np.array([2**63 + 2048, 1], np.uint64)})).columns["a"]
    assert column.tolist() == [float(2**63 + 2048), 1.0]


def test_pandas_columns_may_be_named_by_numbers():
    table = as_table(pd.DataFrame(np.arange(6).reshape(3, 2)))
    assert table.names == ["0", "1"]
    assert table.columns["1"].tolist() == [1, 3, 5]


@pytest.mark.parametrize("hole", [None, np.nan, pd.NA, pd.NaT])
def test_every_kind_of_hole_is_none_among_text_and_nan_among_numbers(hole):
    table = as_table(pd.DataFrame({"text": ["a", hole], "number": [1, hole], "none": [hole, hole]}, dtype=object))
    assert table.columns["text"].tolist() == ["a", None]
    np.testing.assert_array_equal(table.columns["number"], [1, np.nan])
    assert np.isnan(table.columns["none"]).all()


@pytest.mark.parametrize("X", [np.ones((2, 2)), [[1, 2]], ((1, 2),), 3, None])
def test_arrays_and_lists_are_no_dataframes(X):
    assert not is_dataframe(X)


@pytest.mark.parametrize(
    "X",
    [pd.DataFrame([[1, 2]], columns=["a", "a"]), pa.table([pa.array([1]), pa.array([1])], names=["a", "a"])],
)
def test_repeated_names_are_refused(X):
    with pytest.raises(DataError, match="column names must differ; 'a' stands there more than once"):
        as_table(X)


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ({"a": [1], "b": [1, 2]}, r"must be of equal length; got lengths \[1, 2\]"),
        ({"a": [[1, 2], [3, 4]]}, r"column 'a' must have one dimension; got shape \(2, 2\)"),
        ({"a": np.array(["2020-01-01"], "M8[D]")}, "column 'a' holds dates or times"),
        (pd.DataFrame({"a": pd.to_datetime(["2020-01-01"])}), "column 'a' holds dates or times"),
        (pl.DataFrame({"a": [datetime.time(1)]}), "column 'a' holds dates or times"),
        (pl.DataFrame({"a": [[1], [2, 3]]}), r"column 'a' must hold numbers, booleans or text; got \[1\]"),
        (pd.DataFrame({"a": [np.zeros(1), np.ones(1)]}), r"column 'a' must hold .* got array\(\[0.\]\)"),
        ({"a": [1j]}, r"column 'a' must hold numbers, booleans or text; got 1j"),
    ],
)
def test_what_cannot_be_learned_from_is_refused_by_name(X, message):
    with pytest.raises(DataError, match=message):
        as_table(X)


def test_rows_and_columns_are_picked():
    table = Table(EXPECTED, "there.csv")
    assert table.n_rows == 3
    assert Table({}).n_rows == 0
    assert table.take(np.array([2, 0])).columns["size"].tolist() == [3, 1]
    assert table.select(["new", "size"]).names == ["new", "size"]
    assert table.without(["size", "no such"]).names == list(EXPECTED)[1:]
    assert table.take(np.array([0])).select(["size"]).without([]).source == "there.csv"


def test_an_absent_column_is_named_with_the_place_and_what_there_is():
    with pytest.raises(DataError, match=r"^there\.csv must have the columns 'b', 'c'; it has 'a'$"):
        Table({"a": np.ones(1)}, "there.csv").select(["a", "b", "c"])
    with pytest.raises(DataError, match=r"^the table must have the column 'b'; it has 'a'$"):
        Table({"a": np.ones(1)}).require(["b"])


def test_long_lists_are_cut():
    assert listed("ab") == "'a', 'b'"
    assert listed(range(14)).endswith("11 and 2 more")

import datetime
import subprocess
import sys

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from dendrax.data.tables import DataError, Table, as_table, is_dataframe, listed

CELLS = {"n": [1, 2, 3], "x": [0.5, None, 2.5], "b": [True, False, True], "s": ["a", None, "c"]}


def same(first: Table, second: Table) -> bool:
    return first.names == second.names and all(
        a.dtype == b.dtype and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        for a, b in zip(first.columns.values(), second.columns.values(), strict=True)
    )


EXPECTED = Table(
    {
        "n": np.array([1, 2, 3]),
        "x": np.array([0.5, np.nan, 2.5]),
        "b": np.array([True, False, True]),
        "s": np.array(["a", None, "c"], object),
    }
)


@pytest.mark.parametrize(
    "make",
    [
        dict,
        pd.DataFrame,
        lambda cells: pd.DataFrame(cells).astype({"s": object}),
        lambda cells: pd.DataFrame(cells).astype({"s": "category"}),
        lambda cells: pd.DataFrame(cells).astype({"n": "Int64", "x": "Float64", "b": "boolean"}),
        lambda cells: pd.DataFrame(cells).astype({"s": "string"}),
        pl.DataFrame,
        lambda cells: pl.DataFrame(cells).with_columns(pl.col("s").cast(pl.Categorical)),
        pa.table,
    ],
    ids=["dict", "pandas", "object", "category", "nullable", "string", "polars", "polars-category", "arrow"],
)
def test_every_make_of_table_reads_the_same(make):
    assert same(as_table(make(CELLS)), EXPECTED)


def test_a_table_is_itself():
    assert as_table(EXPECTED) is EXPECTED


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([True, None], dtype="boolean"),
        pd.Series([True, None], dtype=object),
        pl.Series([True, None]),
    ],
    ids=["nullable", "object", "polars"],
)
def test_booleans_with_holes_are_categories(column):
    frame = column.to_frame("b") if isinstance(column, pl.Series) else pd.DataFrame({"b": column})
    assert as_table(frame).columns["b"].tolist() == ["True", None]


def test_whole_numbers_with_holes_are_floats():
    column = as_table(pd.DataFrame({"n": pd.array([1, None], "Int64")})).columns["n"]
    assert column.dtype == np.float64
    assert column[0] == 1
    assert np.isnan(column[1])


def test_a_hole_in_a_list_of_texts_is_a_hole():
    assert as_table({"s": ["a", np.nan, None, pd.NA, float("nan")]}).columns["s"].tolist() == ["a", *[None] * 4]


def test_mixed_cells_become_text():
    assert as_table(pd.DataFrame({"m": [1, "a", None, 2.5]})).columns["m"].tolist() == ["1", "a", None, "2.5"]


def test_cells_all_missing_are_numbers():
    for frame in ({"x": [None, None]}, pl.DataFrame({"x": [None, None]}), pa.table({"x": pa.nulls(2)})):
        assert np.isnan(as_table(frame).columns["x"]).all()


def test_categories_of_numbers_are_categories():
    assert as_table(pd.DataFrame({"k": pd.Categorical([3, 1, 3])})).columns["k"].tolist() == ["3", "1", "3"]


def test_the_largest_whole_numbers_do_not_wrap():
    large = np.array([1, 2**64 - 1], np.uint64)
    for frame in ({"u": large}, pl.DataFrame({"u": large}), pd.DataFrame({"u": large})):
        assert as_table(frame).columns["u"].tolist() == [1.0, 2.0**64]


def test_small_unsigned_numbers_stay_whole():
    column = as_table({"u": np.array([0, 7], np.uint64)}).columns["u"]
    assert column.dtype == np.int64


def test_masked_cells_are_missing():
    column = as_table({"x": np.ma.array([1, 2], mask=[False, True])}).columns["x"]
    assert np.array_equal(column, [1.0, np.nan], equal_nan=True)


def test_names_that_are_numbers_become_text():
    table = as_table(pd.DataFrame(np.arange(4.0).reshape(2, 2)))
    assert table.names == ["0", "1"]
    assert table.columns["1"].tolist() == [1.0, 3.0]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ([datetime.date(2020, 1, 1), datetime.timedelta(1)], "column 'd' must hold dates only"),
        (["soon", datetime.date(2020, 1, 1)], "column 'd' must hold dates only"),
        (np.array([1], "m8[M]"), "months and years have no fixed length"),
        ([[1], [2]], r"column 'd' must have one dimension; got shape \(2, 1\)"),
        (["a", [2]], r"column 'd' must hold numbers, booleans or text; got \[2\]"),
        (np.eye(2), r"column 'd' must have one dimension; got shape \(2, 2\)"),
        (3, r"column 'd' must have one dimension; got shape \(\)"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(column, words):
    with pytest.raises(DataError, match=words):
        as_table({"d": column})


NOON = datetime.datetime(2020, 1, 1, 12, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))
DAYS = [datetime.date(2020, 1, 1), None]
MOMENTS = [datetime.datetime(2020, 1, 1, 10), None]


@pytest.mark.parametrize(
    "frame",
    [
        {"d": DAYS, "t": MOMENTS, "z": [NOON, None]},
        pl.DataFrame({"d": DAYS, "t": MOMENTS}).with_columns(
            z=pl.col("t").dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Berlin")
        ),
        pa.table({"d": DAYS, "t": MOMENTS, "z": pa.array([NOON, None])}),
        pd.DataFrame({"d": DAYS, "t": pd.to_datetime(MOMENTS), "z": pd.to_datetime([NOON, None])}),
        {
            "d": np.array(["2020-01", "NaT"], "M8[M]"),
            "t": np.array(["2020-01-01T10", "NaT"], "M8[h]"),
            "z": pd.Series([NOON, None], dtype=object),
        },
    ],
    ids=["dict", "polars", "arrow", "pandas", "numpy"],
)
def test_D11_dates_of_every_make_read_the_same(frame):
    columns = as_table(frame).columns
    assert [str(column.dtype) for column in columns.values()] == ["datetime64[D]", "datetime64[us]", "datetime64[us]"]
    assert [str(column[0]) for column in columns.values()] == ["2020-01-01", *["2020-01-01T10:00:00.000000"] * 2]
    assert all(np.isnat(column[1]) for column in columns.values())


@pytest.mark.parametrize(
    "cells",
    [
        [datetime.timedelta(seconds=90), None],
        pd.to_timedelta(["90s", None]),
        pl.Series([datetime.timedelta(seconds=90), None]),
        np.array([90_000, "NaT"], "m8[ms]"),
    ],
    ids=["objects", "pandas", "polars", "numpy"],
)
def test_D11_differences_of_times_are_seconds(cells):
    frame = pl.DataFrame({"d": cells}) if isinstance(cells, pl.Series) else {"d": cells}
    assert np.array_equal(as_table(frame).columns["d"], [90.0, np.nan], equal_nan=True)


def test_D11_times_of_day_lie_on_the_first_day():
    times = [datetime.time(10, 30), None]
    for frame in ({"t": times}, pl.DataFrame({"t": times}), pa.table({"t": times})):
        assert str(as_table(frame).columns["t"][0]) == "1970-01-01T10:30:00.000000"


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame(np.eye(2), columns=["a", "a"]),
        pa.table([[1], [2]], names=["a", "a"]),
        {1: [1], "1": [2]},
    ],
    ids=["pandas", "arrow", "number and text"],
)
def test_repeated_names_are_refused(frame):
    with pytest.raises(DataError, match="column names must differ"):
        as_table(frame)


def test_selecting_a_column_twice_is_refused():
    with pytest.raises(DataError, match="column names must differ; 'n'"):
        EXPECTED.select(["n", "n"])


def test_unequal_lengths_are_refused():
    with pytest.raises(DataError, match=r"equal length; got lengths \[1, 2\]"):
        as_table({"a": [1], "b": [1, 2]})
    with pytest.raises(DataError, match=r"equal length; got lengths \[1, 2\]"):
        Table({"a": np.ones(1), "b": np.ones(2)})


@pytest.mark.parametrize("other", [[1, 2], pl.LazyFrame({"a": [1]}), 3], ids=["list", "lazy", "number"])
def test_what_is_no_table_is_refused(other):
    with pytest.raises(DataError, match=f"in memory, a mapping or a Table; got {type(other).__name__}"):
        as_table(other)


def test_rows_and_columns_are_picked():
    assert EXPECTED.n_rows == 3
    assert Table({}).n_rows == 0
    assert EXPECTED.take(np.array([2, 0])).columns["n"].tolist() == [3, 1]
    assert EXPECTED.select(["s", "n"]).names == ["s", "n"]
    assert EXPECTED.without(["x", "b"]).names == ["n", "s"]


def test_picked_rows_know_their_place_in_the_file():
    table = Table({"n": np.arange(5)}, "a.csv").take(np.array([4, 2, 3])).take(np.array([False, True, True]))
    assert table.select(["n"]).rows.tolist() == table.columns["n"].tolist() == [2, 3]


def test_absent_columns_are_named():
    with pytest.raises(DataError, match=r"a\.csv must have the columns 'y', 'z'; it has 'n'"):
        Table({"n": np.ones(1)}, "a.csv").select(["n", "y", "z"])


def test_long_lists_are_shortened():
    assert listed(list(range(14)), most=2) == "0, 1 and 12 more"


@pytest.mark.parametrize(
    "table",
    [EXPECTED, CELLS, pd.DataFrame(CELLS), pl.DataFrame(CELLS), pa.table(CELLS)],
    ids=lambda t: type(t).__name__,
)
def test_tables_are_told_from_arrays(table):
    assert is_dataframe(table)


@pytest.mark.parametrize("other", [np.eye(2), [[1.0]], ((1.0,),), 3, "a", pl.Series([1]), pd.Series([1])])
def test_arrays_are_told_from_tables(other):
    assert not is_dataframe(other)


def test_arrays_load_no_library_of_tables():
    code = """
import sys, numpy
from dendrax.data.tables import is_dataframe
is_dataframe(numpy.eye(2)), is_dataframe([1])
print([name for name in ("pandas", "polars", "pyarrow", "narwhals", "jax", "sklearn") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("kind", ["Int128", "UInt128"])
def test_whole_numbers_of_128_bits_are_floats(kind):
    if not hasattr(pl, kind):
        pytest.skip(f"this Polars has no {kind}")
    column = pl.Series("a", [1, 2**100], dtype=getattr(pl, kind))
    table = as_table(pl.DataFrame([column]))
    assert table.columns["a"].dtype == np.float64
    assert table.columns["a"].tolist() == [1.0, 2.0**100]


def test_a_record_batch_is_a_table():
    batch = pa.RecordBatch.from_arrays([pa.array([1, 2]), pa.array(["x", None])], names=["n", "c"])
    assert {name: column.tolist() for name, column in as_table(batch).columns.items()} == {
        "n": [1, 2],
        "c": ["x", None],
    }

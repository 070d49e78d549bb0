import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data import csv_lines
from dendrax.data.files import place, read_table
from dendrax.data.tables import DataError, Table
from dendrax.data.writing import write_table


def written(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def cells(path: Path, name: str = "a") -> list:
    return read_table(path).columns[name].tolist()


def test_types_are_inferred(tmp_path):
    table = read_table(written(tmp_path, "i,x,b,s\n1,1.5,true,a\n2,-2e3,False,1_000\n"))
    assert [column.dtype.kind for column in table.columns.values()] == ["i", "f", "b", "O"]
    assert [column.tolist() for column in table.columns.values()] == [
        [1, 2],
        [1.5, -2000.0],
        [True, False],
        ["a", "1_000"],
    ]


@pytest.mark.parametrize("cell", ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?", "#N/A"])
def test_D1_missing_cells(tmp_path, cell):
    table = read_table(written(tmp_path, f"a,s,x,k\n{cell},{cell},{cell},1\n,b,2,1\n"))
    assert np.isnan(table.columns["a"]).all()
    assert table.columns["s"].tolist() == [None, "b"]
    assert np.array_equal(table.columns["x"], [np.nan, 2.0], equal_nan=True)


def test_D9_types_come_from_the_whole_file(tmp_path):
    rows = "1\n" * 300_000 + "x\n"
    assert cells(written(tmp_path, "a\n" + rows))[-1] == "x"


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,x\n2,y\n",
        b"a,b\r\n1,x\r\n2,y\r\n",
        b"a,b\r1,x\r2,y\r",
        b"\xef\xbb\xbfa,b\n1,x\n2,y",
        b"a,b\n\n1,x\n2,y\n\n",
        b'"a","b"\n"1",x\n2,"y"\n',
    ],
    ids=["LF", "CRLF", "CR", "BOM", "blank lines", "quotes"],
)
def test_D9_the_same_table_however_it_is_written(tmp_path, content):
    path = written(tmp_path, content)
    assert (cells(path), cells(path, "b")) == ([1, 2], ["x", "y"])


def test_tabs_separate_a_tsv(tmp_path):
    assert cells(written(tmp_path, "a,b\tb\n1;5\t2\n", "a.tsv"), "a,b") == ["1;5"]


def test_parquet_and_csv_give_the_same_table(tmp_path):
    columns = {"a": np.array([1.5, np.nan]), "s": np.array(["x", None], object), "b": np.array([True, False])}
    for name in ("a.csv", "a.tsv", "a.parquet"):
        write_table(columns, tmp_path / name)
        table = read_table(tmp_path / name)
        assert table.source == str(tmp_path / name)
        for key, column in columns.items():
            assert table.columns[key].dtype == column.dtype
            assert np.array_equal(table.columns[key], column, equal_nan=key == "a")


QUOTED = 'a,b\n"x\ny",1\n'  # three lines, two records

FAULTS = {
    "ragged": (QUOTED + "1,2,3\n", "line 4", "as many cells as the header, 2; this one has 3"),
    "ragged, short": (QUOTED + "1\n", "line 4", "this one has 1"),
    "ragged behind a sloppy quote": ('a,b\n"x"y,1\n1,2,3\n', "line 3", "this one has 3"),
    "ragged, CRLF": (QUOTED.replace("\n", "\r\n") + "1,2,3\r\n", "line 4", "this one has 3"),
    "quote open": (QUOTED + '1,"x\n2,y\n', "line 4", "every quote must be closed"),
    "quote open in the first column": (QUOTED + '"3,4\n5,6\n', "line 4", "every quote must be closed"),
    "quote open at the end": (QUOTED + '3,"x', "line 4", "every quote must be closed"),
    "NUL": (QUOTED + "x,\0\n", "line 4", "must not hold NUL bytes"),
    "NUL in a number": (QUOTED + "x,1\0\n", "line 4", "must not hold NUL bytes"),
    "Latin-1": (QUOTED.encode() + "grün,1\n".encode("latin-1"), "line 4", "byte 15 of the file, 0xfc"),
    "Latin-1 name": ("größe,b\n1,2\n".encode("latin-1"), "line 1", "byte 3 of the file, 0xf6"),
    "UTF-16 without a mark": ("a,b\n1,2\n".encode("utf-16-le"), "line 1", "must not hold NUL bytes"),
    "infinity": (QUOTED + "z,-inf\n", "line 4, column 'b'", "must be finite; got -inf"),
    "beyond float64": (QUOTED + "z,1e999\n", "line 4, column 'b'", "must be finite; got 1e999"),
    "name twice": ("a,a\n1,2\n", "line 1", "column names must differ; 'a'"),
    "date twice": ("a,a\n2024-01-01,2\n", "line 1", "column names must differ; 'a'"),
    "no name": ("a,\n1,2\n", "line 1", "column 2 has none"),
    "header only": ("a,b\n", "", "at least one row below its header"),
    "header only, no line break": ("a,b", "", "at least one row below its header"),
    "empty": ("", "", "is empty"),
    "blank": ("\n\n", "", "cannot be read"),
}


@pytest.mark.parametrize(("content", "line", "words"), FAULTS.values(), ids=FAULTS)
def test_D2_D9_a_fault_is_named_by_file_and_line(tmp_path, content, line, words):
    path = written(tmp_path, content)
    with pytest.raises(DataError) as error:
        read_table(path)
    message = str(error.value)
    assert message.startswith(f"{path}, {line}" if line else str(path))
    assert words in message
    assert "\n" not in message


def test_a_cell_beyond_reason_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_lines, "LONGEST", 100)
    with pytest.raises(DataError, match=r"line 4: a cell must hold at most 100 characters; one holds 101"):
        read_table(written(tmp_path, QUOTED + "x" * 101 + ",1\n"))


def test_D9_long_cells_are_read(tmp_path):
    assert len(cells(written(tmp_path, "a,b\n" + "x" * 200_000 + ",1\n"))[0]) == 200_000


@pytest.mark.parametrize(
    ("name", "words"),
    [("no.csv", "there is no file .*no.csv"), ("", "it is a folder"), ("a.xls", "must end in one of")],
)
def test_D10_a_file_that_is_none(tmp_path, name, words):
    written(tmp_path, "a", "a.xls")
    with pytest.raises(DataError, match=words):
        read_table(tmp_path / name)


def test_D10_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = written(tmp_path, "a\n1\n")

    def refused(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(DataError, match=r"a\.csv must be readable; this user may not read it"):
        read_table(path)


def test_a_broken_parquet_file(tmp_path):
    with pytest.raises(DataError, match="cannot be read as Parquet"):
        read_table(written(tmp_path, "abc", "a.parquet"))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (pa.array([b"x"]), "numbers, booleans, dates or text; it holds binary"),
        (pa.array([[1]]), "numbers, booleans, dates or text; it holds list"),
    ],
)
def test_columns_of_parquet_that_cannot_be_learned_from(tmp_path, column, words):
    pq.write_table(pa.table({"d": column}), tmp_path / "a.parquet")
    with pytest.raises(DataError, match=f"column 'd'.*{words}"):
        read_table(tmp_path / "a.parquet")


def test_the_largest_whole_numbers_of_parquet_do_not_wrap(tmp_path):
    pq.write_table(pa.table({"a": pa.array([2**64 - 1], pa.uint64())}), tmp_path / "a.parquet")
    assert cells(tmp_path / "a.parquet") == [2.0**64]


def test_a_row_is_named_by_its_physical_line(tmp_path):
    path = written(tmp_path, QUOTED + "z,2\n")
    table = read_table(path)
    assert place(table, 1) == place(table.take(np.array([1])), 0) == f"{path}, line 4"
    path.unlink()
    assert place(table, 1) == f"{path}, row 2"
    assert place(Table({"a": np.ones(2)}), 1) == "row 2"


@given(st.lists(st.floats(allow_nan=True, allow_infinity=False), min_size=1))
def test_floats_survive_the_round_trip(tmp_path_factory, numbers):
    path = tmp_path_factory.mktemp("floats") / "a.csv"
    column = np.array([0.5, *numbers])  # a fraction keeps the column one of floats
    write_table({"a": column}, path)
    assert np.array_equal(read_table(path).columns["a"], column, equal_nan=True)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (np.array([0.1, np.nan]), '"0.1"\n""\n'),
        (np.array([0.1, 1 / 3], np.float32), "0.1\n0.33333334\n"),
        (np.array([1, -2]), "1\n-2\n"),
        (np.array([True, False]), "true\nfalse\n"),
        (np.array(["x", None], object), '"x"\n""\n'),
        (np.array([1, "x", None], object), '"1"\n"x"\n""\n'),
    ],
)
def test_cells_as_they_are_written(tmp_path, column, text):
    write_table({"a": column}, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_text() == "a\n" + text


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+A1", "@SUM(A1)", "\tx", "\rx"])
def test_D14_formulas_are_defused(tmp_path, cell):
    write_table({cell: np.array([cell, "a" + cell], object), "n": np.array([-1, 2])}, tmp_path / "a.csv")
    table = read_table(tmp_path / "a.csv")
    assert table.names == ["'" + cell, "n"]
    assert table.columns["'" + cell].tolist() == ["'" + cell, "a" + cell]
    assert table.columns["n"].tolist() == [-1, 2]


def test_a_table_to_standard_output_is_csv(capsys):
    write_table({"a": np.array([1, 2])}, None)
    assert capsys.readouterr().out == "a\n1\n2\n"


def test_an_old_file_outlives_a_failed_write(tmp_path, monkeypatch):
    path = written(tmp_path, "a\n1\n")

    def full(_: int) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space left"):
        write_table({"a": np.array([2])}, path)
    assert path.read_text() == "a\n1\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.csv"]


def test_a_new_file_has_the_usual_permissions(tmp_path):
    usual = written(tmp_path, "a", "usual").stat().st_mode
    write_table({"a": np.array([2])}, tmp_path / "a.csv")
    assert (tmp_path / "a.csv").stat().st_mode == usual


def test_columns_of_unequal_length_are_not_written(tmp_path):
    with pytest.raises(DataError, match="equal length"):
        write_table({"a": np.ones(1), "b": np.ones(2)}, tmp_path / "a.csv")


def test_an_ending_that_is_not_known(tmp_path):
    with pytest.raises(DataError, match=r"must end in one of \.csv, \.tsv, \.parquet, .*; got '\.txt'"):
        write_table({"a": np.ones(1)}, tmp_path / "a.txt")

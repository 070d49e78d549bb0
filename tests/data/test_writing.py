import json

import numpy as np
import pyarrow as pa
import pytest

from dendrax.data.files import read_table
from dendrax.data.tables import DataError
from dendrax.data.writing import plain, table_writer, write_table

ENDINGS = [".csv", ".tsv", ".parquet", ".arrow", ".feather", ".jsonl", ".ndjson"]
COLUMNS = {
    "i": np.array([1, -2, 3]),
    "x": np.array([0.5, np.nan, 1e300]),
    "b": np.array([True, False, True]),
    "s": np.array(["a,b", None, 'say "ä"\n'], object),
    "d": np.array(["2024-01-01", "NaT", "2024-01-03"], "M8[D]"),
    "t": np.array(["2024-01-01T10:00", "NaT", "2024-01-03"], "M8[us]"),
}


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("batches", [[3], [1, 2], [1, 1, 1]])
def test_what_is_written_is_read_again(tmp_path, ending, batches):
    path, start = tmp_path / f"a{ending}", 0
    with table_writer(path) as write:
        for rows in batches:
            write({name: column[start : start + rows] for name, column in COLUMNS.items()})
            start += rows
        assert not path.exists()
    table = read_table(path)
    assert table.names == list(COLUMNS)
    for name, column in COLUMNS.items():
        assert table.columns[name].dtype == column.dtype
        assert np.array_equal(table.columns[name], column, equal_nan=column.dtype.kind in "fM")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("ending", ENDINGS)
def test_D10_nothing_is_left_of_a_file_that_fails(tmp_path, ending):
    path = tmp_path / f"a{ending}"
    path.write_text("old")

    def fail():
        with table_writer(path) as write:
            write(COLUMNS)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("cell", ["=1+1", "+1+1", "-1+A1", "@SUM(A1)", "\tx", "\rx", "=cmd|' /C calc'!A0"])
@pytest.mark.parametrize("ending", [".csv", ".tsv"])
def test_D14_formulas_are_defused(tmp_path, cell, ending):
    path = tmp_path / f"a{ending}"
    with table_writer(path) as write:
        for _ in range(2):
            write({cell: np.array([cell, "a" + cell], object), "n": np.array([-1, 2])})
    table = read_table(path, text=["'" + cell])
    assert table.columns["'" + cell].tolist() == ["'" + cell, "a" + cell] * 2
    assert table.columns["n"].tolist() == [-1, 2] * 2


def test_D14_json_and_columns_of_types_stay_as_they_are(tmp_path):
    for ending in (".jsonl", ".parquet", ".arrow"):
        write_table({"=a": np.array(["=1"], object)}, tmp_path / f"a{ending}")
        assert read_table(tmp_path / f"a{ending}").columns["=a"].tolist() == ["=1"]


def test_json_lines_are_one_object_a_row(tmp_path):
    write_table(COLUMNS, tmp_path / "a.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert rows[0] == {"i": 1, "x": 0.5, "b": True, "s": "a,b", "d": "2024-01-01", "t": "2024-01-01T10:00:00.000000"}
    assert [rows[1][name] for name in "xsdt"] == [None] * 4


def test_plain_cells():
    assert plain(np.array([1.5, np.nan])) == [1.5, None]
    assert plain(np.array(["2024-01-01", "NaT"], "M8[D]")) == ["2024-01-01", None]


def test_standard_output_is_csv_with_one_header(capsys):
    with table_writer(None) as write:
        write({"a": np.array([1]), "d": np.array(["2024-01-01"], "M8[D]")})
        write({"a": np.array([2]), "d": np.array(["NaT"], "M8[D]")})
    assert capsys.readouterr().out == "a,d\n1,2024-01-01\n2,\n"


def test_an_ending_that_is_not_known(tmp_path):
    with pytest.raises(DataError, match=r"a\.xls must end in one of \.csv, .*; got '\.xls'"), table_writer("a.xls"):
        pass


def test_arrow_files_hold_types(tmp_path):
    write_table(COLUMNS, tmp_path / "a.arrow")
    with pa.ipc.open_file(str(tmp_path / "a.arrow")) as reader:
        assert [str(t) for t in reader.schema.types] == [
            "int64",
            "double",
            "bool",
            "string",
            "date32[day]",
            "timestamp[us]",
        ]


@pytest.mark.parametrize("cell", ["-1", "+007", "-1,5", "-.5e-3", "+1.234,5"])
def test_D14_a_number_that_is_text_stays_as_it_is(tmp_path, cell):
    with table_writer(tmp_path / "a.tsv") as write:
        write({"a": np.array([cell, "x"], object), "n": np.array([-1, 2])})
    assert read_table(tmp_path / "a.tsv").columns["a"].tolist() == [cell, "x"]

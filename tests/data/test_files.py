import os
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dendrax.data.files import MISSING, place, read_table, write_table
from dendrax.data.tables import DataError


def written(folder, text, name="t.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def columns(folder, text, name="t.csv"):
    return {name: column.tolist() for name, column in read_table(written(folder, text, name)).columns.items()}


@pytest.mark.parametrize("name", ["t.csv", "t.TSV"])
def test_numbers_booleans_text_and_holes_are_told_apart(tmp_path, name):
    text = 'whole,part,sold,kind\n1,0.5,true,"a,b"\n-2,1e3,FALSE,\n'
    if name == "t.TSV":
        text = text.replace('"a,b"', "a;b").replace(",", "\t").replace("a;b", "a,b")
    table = read_table(written(tmp_path, text, name))
    assert [column.dtype.kind for column in table.columns.values()] == ["i", "f", "b", "O"]
    assert [column.tolist() for column in table.columns.values()] == [[1, -2], [0.5, 1e3], [True, False], ["a,b", None]]
    assert table.source == str(tmp_path / name)


@pytest.mark.parametrize("word", MISSING)
def test_words_for_missing_cells(tmp_path, word):
    table = read_table(written(tmp_path, f'i,x,s,none\n1,0.5,a,{word}\n{word},{word},{word},"{word}"\n'))
    np.testing.assert_array_equal(table.columns["i"], [1, np.nan])
    np.testing.assert_array_equal(table.columns["x"], [0.5, np.nan])
    assert table.columns["s"].tolist() == ["a", None]
    assert np.isnan(table.columns["none"]).all()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("last", [True, False])
def test_byte_order_mark_and_line_ends_do_not_matter(tmp_path, end, mark, last):
    text = mark + end.join(["a,b", "1,x", "", "2,y"]) + (end if last else "")
    assert columns(tmp_path, text) == {"a": [1, 2], "b": ["x", "y"]}


@pytest.mark.parametrize(
    "cells",
    [
        ["1_000", "2_000"],
        ["2020-01-31", "2021-02-28"],
        ["12:30", "12:31"],
        ["2021-01-01 10:00:00.5", "2021-01-01 10:00:01"],
        ["2021-01-01T10:00:00Z", "2021-01-01T10:00:00Z"],
        ["1 000", "2"],
        ["true", "yes"],
        ["true", "1"],
        ["x", "-inf"],
        ["two\nlines", "x\n"],
        ["٣", "٤"],
    ],
)
def test_what_is_no_plain_number_stays_the_text_it_was(tmp_path, cells):
    assert columns(tmp_path, "a\n" + "".join(f'"{cell}"\n' for cell in cells)) == {"a": cells}


def test_types_are_inferred_from_the_whole_file(tmp_path):
    found = columns(tmp_path, "a\n" + "1\n" * 600_000 + "x\n")["a"]
    assert (found[0], found[-1], len(found)) == ("1", "x", 600_001)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "t.csv is empty; a table has a line that names its columns, and rows below it"),
        ("a,b\n", "t.csv must hold at least one row below its header; it holds none"),
        ("a,b", "t.csv must hold at least one row below its header; it holds none"),
        ("a,b,a\n1,2,3\n", "t.csv, line 1: column names must differ; 'a' stands there more than once"),
        ("a,,b\n1,2,3\n", "t.csv, line 1: every column must have a name; column 2 has none"),
        ('a,b\n"x\ny",1\n2\n', "t.csv, line 4: every row must have as many cells as the header, 2; this one has 1"),
        (b"a,b\n1,x\n2,\xe9\n", "t.csv, line 3: text must be UTF-8; byte 11 of the file, 0xe9, is not"),
        (b"\xe9,b\n1,x\n", "t.csv, line 1: text must be UTF-8; byte 1 of the file, 0xe9, is not"),
        ("a,b\n1,2\n".encode("utf-16-le"), "t.csv, line 1: text must not hold NUL bytes"),
        (
            'a,b\n1,x\n2,"y\n3,z\n',
            "t.csv, after line 2: unexpected end of data; check for a quote that is never closed",
        ),
        ('a,b\n1,"x\n2,y\n', "t.csv, after line 1: unexpected end of data; check for a quote that is never closed"),
        ('a,b\n"x\n\ny",1\n\nz,inf\n', "t.csv, line 6, column 'b': numbers must be finite; got an infinite one"),
        ("a,b\n1,2\n3,-1e999\n", "t.csv, line 3, column 'b': numbers must be finite; got an infinite one"),
    ],
)
def test_a_fault_in_a_csv_is_named_with_file_line_and_column(tmp_path, text, message):
    with pytest.raises(DataError) as error:
        read_table(written(tmp_path, text))
    assert str(error.value).startswith(str(tmp_path / message.split(",")[0].split(" ")[0]))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no.csv", "there is no file {path}; check its name and the folder"),
        ("folder.csv", "{path} must be a file; it is a folder"),
        ("t.xlsx", "{path} must end in one of .csv, .tsv, .parquet; got '.xlsx'"),
        ("t", "{path} must end in one of .csv, .tsv, .parquet; got 'no ending'"),
        ("junk.parquet", "{path} cannot be read as Parquet: Parquet magic bytes not found"),
        ("empty.parquet", "{path} is empty"),
        ("pipe.csv", "{path} must be a regular file"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, name, message):
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for file, text in [("t.xlsx", "a"), ("t", "a"), ("junk.parquet", "a,b\n1,2\n" * 9), ("empty.parquet", "")]:
        written(tmp_path, text, file)
    path = tmp_path / name
    with pytest.raises(DataError, match=re.escape(message.format(path=path))):
        read_table(path)


def test_parquet_gives_the_same_table_as_csv(tmp_path):
    text = "i,j,x,b,c,s,none\n1,1,0.5,true,true,x,\n2,,,false,,,\n"
    plain = read_table(written(tmp_path, text))
    c = pa.array([True, None])
    cells = {"i": [1, 2], "j": [1, None], "x": [0.5, None], "b": [True, False], "c": c, "s": ["x", None]}
    table = pa.table({**cells, "none": pa.nulls(2)}).set_column(5, "s", pa.array(["x", None]).dictionary_encode())
    pq.write_table(table, tmp_path / "t.parquet")
    other = read_table(tmp_path / "t.parquet")
    assert plain.names == other.names
    for one, two in zip(plain.columns.values(), other.columns.values(), strict=True):
        assert one.dtype == two.dtype
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (pa.array([[1], [2]]), "column 'a' must hold numbers, booleans or text; it holds list"),
        (pa.array([b"x", b"y"]), "column 'a' must hold numbers, booleans or text; it holds binary"),
        (pa.array([1.0, np.inf]), "t.parquet, row 2, column 'a': numbers must be finite"),
        (pa.array([], pa.int64()), "t.parquet must hold at least one row"),
    ],
)
def test_a_fault_in_a_parquet_file_is_named(tmp_path, cells, message):
    pq.write_table(pa.table({"a": cells}), tmp_path / "t.parquet")
    with pytest.raises(DataError, match=message):
        read_table(tmp_path / "t.parquet")


def test_unsigned_numbers_beyond_int64_do_not_turn_negative(tmp_path):
    pq.write_table(pa.table({"a": pa.array([2**63, 1], pa.uint64())}), tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").columns["a"].tolist() == [2.0**63, 1]


def test_a_row_is_named_by_its_line_in_csv_and_by_its_number_elsewhere(tmp_path):
    path = written(tmp_path, 'a\n"x\ny"\nz\n')
    assert place(path, 1) == f"{path}, line 4"
    assert place("t.parquet", 1) == "t.parquet, row 2"


WRITTEN = {
    "i": np.arange(4) - 1,
    "x": np.array([-0.1, np.nan, 1e300, 1 / 3]),
    "p": np.array([0.1, 0.2, 1, 0], np.float32),
    "b": np.array([True, False, True, True]),
    "s": np.array(['a,"b"', None, "two\nlines", "é"], object),
    "u": np.array(["one", "two", "three", "four"]),
    'odd, "name"': np.arange(4),
}


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".parquet"])
def test_what_is_written_is_read_back(tmp_path, suffix):
    write_table(WRITTEN, tmp_path / f"t{suffix}")
    table = read_table(tmp_path / f"t{suffix}")
    assert table.names == list(WRITTEN)
    for name, column in WRITTEN.items():
        np.testing.assert_array_equal(table.columns[name].astype(column.dtype), column)


FORMULAE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def test_a_spreadsheet_takes_no_cell_of_text_for_a_formula(tmp_path):
    out = tmp_path / "t.csv"
    write_table({"=cmd": np.array([*FORMULAE, "a=1", None], object), "n": -np.arange(8)}, out)
    table = read_table(out)
    assert table.names == ["'=cmd", "n"]
    assert table.columns["'=cmd"].tolist() == [*(f"'{cell}" for cell in FORMULAE), "a=1", None]
    assert table.columns["n"].tolist() == [-i for i in range(8)]
    assert "-7" in out.read_text().splitlines()[-1].split(",")


def test_parquet_keeps_such_text_as_it_is(tmp_path):
    write_table({"=cmd": np.array(FORMULAE)}, tmp_path / "t.parquet")
    assert read_table(tmp_path / "t.parquet").columns["=cmd"].tolist() == FORMULAE


def test_without_a_path_csv_goes_to_standard_output(capsys):
    write_table({"a": np.array([1, -2]), "=b": np.array(["x", "é"])}, None)
    assert capsys.readouterr().out == 'a,\'=b\n1,"x"\n-2,"é"\n'


def test_an_unknown_ending_is_refused_before_anything_is_written(tmp_path):
    with pytest.raises(DataError, match=r"must end in one of \.csv, \.tsv, \.parquet; got '\.xlsx'"):
        write_table({"a": np.ones(1)}, tmp_path / "t.xlsx")
    assert list(tmp_path.iterdir()) == []

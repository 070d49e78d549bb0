from datetime import date, datetime

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dendrax.data import csv_file
from dendrax.data.files import open_table, read_table
from dendrax.data.tables import DataError


def read(folder, content, **options):
    path = folder / "a.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_table(path, **options)


def refused(folder, content, **options):
    with pytest.raises(DataError) as error:
        read(folder, content, **options)
    return str(error.value)


@pytest.mark.parametrize("cell", ["0x10", "1_000", "٣", "1e", "one", "infinit", "1 000"])
def test_D8_what_is_no_number_makes_a_column_text(tmp_path, cell):
    assert read(tmp_path, f"a,b\n1,2\n{cell},3\n").columns["a"].tolist() == ["1", cell]


@pytest.mark.parametrize("cell", ["inf", "-Infinity", "1e400", "-1e999"])
def test_D7_numbers_beyond_float64_are_named(tmp_path, cell):
    message = refused(tmp_path, f"a,b\n1,2\n{cell},3\n")
    assert message.endswith(f"a.csv, line 3, column 'a': numbers must be finite; got {cell}")


def test_D7_whole_numbers_keep_every_digit(tmp_path):
    table = read(tmp_path, f"a\n{2**53 + 1}\n{2**63 - 1}\n-{2**63}\n")
    assert table.columns["a"].tolist() == [2**53 + 1, 2**63 - 1, -(2**63)]
    assert table.notes == ()


@pytest.mark.parametrize("content", [f"a,b\n{2**53 + 1},1\n,2\n", f"a\n{2**63}\n", f"a\n1\n-{2**63 + 1}\n"])
def test_D7_rounded_whole_numbers_are_noted(tmp_path, content):
    assert read(tmp_path, content).notes == ("column 'a' holds whole numbers beyond 2^53, kept to 16 digits",)


def test_D7_small_numbers_keep_their_sign_and_size(tmp_path):
    found = read(tmp_path, "a\n5e-324\n-0.0\n1e-400\n").columns["a"]
    assert found.tolist() == [5e-324, 0.0, 0.0]
    assert np.signbit(found[1])


@pytest.mark.parametrize("word", ["NA", "?", "#N/A", " NA ", "  ", "NAN", "-nan", ""])
def test_D1_words_for_missing_cells(tmp_path, word):
    table = read(tmp_path, f"a,b\n1,x\n{word},y\n")
    assert np.array_equal(table.columns["a"], [1, np.nan], equal_nan=True)


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_D9_decimal_commas(tmp_path, delimiter):
    rows = ["price;n;s", "1,5;1;a,b", "-2;2;c", ";3;"]
    table = read(tmp_path, "\n".join(row.replace(";", delimiter) for row in rows))
    assert np.array_equal(table.columns["price"], [1.5, -2, np.nan], equal_nan=True)
    assert table.columns["n"].tolist() == [1, 2, 3]
    assert table.columns["s"].tolist() == ["a,b", "c", None]
    assert table.dialect.decimal == ","


@pytest.mark.parametrize(
    ("content", "cell", "line"),
    [
        ('a,b\n1,2\n"1,234",3\n', "1,234", 3),
        ('a,b\n"1,234,567.8",3\n', "1,234,567.8", 2),
        ("a\tb\n1\t2\n1,234\t3\n", "1,234", 3),
        ("a;b\n1,5;2\n1.234,5;3\n", "1.234,5", 3),
        ("a;b\n1,5;2\n2,5;1.234\n", "1.234", 3),
        ("a;b\n1.5;2\n1,234.5;3\n", "1,234.5", 3),
    ],
)
def test_D8_separators_of_thousands_are_refused(tmp_path, content, cell, line):
    message = refused(tmp_path, content)
    assert f"line {line}, column" in message
    assert f"numbers must not hold separators of thousands; got {cell}; write 1234.5" in message


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("a;b\n1,234;2\n", [1.234]),  # semicolons are there for the sake of decimal commas
        ("a\tb\n1,234\t2,5\n", [1.234]),
        ("a;b\n1.234;2\n", [1.234]),
    ],
)
def test_D8_three_decimals_are_no_thousands(tmp_path, content, expected):
    assert read(tmp_path, content).columns["a"].tolist() == expected


def test_D9_a_delimiter_at_the_end_of_every_row(tmp_path):
    for content in ("a;b;\n1;x;\n2;y;\n", "a;b\n1;x;\n2;y;\n"):
        table = read(tmp_path, content)
        assert {name: c.tolist() for name, c in table.columns.items()} == {"a": [1, 2], "b": ["x", "y"]}
        assert table.dialect.trailing
    message = refused(tmp_path, "a,b\n" + "1,2,\n" * 150 + "1,2,3\n")
    assert message.endswith("a.csv, line 152: every column must have a name; column 3 holds cells")
    assert "line 152: every row must have as many cells" in refused(tmp_path, "a,b\n" + "1,2,\n" * 150 + "1,2,3,4\n")


def test_D5_the_index_of_pandas(tmp_path):
    table = read(tmp_path, ",a\n3,x\n5,y\n")
    assert (table.names, table.notes) == (
        ["a"],
        ("the first column has no name and holds numbers: it is taken for an index and left out",),
    )
    table = read(tmp_path, ",a\nx,1\ny,2\n")
    assert (table.names, table.notes) == (["index", "a"], ("the first column has no name: it is called 'index'",))
    assert "column names must differ; 'index'" in refused(tmp_path, ",index\nx,1\n")
    assert "every column must have a name; column 1 has none" in refused(tmp_path, '""\n1\n')


def test_D9_dates_are_dates(tmp_path):
    table = read(tmp_path, "d,t,s\n2024-01-01,2024-01-01T10:00+02:00,2024-01-01\n,2024-01-02,soon\n")
    assert table.columns["d"].tolist() == [date(2024, 1, 1), None]
    assert table.columns["t"].tolist() == [datetime(2024, 1, 1, 8), datetime(2024, 1, 2)]
    assert table.columns["s"].tolist() == ["2024-01-01", "soon"]


def test_a_column_of_text_keeps_its_spelling(tmp_path):
    assert read(tmp_path, "a,b\n01,true\n1.0,false\n", text=["a"]).columns["a"].tolist() == ["01", "1.0"]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["1", "2.5", "", "x", "2024-01-01"]), st.text("ab,;\"\n\r 'é", max_size=9), st.integers(0, 9)
    ),
    min_size=1,
    max_size=30,
)


SPLIT = [
    ("1", ';"', 0),
    ("1", ";" * 7, 0),
    ("2.5", ';;;;;""""', 0),
    ("", "", 0),
    ("", ";;", 0),
    ("2024-01-01", ";" * 9, 0),
]


@example([*SPLIT, ("1", ";;;\r\n", 0)], 59)  # the second block would end between CR and LF
@given(ROWS, st.integers(40, 80))
def test_D10_blocks_do_not_show(tmp_path_factory, rows, size):
    folder = tmp_path_factory.mktemp("blocks")
    quoted = ['"{}","{}","{}"'.format(a, b.replace('"', '""'), c) for a, b, c in rows]
    content = "\n".join(["a,b,c", *quoted]) + "\n"
    whole = read(folder, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK", size)
        with open_table(folder / "a.csv") as opened:
            parts = list(opened.batches())
    assert [row for part in parts for row in part.rows] == list(range(len(rows)))
    for name, column in whole.columns.items():
        joined = np.concatenate([part.columns[name] for part in parts])
        assert joined.dtype == column.dtype
        assert np.array_equal(joined, column, equal_nan=column.dtype.kind in "fM")


def test_D10_a_record_beyond_every_block_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_file, "BLOCK", 64)
    monkeypatch.setattr(csv_file, "LARGEST_BLOCK", 256)
    long = "x" * 3000
    assert len(read(tmp_path, f"a,b\n{'x' * 200},1\n").columns["a"][0]) == 200
    assert "a.csv cannot be read: a row holds more than 256 bytes" in refused(tmp_path, f"a,b\n{long},1\n" * 3)


def test_D10_a_file_that_changes_while_it_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    with open_table(path) as opened:
        batches = opened.batches()
        next(batches)
        path.write_text("a\n1\n2\n")
        with pytest.raises(DataError, match="must not change while it is read"):
            next(batches)


@pytest.mark.parametrize("block", [64, 2**20])
@pytest.mark.parametrize("where", [0, 1, 500, 999])
@pytest.mark.parametrize("plain", ["{i}", "{i}.5", "-{i}", "{i}e1"])
def test_D8_a_code_among_numbers_is_said(tmp_path, monkeypatch, block, where, plain):
    monkeypatch.setattr("dendrax.data.csv_file.BLOCK", block)
    cells = [plain.format(i=i + 1) for i in range(1000)]
    cells[where] = " 05"
    table = read(tmp_path, "a,b\n" + "".join(f"{cell},0\n" for cell in cells))
    assert table.columns["a"].tolist() == cells
    assert table.notes == ("column 'a' is text, not numbers: 1 of 1000 cells have leading zeros, such as 05",)


@pytest.mark.parametrize(
    "cells", [["1", "05"], ["05", "06", "7"], ["1", "2", "x", "05"], ["1", "1.5", "00.5"], ["1", "NA", "05"]]
)
def test_D8_nothing_is_said_where_half_are_codes_or_text_stands_among_them(tmp_path, cells):
    assert read(tmp_path, "a,b\n" + "".join(f"{cell},0\n" for cell in cells)).notes == ()


@pytest.mark.parametrize("cells", [["007", "010", "100"], ["1", "-02"], ["1.5", "01"], ["00", "1e3"]])
def test_D8_codes_with_leading_zeros_are_text(tmp_path, cells):
    assert read(tmp_path, "a,b\n" + "".join(f"{cell},0\n" for cell in cells)).columns["a"].tolist() == cells

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data import csv_lines

CELL = st.text(st.sampled_from('ab,"\n\r é='), max_size=6)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), max_size=6), st.sampled_from([b"", csv_lines.BOM]))
def test_records_are_those_of_the_csv_module(rows, mark):
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(rows)
    content = text.getvalue()
    found = list(csv_lines.records(mark + content.encode(), ","))
    assert [record.cells for record in found] == rows
    assert all(record.open_at is None for record in found)
    lines = content.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert all(lines[record.line - 1].startswith('"') for record in found)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_physical(end):
    content = end.join(["a,b", '"x', 'y",1', "", "z,2", ""]).encode()
    assert [(record.line, record.cells[1]) for record in csv_lines.records(content, ",")] == [
        (1, "b"),
        (2, "1"),
        (5, "2"),
    ]


def test_text_after_a_closing_quote_is_plain():
    assert [record.cells for record in csv_lines.records(b'"x"y,5" pipe\n', ",")] == [["xy", '5" pipe']]


def test_doubled_quotes_are_one():
    assert next(csv_lines.records(b'"say ""hi"""\n', ",")).cells == ['say "hi"']


def test_an_open_quote_is_found_where_it_opens():
    last = list(csv_lines.records(b'a,b\n"x\ny","z\n1,2\n', ","))[-1]
    assert (last.line, last.open_at) == (2, 3)


def test_a_row_is_found_behind_line_breaks(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n"x\n\ny",1\nz,2\n')
    record = csv_lines.find(path, ",", 1)
    assert record is not None
    assert (record.line, record.cells) == (5, ["z", "2"])
    assert csv_lines.find(path, ",", 2) is None
    assert csv_lines.find(tmp_path / "gone.csv", ",", 0) is None


def test_a_faultless_file_has_no_fault(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\n"x\ny",1\n')
    assert csv_lines.fault(path, ",") is None
    assert not csv_lines.is_suspect(path)

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dendrax.data.csv_lines import fault, line_of, write_row


def written(folder, text, name="t.csv"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_physical_whatever_the_cells_hold(tmp_path, end):
    rows = ["a,b", '"x', 'y",1', "p,2", "", '"q', "", '",3', "r,4"]
    path = written(tmp_path, end.join(rows) + end)
    assert [line_of(path, ",", row) for row in range(5)] == [2, 4, 6, 9, None]


cells = st.text(st.sampled_from('ab,"\n\té'), min_size=1, max_size=5)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=6))
def test_each_row_starts_right_below_the_row_before(tmp_path_factory, rows):
    blocks = []
    for row in [("x", "y"), *rows]:
        text = io.StringIO()
        write_row(text, list(row), ",")
        blocks.append(text.getvalue())
    path = written(tmp_path_factory.mktemp("rows"), "".join(blocks))
    starts = [1 + "".join(blocks[: i + 1]).count("\n") for i in range(len(rows))]
    assert [line_of(path, ",", i) for i in range(len(rows))] == starts
    assert fault(path, ",") is None
    assert list(csv.reader(io.StringIO("".join(blocks), newline="")))[1:] == [list(row) for row in rows]


@pytest.mark.parametrize(
    "text", ["\ufeffa,b\n1,2\n", "a,b\r\n1,2", 'a,b\n"1\n",2\n\n3,4\n', "a\n" + "x" * 200_000 + "\n"]
)
def test_nothing_is_wrong_with_a_good_file(tmp_path, text):
    assert fault(written(tmp_path, text), ",") is None
    assert line_of(written(tmp_path, text), ",", 0) == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n3\n", "line 3: every row must have as many cells as the header, 2; this one has 1"),
        ('a,b\n"1\n\n",2\n3,4,5\n', "line 5: every row must have as many cells as the header, 2; this one has 3"),
        ('a,b\n1,2\n3,"4\n5,6\n', "after line 2: unexpected end of data; check for a quote that is never closed"),
        ('"a,b\n', "after line 1: unexpected end of data; check for a quote that is never closed"),
        (b'a,b\n"1\n",2\n3,\xe9\n', "line 4: text must be UTF-8; byte 14 of the file, 0xe9, is not"),
        (b"a,b\n1,x\0y\n", "line 2: text must not hold NUL bytes"),
        ("a,b\n", "t.csv must hold at least one row below its header; it holds none"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path, text, message):
    path = written(tmp_path, text)
    found = fault(path, ",")
    assert found.startswith(str(path))
    assert message in found


def test_tabs_are_counted_in_tsv(tmp_path):
    path = written(tmp_path, "a\tb\n1,5\t2\n3\n", "t.tsv")
    assert "line 3" in fault(path, "\t")
    assert r"unquoted '\t'" in fault(path, "\t")


def test_the_limit_of_the_csv_module_is_left_as_it_was(tmp_path):
    before = csv.field_size_limit()
    path = written(tmp_path, 'a\n"x\n')
    assert fault(path, ",")
    assert line_of(path, ",", 5) is None
    assert csv.field_size_limit() == before


def test_what_cannot_be_read_has_no_lines(tmp_path):
    assert line_of(tmp_path / "no such.csv", ",", 0) is None

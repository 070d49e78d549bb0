"""Numbers that JSON keeps whole; the oracle is decimal arithmetic on what was written."""

from __future__ import annotations

import json
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data.exact_numbers import exact
from dendrax.data.files import open_table


@given(st.from_regex(r"-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE]-?[0-9]{1,2})?", fullmatch=True))
def test_what_is_written_has_the_value_of_the_cell(cell):
    (kept,) = exact(np.array([float(cell)]), np.array([cell], object)).tolist()
    assert Decimal(json.dumps(kept).strip('"')) == Decimal(cell)
    assert type(kept) is not str or kept == cell


def test_a_column_that_loses_nothing_is_given_back():
    for column in (np.array([0.1, np.nan]), np.arange(2), np.array(["a", None], object)):
        assert exact(column, np.array(["0.10", "NA"], object)) is column


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", "x;y\n9007199254740993;1,5\n;0,1234567890123456789\n", 1.5),
        ("a.jsonl", '{"x": 9007199254740993, "y": 1.5}\n{"y": "0,1234567890123456789"}\n', "1.5"),
    ],
)
def test_digits_are_kept_from_every_file_of_text(tmp_path, name, content, expected):
    (tmp_path / name).write_text(content)
    with open_table(tmp_path / name) as opened:
        (columns,) = opened.exact()
    assert columns["x"].tolist()[0] == 9007199254740993
    assert columns["y"].tolist() == [expected, "0,1234567890123456789"]

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data.dialect import DELIMITERS, Dialect, find_dialect

CELLS = st.text(st.characters(codec="ascii", exclude_characters="\r\n\0" + "".join(DELIMITERS) + '"'), max_size=5)


@given(st.sampled_from(DELIMITERS), st.integers(2, 4), st.data())
def test_D9_the_delimiter_is_found(delimiter, width, data):
    rows = [[f"n{i}" for i in range(width)], *data.draw(st.lists(st.lists(CELLS, min_size=width, max_size=width)))]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    assert find_dialect(text.getvalue().encode()).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2,5\n", ";"),
        ("price, in EUR;weight\n1,5;2,0\n", ";"),
        ("a,b;c\n1,x;3\n", ","),
        ("a\n1\n", ","),
        ("a b\n1 2\n", ","),
        ('"a;b",c\n"1;2",3\n', ","),
        ("a|b\tc|d\n1|2\t3|4\n", "|"),
        ("a,b\n1,2,3\n4,5\n", ","),
        ("a;b", ";"),
        ("", ","),
    ],
)
def test_D9_the_delimiter_that_fits_most_rows(text, delimiter):
    assert find_dialect(text.encode()).delimiter == delimiter


@pytest.mark.parametrize(
    ("text", "trailing"),
    [
        ("a,b,\n1,2,\n", True),
        ("a,b\n1,2,\n3,4,\n", True),
        ("a,b,\n1,2,3\n", False),
        ("a,b\n1,\n", False),
        ("a,b\n1,2,\n3,4\n", False),
        ("a\n1\n", False),
        ("a,b,\n", False),
    ],
)
def test_D9_a_delimiter_at_the_end_of_every_row(text, trailing):
    assert find_dialect(text.encode()).trailing is trailing


def test_D9_a_dialect_in_words():
    assert Dialect().words == ""
    assert Dialect("\t", ",", "latin-1", True).words == (
        "tabs between cells, decimal commas, text in latin-1, a delimiter at the end of every row"
    )


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        (b"size, m2;price\n10,5;3\n11,5;4\n", ";"),
        (b"size, m2;price\n10,5;3\n11;4\n", ";"),  # a row of one cell fits no comma
        (b"size, m2|price\n10,5|3\n11,5|4\n", "|"),
        (b"a;b,c\nx;y,z\nu;v,w\n", ","),
        (b"a,b;c\n1,2;x,\n3,4;y,\n", ","),
    ],
)
def test_D9_of_delimiters_that_tie_the_comma_is_a_decimal_one_where_it_can_be(content, delimiter):
    assert find_dialect(content).delimiter == delimiter


def test_D9_a_tie_is_said():
    found = find_dialect(b"a;b,c\nx;y,z\nu;v,w\n")
    assert found.words == "commas between cells, though another delimiter fits as well"
    assert not find_dialect(b"a,b\n1,2\n").is_tie
    assert not find_dialect(b"a\n1\n").is_tie

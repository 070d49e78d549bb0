import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data import numerals
from dendrax.data.numerals import canonical, is_number

NUMBERS = ["0", "-0", "+1", "00.7", "1.", ".5", "-.5", "1.5", "1e5", "1E+5", "1.5e-3", " 1 ", "\t1", "9" * 40, "1e400"]
OTHERS = [
    "007",
    "-01",
    "00",
    "01e5",
    "1_000",
    "0x10",
    "0X1F",
    "inf",
    "-Infinity",
    "nan",
    "٣",
    "１",
    "1,5",
    "1,234",
    "1 000",
    "1'000",
    "--1",
    "+ 1",
]
OTHERS += ["1e", "e5", ".", "", " ", "1.5.2", "1f", "1d5", "1e5.5", "1\n", "½", "−1", "0b1", "1j", "$1", "1%"]


@pytest.mark.parametrize("cell", NUMBERS)
def test_D8_numbers_have_one_grammar(cell):
    assert is_number(cell)
    float(cell)


@pytest.mark.parametrize("cell", OTHERS)
def test_D8_nothing_else_is_a_number(cell):
    assert not is_number(cell)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_D8_whatever_python_writes_is_a_number(x):
    assert is_number(repr(x))
    assert float(canonical(repr(x))) == x


@given(st.text(st.sampled_from("0123456789+-.eE_xX,inf ٣"), max_size=8))
def test_D8_a_number_is_one_to_python_too(cell):
    if is_number(cell):
        float(cell)
    else:
        assert not re.fullmatch(r"[+-]?([1-9][0-9]*|0|[0-9]+\.[0-9]+)", cell, re.ASCII)


@pytest.mark.parametrize(
    ("pattern", "cells", "others"),
    [
        (numerals.WHOLE, ["1", "-12", "+0"], ["1.0", "1e3", "1,000", "", "007", "00"]),
        (numerals.COMMA, ["1,5", ",5", "1,", "1", "-1,5e3"], ["1.5", "1,2,3", "1,234.5"]),
        (numerals.THOUSANDS, ["1,234", "12,345,678.9", "1.5", "1"], ["1,23", "1234,567", "1,5"]),
        (numerals.DOTTED, ["1.234", "12.345.678,9", "1,5", "1"], ["1.5", "1234.567"]),
        (numerals.INFINITE, ["inf", "-Infinity", "INF", "1.5"], ["nan", "in", "info"]),
        (numerals.GROUPED, ["1,234", "1.234", "1.234,5"], ["1234", "1,5", "1.5"]),
    ],
    ids=["whole", "comma", "thousands", "dotted", "infinite", "grouped"],
)
def test_D8_patterns_of_python_and_arrow_agree(pattern, cells, others):
    import pyarrow as pa

    from dendrax.data.iso_dates import matches

    assert [re.fullmatch(pattern, cell) is not None for cell in cells + others] == [True] * len(cells) + [False] * len(
        others
    )
    assert matches(pa.array(cells + others), pattern).to_pylist() == [True] * len(cells) + [False] * len(others)


@pytest.mark.parametrize(
    ("cells", "same"),
    [
        (["1", "1.0", "+1", "1.00", "1e0", " 1"], True),
        (["True", "true", "TRUE"], True),
        (["0.5", ".5", "5e-1"], True),
        (["12345678901234567890", "12345678901234567891"], False),
        (["1", "01"], False),
        (["1", "1_0", "one"], False),
        (["9007199254740993", "9007199254740992"], False),
    ],
)
def test_D6_levels_have_one_spelling(cells, same):
    assert len({canonical(cell) for cell in cells}) == (1 if same else len(cells))

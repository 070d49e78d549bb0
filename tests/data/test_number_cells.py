"""Cells that are numbers, read; Python's own int and float are the oracle."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from dendrax.data.number_cells import floats_of, loses_digits, whole_of

WHOLE = ["1", " +2", "-3\t", "+0", str(2**63 - 1)]


def test_whole_numbers_are_read_exactly():
    numbers = whole_of(pa.array(WHOLE))
    assert numbers is not None
    assert (numbers.dtype, numbers.tolist()) == (np.int64, [int(cell) for cell in WHOLE])
    assert whole_of(pa.array([*WHOLE, str(2**63)])) is None


def test_numbers_are_read_as_python_reads_them():
    cells = [*WHOLE, "1.50", ".5", "7.", "-1e-3", "+2E5", "0.1234567890123456789", "1e-400", "1e400"]
    expected = [float(cell) for cell in cells]
    assert floats_of(pa.array([*cells, None])).tolist() == pytest.approx([*expected, np.nan], rel=0, nan_ok=True)
    assert floats_of(pa.array([cell.replace(".", ",") for cell in cells]), ",").tolist() == expected


@pytest.mark.parametrize(("number", "loses"), [(2.0**53 - 1, False), (2.0**53, True), (-(2.0**60), True), (0.1, False)])
def test_from_two_to_the_53_on_digits_may_be_lost(number, loses):
    assert loses_digits(np.array([1.0, np.nan, number])) == loses
    assert not loses_digits(np.array([2**60]))

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from dendrax.data.sequences import of_sequence, text_of
from dendrax.data.tables import DataError


def test_text_of_any_column():
    cells = [np.array([1.5, np.nan]), np.array(["2020-01-01", "NaT"], "M8[D]"), np.array([True, False])]
    assert [text_of(column).tolist() for column in cells] == [["1.5", None], ["2020-01-01", None], ["True", "False"]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([Decimal("1.5"), None, 2], [1.5, np.nan, 2]),
        ([Fraction(1, 4), np.float32(0.5)], [0.25, 0.5]),
        ([np.int8(3), 0.5], [3, 0.5]),
        ([2**64, 1], [2.0**64, 1]),
        ([Decimal("NaN"), 1], [np.nan, 1]),
    ],
)
def test_D11_numbers_of_every_make(cells, expected):
    column = of_sequence("c", cells)
    assert column.dtype == np.float64
    assert np.array_equal(column, expected, equal_nan=True)


@pytest.mark.parametrize("cells", [[10**400, 1], [10**400, None]])
def test_D7_whole_numbers_beyond_float64_are_refused(cells):
    with pytest.raises(DataError, match="column 'c' must hold numbers that float64 can hold"):
        of_sequence("c", cells)


@pytest.mark.parametrize("dtype", [np.float16, ">f8", np.float32, np.uint8, ">i4"])
def test_D11_every_type_of_number(dtype):
    column = of_sequence("c", np.arange(4).astype(dtype)[::2])
    assert column.tolist() == [0, 2]
    assert column.dtype in (np.float64, np.int64)


@pytest.mark.parametrize("cells", [np.array([1j]), [1j], [b"x", b"y"], np.array([b"x"]), [{1}]])
def test_D11_what_is_no_column(cells):
    with pytest.raises(DataError, match="column 'c' must hold numbers, booleans or text"):
        of_sequence("c", cells)

"""Numbers of a file as JSON takes them without losing a digit.

what float64 writes again with equal digits      that number           1.50 → 1.5
a whole number beyond that                       with every digit      9007199254740993
anything else                                    text, as spelled      "0.1234567890123456789"
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import numpy as np

from dendrax.data.numerals import WHOLE

SAFE = 15  # so many characters without an exponent are told apart by every float64


def exact(column: np.ndarray, spelled: np.ndarray) -> np.ndarray:
    """Put back what a column of float64 lost of the cells that it was read from.

    Parameters
    ----------
    column : ndarray, shape (rows,)
        A column as it is read; one that is not of float64 is given back.
    spelled : ndarray of object, shape (rows,)
        The same cells as they stand in the file: text, or numbers of JSON.

    Returns
    -------
    ndarray, shape (rows,)
        The column; of object, with int and str in it, where it had lost digits.

    Examples
    --------
    >>> spelled = np.array(["1.50", "9007199254740993", "0.1234567890123456789", "NA"], object)
    >>> exact(np.array([1.5, 9007199254740993.0, 0.1234567890123456789, np.nan]), spelled).tolist()
    [1.5, 9007199254740993, '0.1234567890123456789', nan]
    """
    if column.dtype.kind != "f":
        return column
    numbers, whole = column.tolist(), column.astype(object)
    for row, cell in enumerate(spelled.tolist()):
        if numbers[row] == numbers[row] and _may_lose(cell):
            whole[row] = _kept(numbers[row], cell)
    return whole if any(type(cell) is not float for cell in whole.tolist()) else column


def _may_lose(cell: Any) -> bool:
    return type(cell) is int or (type(cell) is str and (len(cell) > SAFE or "e" in cell or "E" in cell))


def _kept(number: float, cell: str | int) -> float | int | str:
    bare = str(cell).strip(" \t")
    if Decimal(bare.replace(",", ".")) == Decimal(repr(number)):
        return number
    return int(bare) if re.fullmatch(WHOLE, bare) else bare

"""The levels of a column of categories, or the classes: what they are, and the place of a value among them.

levels   the known values, sorted, each once: texts, whole numbers, numbers or truths
code     the place of a value among them
hole     None, NaN, NA or NaT: no value
"""

from __future__ import annotations

from typing import Any

import numpy as np

TYPES = "Uiufb"  # of arrays: what a file can hold


def _is_missing(value: Any) -> bool:
    if value is None:
        return True
    unequal = value != value
    return type(unequal).__name__ == "NAType" or bool(unequal)


def is_hole(column: np.ndarray) -> np.ndarray:
    """Say where a column has no value.

    Parameters
    ----------
    column : ndarray, shape (rows,)
        Values.

    Returns
    -------
    ndarray of bool, shape (rows,)
        True in a hole.
    """
    if column.dtype.kind in "fmM":
        return np.isnat(column) if column.dtype.kind in "mM" else np.isnan(column)
    if column.dtype.kind != "O":
        return np.zeros(len(column), bool)
    return np.array([_is_missing(value) for value in column], bool)


def of_one_type(where: str, values: np.ndarray) -> np.ndarray:
    """Read values as texts or as numbers, all of one kind.

    Parameters
    ----------
    where : str
        What they are, for the message.
    values : ndarray, shape (rows,)
        Values without holes.

    Returns
    -------
    ndarray, shape (rows,)
        Texts, numbers or truths.

    Raises
    ------
    ValueError
        If they are anything else.
    """
    if values.dtype.kind in TYPES:
        return values
    if values.dtype.kind != "O":
        raise ValueError(f"{where} must hold texts or numbers; got {values.dtype}; astype(str) makes texts of them")
    if all(isinstance(value, str) for value in values):
        return values.astype(str)
    try:
        if any(isinstance(value, (str, bytes)) for value in values):
            raise ValueError
        return values.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{where} must hold texts or numbers, not both, nor anything else") from None


def levels_of(column: np.ndarray, where: str) -> np.ndarray:
    """Learn the levels of a column.

    Parameters
    ----------
    column : ndarray, shape (rows,)
        Values and holes.
    where : str
        Its name, for messages.

    Returns
    -------
    ndarray, shape (levels,)
        Sorted.

    Raises
    ------
    ValueError
        If there is no value, or one that can be no level.
    """
    known = of_one_type(where, column[~is_hole(column)])
    if known.dtype.kind == "f" and np.isinf(known).any():
        raise ValueError(f"Input X contains infinity in {where}")
    if not len(known):
        raise ValueError(f"{where} must hold a value in some row; got holes only")
    return np.unique(known)


def codes_of(where: str, values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Find the place of each value among the sorted levels.

    Parameters
    ----------
    where : str
        What the values are, for the message.
    values : ndarray, shape (rows,)
        Values without holes.
    levels : ndarray, shape (levels,)
        Sorted.

    Returns
    -------
    ndarray of int, shape (rows,)
        Places.

    Raises
    ------
    ValueError
        If a value is no level.
    """
    values = of_one_type(where, values)
    comparable = (values.dtype.kind == "U") == (levels.dtype.kind == "U")
    codes = np.searchsorted(levels, values) if comparable else np.full(len(values), len(levels))
    found = codes < len(levels)
    found[found] = levels[codes[found]] == values[found]
    if not found.all():
        strange = values[~found][0]
        raise ValueError(f"{where} must hold a value that was there in fit; got {_shown(strange)}")
    return codes


def _shown(value: Any) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 40 else text[:39] + "…"

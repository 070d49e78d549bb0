"""A column from a sequence of any make: an array, a list, a series.

    numbers              int64 where whole, float64 else; missing ones are NaN
    booleans             bool; text where cells are missing
    dates                datetime64; differences of times are seconds
    anything else        text; missing ones are None

Cells of a list keep their own types, so that a hole among texts stays a hole.
"""

from __future__ import annotations

from decimal import Decimal
from numbers import Real
from typing import Any

import numpy as np

from dendrax.data import dates
from dendrax.data.faults import DataError

SAFE = 2**63 - 1  # the largest int64


def whole_numbers(values: np.ndarray) -> np.ndarray:
    """Keep whole numbers as int64 where it can hold them all, else as float64."""
    fits = values.dtype != np.uint64 or not len(values) or int(values.max()) <= SAFE
    return values.astype(np.int64 if fits else np.float64)


def of_sequence(name: str, values: Any) -> np.ndarray:
    """Read a sequence; cells of a list keep their own types, so that a hole among texts stays a hole."""
    if isinstance(values, np.ma.MaskedArray):
        return of_cells(name, values.tolist())
    if isinstance(values, (list, tuple)):
        if len({np.shape(value) if isinstance(value, (list, tuple)) else () for value in values}) == 1:
            _one_dimension(name, np.shape(values))
        if values and all(type(value) is type(values[0]) for value in values):
            values = np.asarray(values) if isinstance(values[0], (bool, int, float, np.generic)) else values
        return of_array(name, values) if isinstance(values, np.ndarray) else of_cells(name, list(values))
    return of_array(name, np.asarray(values))


def _one_dimension(name: str, shape: tuple[int, ...]) -> None:
    if len(shape) != 1:
        raise DataError(f"column {name!r} must have one dimension; got shape {shape}")


def of_array(name: str, values: np.ndarray) -> np.ndarray:
    """Read an array of any type and one dimension."""
    _one_dimension(name, values.shape)
    if values.dtype.kind == "b":
        return values
    if values.dtype.kind in "iu":
        return whole_numbers(values)
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    if values.dtype.kind in "mM":
        return _dates(name, values)
    return of_cells(name, values.tolist())


def _is_missing(value: Any) -> bool:
    if isinstance(value, (float, np.floating)):
        return bool(value != value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _known(values: list[Any]) -> list[Any]:
    return [None if _is_missing(value) else value for value in values]


def text_or_missing(values: list[Any]) -> np.ndarray:
    """Read cells of any types as text; missing ones are None."""
    column = np.empty(len(values), object)
    column[:] = [None if _is_missing(value) else str(value) for value in values]
    return column


def of_cells(name: str, values: list[Any]) -> np.ndarray:
    """Read cells of any types: numbers where every one is a number, booleans likewise, else text; holes are None."""
    known = _known(values)
    present = [v for v in known if v is not None]
    if not present:
        return np.full(len(known), np.nan)
    if len(present) == len(known) and all(isinstance(v, (bool, np.bool_)) for v in present):
        return np.array(known, bool)
    if all(isinstance(v, (Real, Decimal)) and not isinstance(v, bool) for v in present):
        return _floats(name, known)
    strange = next((v for v in present if isinstance(v, (list, dict, set, bytes, np.ndarray, complex))), None)
    if strange is not None:
        raise DataError(f"column {name!r} must hold numbers, booleans or text; got {strange!r}")
    if any(isinstance(v, dates.TIMES) for v in present):
        return _dates(name, known)
    return text_or_missing(known)


def _floats(name: str, known: list[Any]) -> np.ndarray:
    try:
        return np.array([np.nan if v is None else float(v) for v in known], np.float64)
    except OverflowError:
        raise DataError(f"column {name!r} must hold numbers that float64 can hold; one is larger") from None


def _dates(name: str, values: np.ndarray | list[Any]) -> np.ndarray:
    try:
        found = dates.of_array(values) if isinstance(values, np.ndarray) else dates.of_objects(values)
    except (ValueError, OverflowError) as error:
        raise DataError(f"column {name!r} holds times that cannot be read: {error}") from None
    if found is None:
        raise DataError(f"column {name!r} must hold dates only, or differences of times only; it holds several kinds")
    return found


def text_of(column: np.ndarray) -> np.ndarray:
    """Write the cells of a column as text; missing ones are None."""
    if column.dtype.kind == "M":
        return text_or_missing([None if cell == "NaT" else cell for cell in np.datetime_as_string(column).tolist()])
    return text_or_missing(column.tolist())

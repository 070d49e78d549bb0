"""Dates and times of any make as NumPy knows them.

    date, datetime64 of days or coarser      datetime64[D]
    date and time                            datetime64[us], in UTC where there is a zone
    time of day                              datetime64[us], on 1970-01-01
    difference of times                      float64, in seconds

A missing one is NaT, or NaN among seconds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

START = date(1970, 1, 1)
COARSE = ("Y", "M", "W", "D")
FINE = ("ns", "ps", "fs", "as")  # cut to microseconds
TIMES = (date, time, timedelta, np.datetime64, np.timedelta64)


def of_array(values: np.ndarray) -> np.ndarray:
    """Read datetime64 or timedelta64 of any unit.

    Parameters
    ----------
    values : ndarray of datetime64 or timedelta64, shape (rows,)
        Times.

    Returns
    -------
    ndarray, shape (rows,)
        datetime64[D] or [us], or float64 seconds.

    Raises
    ------
    ValueError
        If a date lies beyond what datetime64[us] can hold, or a difference is one of months or years.

    Examples
    --------
    >>> of_array(np.array([1500], "m8[ms]"))
    array([1.5])
    """
    unit = np.datetime_data(values.dtype)[0]
    if values.dtype.kind == "M":
        found = values.astype("M8[D]" if unit in COARSE else "M8[us]")
        if unit not in FINE and not np.array_equal(found.astype(values.dtype), values, equal_nan=True):
            raise ValueError("some lie beyond what 64 bits can hold")
        return found
    if unit in ("Y", "M"):
        raise ValueError("months and years have no fixed length in seconds")
    return values / np.timedelta64(1, "s")


def of_objects(cells: list[Any]) -> np.ndarray | None:
    """Read dates, datetimes, times or differences; None is missing.

    Parameters
    ----------
    cells : list
        Python's or NumPy's objects, and None.

    Returns
    -------
    ndarray, shape (rows,), or None
        datetime64[D] or [us], or float64 seconds; None where they are of several kinds, or none of these.

    Examples
    --------
    >>> of_objects([date(2024, 2, 29), None])
    array(['2024-02-29', 'NaT'], dtype='datetime64[D]')
    >>> of_objects([timedelta(minutes=1)])
    array([60.])
    >>> of_objects([date(2024, 2, 29), timedelta(1)]) is None
    True
    """
    present = [cell for cell in cells if cell is not None]
    if all(isinstance(cell, (timedelta, np.timedelta64)) for cell in present):
        return of_array(np.array([np.timedelta64("NaT") if cell is None else cell for cell in cells], "m8[us]"))
    if all(isinstance(cell, time) for cell in present):
        present_or_not = [None if cell is None else datetime.combine(START, cell) for cell in cells]
        return np.array([_naive(cell) for cell in present_or_not], "M8[us]")
    if not all(isinstance(cell, (date, np.datetime64)) for cell in present):
        return None
    days = all(isinstance(cell, date) and not isinstance(cell, datetime) for cell in present)
    return np.array([_naive(cell) for cell in cells], "M8[D]" if days else "M8[us]")


def _naive(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return np.datetime64(cell.astimezone(UTC).replace(tzinfo=None) if cell.tzinfo else cell, "us")
    return cell

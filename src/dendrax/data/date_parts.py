"""What a date says to a model: how much time has passed, and where in the day, the week and the year it lies.

    elapsed       (t − centre) / scale; t: seconds since the start of 1970, in float64 (float32 keeps 128 s only)
    time of day   φ = seconds since midnight / 86 400                             sin 2πφ, cos 2πφ
    day of week   φ = days since Monday / 7                                       sin 2πφ, cos 2πφ
    day of year   φ = days since 1 January / days of that year                    sin 2πφ, cos 2πφ

The end of a day, a week, a year lies beside its start. A part that never changes over the training rows says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

PARTS = {"day": "time of day", "week": "day of week", "year": "day of year"}
DAY, WEEK = 86_400.0, 7
THURSDAY = 3  # 1970-01-01, where Monday is 0


def elapsed(dates: np.ndarray) -> np.ndarray:
    """Count seconds since the start of 1970.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (rows,)
        Dates; NaT is missing.

    Returns
    -------
    ndarray of float64, shape (rows,)
        Seconds; NaN where missing.

    Examples
    --------
    >>> elapsed(np.array(["1970-01-02", "NaT"], "M8[D]"))
    array([86400.,    nan])
    """
    steps = dates.astype(np.int64)
    seconds = steps * DAY if np.datetime_data(dates.dtype)[0] == "D" else dates.astype("M8[us]").astype(np.int64) / 1e6
    return np.where(np.isnat(dates), np.nan, seconds)


def _time_of_day(dates: np.ndarray) -> np.ndarray:
    if np.datetime_data(dates.dtype)[0] == "D":
        return np.zeros(len(dates))
    return (dates.astype("M8[us]") - dates.astype("M8[D]")) / np.timedelta64(1, "s") / DAY


def _day_of_week(dates: np.ndarray) -> np.ndarray:
    return (dates.astype("M8[D]").astype(np.int64) + THURSDAY) % WEEK / WEEK


def _day_of_year(dates: np.ndarray) -> np.ndarray:
    start = dates.astype("M8[Y]")
    days = (start + 1).astype("M8[D]") - start.astype("M8[D]")
    return (dates.astype("M8[D]") - start.astype("M8[D]")) / days


PHASES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "day": _time_of_day,
    "week": _day_of_week,
    "year": _day_of_year,
}


def phase(dates: np.ndarray, part: str) -> np.ndarray:
    """Compute φ, where in a day, a week or a year dates lie: float64 in [0, 1), NaN where missing.

    Examples
    --------
    >>> phase(np.array(["2024-01-01T06:00", "NaT"], "M8[us]"), "day")
    array([0.25,  nan])
    """
    return np.where(np.isnat(dates), np.nan, PHASES[part](dates))


def parts_that_vary(dates: np.ndarray) -> tuple[str, ...]:
    """Name the parts that change from row to row."""
    known = dates[~np.isnat(dates)]
    return tuple(part for part in PARTS if len(known) and np.ptp(phase(known, part)) > 0)


def expanded(dates: np.ndarray, parts: Sequence[str], centre: float = 0.0, scale: float = 1.0) -> np.ndarray:
    """Write dates as numbers: elapsed time, centred and scaled, then the sine and the cosine of each part.

    Parameters
    ----------
    dates : ndarray of datetime64, shape (rows,)
        Dates; NaT is missing.
    parts : sequence of str
        Which of "day", "week" and "year".
    centre, scale : float
        Of elapsed time, in seconds.

    Returns
    -------
    ndarray of float64, shape (rows, 1 + 2·parts)
        NaN where missing.
    """
    angles = [2 * np.pi * phase(dates, part) for part in parts]
    waves = [wave(angle) for angle in angles for wave in (np.sin, np.cos)]
    return np.stack([(elapsed(dates) - centre) / scale, *waves], axis=1)


def spelled(dates: np.ndarray) -> str:
    """Say from when to when dates reach, to the day or to the second.

    Examples
    --------
    >>> spelled(np.array(["2021-12-31", "2019-01-01"], "M8[us]"))
    '2019-01-01 to 2021-12-31'
    """
    known = dates[~np.isnat(dates)]
    unit = "D" if (known == known.astype("M8[D]")).all() else "s"
    return " to ".join(np.datetime_as_string(known.astype(f"M8[{unit}]"), unit=unit)[[known.argmin(), known.argmax()]])

"""Dates and times as text, by ISO 8601, and as NumPy knows them.

    day     YYYY-MM-DD                                                    datetime64[D]
    moment  day, "T" or a blank, HH:MM[:SS[.fraction]][Z | ±HH[[:]MM]]    datetime64[us], in UTC
    time    HH:MM[:SS[.fraction]]                                         datetime64[us], on 1970-01-01

A moment without a zone counts as UTC; a fraction is cut to microseconds. A missing one is NaT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa

_CLOCK = "[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?"
_ZONE = "(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
MOMENT = f"{DAY}(?:[T ]{_CLOCK}{_ZONE}?)?"
TIME = _CLOCK
DAYS, MICROSECONDS = np.dtype("M8[D]"), np.dtype("M8[us]")
SECOND = np.timedelta64(1, "s")


def dates_of(cells: pa.StringArray | pa.ChunkedArray) -> np.ndarray | None:
    """Read dates, moments or times.

    Parameters
    ----------
    cells : pyarrow array of str
        Text; null is missing.

    Returns
    -------
    ndarray of datetime64, shape (rows,), or None
        In days where every cell is a day, else in microseconds; None where a cell is not of the grammar, or no date of
        the calendar, or where there are times and dates.

    Examples
    --------
    >>> import pyarrow as pa
    >>> dates_of(pa.array(["2024-02-29", None]))
    array(['2024-02-29', 'NaT'], dtype='datetime64[D]')
    >>> dates_of(pa.array(["2024-02-29T23:30-02:00"]))
    array(['2024-03-01T01:30:00.000000'], dtype='datetime64[us]')
    >>> dates_of(pa.array(["2023-02-29"])) is None
    True
    """
    import pyarrow as pa

    try:
        if all_match(cells, DAY):
            return _as_numpy(cells.cast(pa.date32()), DAYS)
        if all_match(cells, TIME):
            cells = _replaced(cells, "^", "1970-01-01T")
        return _as_numpy(_moments(cells), MICROSECONDS) if all_match(cells, MOMENT) else None
    except pa.ArrowInvalid:  # no day of the calendar, no time of the clock
        return None


def all_match(cells: Any, pattern: str) -> bool:
    """Say whether every cell of an Arrow array of text that is there matches the whole pattern."""
    return all_true(matches(cells, pattern))


def matches(cells: Any, pattern: str) -> Any:
    """Say of each cell of an Arrow array of text whether it matches the whole pattern."""
    return _having(cells, f"^(?:{pattern})$")


def all_true(answers: Any) -> bool:
    """Say whether every answer that is there is true."""
    from pyarrow import compute

    return compute.call_function("all", [answers]).as_py() is not False


def _having(cells: Any, pattern: str) -> Any:
    from pyarrow import compute

    options = compute.MatchSubstringOptions(pattern)
    return compute.call_function("match_substring_regex", [cells], options)


def _replaced(cells: Any, pattern: str, by: str) -> Any:
    from pyarrow import compute

    options = compute.ReplaceSubstringOptions(pattern, by, max_replacements=1)
    return compute.call_function("replace_substring_regex", [cells], options)


def _moments(cells: Any) -> Any:
    import pyarrow as pa

    cells = _replaced(cells, f"^({DAY})$", r"\1T00:00")
    cells = _replaced(cells, "([.][0-9]{6})[0-9]+", r"\1")
    if all_true(_having(cells, f"[T ]{_CLOCK}$")):
        return cells.cast(pa.timestamp("us"))
    return _replaced(cells, f"([T ]{_CLOCK})$", r"\1Z").cast(pa.timestamp("us", "UTC"))


def _as_numpy(dates: Any, dtype: np.dtype) -> np.ndarray:
    return np.array(dates.to_numpy(zero_copy_only=False), dtype)

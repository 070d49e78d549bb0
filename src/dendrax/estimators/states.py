"""States of units as users write them: rows of two values, single patterns, and units that are clamped."""

from __future__ import annotations

import numbers
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import _get_feature_names, check_array

from dendrax.boltzmann.energy import STATES


def read_states(rows: Any, n_units: int | None, states: str, name: str, *, holes: bool = False) -> np.ndarray:
    """Read rows of states.

    Parameters
    ----------
    rows : array of shape (rows, units), or (units,)
        States; one pattern counts as one row.
    n_units : int or None
        How many units there must be; None takes any number.
    states : "01" or "±1"
        What a unit can be.
    name : str
        What to call it in messages.
    holes : bool
        Whether NaN may stand for a state that is missing.

    Returns
    -------
    ndarray of float64, shape (rows, units)
        The states.

    Raises
    ------
    ValueError
        If the shape or a state is not what it must be; the place is named.

    Examples
    --------
    >>> read_states([0, 1], 2, "±1", "s")
    Traceback (most recent call last):
        ...
    ValueError: s must hold only -1 and 1, the states of units; got 0.0 in row 0, unit 0
    """
    s = np.atleast_2d(_numbers(rows, name))
    if s.ndim != 2 or (n_units is not None and s.shape[1] != n_units):
        wanted = "(rows, units)" if n_units is None else f"(rows, {n_units})"
        raise ValueError(f"{name} must have shape {wanted}; got {np.shape(rows)}")
    known = (s == 1) | (s == STATES[states]) | (np.isnan(s) if holes else False)
    if not known.all():
        row, unit = np.argwhere(~known)[0]
        also = ", or NaN where one is missing" if holes else ""
        raise ValueError(
            f"{name} must hold only {STATES[states]} and 1, the states of units{also}; "
            f"got {s[row, unit]} in row {row}, unit {unit}"
        )
    return s


def _numbers(rows: Any, name: str) -> np.ndarray:
    """Read numbers in any type that can hold them; whatever stands for nothing, such as None, becomes NaN."""
    s = rows.toarray() if issparse(rows) else np.asarray(rows)
    if s.dtype.kind == "O":
        free: Any = {"ensure_2d": False, "allow_nd": True, "ensure_min_samples": 0, "ensure_min_features": 0}
        free |= {"dtype": np.float64, "ensure_all_finite": "allow-nan"}
        try:
            return check_array(rows, **free)
        except (TypeError, ValueError):
            raise ValueError(f"{name} must hold numbers; got type {s.dtype}") from None
    if s.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold numbers; got type {s.dtype}")
    return s.astype(np.float64)


def require_names(rows: Any, known: list[str], name: str) -> None:
    """Refuse a table whose first columns are not those that were learned from, in their order.

    Parameters
    ----------
    rows : table or array
        An array has no names, and is taken by its places.
    known : list of str
        Names of the visible units; empty, where there were none.
    name : str
        What to call it in messages.

    Raises
    ------
    ValueError
        Naming the first column that differs.
    """
    columns = _get_feature_names(rows)
    if columns is None or not known or list(columns[: len(known)]) == known:
        return
    place = next(
        (k for k, (got, wanted) in enumerate(zip(columns, known, strict=False)) if got != wanted), len(columns)
    )
    came = repr(str(columns[place])) if place < len(columns) else "no more columns"
    raise ValueError(
        f"{name} must have the columns of fit in their order, {known[place]!r} at place {place}; got {came}"
    )


def read_given(given: Mapping[Any, Any] | None, names: list[str], n_units: int, states: str) -> np.ndarray:
    """Read which units are clamped, and at what.

    Parameters
    ----------
    given : dict of unit to state, or None
        Units are named by their number, or by the name of their column.
    names : list of str
        Names of the first units; may be empty.
    n_units : int
        How many units there are.
    states : "01" or "±1"
        What a unit can be.

    Returns
    -------
    ndarray of float64, shape (units,)
        NaN where a unit is free.

    Raises
    ------
    ValueError
        If a unit is unknown or clamped twice at different states, or a state is not one.

    Examples
    --------
    >>> read_given({"b": 1}, ["a", "b"], 3, "01").tolist()
    [nan, 1.0, nan]
    """
    clamped = np.full(n_units, np.nan)
    if given is None:
        return clamped
    if not isinstance(given, Mapping):
        raise ValueError(f"given must be a dict of units and states; got {type(given).__name__}")
    for unit, state in given.items():
        place = _unit(unit, names, n_units, "given")
        value = read_states([[state]], 1, states, f"given[{unit!r}]")[0, 0]
        if not np.isnan(clamped[place]) and clamped[place] != value:
            raise ValueError(f"given must clamp a unit at one state; got {clamped[place]:g} and {value:g} for {unit!r}")
        clamped[place] = value
    return clamped


def _unit(unit: Any, names: list[str], n_units: int, what: str) -> int:
    if isinstance(unit, str) and unit in names:
        return names.index(unit)
    if isinstance(unit, (int, numbers.Integral)) and not isinstance(unit, bool) and 0 <= int(unit) < n_units:
        return int(unit)
    known = f"a unit from 0 to {n_units - 1}" + (" or the name of a column" if names else "")
    raise ValueError(f"{what} must name {known}; got {unit!r}")


def unit_of(unit: Any, names: list[str], n_units: int) -> int:
    """Read the number of a unit, or the name of its column."""
    return _unit(unit, names, n_units, "i")

"""The data of sampled learning: rows of states that units are clamped at, laid out as the chains are.

visible units stand at their row; hidden ones, and those whose state is missing in the row, are free there
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Bool, Float

from dendrax.boltzmann.wiring import Layout


class Rows(NamedTuple):
    """The data.

    Attributes
    ----------
    given : array of float32, shape (units, rows)
        States of the visible units, in the order of the places; 0 where a unit is hidden.
    weights : array of float32, shape (rows,)
        How much each row counts; together 1.
    hidden : array of bool, shape (units, 1) or (units, rows)
        Which units are hidden; a missing value is a unit that is hidden in that row.
    """

    given: Float[Array, "units rows"]
    weights: Float[Array, " rows"]
    hidden: Bool[Array, "units _"]


def rows_of(layout: Layout, X: np.ndarray, row_weights: np.ndarray, n_hidden: int) -> Rows:
    """Bring rows of visible states into the order of the places.

    Parameters
    ----------
    layout : Layout
        Where units stand.
    X : ndarray, shape (rows, visible units)
        States; NaN where they are missing.
    row_weights : ndarray, shape (rows,)
        How much each counts.
    n_hidden : int
        Hidden units, which come after the visible ones.

    Returns
    -------
    Rows
        Ready for the program.
    """
    units = np.concatenate([X, np.full((len(X), n_hidden), np.nan)], axis=1).T[layout.order]
    hidden = np.isnan(units)
    if (hidden == hidden[:, :1]).all():
        hidden = hidden[:, :1]
    given = np.ascontiguousarray(np.nan_to_num(units), np.float32)
    fields: tuple[Any, ...] = given, (row_weights / row_weights.sum()).astype(np.float32), hidden
    return Rows(*fields)

"""The inputs of a linear model: nothing clipped, nothing dropped.

number     as it is; missing counts as the median of training
category   1-of-K over the levels of training; an unseen level is a row of zeros
"""

from __future__ import annotations

import numpy as np

from dendrax.data.columns import Encoder
from dendrax.data.tables import Table
from dendrax.data.understand import learn_array, learn_table


def learn_design(X: Table | np.ndarray, weights: np.ndarray | None = None) -> Encoder:
    """Learn the columns of a linear model's inputs.

    Parameters
    ----------
    X : Table, or ndarray of shape (rows, columns)
        Rows.
    weights : ndarray of shape (rows,), optional
        The weight of each row.

    Returns
    -------
    Encoder
        Every column is kept.
    """
    return learn_table(X, weights, drop=False) if isinstance(X, Table) else learn_array(X, weights)


def design_matrix(encoder: Encoder, X: Table | np.ndarray) -> np.ndarray:
    """Write rows as the inputs of a linear model.

    Parameters
    ----------
    encoder : Encoder
        What `learn_design` learned.
    X : Table, or ndarray of shape (rows, columns)
        Rows.

    Returns
    -------
    ndarray of float64, shape (rows, inputs)
        Numbers first, then the levels of each category.
    """
    numbers = np.array(encoder.numbers_of(X), np.float64)
    if np.isinf(numbers).any():
        encoder.refuse_infinite(numbers)
    centre = np.array([column.centre for column in encoder.numbers])
    holes = np.isnan(numbers)
    if holes.any():
        numbers = np.where(holes, centre, numbers)
    if not encoder.categories:
        return numbers
    codes = encoder.codes_of(X)
    levels = [np.eye(n)[codes[:, i]][:, 1:] for i, n in enumerate(encoder.n_codes)]
    return np.concatenate([numbers, *levels], axis=1)


def feature_names(encoder: Encoder) -> list[str]:
    """Name the inputs: the column, or column=level."""
    levels = [f"{c.name}={level}" for c in encoder.categories for level in c.levels]
    return [c.name for c in encoder.numbers] + levels

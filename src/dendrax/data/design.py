"""The inputs of a linear model: nothing clipped, nothing dropped.

number     as it is; missing counts as the median of training
category   1-of-K over the levels of training; an unseen level is a row of zeros

A basis takes the columns of numbers that it names, all of them where it names none; every other input enters as it is.
"""

from __future__ import annotations

import numpy as np

from dendrax.data.columns import Encoder
from dendrax.data.kinds import Number
from dendrax.data.tables import DataError, Table
from dendrax.data.understand import learn_array, learn_table
from dendrax.nn.basis import Basis, Part
from dendrax.nn.expansion import Block, Expansion

LARGEST = 1e300  # that a basis takes: differences must be finite


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
    codes, first = encoder.codes_of(X), numbers.shape[1] - 1
    inputs = np.zeros((len(codes), numbers.shape[1] + sum(encoder.n_codes) - len(encoder.n_codes)))
    inputs[:, : numbers.shape[1]] = numbers
    for i, n in enumerate(encoder.n_codes):
        known = codes[:, i].nonzero()[0]
        inputs[known, first + codes[known, i]] = 1.0
        first += n - 1
    return inputs


def learn_expansion(
    basis: Basis, encoder: Encoder, x: np.ndarray, row_weights: np.ndarray, intercept: bool
) -> Expansion:
    """Fit the functions of a basis to the inputs of a linear model.

    Parameters
    ----------
    basis : Basis
        What the user asks for.
    encoder : Encoder
        What `learn_design` learned.
    x : ndarray of float64, shape (rows, inputs)
        What `design_matrix` made of the training rows.
    row_weights : ndarray of float64, shape (rows,)
        How much each row counts.
    intercept : bool
        Whether the model has an intercept.

    Returns
    -------
    Expansion
        The functions of all parts, in their order, then the inputs that no part takes.

    Raises
    ------
    DataError
        If a column is not there, holds no numbers or endless ones, or there is no column of numbers.
    """
    blocks = []
    for part in basis.parts:
        inputs = _inputs_of(part, encoder)
        columns = x[:, list(inputs)]
        if np.abs(columns).max() > LARGEST:
            raise DataError(
                f"{part!r} takes numbers within ±{LARGEST:g}; got {np.abs(columns).max():g}: change the unit"
            )
        functions = part.learn(columns, row_weights, intercept)
        blocks.append(Block(inputs, functions, part.is_trainable))
    return Expansion(tuple(blocks), x.shape[1])


def _inputs_of(part: Part, encoder: Encoder) -> tuple[int, ...]:
    """Find the places of a basis' columns among the inputs, where numbers come first."""
    place = {column.name: i for i, column in enumerate(encoder.numbers)}
    if part.columns is None:
        if not place:
            raise DataError(f"{part!r} takes columns of numbers; the data has none")
        return tuple(place.values())
    columns = {column.name: column for column in encoder.columns}
    found = []
    for wanted in part.columns:
        name = _name_at(wanted, list(columns), part) if isinstance(wanted, int) else wanted
        if name not in columns:
            raise DataError(f"{part!r} names column {name!r}; the data has {', '.join(map(repr, columns))}")
        if not isinstance(columns[name], Number):
            kind = type(columns[name]).__name__.lower()
            raise DataError(f"{part!r} takes columns of numbers; column {name!r} is of kind {kind}")
        found.append(place[name])
    if len(set(found)) < len(found):
        raise DataError(f"{part!r} names a column twice")
    return tuple(found)


def _name_at(place: int, names: list[str], part: Part) -> str:
    if not 0 <= place < len(names):
        raise DataError(f"{part!r} must name places from 0 to {len(names) - 1}; got {place}")
    return names[place]


def feature_names(encoder: Encoder, expansion: Expansion | None = None) -> list[str]:
    """Name the inputs, the column or column=level, or the functions of a basis."""
    levels = [f"{c.name}={level}" for c in encoder.categories for level in c.levels]
    inputs = [c.name for c in encoder.numbers] + levels
    return inputs if expansion is None else expansion.names(inputs)

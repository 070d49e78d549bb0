"""What each column of the user's data is, learned from the rows.

number, boolean    centre and scale; whether there are holes
text               a category: its levels, the most frequent first; beyond the first 10 000 they count as unseen
date               centre and scale of elapsed time, and the parts of the day, the week and the year that vary
constant           dropped, in tables only
identifier         dropped, in tables only: text or consecutive whole numbers that never repeat
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dendrax.data.columns import Category, Column, Date, Dropped, Encoder, Number
from dendrax.data.date_parts import elapsed, parts_that_vary, spelled
from dendrax.data.kinds import MOST_LEVELS
from dendrax.data.numerals import EXACT
from dendrax.data.quantiles import centre_and_scale
from dendrax.data.tables import DataError, Table

CELLS = 2**21  # numbers sorted at once, so that memory stays bounded
FEW_ROWS = 20  # below this many rows no column is called an identifier


def learn_array(X: np.ndarray, weights: np.ndarray | None = None, names: Sequence[str] | None = None) -> Encoder:
    """Learn the encoder of an array: every column is a number, none is dropped.

    Parameters
    ----------
    X : ndarray, shape (rows, columns)
        Numbers; NaN is missing.
    weights : ndarray, shape (rows,), optional
        The weight of each row.
    names : sequence of str, optional
        What to call the columns; x0, x1, … where absent.

    Returns
    -------
    Encoder
        Centres, scales and indicators.

    Raises
    ------
    DataError
        If there are infinite numbers.
    """
    called = [f"x{i}" for i in range(X.shape[1])] if names is None else list(names)
    width = max(CELLS // max(len(X), 1), 1)
    columns: list[Number] = []
    for start in range(0, X.shape[1], width):
        x = np.asarray(X[:, start : start + width], np.float64)
        block = called[start : start + width]
        _refuse_infinite(x, block)
        centre, scale = centre_and_scale(x, weights)
        holes = np.atleast_1d(np.isnan(x).any(axis=0))
        each = zip(block, centre.tolist(), scale.tolist(), holes.tolist(), strict=True)
        columns += [Number(*fields) for fields in each]
    return Encoder(tuple(columns), named=False)


def _refuse_infinite(x: np.ndarray, names: Sequence[str]) -> None:
    beyond = np.isinf(x)
    if beyond.any():
        row, column = np.argwhere(beyond)[0]
        raise DataError(f"column {names[column]!r} must hold finite numbers; got an infinite one in row {row + 1}")


def learn_table(table: Table, weights: np.ndarray | None = None, *, drop: bool = True) -> Encoder:
    """Learn the encoder of a table.

    Parameters
    ----------
    table : Table
        The rows to learn from.
    weights : ndarray, shape (rows,), optional
        The weight of each row.
    drop : bool, default=True
        False keeps constant columns and identifiers.

    Returns
    -------
    Encoder
        Constant columns and identifiers are dropped, with the reason; whole numbers in sequence stay where nothing
        else is left.

    Raises
    ------
    DataError
        If nothing is left to learn from.
    """
    columns = [learn_column(name, cells, weights, drop) for name, cells in table.columns.items()]
    return encoder_of(columns, table, weights)


def encoder_of(columns: Sequence[Column], table: Table, weights: np.ndarray | None) -> Encoder:
    """Join the columns; those of whole numbers in sequence stay where nothing else is left to learn from.

    Raises
    ------
    DataError
        If nothing is left at all.
    """
    if all(isinstance(column, Dropped) for column in columns):
        columns = [_unless_sequence(column, table.columns[column.name], weights) for column in columns]
    encoder = Encoder(tuple(columns), named=True)
    if not encoder.numbers and not encoder.categories:
        raise DataError(f"there is no column to learn from; {'; '.join(encoder.notes) or 'the table has none'}")
    return encoder


def _unless_sequence(column: Column, cells: np.ndarray, weights: np.ndarray | None) -> Column:
    whole = cells.dtype.kind == "i" and column.detail.startswith("identifier")
    return learn_column(column.name, cells, weights, drop=False) if whole else column


def sequence(name: str, rows: int) -> Dropped:
    """Leave out whole numbers that number the rows."""
    return Dropped(name, f"identifier: {rows} consecutive whole numbers")


def learn_column(name: str, cells: np.ndarray, weights: np.ndarray | None, drop: bool) -> Column:
    """Learn what a column is; where `drop`, a constant or an identifier is left out."""
    if cells.dtype.kind == "O":
        return _learn_category(name, cells.tolist(), weights, drop)
    if cells.dtype.kind == "M":
        return _learn_date(name, cells, weights, drop)
    x = cells.astype(np.float64)[:, None]
    hole = np.isnan(x)
    present = x[~hole]
    _refuse_infinite(x, [name])
    if len(present) == 0 and not drop:
        return Number(name, 0.0, 1.0, True, "always missing")
    if len(present) == 0 or (drop and not hole.any() and present.min() == present.max()):
        return Dropped(name, "constant: it is always " + (f"{present[0]:g}" if len(present) else "missing"))
    if drop and cells.dtype.kind == "i" and is_sequence(cells):
        return sequence(name, len(cells))
    centre, scale = centre_and_scale(x, weights)
    gaps = f", {hole.sum()} missing" if hole.any() else ""
    rounded = ", beyond 2^53: told apart by 16 digits only" if cells.dtype.kind == "i" and _is_beyond(cells) else ""
    return Number(
        name,
        float(centre[0]),
        float(scale[0]),
        bool(hole.any()),
        f"{present.min():g} to {present.max():g}{gaps}{rounded}",
    )


def _is_beyond(cells: np.ndarray) -> bool:
    return bool(max(int(cells.max()), -int(cells.min())) >= EXACT)


def _learn_date(name: str, cells: np.ndarray, weights: np.ndarray | None, drop: bool) -> Column:
    t = elapsed(cells)[:, None]
    hole = np.isnan(t)
    if hole.all():
        return Dropped(name, "constant: it is always missing") if drop else Date(name, 0.0, 1.0, True, (), "missing")
    if drop and not hole.any() and t.min() == t.max():
        return Dropped(name, f"constant: it is always {spelled(cells).split(' to ')[0]}")
    centre, scale = centre_and_scale(t, weights)
    gaps = f", {hole.sum()} missing" if hole.any() else ""
    parts = parts_that_vary(cells)
    return Date(name, float(centre[0]), float(scale[0]), bool(hole.any()), parts, f"{spelled(cells)}{gaps}")


def is_sequence(cells: np.ndarray) -> bool:
    """Say whether whole numbers are consecutive and all different, in any order."""
    n = len(cells)
    return n >= FEW_ROWS and int(cells.max()) - int(cells.min()) == n - 1 and len(np.unique(cells)) == n


def _learn_category(name: str, cells: list[str | None], weights: np.ndarray | None, drop: bool) -> Column:
    count: dict[str | None, float] = {}
    for cell, weight in zip(cells, np.ones(len(cells)) if weights is None else weights, strict=True):
        count[cell] = count.get(cell, 0.0) + float(weight)
    if drop and len(count) == 1:
        return Dropped(name, f"constant: it is always {next(iter(count))!r}")
    if drop and len(cells) >= FEW_ROWS and len(count) == len(cells):
        return Dropped(name, f"identifier: {len(cells)} different values")
    levels = sorted(count, key=lambda level: (-count[level], str(level)))
    return Category(name, tuple(levels[: MOST_LEVELS if drop else None]))

"""The columns of a table as rows of a machine, shape (rows, columns).

    binary         numbers from 0 to 1, booleans as 0 and 1; grey values g of a .npz as g / 255
    01, ±1         states of units
    gaussian       numbers
    categorical    numbers as codes, text as levels, booleans as the levels True and False

NaN, and among levels of text None, is a hole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from dendrax.data.cells import as_levels, numbers_in
from dendrax.data.npz_file import LABELS, places, shape_of
from dendrax.data.numerals import canonical
from dendrax.data.tables import DataError, Table

GREY = np.float32(255)


def find_columns(table: Table, names: Sequence[str], *, named: bool) -> list[str]:
    """Find the columns of a machine in a table: by name, or by place where either side has no names but places.

    Parameters
    ----------
    table : Table
        Where to look.
    names : sequence of str
        The columns of the machine.
    named : bool
        Whether these are names that were given to it.

    Returns
    -------
    list of str
        Their names in the table.

    Raises
    ------
    DataError
        Naming those that are not there.
    """
    if set(names) <= set(table.names):
        return list(names)
    units = table.names[:-1] if table.names[-1] == LABELS else table.names
    if len(units) == len(names) and (not named or units == places(shape_of(units))):
        return units
    table.require(list(names))
    raise AssertionError("a column is not there")


def rows_of(
    table: Table, columns: Sequence[str], kind: str, levels: Mapping[str, np.ndarray] | None = None
) -> np.ndarray:
    """Read columns as the rows of a machine.

    Parameters
    ----------
    table : Table
        A table.
    columns : sequence of str
        Which of its columns, in the order of the machine.
    kind : str
        "binary", "01", "±1", "gaussian" or "categorical".
    levels : mapping of str to ndarray, optional
        The levels that columns had in training; absent, levels are what the columns hold.

    Returns
    -------
    ndarray of float or object, shape (rows, columns)
        What the machine takes.

    Raises
    ------
    DataError
        Naming a column that holds what the machine cannot have.
    """
    dates = [name for name in columns if table.columns[name].dtype.kind == "M"]
    if dates:
        raise DataError(f"column {dates[0]!r} must hold numbers or levels; it holds dates")
    if kind != "categorical":
        return np.stack([_numbers(table, name, grey=kind == "binary") for name in columns], axis=1)
    cells = [_levels(table, name, None if levels is None else levels[name]) for name in columns]
    if all(column.dtype.kind != "O" for column in cells):
        return np.stack(cells, axis=1)
    rows = np.empty((table.n_rows, len(cells)), object)
    for i, column in enumerate(cells):
        rows[:, i] = column
    return rows


def _numbers(table: Table, name: str, *, grey: bool) -> np.ndarray:
    column = table.columns[name]
    if grey and column.dtype == np.uint8:
        return column / GREY
    return np.asarray(numbers_in(table, name), np.float64)


def _levels(table: Table, name: str, levels: np.ndarray | None) -> np.ndarray:
    column = table.columns[name]
    if not is_text(column if levels is None else levels) and (levels is not None or column.dtype.kind != "b"):
        return numbers_in(table, name)
    cells = np.empty(len(column), object)
    cells[:] = as_levels(column) if levels is None else _spelled(as_levels(column), levels)
    return cells


def is_text(levels: np.ndarray) -> bool:
    """Say whether levels are text."""
    return levels.dtype.kind in "UO"


def _spelled(cells: list[str | None], levels: np.ndarray) -> list[str | None]:
    """Spell each cell as its level: true is True, and 1.0 is 1, where training did not tell them apart."""
    known = {level: level for level in levels.tolist()}
    alike = {canonical(level): level for level in known}
    return [cell if cell is None else known.get(cell, alike.get(canonical(cell), cell)) for cell in cells]


def text_levels(rows: np.ndarray, columns: Sequence[str]) -> dict[str, np.ndarray]:
    """Find the levels of rows that are learned from, column by column."""
    found = {}
    for i, name in enumerate(columns):
        cells = rows[:, i].tolist()
        text = any(isinstance(cell, str) for cell in cells)
        found[name] = np.array(sorted({c for c in cells if c is not None}) if text else [0.0], object if text else None)
    return found

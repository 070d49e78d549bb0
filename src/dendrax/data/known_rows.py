"""Rows whose answer is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dendrax.data.tables import DataError, Table


def with_answers(table: Table, target: str) -> tuple[Table, int]:
    """Leave out the rows whose target is missing, be it all of them; say how many were."""
    cells = table.columns[target]
    known = is_known(cells)
    rows = table if known.all() else table.take(np.flatnonzero(known))
    if cells.dtype.kind == "O" and set(rows.columns[target].tolist()) <= {"True", "False"}:
        rows = replace(rows, columns=rows.columns | {target: rows.columns[target] == "True"})
    return rows, int((~known).sum())


def is_known(cells: np.ndarray) -> np.ndarray:
    """Say of each cell whether it is there."""
    if cells.dtype.kind == "M":
        return ~np.isnat(cells)
    return np.array([c is not None for c in cells], bool) if cells.dtype.kind == "O" else ~np.isnan(cells.astype(float))


def known_rows(table: Table, target: str) -> tuple[Table, int]:
    """Leave out the rows whose target is missing.

    Parameters
    ----------
    table : Table
        Rows with their answers.
    target : str
        The column of answers.

    Returns
    -------
    Table, int
        The rows that have an answer, and how many had none. Booleans that came with holes are booleans again.

    Raises
    ------
    DataError
        If none has.
    """
    rows, dropped = with_answers(table, target)
    if rows.n_rows == 0:
        raise DataError(f"column {target!r} must hold answers; every cell is missing")
    return rows, dropped

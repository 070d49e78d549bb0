"""Rows of a file as a symmetric network takes them: every column is a unit, or a block of units.

table     columns by name: numbers, or of categorical units whatever a cell holds      an empty cell is a hole
.npz      the array X, flat                                                             NaN is a hole
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dendrax.cli.voice import Voice
from dendrax.data.faults import DataError
from dendrax.data.npz_file import is_npz, places, read_npz
from dendrax.data.tables import Table, listed


@dataclass(frozen=True)
class MachineRows:
    """Rows without a target, or with labels.

    Attributes
    ----------
    X : ndarray, shape (rows, columns)
        float, or of categorical units objects; NaN or None in a hole.
    names : list of str
        The columns of a table, or the places of units in a picture.
    y : ndarray, shape (rows,), or None
        Labels.
    """

    X: np.ndarray
    names: list[str]
    y: np.ndarray | None = None

    def take(self, rows: np.ndarray) -> MachineRows:
        """Pick some rows."""
        return MachineRows(self.X[rows], self.names, None if self.y is None else self.y[rows])


def read_rows(data: Path, visible: str, target: str | None, encoding: str | None, voice: Voice) -> MachineRows:
    """Read all rows to learn from or to judge by.

    Parameters
    ----------
    data : Path
        A table or an .npz file.
    visible : "binary", "gaussian" or "categorical"
        The units.
    target : str or None
        The column of labels; y in an .npz file.
    encoding : str or None
        Of the text of a table.
    voice : Voice
        What is noticed is said.

    Returns
    -------
    MachineRows
        The rows.

    Raises
    ------
    DataError
        If the file cannot be read, or a column cannot be units.
    """
    if is_npz(data):
        return _of_npz(data, target, encoding, voice)
    from dendrax.cli.reading import say_how_read
    from dendrax.data.files import open_table

    with open_table(data, encoding=encoding) as opened:
        if opened.is_large:
            raise DataError(f"{opened.file.shown} must be small enough to be held in memory; it is not")
        table = opened.whole()
    say_how_read(voice, str(table.source), table.dialect, table.notes)
    if target is None:
        return MachineRows(units_of(table, table.names, visible), table.names)
    table.require([target])
    return _labelled(table, target, visible, voice)


def _of_npz(data: Path, target: str | None, encoding: str | None, voice: Voice) -> MachineRows:
    if encoding is not None:
        raise DataError(f"--encoding must be left out for {data}, which is not text")
    if target not in (None, "y"):
        raise DataError(f"--target must be y, the array of labels in an .npz file; got {target!r}")
    found = read_npz(data)
    if target is not None and found.y is None:
        raise DataError(f"{data} must hold an array y of labels for --target y; it holds none")
    size = " × ".join(map(str, found.shape))
    voice.say(f"{data}: {len(found.X)} rows of {size}")
    if found.is_grey:
        voice.say(f"{data}: grey values from 0 to 255, divided by 255: probabilities, drawn anew each time")
    return MachineRows(found.X, places(found.shape), found.y if target is not None else None)


def _labelled(table: Table, target: str, visible: str, voice: Voice) -> MachineRows:
    from dendrax.data.known_rows import known_rows

    table, dropped = known_rows(table, target)
    if dropped:
        voice.say(f"{dropped} rows without {target!r} are left out")
    names = [name for name in table.names if name != target]
    y = table.columns[target]
    return MachineRows(units_of(table, names, visible), names, y.astype(str) if y.dtype.kind == "O" else y)


def ordered(names: list[str] | None, columns: int, rows: MachineRows, data: Path) -> MachineRows:
    """Put the columns of rows in the order of a model: by name where it has names.

    Raises
    ------
    DataError
        If they are others.
    """
    if names is not None:
        lacking = [name for name in names if name not in rows.names]
        if lacking:
            raise DataError(f"{data} must have the columns that were learned from; it lacks {listed(lacking)}")
        return MachineRows(rows.X[:, [rows.names.index(name) for name in names]], names, rows.y)
    if rows.X.shape[1] != columns:
        raise DataError(f"{data} must hold {columns} columns, as were learned from; it holds {rows.X.shape[1]}")
    return rows


def units_of(table: Table, names: list[str], visible: str) -> np.ndarray:
    """Lay the columns of a table beside each other.

    Raises
    ------
    DataError
        If one of them is not there, or holds text or dates where numbers are needed.
    """
    table.require(names)
    if not names:
        raise DataError(f"{table.source} must hold a column to learn from; it holds none")
    columns = [table.columns[name] for name in names]
    if visible == "categorical":
        return np.stack([_cells(column) for column in columns], axis=1)
    empty = [column.dtype.kind == "O" and all(cell is None for cell in column) for column in columns]
    strange = [n for n, c, e in zip(names, columns, empty, strict=True) if c.dtype.kind not in "bif" and not e]
    if strange:
        raise DataError(
            f"{table.source} must hold numbers in every column, unless --set visible=categorical; {listed(strange)} "
            f"{'does' if len(strange) == 1 else 'do'} not"
        )
    return np.stack(
        [np.full(len(c), np.nan) if e else c.astype(np.float64) for c, e in zip(columns, empty, strict=True)], axis=1
    )


def _cells(column: np.ndarray) -> np.ndarray:
    """Write the cells of a column as levels; whole numbers beside holes are whole."""
    if column.dtype.kind == "M":
        from dendrax.data.sequences import text_of

        column = text_of(column)
    cells = column.astype(object)
    if column.dtype.kind == "f":
        whole = np.isnan(column) | (column == np.round(column))
        cells[:] = [None if v != v else int(v) if whole.all() else v for v in column.tolist()]
    return cells

"""A sample of the rows of a file, drawn evenly and without replacement while they pass by.

    every row has a number u in [0, 1), drawn by its place; the sample is the k rows with the lowest

Once k rows are there, a row is looked at only where its u is below the highest one kept. k is as many rows as fit into
the memory allowed, and the sample does not depend on how the rows are cut into batches while k does not change.
"""

from __future__ import annotations

import numpy as np

from dendrax.core.row_draws import SAMPLE, row_draws
from dendrax.data.tables import Table

MOST_ROWS = 2**17
MOST_BYTES = 2**24
OF_TEXT = 64  # bytes that a cell of text takes beside its letters


def bytes_of(table: Table) -> int:
    """Estimate the memory that a table takes."""
    return sum(_bytes_of(column) for column in table.columns.values())


def _bytes_of(column: np.ndarray) -> int:
    if column.dtype.kind != "O":
        return column.nbytes
    return OF_TEXT * len(column) + sum(len(cell) for cell in column.tolist() if cell is not None)


def joined(tables: list[Table]) -> Table:
    """Put rows of one file one below the other."""
    first = tables[0]
    columns = {name: np.concatenate([t.columns[name] for t in tables]) for name in first.names}
    return Table(columns, first.source, np.concatenate([_places(t) for t in tables]), first.dialect, first.notes)


def _places(table: Table) -> np.ndarray:
    return np.arange(table.n_rows) if table.rows is None else table.rows


class Reservoir:
    """Keep an even sample of the rows that pass by.

    Parameters
    ----------
    seed : int
        The randomness.
    most_rows, most_bytes : int
        How large the sample may be.

    Examples
    --------
    >>> sample = Reservoir(seed=0, most_rows=10)
    >>> for start in range(0, 1000, 100):
    ...     rows = np.arange(start, start + 100)
    ...     sample.add(Table({"x": rows}, rows=rows))
    >>> sample.table.n_rows
    10
    """

    def __init__(self, seed: int, most_rows: int = MOST_ROWS, most_bytes: int = MOST_BYTES) -> None:
        self.seed, self.most_rows, self.most_bytes = seed, most_rows, most_bytes
        self._tables: list[Table] = []
        self._bytes = self._rows = 0
        self._bound = 1.0

    def add(self, table: Table) -> None:
        """Let some rows pass by."""
        low = np.flatnonzero(row_draws(_places(table), self.seed, SAMPLE) < self._bound)
        if len(low):
            self._tables.append(table.take(low))
            self._rows += len(low)
            self._bytes += bytes_of(self._tables[-1])
        if self._rows > 2 * self.most_rows or self._bytes > 2 * self.most_bytes:
            self._trim()

    def _trim(self) -> None:
        """Leave as many rows as may be kept, in their order."""
        if self._rows <= self.most_rows and self._bytes <= self.most_bytes:
            return
        table = joined(self._tables)
        draws = row_draws(_places(table), self.seed, SAMPLE)
        kept = max(min(self.most_rows, self.most_bytes * self._rows // self._bytes), 1)
        self._bound = float(np.partition(draws, kept)[kept])
        table = table.take(np.flatnonzero(draws < self._bound))
        self._tables, self._rows, self._bytes = [table], table.n_rows, bytes_of(table)

    @property
    def table(self) -> Table:
        """The sample, in the order of the file."""
        self._trim()
        return joined(self._tables)

"""A first look at all rows of a file that is larger than memory; what a look at the table in memory would find.

    kinds, extents, answers, number of rows     of all rows
    centres, scales, levels                     of an even sample of them

A column that is constant in the sample only is kept; one that numbers the rows is found by its extent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dendrax.core.row_draws import TEST, row_draws
from dendrax.data.answers import Answers
from dendrax.data.columns import Encoder
from dendrax.data.extent import Extent
from dendrax.data.files import TableFile
from dendrax.data.kinds import Column, Dropped
from dendrax.data.known_rows import is_known
from dendrax.data.reservoir import Reservoir
from dendrax.data.tables import DataError, Table
from dendrax.data.understand import encoder_of, learn_column, sequence


@dataclass(frozen=True)
class FileRows:
    """The rows of a file that have an answer: some to learn from, the others to judge by.

    Attributes
    ----------
    file : TableFile
        The open file.
    target : str
        The column of answers.
    test_share : float
        The share of the rows to judge by, drawn by their places.
    seed : int
        The randomness.
    """

    file: TableFile
    target: str
    test_share: float = 0.0
    seed: int = 0

    def chosen(self, table: Table, *, held_out: bool = False) -> Table:
        """Pick the rows to learn from, or those held out."""
        assert table.rows is not None
        picked = (row_draws(table.rows, self.seed, TEST) < self.test_share) == held_out
        picked &= is_known(table.columns[self.target])
        return table if picked.all() else table.take(np.flatnonzero(picked))

    def batches(self, *, held_out: bool = False) -> Iterator[Table]:
        """Read the rows to learn from, or those held out, some at a time, the answers among them."""
        chosen = (self.chosen(table, held_out=held_out) for table in self.file.batches())
        yield from (table for table in chosen if table.n_rows)


@dataclass(frozen=True)
class Survey:
    """What the rows to learn from are.

    Attributes
    ----------
    answers : Answers
        Their targets.
    extents : dict of str to Extent
        How far each other column reaches, over all rows of the file.
    sample : Table
        Some of the rows, targets among them.
    missing : int
        Rows of the file without an answer.
    """

    answers: Answers
    extents: dict[str, Extent]
    sample: Table
    missing: int

    @property
    def rows(self) -> int:
        """How many rows there are to learn from."""
        return self.answers.rows

    @property
    def rows_in_file(self) -> int:
        """How many rows the file has."""
        return next(iter(self.extents.values())).rows

    @property
    def inputs(self) -> Table:
        """The sample without the targets."""
        return self.sample.without([self.answers.name])

    @property
    def notes(self) -> list[str]:
        """What a person should know."""
        said = [f"columns are understood by all rows, scaled by a sample of {self.sample.n_rows} of them"]
        return [f"{self.missing} rows without {self.answers.name!r} are left out", *said] if self.missing else said


def survey(rows: FileRows) -> Survey:
    """Look at all rows to learn from.

    Parameters
    ----------
    rows : FileRows
        A file and its target.

    Returns
    -------
    Survey
        What they are.

    Raises
    ------
    DataError
        If there is no row with an answer, or no column to learn from.
    """
    source, target = rows.file.file.shown, rows.target
    answers, extents, reservoir, missing = Answers(target, source), dict[str, Extent](), Reservoir(rows.seed), 0
    for table in rows.file.batches():
        table.require([target])
        missing += int((~is_known(table.columns[target])).sum())
        for name, cells in table.without([target]).columns.items():
            extents.setdefault(name, Extent()).look(cells)
        chosen = rows.chosen(table)
        if chosen.n_rows:
            answers.look(chosen.columns[target])
            reservoir.add(chosen)
    if not answers.rows:
        raise DataError(f"column {target!r} must hold answers; every cell is missing")
    if not extents:
        raise DataError(f"{source} must hold a column to learn from beside {target!r}; it holds none")
    return Survey(answers, extents, reservoir.table, missing)


def learn_survey(found: Survey, weights: np.ndarray | None = None) -> Encoder:
    """Learn the encoder of a file.

    Parameters
    ----------
    found : Survey
        What its rows are.
    weights : ndarray, shape (rows of the sample,), optional
        The weight of each.

    Returns
    -------
    Encoder
        As `learn_table` learns it from all rows, but for quantiles and rare levels.
    """
    table = found.inputs
    columns = [_learned(name, cells, found.extents[name], weights) for name, cells in table.columns.items()]
    return encoder_of(columns, table, weights)


def _learned(name: str, cells: np.ndarray, extent: Extent, weights: np.ndarray | None) -> Column:
    if extent.is_sequence(cells):
        return sequence(name, extent.rows)
    column = learn_column(name, cells, weights, drop=True)
    constant = isinstance(column, Dropped) and not (cells.dtype.kind == "O" and len(set(cells.tolist())) > 1)
    return learn_column(name, cells, weights, drop=False) if constant and extent.varies else column

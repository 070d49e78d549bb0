"""A fitted machine as the commands use it: tables in, columns out.

restricted     binary, gaussian or categorical columns, with labels or without
any graph      units of the states 0 and 1, or −1 and 1
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np

from dendrax.cli.machine_rows import find_columns, is_text, rows_of
from dendrax.data.npz_file import places, shape_of
from dendrax.data.tables import DataError, Table
from dendrax.data.targets import ClassTarget
from dendrax.data.writing import Columns

WHOLE = ("binary", "01", "±1")  # kinds whose states are whole numbers


class Machine:
    """A fitted machine and the names of its columns.

    Parameters
    ----------
    estimator : RestrictedBoltzmannMachine or BoltzmannMachine
        A fitted one, of nobody else's use: it forgets its names, and takes rows in their order.
    source : str
        The file it came from, for messages.

    Attributes
    ----------
    names : list of str
        The columns; their places, where they have no names.
    named : bool
        Whether they have.
    kind : str
        "binary", "gaussian", "categorical", "01" or "±1".
    restricted : bool
        Whether it is a restricted machine.
    """

    encoder = None

    def __init__(self, estimator: Any, source: str = "the machine") -> None:
        self.estimator, self.source = estimator, source
        self.restricted = hasattr(estimator, "visible")
        self.kind: str = estimator.visible if self.restricted else estimator.states
        self.named = hasattr(estimator, "feature_names_in_")
        if self.named:
            self.names = [str(name) for name in estimator.feature_names_in_]
            del estimator.feature_names_in_
        else:
            self.names = places([estimator.n_features_in_])

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of a row: that of a picture where units are named by their places in one."""
        return shape_of(self.names)

    @property
    def levels(self) -> dict[str, np.ndarray]:
        """The levels of each categorical column."""
        return dict(zip(self.names, self.estimator.levels_, strict=True)) if self.kind == "categorical" else {}

    @property
    def text(self) -> list[str]:
        """The columns whose levels are text."""
        return [name for name, levels in self.levels.items() if is_text(levels)]

    @property
    def labelled(self) -> bool:
        """Whether it has labels."""
        return self.restricted and bool(self.estimator.labels)

    @cached_property
    def target(self) -> ClassTarget:
        """The labels; a `DataError` where there are none."""
        if not self.labelled:
            raise DataError(
                f"{self.source} holds a machine without labels, which predicts nothing; dendrax sample, complete, "
                "evaluate and info take it"
            )
        return ClassTarget(self.estimator.classes_)

    @property
    def about(self) -> dict[str, Any]:
        """What a predictor says of itself."""
        return {"target_name": "label"}

    def columns(self, table: Table) -> list[str]:
        """Find its columns in a table."""
        return find_columns(table, self.names, named=self.named)

    def rows(self, table: Table) -> np.ndarray:
        """Read a table as rows; a `DataError` where a level was never seen in training."""
        columns = self.columns(table)
        levels = dict(zip(columns, self.levels.values(), strict=False))
        rows = rows_of(table, columns, self.kind, levels)
        strange = np.argwhere(self.unseen(rows))
        if len(strange):
            row, column = strange[0]
            raise DataError(
                f"column {columns[column]!r} must hold levels that were there in training; got {rows[row, column]!r}"
            )
        return rows

    def holes(self, rows: np.ndarray) -> np.ndarray:
        """Say where rows have holes, shape (rows, columns)."""
        return rows != rows if rows.dtype.kind != "O" else (rows == None) | (rows != rows)  # noqa: E711

    def unseen(self, rows: np.ndarray) -> np.ndarray:
        """Say where rows hold a level that training never saw, shape (rows, columns)."""
        strange = np.zeros(rows.shape, bool)
        holes = self.holes(rows)
        for i, levels in enumerate(self.levels.values()):
            known = set(levels.tolist())
            strange[:, i] = [cell not in known for cell in rows[:, i].tolist()]
        return strange & ~holes

    def predict_proba(self, table: Table) -> np.ndarray:
        """Compute the probability of each label, shape (rows, labels)."""
        return self.estimator.predict_proba(self.rows(table))

    def predict(self, table: Table) -> np.ndarray:
        """Answer each row with its most probable label."""
        return self.target.labels[self.predict_proba(table).argmax(axis=1)]

    def sample(self, n: int, given: Mapping[int, Any], label: Any, sweeps: int | None, seed: int) -> np.ndarray:
        """Draw rows, shape (n, columns), some columns held by their places."""
        more: dict[str, Any] = {} if sweeps is None else {"sweeps": sweeps}
        if label is not None:
            more["label"] = label
        return self.estimator.sample(n, given=given or None, random_state=seed, **more)[:, : len(self.names)]

    def complete(self, rows: np.ndarray, *, expected: bool, sweeps: int | None, seed: int) -> np.ndarray:
        """Fill the holes of rows."""
        more: dict[str, Any] = {} if sweeps is None else {"sweeps": sweeps}
        if expected:
            more["expected"] = True
        return self.estimator.complete(rows, random_state=seed, **more)

    def as_columns(self, rows: np.ndarray) -> Columns:
        """Name the columns of rows, states and codes as whole numbers, levels of text as text."""
        return {name: self._column(rows[:, i]) for i, name in enumerate(self.names)}

    def _column(self, cells: np.ndarray) -> np.ndarray:
        if cells.dtype.kind == "O" and not any(isinstance(cell, str) for cell in cells):
            cells = cells.astype(np.float64)
        if self.kind == "gaussian" or cells.dtype.kind not in "f":
            return cells.astype(object) if cells.dtype.kind == "U" else cells
        return cells.astype(np.int64) if (cells == np.round(cells)).all() else cells

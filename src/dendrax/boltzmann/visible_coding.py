"""From rows as the user has them to visible states, and back.

    binary        a value is 0, 1, or a probability between               one unit a column
    gaussian      (value − mean) / scale of the training data             one unit a column
    categorical   a value is one of the column's levels, as text or code  one block a column
    labels        classes, one block after all columns; not in the rows

NaN (in categorical columns None too) is a hole: unknown, not a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dendrax.boltzmann.visible_units import Visible

KINDS = ("binary", "gaussian", "categorical")


@dataclass(frozen=True, eq=False)
class Coding:
    """What was learned of the columns.

    Attributes
    ----------
    kind : "binary", "gaussian" or "categorical"
        What the columns are.
    columns : int
        How many there are.
    mean, scale : ndarray of float64, shape (columns,)
        Of gaussian columns; 0 and 1 of others.
    levels : tuple of ndarray
        The levels of each categorical column, sorted.
    classes : ndarray or None
        The class labels, sorted.
    """

    kind: str
    columns: int
    mean: np.ndarray
    scale: np.ndarray
    levels: tuple[np.ndarray, ...] = ()
    classes: np.ndarray | None = None

    @property
    def visible(self) -> Visible:
        """The visible units that it takes."""
        own = () if self.classes is None else (len(self.classes),)
        plain = 0 if self.kind == "categorical" else self.columns
        kind = "gaussian" if self.kind == "gaussian" else "binary"
        return Visible(kind, plain, (*(len(levels) for levels in self.levels), *own))

    def encode(self, X: np.ndarray, y: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Write rows as visible states.

        Parameters
        ----------
        X : ndarray, shape (rows, columns)
            Rows of the user.
        y : ndarray, shape (rows,), optional
            Labels; where there are classes and no labels, they are unknown.

        Returns
        -------
        ndarray of float32, shape (rows, visible)
            States; 0 in a hole.
        ndarray of bool, shape (rows, visible)
            Where there is none.

        Raises
        ------
        ValueError
            If a value is none that the units can have.
        """
        v, known = self._levels(X) if self.kind == "categorical" else self._numbers(X)
        if self.classes is None:
            return v, known
        block = np.zeros((len(v), len(self.classes)), np.float32)
        if y is not None:
            block[np.arange(len(v)), _codes("y", y, self.classes)] = 1
        return np.concatenate([v, block], axis=1), np.concatenate([known, np.full(block.shape, y is not None)], axis=1)

    def _numbers(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        known = self.known(X)
        if self.kind == "binary":
            wrong = (known & ~((X >= 0) & (X <= 1))).any(axis=0)
            if wrong.any():
                column = int(wrong.argmax())
                values = X[:, column]
                value = values[known[:, column] & ~((values >= 0) & (values <= 1))][0]
                raise ValueError(
                    "X must hold values from 0 to 1 with visible='binary', 0 and 1 or probabilities; "
                    f"got {value:g} in column {column}; visible='gaussian' takes any number"
                )
        v = (X - self.mean) / self.scale if self.kind == "gaussian" else X
        return np.where(known, v, 0).astype(np.float32), known

    def _levels(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        parts, known = [], []
        for i, levels in enumerate(self.levels):
            column, here = X[:, i], ~is_hole(X[:, i])
            block = np.zeros((len(X), len(levels)), np.float32)
            block[here.nonzero()[0], _codes(f"column {i}", column[here], levels)] = 1
            parts.append(block)
            known.append(np.repeat(here[:, None], len(levels), axis=1))
        return np.concatenate(parts, axis=1), np.concatenate(known, axis=1)

    def known(self, X: np.ndarray) -> np.ndarray:
        """Say where rows have no hole, shape (rows, columns)."""
        if self.kind != "categorical":
            return ~np.isnan(X)
        return np.stack([~is_hole(X[:, i]) for i in range(self.columns)], axis=1)

    def decode(self, v: np.ndarray) -> np.ndarray:
        """Write visible states, or their means, as rows of the user; of a block the level that is largest."""
        if self.kind != "categorical":
            return np.asarray(v[:, : self.columns], np.float64) * self.scale + self.mean
        codes = self._largest(v)
        columns = [levels[code] for levels, code in zip(self.levels, codes, strict=False)]
        same = len({levels.dtype.kind for levels in self.levels}) == 1
        rows = np.empty((len(v), self.columns), np.result_type(*(c.dtype for c in columns)) if same else object)
        for i, column in enumerate(columns):
            rows[:, i] = column
        return rows

    def _largest(self, v: np.ndarray) -> list[np.ndarray]:
        ends = np.cumsum([len(levels) for levels in self.levels])
        return [v[:, end - len(levels) : end].argmax(axis=1) for end, levels in zip(ends, self.levels, strict=True)]

    def log_scale(self) -> float:
        """Compute Σ ln scale: the density of a whole row of the user is that of its states divided by all scales."""
        return float(np.log(self.scale).sum())

    def log_scales(self, known: np.ndarray) -> np.ndarray:
        """Compute Σ ln scale over the known columns of each row; what is summed out has no scale.

        Parameters
        ----------
        known : ndarray of bool, shape (rows, columns)
            Where there is no hole.

        Returns
        -------
        ndarray of float64, shape (rows,)
            What is taken off ln p of the states.
        """
        logs = np.log(self.scale)
        return np.where(known, logs, 0.0).sum(axis=1) if logs.any() else np.zeros(len(known))


def is_hole(column: np.ndarray) -> np.ndarray:
    """Say where a column has no value."""
    if column.dtype.kind == "f":
        return np.isnan(column)
    if column.dtype.kind != "O":
        return np.zeros(len(column), bool)
    return np.array([value is None or value != value for value in column], bool)


def _codes(where: str, values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Find the place of each value among the sorted levels."""
    if values.dtype.kind == "O" and levels.dtype.kind != "O":
        values = _one_type(where, values)
    comparable = (values.dtype.kind in "US") == (levels.dtype.kind in "US")
    codes = np.searchsorted(levels, values) if comparable else np.full(len(values), len(levels))
    found = codes < len(levels)
    found[found] = levels[codes[found]] == values[found]
    if not found.all():
        strange = values[~found][0]
        raise ValueError(f"{where} must hold a value that was there in fit; got {_shown(strange)}")
    return codes


def _shown(value: Any) -> str:
    text = repr(value.item() if isinstance(value, np.generic) else value)
    return text if len(text) <= 40 else text[:39] + "…"


def _one_type(where: str, values: np.ndarray) -> np.ndarray:
    """Read objects as texts or as numbers, all of one kind."""
    if all(isinstance(value, str) for value in values):
        return values.astype(str)
    try:
        if any(isinstance(value, str) for value in values):
            raise ValueError
        return values.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"{where} must hold texts or numbers, not both, nor anything else") from None


def levels_of(X: np.ndarray) -> tuple[np.ndarray, ...]:
    """Learn the levels of each column."""
    levels = []
    for i in range(X.shape[1]):
        column = X[~is_hole(X[:, i]), i]
        column = _one_type(f"column {i}", column) if column.dtype.kind == "O" else column
        if column.dtype.kind == "f" and np.isinf(column).any():
            raise ValueError(f"Input X contains infinity in column {i}")
        if not len(column):
            raise ValueError(f"column {i} must hold a value in some row; got holes only")
        levels.append(np.unique(column))
    return tuple(levels)


def learn_coding(kind: str, X: np.ndarray, weight: np.ndarray, classes: np.ndarray | None) -> Coding:
    """Learn how columns are coded.

    Parameters
    ----------
    kind : "binary", "gaussian" or "categorical"
        What they are.
    X : ndarray, shape (rows, columns)
        Training rows.
    weight : ndarray of float64, shape (rows,)
        Their weights.
    classes : ndarray or None
        Class labels.

    Returns
    -------
    Coding
        A gaussian column that is constant has scale 1.
    """
    n = X.shape[1]
    mean, scale = np.zeros(n), np.ones(n)
    if kind == "gaussian":
        known = ~np.isnan(X)
        total = np.maximum(weight @ known, 1e-300)
        filled = np.where(known, X.astype(np.float64), 0.0)
        mean = weight @ filled / total
        scale = np.sqrt(weight @ (np.where(known, filled - mean, 0.0) ** 2) / total)
        scale = np.where(scale > 1e-12 * np.maximum(np.abs(mean), 1e-300), scale, 1.0)
    return Coding(kind, n, mean, scale, levels_of(X) if kind == "categorical" else (), classes)

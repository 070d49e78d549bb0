"""From rows as the user has them to visible states, and back.

    binary        a value is 0, 1, or a probability between               one unit a column
    gaussian      (value − mean) / scale of the training data             one unit a column
    categorical   a value is one of the column's levels, as text or code  one block a column
    labels        classes, one block after all columns; not in the rows

NaN (in categorical columns None, NA and NaT too) is a hole: unknown, not a value.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from dendrax.boltzmann.levels import codes_of, is_hole, levels_of
from dendrax.boltzmann.visible_units import Visible

KINDS = ("binary", "gaussian", "categorical")
FARTHEST = 1e15  # standard deviations; squares of sums of such numbers are still float32
RESOLUTION = 4 * np.finfo(np.float64).eps  # a spread below this share of the mean is rounding


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
    names : tuple of str
        The names of the columns; empty where they have none.
    """

    kind: str
    columns: int
    mean: np.ndarray
    scale: np.ndarray
    levels: tuple[np.ndarray, ...] = ()
    classes: np.ndarray | None = None
    names: tuple[str, ...] = ()

    def name(self, column: int) -> str:
        """Name a column in a message: by its name where it has one, else by its place."""
        return f"column {self.names[column]!r}" if self.names else f"column {column}"

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
            block[np.arange(len(v)), codes_of("y", y, self.classes)] = 1
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
                    f"got {value:g} in {self.name(column)}; visible='gaussian' takes any number"
                )
        v = self._standardised(X, known) if self.kind == "gaussian" else X
        return np.where(known, v, 0).astype(np.float32), known

    def _standardised(self, X: np.ndarray, known: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore"):
            v = np.where(known, (X - self.mean) / self.scale, 0.0)
        far = ~(np.abs(v) <= FARTHEST)
        if far.any():
            row, column = np.argwhere(far)[0]
            raise ValueError(
                f"X must lie within {FARTHEST:g} standard deviations of what was there in fit; got {X[row, column]:g} "
                f"in {self.name(column)}"
            )
        return v

    def _levels(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        parts, known = [], []
        for i, levels in enumerate(self.levels):
            column, here = X[:, i], ~is_hole(X[:, i])
            block = np.zeros((len(X), len(levels)), np.float32)
            block[here.nonzero()[0], codes_of(self.name(i), column[here], levels)] = 1
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


def mean_and_scale(column: np.ndarray, weight: np.ndarray) -> tuple[float, float]:
    """Compute a weighted mean and standard deviation, whatever the size of the numbers.

    With 2^e the size of the largest, x₀ the first and d = (x − x₀) / 2^e / L, L making the largest 1:
    mean = x₀ + 2^e L d̄, scale = 2^e L √(mean of (d − d̄)²); 1 where all are equal but for rounding.

    Parameters
    ----------
    column : ndarray of float, shape (rows,)
        Numbers without holes.
    weight : ndarray of float64, shape (rows,)
        Their weights.

    Returns
    -------
    float, float
        Mean and scale; 0 and 1 where there is no number.
    """
    if not len(column):
        return 0.0, 1.0
    size = int(np.frexp(np.abs(column).max())[1])
    x = np.ldexp(column.astype(np.float64), -size)
    apart = x - x[0]
    largest = np.abs(apart).max() or 1.0
    d, share = apart / largest, weight / weight.sum()
    middle = share @ d
    scale = largest * np.sqrt(share @ (d - middle) ** 2)
    mean = x[0] + largest * middle
    own = float(np.ldexp(scale, size))
    return float(np.ldexp(mean, size)), own if scale > RESOLUTION * abs(mean) and own > 0 else 1.0


def learn_coding(
    kind: str, X: np.ndarray, weight: np.ndarray, classes: np.ndarray | None, names: tuple[str, ...] = ()
) -> Coding:
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
    names : tuple of str
        The names of the columns, if they have any.

    Returns
    -------
    Coding
        A gaussian column that is constant has scale 1.
    """
    n = X.shape[1]
    mean, scale = np.zeros(n), np.ones(n)
    if kind == "gaussian":
        for i, column in enumerate(X.T):
            known = ~np.isnan(column)
            mean[i], scale[i] = mean_and_scale(column[known], weight[known])
    coding = Coding(kind, n, mean, scale, (), classes, names)
    if kind != "categorical":
        return coding
    return replace(coding, levels=tuple(levels_of(X[:, i], coding.name(i)) for i in range(n)))

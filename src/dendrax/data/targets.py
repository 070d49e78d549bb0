"""Targets as a network learns them, and its answers as the user knows them.

    numbers    y → (y − mean) / deviation             answers:  a · deviation + mean
    classes    y → its place among the sorted labels   answers:  the label of the most probable unit

Two classes need one unit (0 or 1, or −1 or +1 where the output units reach from −1 to +1); K classes need K units,
1-of-K. The statistics are computed in float64 and use the weights, so that weight 2 equals a row twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dendrax.data.label_matrix import LabelMatrix
from dendrax.data.tables import DataError

SIGNED = frozenset({"tanh", "step"})  # output units whose two answers are −1 and +1


@dataclass(frozen=True)
class NumberTarget:
    """One or several numbers to predict.

    Attributes
    ----------
    centre, scale : ndarray of float64, shape (outputs,)
        The weighted mean and standard deviation of each output.
    flat : bool
        Whether the user's targets have shape (rows,) instead of (rows, outputs).
    """

    centre: np.ndarray
    scale: np.ndarray
    flat: bool

    @property
    def units(self) -> int:
        """One output unit a number."""
        return len(self.centre)

    @property
    def activation(self) -> str:
        """The output units."""
        return "identity"

    def encode(self, y: np.ndarray, output: str) -> np.ndarray:
        """Standardise: shape (rows,) or (rows, outputs) to float32 of (rows, outputs)."""
        columns = np.asarray(y, np.float64).reshape(len(y), -1)
        if columns.shape[1] != self.units:
            raise ValueError(f"y must hold {self.units} numbers a row; got {columns.shape[1]}")
        return ((columns - self.centre) / self.scale).astype(np.float32)

    def decode(self, a: np.ndarray) -> np.ndarray:
        """Undo the standardisation: (rows, outputs) to float64 of the user's shape."""
        answer = a.astype(np.float64) * self.scale + self.centre
        return answer[:, 0] if self.flat else answer

    def to_json(self) -> dict[str, Any]:
        """Describe the target for a file."""
        return {
            "kind": "numbers",
            "centre": self.centre.tolist(),
            "scale": self.scale.tolist(),
            "flat": self.flat,
        }


@dataclass(frozen=True)
class ClassTarget:
    """One of two or more classes to predict.

    Attributes
    ----------
    labels : ndarray, shape (classes,)
        The sorted labels, in the user's own type.
    """

    labels: np.ndarray

    @property
    def units(self) -> int:
        """One output unit for two classes, else one for each class."""
        return 1 if len(self.labels) == 2 else len(self.labels)

    @property
    def activation(self) -> str:
        """The output units that turn sums into probabilities."""
        return "sigmoid" if len(self.labels) == 2 else "softmax"

    def codes(self, y: np.ndarray) -> np.ndarray:
        """Find the place of each label.

        Parameters
        ----------
        y : ndarray, shape (rows,)
            Labels.

        Returns
        -------
        ndarray of int32, shape (rows,)
            Places among the sorted labels.

        Raises
        ------
        ValueError
            If a label is not among them.
        """
        place = np.minimum(np.searchsorted(self.labels, y), len(self.labels) - 1)
        strange = self.labels[place] != y
        if np.any(strange):
            raise ValueError(f"y must hold only the labels {shown(self.labels)}; got {shown(y[strange][:1])}")
        return place.astype(np.int32)

    def encode(self, y: np.ndarray, output: str) -> np.ndarray:
        """Code labels: (rows, 1) of float32 for two classes, (rows,) of int32 for more."""
        codes = self.codes(y)
        if self.units > 1:
            return codes
        coded = 2 * codes - 1 if output in SIGNED else codes
        return coded.astype(np.float32)[:, None]

    def probabilities(self, a: np.ndarray, output: str) -> np.ndarray:
        """Turn output activations into one probability a class.

        Parameters
        ----------
        a : ndarray, shape (rows, units)
            Activations of the output units.
        output : str
            Their activation function.

        Returns
        -------
        ndarray of float32, shape (rows, classes)
            Rows sum to 1. Units that were not trained as probabilities are shifted to [0, 1] and normalised.
        """
        if output == "softmax":
            return a
        signed = self.units == 1 and output in SIGNED
        share = a if output == "sigmoid" else np.clip((a + 1) / 2 if signed else a, 0, 1)
        if self.units == 1:
            return np.concatenate([1 - share, share], axis=1)
        total = share.sum(axis=1, keepdims=True)
        return np.where(total > 0, share / np.where(total > 0, total, 1), np.float32(1 / self.units))

    def decode(self, probabilities: np.ndarray) -> np.ndarray:
        """Name the most probable class of each row."""
        return self.labels[probabilities.argmax(axis=1)]

    def to_json(self) -> dict[str, Any]:
        """Describe the target for a file."""
        return {"kind": "classes", "labels": self.labels.tolist(), "dtype": self.labels.dtype.str}


Classes = ClassTarget | LabelMatrix
Target = NumberTarget | Classes


def shown(labels: np.ndarray, most: int = 5) -> str:
    """List a few labels for a message."""
    words = ", ".join(repr(label) for label in labels[:most].tolist())
    return words if len(labels) <= most else f"{words}, … ({len(labels)} in all)"


def learn_numbers(y: np.ndarray, weights: np.ndarray | None = None) -> NumberTarget:
    """Learn the mean and deviation of numeric targets.

    Parameters
    ----------
    y : ndarray, shape (rows,) or (rows, outputs)
        Finite numbers; NaN where one of several outputs is missing.
    weights : ndarray, shape (rows,), optional
        The weight of each row.

    Returns
    -------
    NumberTarget
        A constant output is scaled by 1.

    Examples
    --------
    >>> import numpy as np
    >>> learn_numbers(np.array([1.0, 3.0])).centre
    array([2.])
    """
    columns, known = _known(y)
    counted = known if weights is None else known * weights[:, None]
    centre = np.average(columns, axis=0, weights=counted)
    error = np.where(known, columns - centre, 0.0)
    largest = np.maximum(np.abs(error).max(axis=0), np.finfo(float).tiny)
    spread = largest * np.sqrt(np.average((error / largest) ** 2, axis=0, weights=counted))
    if not (np.isfinite(centre).all() and np.isfinite(spread).all()):
        raise DataError("y must hold numbers whose differences float64 can hold; give it in a larger unit")
    constant = spread <= 1e-12 * np.abs(centre)
    return NumberTarget(centre, np.where(constant, 1.0, spread), np.ndim(y) == 1)


def _known(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the columns of a target, 0 where missing, and which entries are known."""
    columns = np.asarray(y, np.float64).reshape(len(y), -1)
    known = ~np.isnan(columns)
    empty = np.flatnonzero(~known.any(axis=0))
    if len(empty):
        raise DataError(f"every output of y must be known in some row; output {empty[0] + 1} is missing in all")
    return np.where(known, columns, 0.0), known


def learn_counts(y: np.ndarray, weights: np.ndarray | None = None) -> NumberTarget:
    """Learn the mean of targets of 0 and more, which are scaled by it and not shifted.

    Examples
    --------
    >>> learn_counts(np.array([0.0, 4.0])).scale
    array([2.])
    """
    columns, known = _known(y)
    if (columns < 0).any():
        raise DataError(f"y must hold numbers of 0 and more with loss='poisson'; got {columns.min():g}")
    mean = np.average(columns, axis=0, weights=known if weights is None else known * weights[:, None])
    return NumberTarget(np.zeros(len(mean)), np.where(mean > 0, mean, 1.0), np.ndim(y) == 1)


def as_they_are(y: np.ndarray) -> NumberTarget:
    """Leave numeric targets as they are: centre 0, scale 1."""
    outputs = np.asarray(y).reshape(len(y), -1).shape[1]
    return NumberTarget(np.zeros(outputs), np.ones(outputs), np.ndim(y) == 1)


def learn_classes(y: np.ndarray) -> ClassTarget:
    """Learn the labels.

    Parameters
    ----------
    y : ndarray, shape (rows,)
        Labels of any one type: numbers, booleans or strings.

    Returns
    -------
    ClassTarget
        The sorted labels.

    Raises
    ------
    DataError
        If there is one class only.

    Examples
    --------
    >>> import numpy as np
    >>> learn_classes(np.array([1, -1, 1])).labels
    array([-1,  1])
    """
    labels = np.unique(y)
    if len(labels) < 2:
        raise DataError(
            f"y must hold at least two classes; got one class only, {shown(labels)}: there is nothing to tell apart"
        )
    return ClassTarget(labels)

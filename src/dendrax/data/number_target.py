"""Numbers as a network learns them, and its answers as the user knows them.

    coded = (y − centre) / scale                             answers:  a · scale + centre

    the output units reach                                       centre, scale
    everywhere: identity, leaky_relu                             mean, deviation
    0 and more: relu, softplus, exponential, silu, gelu, …       0, mean
    0 to 1: sigmoid, and softmax, where rows sum to 1            0, 1
    −1 to +1: tanh, softsign, hard_tanh; step: the two ends      0, 1

Targets that the units cannot reach are refused. The statistics are computed in float64 and use the weights, so that
weight 2 equals a row twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dendrax.data.probabilities import SIGNED
from dendrax.data.tables import DataError

POSITIVE = frozenset({"relu", "softplus", "exponential", "silu", "gelu", "mish", "elu", "selu"})  # or hardly below 0
BOUNDED = SIGNED | {"sigmoid", "softmax"}


@dataclass(frozen=True)
class NumberTarget:
    """One or several numbers to predict.

    Attributes
    ----------
    centre, scale : ndarray of float64, shape (outputs,)
        By what each output is shifted and scaled.
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
        """Shift and scale: shape (rows,) or (rows, outputs) to float32 of (rows, outputs).

        Raises
        ------
        DataError
            If the output units cannot reach a target.
        """
        columns = np.asarray(y, np.float64).reshape(len(y), -1)
        if columns.shape[1] != self.units:
            raise ValueError(f"y must hold {self.units} numbers a row; got {columns.shape[1]}")
        refuse_unreachable(columns, output)
        return ((columns - self.centre) / self.scale).astype(np.float32)

    def decode(self, a: np.ndarray) -> np.ndarray:
        """Undo shift and scale: (rows, outputs) to float64 of the user's shape."""
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


def refuse_unreachable(columns: np.ndarray, output: str) -> None:
    """Raise a `DataError` where output units cannot answer with a target, shape (rows, outputs); NaN is missing."""
    must, allowed = _reach(columns, output)
    out = ~(allowed | (np.isnan(columns) & (output != "softmax")))
    if out.any():
        got = columns[out.any(axis=1)][0].tolist() if output == "softmax" else f"{columns[out][0]:g}"
        raise DataError(f"y must hold {must} with output_activation={output!r}; got {got}")


def _reach(columns: np.ndarray, output: str) -> tuple[str, np.ndarray]:
    """Say what targets must be for output units, and which are."""
    if output == "softmax":
        one = np.abs(columns.sum(axis=1, keepdims=True) - 1) <= 1e-6
        return "rows of numbers from 0 to 1 that sum to 1", (columns >= 0) & one
    if output == "step":
        return "−1 and +1 only", np.abs(columns) == 1
    if output in SIGNED:
        return "numbers from −1 to +1", np.abs(columns) <= 1
    if output == "sigmoid":
        return "numbers from 0 to 1", (columns >= 0) & (columns <= 1)
    return "numbers of 0 and more", columns >= (0 if output in POSITIVE else -np.inf)


def learn_numbers(y: np.ndarray, weights: np.ndarray | None = None, output: str = "identity") -> NumberTarget:
    """Learn how numeric targets are shifted and scaled for output units.

    Parameters
    ----------
    y : ndarray, shape (rows,) or (rows, outputs)
        Finite numbers; NaN where one of several outputs is missing.
    weights : ndarray, shape (rows,), optional
        The weight of each row.
    output : str, default="identity"
        The activation function of the output units.

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
    if output in BOUNDED:
        return as_they_are(y)
    if output in POSITIVE:
        return learn_counts(y, weights, f"output_activation={output!r}")
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


def learn_counts(y: np.ndarray, weights: np.ndarray | None = None, because: str = "loss='poisson'") -> NumberTarget:
    """Learn the mean of targets of 0 and more, which are scaled by it and not shifted.

    Parameters
    ----------
    y : ndarray, shape (rows,) or (rows, outputs)
        Finite numbers; NaN where one of several outputs is missing.
    weights : ndarray, shape (rows,), optional
        The weight of each row.
    because : str, default="loss='poisson'"
        What asks for such targets, for the message.

    Returns
    -------
    NumberTarget
        An output that is 0 in every row is scaled by 1.

    Raises
    ------
    DataError
        If a target is below 0.

    Examples
    --------
    >>> learn_counts(np.array([0.0, 4.0])).scale
    array([2.])
    """
    columns, known = _known(y)
    if (columns < 0).any():
        raise DataError(f"y must hold numbers of 0 and more with {because}; got {columns.min():g}")
    largest = np.maximum(columns.max(axis=0), np.finfo(float).tiny)
    counted = known if weights is None else known * weights[:, None]
    mean = largest * np.average(columns / largest, axis=0, weights=counted)
    return NumberTarget(np.zeros(len(mean)), np.where(mean > 0, mean, 1.0), np.ndim(y) == 1)


def as_they_are(y: np.ndarray) -> NumberTarget:
    """Leave numeric targets as they are: centre 0, scale 1."""
    outputs = np.asarray(y).reshape(len(y), -1).shape[1]
    return NumberTarget(np.zeros(outputs), np.ones(outputs), np.ndim(y) == 1)

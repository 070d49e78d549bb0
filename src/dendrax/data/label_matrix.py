"""Targets given as a matrix of 0 and 1, one column a label.

    exactly one 1 in every row   1-of-K: the classes exclude each other      K softmax units
    otherwise                    several labels a row, or none               a sigmoid unit for each

Units that reach from −1 to +1 learn these instead of 0 and 1.
Answers have the same shape: 1 for the most probable class, or for every label of probability ½ and more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dendrax.data.probabilities import SIGNED, normalised, shares
from dendrax.data.tables import DataError


@dataclass(frozen=True)
class LabelMatrix:
    """Several labels a row, or 1-of-K.

    Attributes
    ----------
    units : int
        Columns: one output unit each.
    exclusive : bool
        Whether every row has exactly one label.
    dtype : str
        The type of the user's matrix, which answers have too.
    """

    units: int
    exclusive: bool
    dtype: str = "int64"

    @property
    def labels(self) -> np.ndarray:
        """The numbers of the columns."""
        return np.arange(self.units)

    @property
    def activation(self) -> str:
        """The output units that turn sums into probabilities."""
        return "softmax" if self.exclusive else "sigmoid"

    def encode(self, y: np.ndarray, output: str) -> np.ndarray:
        """Code rows: (rows,) of int32 for 1-of-K from 0 to 1, (rows, labels) of float32 otherwise."""
        if np.ndim(y) != 2 or y.shape[1] != self.units or not np.isin(y, (0, 1)).all():
            raise DataError(f"y must be a matrix of 0 and 1 with {self.units} columns; got shape {np.shape(y)}")
        if self.exclusive and not is_one_of_k(y):
            raise DataError("y must have exactly one 1 in every row, as in training")
        if output in SIGNED:
            return 2 * np.asarray(y, np.float32) - 1
        return np.asarray(y).argmax(axis=1).astype(np.int32) if self.exclusive else np.asarray(y, np.float32)

    def probabilities(self, a: np.ndarray, output: str) -> np.ndarray:
        """Turn output activations into one probability a label; rows sum to 1 only for 1-of-K."""
        share = shares(a, output)
        return normalised(share) if self.exclusive and output != "softmax" else share

    def decode(self, probabilities: np.ndarray) -> np.ndarray:
        """Name the labels of each row: a matrix of 0 and 1."""
        if self.exclusive:
            return np.eye(self.units, dtype=self.dtype)[probabilities.argmax(axis=1)]
        return (probabilities >= 0.5).astype(self.dtype)

    def to_json(self) -> dict[str, Any]:
        """Describe the target for a file."""
        return {"kind": "matrix", "units": self.units, "exclusive": self.exclusive, "dtype": self.dtype}


def is_one_of_k(y: np.ndarray) -> bool:
    """Say whether every row of a matrix of 0 and 1 has exactly one 1."""
    return bool((np.asarray(y).sum(axis=1) == 1).all())


def learn_matrix(y: np.ndarray, multi_label: bool = False) -> LabelMatrix:
    """Learn what a matrix of labels is.

    Parameters
    ----------
    y : ndarray, shape (rows, labels)
        0 and 1, two columns or more.
    multi_label : bool, default=False
        True: labels do not exclude each other, though every row has exactly one.

    Returns
    -------
    LabelMatrix
        1-of-K or several labels.

    Examples
    --------
    >>> learn_matrix(np.array([[1, 0], [0, 1]])).activation
    'softmax'
    >>> learn_matrix(np.array([[1, 1], [0, 1]])).activation
    'sigmoid'
    """
    exclusive = not multi_label and is_one_of_k(y)
    if exclusive and len(np.unique(np.asarray(y).argmax(axis=1))) < 2:
        raise DataError("y must hold at least two classes; every row of the 1-of-K matrix has the same one")
    return LabelMatrix(y.shape[1], exclusive, np.asarray(y).dtype.name)


def label_matrix_from_json(described: dict[str, Any]) -> LabelMatrix:
    """Rebuild a target from its description; a `ValueError` if it is none."""
    units, exclusive, dtype = (described.get(name) for name in ("units", "exclusive", "dtype"))
    if not (isinstance(units, int) and isinstance(exclusive, bool) and isinstance(dtype, str)):
        raise ValueError("the target is no matrix of labels")
    if isinstance(units, bool) or not 2 <= units <= 2**24:
        raise ValueError("the target is no matrix of labels")
    if np.dtype(dtype).kind not in "biuf":
        raise ValueError(f"labels of type {dtype} are not known")
    return LabelMatrix(units, exclusive, dtype)

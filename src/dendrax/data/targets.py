"""Targets as a network learns them, and its answers as the user knows them: numbers, labels or a matrix of labels.

    classes    y → its place among the sorted labels   answers:  the label of the most probable unit

Two classes need one unit, K classes need K units, 1-of-K. Units that reach from −1 to +1 learn −1 for no and +1 for
yes, others 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dendrax.data.label_matrix import LabelMatrix
from dendrax.data.number_target import NumberTarget
from dendrax.data.probabilities import SIGNED, normalised, shares
from dendrax.data.tables import DataError


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
        """Code labels: (rows,) of int32 for 1-of-K from 0 to 1, (rows, units) of float32 otherwise."""
        codes = self.codes(y)
        if self.units > 1 and output not in SIGNED:
            return codes
        yes = codes[:, None] if self.units == 1 else codes[:, None] == np.arange(self.units)
        return np.asarray(2.0 * yes - 1.0 if output in SIGNED else yes, np.float32)

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
        share = shares(a, output)
        if self.units == 1:
            return np.concatenate([1 - share, share], axis=1)
        return share if output == "softmax" else normalised(share)

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

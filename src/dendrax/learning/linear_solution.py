"""What a rule that fits a linear model finds:  in = (φ − mean) · W + level.

The same as φ · W + b with b = level − mean · W, but for rounding: where a column is far from 0, φ − mean is not.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class LinearSolution(NamedTuple):
    """Weights, and how they were found.

    Attributes
    ----------
    weights : ndarray of float64, shape (inputs, units)
        W, transposed: one column a unit.
    level : ndarray of float64, shape (units,)
        `in` at the mean of the inputs.
    mean : ndarray of float64, shape (inputs,)
        The weighted mean of the inputs; 0 without an intercept.
    steps : int
        Steps or epochs taken; 0 for a closed form.
    converged : bool
        Whether the rule ended by itself.
    """

    weights: np.ndarray
    level: np.ndarray
    mean: np.ndarray
    steps: int = 0
    converged: bool = True

    @property
    def biases(self) -> np.ndarray:
        """The intercepts b, shape (units,)."""
        return self.level - self.mean @ self.weights

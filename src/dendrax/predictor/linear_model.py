"""A fitted linear model as it answers, in float64 NumPy the whole way.

a = g((φ(x) − mean) · W + b)

φ  functions of the inputs; the inputs themselves without a basis        W  weights (functions, units)
b  biases (units,), what `in` is where φ is at its mean                   mean (functions,)
g  identity for numbers, sigmoid for two classes, softmax for more, step for the units of a perceptron
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dendrax.data.faults import DataError
from dendrax.learning.perceptron import answers
from dendrax.nn.expansion import Expansion

LINKS = ("identity", "sigmoid", "softmax", "step")


def link(z: np.ndarray, output: str) -> np.ndarray:
    """Compute a = g(in), without overflow.

    Of several step units one answers +1, the one with the largest `in`, and the others −1.

    Parameters
    ----------
    z : ndarray of float64, shape (rows, units)
        The weighted sums `in`.
    output : str
        identity, sigmoid, softmax or step.

    Returns
    -------
    ndarray of float64, shape (rows, units)
        The activations.
    """
    if output == "sigmoid":
        return 0.5 * (1.0 + np.tanh(0.5 * z))
    if output == "softmax":
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)
    if output == "step":
        return answers(z)
    return z


class LinearModel:
    """A weighted sum of functions of the inputs and what becomes of it.

    Parameters
    ----------
    weights : ndarray of float64, shape (functions, units)
        One column a unit.
    biases : ndarray of float64, shape (units,)
        `in` where the functions are at their mean.
    output : str
        identity, sigmoid, softmax or step.
    mean : ndarray of float64, shape (functions,), optional
        What the functions are compared with; 0 where absent.
    expansion : Expansion, optional
        From inputs to functions; where absent, the functions are the inputs.
    """

    kind = "linear"

    def __init__(
        self,
        weights: np.ndarray,
        biases: np.ndarray,
        output: str,
        mean: np.ndarray | None = None,
        expansion: Expansion | None = None,
    ) -> None:
        self.weights, self.biases, self.output = np.array(weights), np.array(biases), output
        self.mean = np.zeros(len(self.weights)) if mean is None else np.array(mean)
        self.expansion = expansion
        functions = [] if expansion is None else [v for block in expansion.blocks for v in block.functions]
        for array in (self.weights, self.biases, self.mean, *(v for v in functions if isinstance(v, np.ndarray))):
            array.setflags(write=False)

    @property
    def n_inputs(self) -> int:
        """How many inputs a row has."""
        return len(self.weights) if self.expansion is None else self.expansion.n_inputs

    def coefficients(self) -> tuple[np.ndarray, np.ndarray]:
        """Compute the weights of the inputs, or of the functions as the user knows them, and the intercepts.

        Returns
        -------
        ndarray of float64, shape (names, units)
            In the units of the data: what multiplies a column, a power, a basis function.
        ndarray of float64, shape (units,)
            The intercepts.
        """
        with np.errstate(over="ignore", invalid="ignore"):  # weights near the largest float
            intercepts = self.biases - self.mean @ self.weights
            if self.expansion is None:
                return self.weights, intercepts
            weights, constant = self.expansion.raw(self.weights)
            return weights, intercepts + constant

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Compute the activations of the output units: (rows, inputs) to (rows, units)."""
        with np.errstate(over="ignore", invalid="ignore"):  # far beyond the training data a power may be infinite
            functions = x if self.expansion is None else self.expansion.values(x)
            z = (functions - self.mean) @ self.weights + self.biases
        if np.isnan(z).any():
            raise DataError(
                "rows must lie nearer to the training data: functions of the basis are too large for float64"
            )
        return link(z, self.output)

    def start(self, x: np.ndarray) -> Callable[[], np.ndarray]:
        """Answer as `NetworkModel.start` does: what is returned gives the activations."""
        answer = self.outputs(x)
        return lambda: answer

"""A fitted linear model as it answers, in float64 NumPy the whole way.

a = g(W x + b)         W  weights (inputs, units)      b  biases (units,)
g: identity for numbers, sigmoid for two classes, softmax for more
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

LINKS = ("identity", "sigmoid", "softmax")


def link(z: np.ndarray, output: str) -> np.ndarray:
    """Compute a = g(in) for identity, sigmoid and softmax units, without overflow.

    Parameters
    ----------
    z : ndarray of float64, shape (rows, units)
        The weighted sums `in`.
    output : str
        identity, sigmoid or softmax.

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
    return z


class LinearModel:
    """A weighted sum of the inputs and what becomes of it.

    Parameters
    ----------
    weights : ndarray of float64, shape (inputs, units)
        One column a unit.
    biases : ndarray of float64, shape (units,)
        The intercepts.
    output : str
        identity, sigmoid or softmax.
    """

    kind = "linear"

    def __init__(self, weights: np.ndarray, biases: np.ndarray, output: str) -> None:
        self.weights, self.biases, self.output = np.array(weights), np.array(biases), output
        self.weights.setflags(write=False)
        self.biases.setflags(write=False)

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """Compute the activations of the output units: (rows, inputs) to (rows, units)."""
        return link(x @ self.weights + self.biases, self.output)

    def start(self, x: np.ndarray) -> Callable[[], np.ndarray]:
        """Answer as `NetworkModel.start` does: what is returned gives the activations."""
        answer = self.outputs(x)
        return lambda: answer

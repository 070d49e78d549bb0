"""Least squares, solved exactly in float64.

    E(w, b) = ½ Σ_n c_n |y_n − W x_n − b|² + ½ λ |W|²        c: the weights of the rows, λ: the penalty

The columns are centred and scaled first, which changes the answer by nothing but rounding; the penalty counts weights
in these units, a standard deviation of each column, or without an intercept, where nothing is centred, its root mean
square. Where columns depend on each other the shortest solution is taken.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dendrax.learning.linear_solution import LinearSolution
from dendrax.learning.normal_equations import shortest_solution

FEW = 64  # columns, or rows, for which singular values are fast enough


class Standardised(NamedTuple):
    """Columns of mean 0 and deviation 1.

    Attributes
    ----------
    x : ndarray of float64, shape (rows, inputs)
        (x − mean − shift) / deviation.
    mean, deviation : ndarray of float64, shape (inputs,)
        Weighted; without an intercept 0 and the root mean square. The deviation of a constant column counts as 1.
    shift : ndarray of float64, shape (inputs,)
        By how much rounding missed the mean: of a column far from 0 that is not little.
    """

    x: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    shift: np.ndarray

    def solution(
        self, weights: np.ndarray, level: np.ndarray, steps: int = 0, converged: bool = True
    ) -> LinearSolution:
        """Rewrite weights for the columns as they came."""
        unscaled = weights / self.deviation[:, None]
        return LinearSolution(unscaled, level - self.shift @ unscaled, self.mean, steps, converged)


def standardise(x: np.ndarray, row_weights: np.ndarray, fit_intercept: bool) -> Standardised:
    """Centre (with an intercept) and scale columns."""
    total = row_weights.sum()
    mean = row_weights @ x / total if fit_intercept else np.zeros(x.shape[1])
    centred = x - mean
    shift = row_weights @ centred / total if fit_intercept else mean
    centred -= shift
    largest = np.maximum(np.maximum(centred.max(axis=0), -centred.min(axis=0)), np.finfo(float).tiny)
    scaled = centred / largest
    deviation = largest * np.sqrt(row_weights @ np.square(scaled, out=scaled) / total)
    constant = deviation <= 1e-13 * np.maximum(np.abs(mean), np.finfo(float).tiny)
    deviation = np.where(constant, 1.0, deviation)
    centred /= deviation
    centred[:, constant] = 0.0
    return Standardised(centred, mean, deviation, shift)


def least_squares(
    x: np.ndarray, y: np.ndarray, row_weights: np.ndarray, penalty: float = 0.0, fit_intercept: bool = True
) -> LinearSolution:
    """Find the weights that minimise E.

    Parameters
    ----------
    x : ndarray of float64, shape (rows, inputs)
        Inputs.
    y : ndarray of float64, shape (rows, outputs)
        Targets.
    row_weights : ndarray of float64, shape (rows,)
        How much each row counts.
    penalty : float, default=0.0
        λ.
    fit_intercept : bool, default=True
        False keeps b at 0.

    Returns
    -------
    LinearSolution
        W and b.

    Examples
    --------
    >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]])
    >>> found = least_squares(x, y, np.ones(3))
    >>> found.weights.round(6).tolist(), found.biases.round(6).tolist()
    ([[2.0]], [1.0])
    """
    columns = standardise(x, row_weights, fit_intercept)
    middle = row_weights @ y / row_weights.sum() if fit_intercept else np.zeros(y.shape[1])
    root = np.sqrt(row_weights)[:, None]
    a, b = np.multiply(root, columns.x, out=columns.x), root * (y - middle)
    found = shortest_solution(a, b, penalty) if min(a.shape) > FEW else None
    return columns.solution(_by_singular_values(a, b, penalty) if found is None else found, middle)


def _by_singular_values(a: np.ndarray, b: np.ndarray, penalty: float) -> np.ndarray:
    """Find the shortest solution, however ill-conditioned; the penalty is a row more for each column."""
    if penalty > 0:
        inputs = a.shape[1]
        a = np.concatenate([a, np.sqrt(penalty) * np.eye(inputs)])
        b = np.concatenate([b, np.zeros((inputs, b.shape[1]))])
    return np.linalg.lstsq(a, b, rcond=np.finfo(float).eps * max(a.shape))[0]

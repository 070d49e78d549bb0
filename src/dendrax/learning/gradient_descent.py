"""Gradient descent on one layer of units, all rows at once, in float64.

    E(W, b) = (1/C) (Σ_n c_n ℓ(y_n, a_n) + ½ λ |W|²)       a = g(W x + b), c: the weights of the rows, C = Σ c
    ∇E      = (1/C) (Σ_n c_n x_n (a_n − y_n) + λ W)        ℓ: ½ (y − a)² for g identity, cross-entropy else
    W ← W − α ∇E

The columns are centred and scaled first, and x holds a 1 for the intercept. On a linear unit each step multiplies the
error along an eigenvector of the mean of x xᵀ by 1 − α·(its eigenvalue): it shrinks for every start if and only if

    α < 2 / λ_max                                          λ_max: the largest eigenvalue, + λ/C

b starts at the mean of y on linear units, at 0 on others; W at 0.

The default α = 1/λ_max is safe. Sigmoid units slope ¼ as steeply at most, softmax units ½, and so is λ_max.

Source
------
Y. LeCun, I. Kanter and S. Solla, "Eigenvalues of covariance matrices", Physical Review Letters 66 (1991).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dendrax.learning.least_squares import standardise
from dendrax.learning.linear_solution import LinearSolution
from dendrax.learning.newton import activations
from dendrax.learning.outcome import DivergenceError

STEEPEST = {"identity": 1.0, "sigmoid": 0.25, "softmax": 0.5}
TINY = np.finfo(float).tiny
GROWN = 1e6  # a gradient that many times its first size has diverged


def largest_eigenvalue(x: np.ndarray, row_weights: np.ndarray) -> float:
    """Compute λ_max of the weighted mean of x xᵀ.

    Parameters
    ----------
    x : ndarray of float64, shape (rows, inputs)
        Inputs.
    row_weights : ndarray of float64, shape (rows,)
        How much each row counts.

    Returns
    -------
    float
        The largest eigenvalue.

    Examples
    --------
    >>> round(largest_eigenvalue(np.diag([1.0, 2.0]), np.ones(2)), 6)
    2.0
    """
    rows = np.sqrt(row_weights / row_weights.sum())[:, None] * x
    squares = rows.T @ rows if len(rows) > rows.shape[1] else rows @ rows.T  # the same eigenvalues but for zeros
    return float(np.linalg.eigvalsh(squares)[-1])


def descend(
    x: np.ndarray,
    y: np.ndarray,
    row_weights: np.ndarray,
    output: str = "identity",
    penalty: float = 0.0,
    fit_intercept: bool = True,
    *,
    learning_rate: float | None = None,
    max_epochs: int = 10_000,
    tolerance: float = 1e-9,
) -> LinearSolution:
    """Walk down the gradient.

    Parameters
    ----------
    x : ndarray of float64, shape (rows, inputs)
        Inputs.
    y : ndarray of float64, shape (rows, units)
        Numbers, 0 or 1 for a sigmoid unit, 1-of-K for softmax units.
    row_weights : ndarray of float64, shape (rows,)
        How much each row counts.
    output : str, default="identity"
        g: identity, sigmoid or softmax.
    penalty : float, default=0.0
        λ, on weights in units of a standard deviation of each column, without an intercept of its root mean square.
    fit_intercept : bool, default=True
        False keeps b at 0.
    learning_rate : float, optional
        α; half of the bound, 1/λ_max, where absent.
    max_epochs : int, default=10000
        The most steps.
    tolerance : float, default=1e-9
        Ends when the gradient is that share of its first size.

    Returns
    -------
    LinearSolution
        W, b, the steps taken, and whether the gradient became small enough.

    Raises
    ------
    DivergenceError
        If α is too large: it names the bound.

    Examples
    --------
    >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [5.0]])
    >>> found = descend(x, y, np.ones(3))
    >>> found.weights.round(6).tolist(), found.biases.round(6).tolist(), found.converged
    ([[2.0]], [1.0], True)
    """
    columns = standardise(x, row_weights, fit_intercept)
    level = row_weights @ y / row_weights.sum() if fit_intercept and output == "identity" else np.zeros(y.shape[1])
    rows = np.concatenate([columns.x, np.full((len(x), 1), float(fit_intercept))], axis=1)
    pull = penalty / float(row_weights.sum())
    steepest = STEEPEST[output] * largest_eigenvalue(rows, row_weights) + pull
    rate = 1 / max(steepest, TINY) if learning_rate is None else learning_rate
    gradient = _gradient(rows, y - level, row_weights / row_weights.sum(), output, pull)
    w = np.zeros((rows.shape[1], y.shape[1]))
    slope = gradient(w)
    first = size = np.linalg.norm(slope, axis=0)
    for epoch in range(max_epochs):
        if (size <= tolerance * first).all():
            return columns.solution(w[:-1], level + w[-1], epoch, True)
        w = w - rate * slope
        slope = gradient(w)
        size = np.linalg.norm(slope, axis=0)
        if not (size <= GROWN * first).all():
            raise _diverged(rate, steepest, output)
    converged = bool((size <= tolerance * first).all())
    if not converged and rate * steepest >= 2 and (output == "identity" or (size > first).any()):
        raise _diverged(rate, steepest, output)
    return columns.solution(w[:-1], level + w[-1], max_epochs, converged)


def _gradient(
    rows: np.ndarray, y: np.ndarray, share: np.ndarray, output: str, pull: float
) -> Callable[[np.ndarray], np.ndarray]:
    """Make ∇E; on a linear unit of many rows from the mean of x xᵀ, which is computed once."""
    pulls = np.full((rows.shape[1], 1), pull)
    pulls[-1] = 0.0  # not the intercept
    weighted = share[:, None] * rows
    if output == "identity" and len(rows) > rows.shape[1]:
        squares, products = rows.T @ weighted, weighted.T @ y
        return lambda w: squares @ w - products + pulls * w
    g = activations if output != "identity" else np.asarray
    return lambda w: weighted.T @ (g(rows @ w) - y) + pulls * w


def _diverged(rate: float, steepest: float, output: str) -> DivergenceError:
    times = "" if output == "identity" else f", times {STEEPEST[output]:g} for a {output} unit"
    return DivergenceError(
        f"learning_rate must be below 2/λmax = {2 / steepest:.6g} for gradient descent to converge; got {rate:g} "
        f"(λmax = {steepest:.6g} is the largest eigenvalue of the mean of x xᵀ, of centred and scaled inputs{times}); "
        "leave it out to take 1/λmax"
    )

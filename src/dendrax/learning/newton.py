"""Logistic and softmax units, fitted by Newton's method in float64.

    E(W, b) = −Σ_n c_n Σ_i y_ni ln a_ni + ½ λ |W|²         a = g(W x + b), g sigmoid or softmax
    ∇E      = Σ_n c_n x_n (a_n − y_n) + λ W
    H v     = Σ_n c_n x_n J_n (x_n·v) + λ v                J: the slope of g at in_n

Each step solves H s = −∇E by conjugate gradients, as exactly as the gradient deserves, so H is never stored; the step
is halved until E falls enough.

Sources
-------
J. Nocedal and S. Wright, Numerical Optimization, 2nd ed., algorithms 7.1 and 3.1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from dendrax.learning.least_squares import standardise
from dendrax.learning.linear_solution import LinearSolution

STEPS = 100
SMALL = 1e-9


def activations(z: np.ndarray) -> np.ndarray:
    """Compute a = g(in): a sigmoid for one unit, softmax for more."""
    if z.shape[1] == 1:
        return 0.5 * (1.0 + np.tanh(0.5 * z))
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def cross_entropy(z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Compute −Σ_i y_i ln a_i of each row from `in`, without overflow."""
    if z.shape[1] == 1:
        return (np.logaddexp(z, 0.0) - y * z)[:, 0]
    top = z.max(axis=1)
    return top + np.log(np.exp(z - top[:, None]).sum(axis=1)) - (y * z).sum(axis=1)


def slope_times(a: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Compute J u, the change of the activations when `in` changes by u."""
    if a.shape[1] == 1:
        return a * (1.0 - a) * u
    return a * (u - (a * u).sum(axis=1, keepdims=True))


def conjugate_gradients(times: Callable[[np.ndarray], np.ndarray], b: np.ndarray, accuracy: float) -> np.ndarray:
    """Solve H s = b for a positive H that is given by its products."""
    s, r = np.zeros_like(b), b.copy()
    p, rr = r, float((r * r).sum())
    for _ in range(2 * b.size):
        if np.sqrt(rr) <= accuracy:
            break
        hp = times(p)
        curvature = float((p * hp).sum())
        if curvature <= 0:
            break
        step = rr / curvature
        s, r = s + step * p, r - step * hp
        rr, before = float((r * r).sum()), rr
        p = r + (rr / before) * p
    return s if s.any() else b


def logistic(
    x: np.ndarray, y: np.ndarray, row_weights: np.ndarray, penalty: float = 1.0, fit_intercept: bool = True
) -> LinearSolution:
    """Find the weights that minimise E.

    Parameters
    ----------
    x : ndarray of float64, shape (rows, inputs)
        Inputs.
    y : ndarray of float64, shape (rows, units)
        0 or 1 for one unit, 1-of-K for more.
    row_weights : ndarray of float64, shape (rows,)
        How much each row counts.
    penalty : float, default=1.0
        λ, on weights in units of a standard deviation of each column, without an intercept of its root mean square.
    fit_intercept : bool, default=True
        False keeps b at 0.

    Returns
    -------
    LinearSolution
        W, b and the Newton steps taken.
    """
    columns = standardise(x, row_weights, fit_intercept)
    design = np.concatenate([columns.x, np.full((len(x), 1), float(fit_intercept))], axis=1)
    pull = np.full((design.shape[1], 1), penalty)
    pull[-1] = 0.0
    c = row_weights[:, None]

    def energy(w: np.ndarray) -> float:
        return float(row_weights @ cross_entropy(design @ w, y) + 0.5 * (pull * w * w).sum())

    w = np.zeros((design.shape[1], y.shape[1]))
    e, steps = energy(w), 0
    for _ in range(STEPS):
        a = activations(design @ w)
        gradient = design.T @ (c * (a - y)) + pull * w
        size = float(np.linalg.norm(gradient))
        if size <= SMALL * max(1.0, float(row_weights.sum())):
            break

        def times(v: np.ndarray, a: np.ndarray = a) -> np.ndarray:
            return design.T @ (c * slope_times(a, design @ v)) + pull * v

        s = conjugate_gradients(times, -gradient, min(0.1, np.sqrt(size / row_weights.sum())) * size)
        steps += 1
        w, e, moved = _descend(energy, w, e, s, float((gradient * s).sum()))
        if not moved:
            break
    return columns.solution(w[:-1], w[-1], steps)


def _descend(
    energy: Callable[[np.ndarray], float], w: np.ndarray, e: float, s: np.ndarray, slope: float
) -> tuple[np.ndarray, float, bool]:
    """Halve the step until the energy falls by a share of what the slope promises."""
    length = 1.0
    for _ in range(40):
        tried = energy(w + length * s)
        if tried <= e + 1e-4 * length * slope:
            return w + length * s, tried, True
        length *= 0.5
    return w, e, False

"""Quasi-Newton descent with a short memory (L-BFGS), in float64: curvature from how the gradient changed.

    s = θ' − θ,  q = ∇E(θ') − ∇E(θ)        the last few pairs with s·q > 0 stand for the inverse of the Hessian H
    θ ← θ − τ H⁻¹ ∇E(θ)                    τ halved until E falls by a share of what the slope promises

Source
------
J. Nocedal and S. Wright, Numerical Optimization, 2nd ed., algorithms 7.4 and 3.1.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Pair = tuple[np.ndarray, np.ndarray]
Energy = Callable[[np.ndarray], tuple[float, np.ndarray]]
MEMORY = 10
HALVINGS = 30


def newton_like(gradient: np.ndarray, pairs: list[Pair]) -> np.ndarray:
    """Compute −H⁻¹ ∇E from the pairs (s, q), the oldest first.

    Parameters
    ----------
    gradient : ndarray of float64, shape (parameters,)
        ∇E.
    pairs : list of (ndarray, ndarray)
        s and q of the last steps.

    Returns
    -------
    ndarray of float64, shape (parameters,)
        The direction.
    """
    d, shares = -gradient, []
    for s, q in reversed(pairs):
        shares.append((s @ d) / (s @ q))
        d = d - shares[-1] * q
    if pairs:
        s, q = pairs[-1]
        d = d * (s @ q) / (q @ q)
    for (s, q), share in zip(pairs, reversed(shares), strict=True):
        d = d + (share - (q @ d) / (s @ q)) * s
    return d


def minimise(
    energy: Energy, start: np.ndarray, *, max_steps: int, tolerance: float
) -> tuple[np.ndarray, float, int, bool]:
    """Walk to a minimum.

    Parameters
    ----------
    energy : callable
        θ → E, ∇E.
    start : ndarray of float64, shape (parameters,)
        Where to start.
    max_steps : int
        The most steps.
    tolerance : float
        Ends where a step lowers E by less than this share of it.

    Returns
    -------
    ndarray of float64, shape (parameters,)
        The best θ.
    float
        Its E.
    int
        Steps taken.
    bool
        Whether it ended by itself.

    Examples
    --------
    >>> bowl = lambda p: (float(p @ p), 2 * p)
    >>> minimise(bowl, np.array([3.0, -1.0]), max_steps=9, tolerance=1e-9)[0].round(6).tolist()
    [0.0, 0.0]
    """
    at, pairs = start, []
    e, gradient = energy(at)
    for step in range(max_steps):
        d = newton_like(gradient, pairs)
        slope = float(gradient @ d)
        if not slope < 0:
            return at, e, step, True
        if not pairs:
            shorter = 1 / max(1.0, float(np.linalg.norm(gradient)))
            d, slope = d * shorter, slope * shorter
        found = _shorter(energy, at, e, d, slope)
        if found is None:
            return at, e, step, True
        to, lower, after = found
        s, q = to - at, after - gradient
        if s @ q > 1e-12 * (q @ q):
            pairs = [*pairs, (s, q)][-MEMORY:]
        small = e - lower <= tolerance * abs(e)
        at, e, gradient = to, lower, after
        if small:
            return at, e, step + 1, True
    return at, e, max_steps, False


def _shorter(
    energy: Energy, at: np.ndarray, e: float, d: np.ndarray, slope: float
) -> tuple[np.ndarray, float, np.ndarray] | None:
    """Halve the step until E falls enough; None where no step lowers it."""
    length = 1.0
    for _ in range(HALVINGS):
        to = at + length * d
        lower, gradient = energy(to)
        if lower <= e + 1e-4 * length * slope:
            return to, lower, gradient
        length *= 0.5
    return None

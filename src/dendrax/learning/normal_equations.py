"""The normal equations of least squares, which are fast where there are many columns.

    (AᵀA + λ) s = Aᵀb                           at least as many rows as columns
    s = Aᵀz,  (A Aᵀ + λ) z = b                  more columns than rows

Cholesky's triangle L solves them, M = L Lᵀ. Where columns depend on each other, L has as many columns as there are
independent ones, and the shortest solution is M⁺ v = L (LᵀL)⁻² Lᵀv. Squaring A loses digits: they come back by
refinement, s ← s + M⁺ (Aᵀ(b − A s) − λ s), unless M is so ill-conditioned that nothing would be left to refine.

Sources
-------
Å. Björck, Numerical Methods for Least Squares Problems (1996), 2.9; S. Hammarling, N. Higham and C. Lucas, LAPACK
Working Note 161: the pivoted triangle.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.linalg import cho_solve, get_lapack_funcs

WELL = 1e-9  # a matrix with a reciprocal condition above is solved
CLEAR = 1e-6  # a pivot below that share of the largest, but above rounding, leaves the rank open
REFINEMENTS = 2
potrf, pocon, pstrf = get_lapack_funcs(("potrf", "pocon", "pstrf"), dtype=np.float64)
Solve = Callable[[np.ndarray], np.ndarray]


def shortest_solution(a: np.ndarray, b: np.ndarray, penalty: float) -> np.ndarray | None:
    """Find the shortest s that minimises ½ |A s − b|² + ½ λ |s|².

    Parameters
    ----------
    a : ndarray of float64, shape (rows, columns)
        A, its columns of about the same length.
    b : ndarray of float64, shape (rows, outputs)
        The right-hand sides.
    penalty : float
        λ.

    Returns
    -------
    ndarray of float64, shape (columns, outputs), or None
        s; None where the equations are too ill-conditioned.

    Examples
    --------
    >>> shortest_solution(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([[2.0], [4.0]]), 0.0).round(6).tolist()
    [[1.5], [1.5]]
    """
    tall = len(a) >= a.shape[1]
    squares = a.T @ a if tall else a @ a.T
    squares[np.diag_indices_from(squares)] += penalty
    solve = inverse_of(squares, dependent=penalty == 0)
    if solve is None:
        return None
    z = np.zeros((len(squares), b.shape[1]))
    for _ in range(1 + REFINEMENTS):
        error = b - a @ (z if tall else a.T @ z)
        z = z + solve((a.T @ error if tall else error) - penalty * z)
    return z if tall else a.T @ z


def inverse_of(squares: np.ndarray, dependent: bool) -> Solve | None:
    """Make the function that multiplies by M⁻¹, or by M⁺ where columns may be `dependent`; None if ill-conditioned."""
    triangle, failed = potrf(squares, lower=1)
    if not failed and pocon(triangle, np.abs(squares).sum(axis=0).max(), uplo="L")[0] > WELL:
        return lambda v: cho_solve((triangle, True), v, check_finite=False)
    return _pseudo_inverse_of(squares) if dependent else None


def _pseudo_inverse_of(squares: np.ndarray) -> Solve | None:
    n, largest = len(squares), squares.diagonal().max()
    pivoted, order, rank, _ = pstrf(squares, tol=10 * n * np.finfo(float).eps * largest, lower=1)
    if rank == 0 or pivoted[rank - 1, rank - 1] ** 2 < CLEAR * largest:
        return None
    left = np.empty((n, rank))
    left[order - 1] = np.tril(pivoted)[:, :rank]
    inner, failed = potrf(left.T @ left, lower=1)
    if failed:
        return None

    def times(v: np.ndarray) -> np.ndarray:
        once = cho_solve((inner, True), left.T @ v, check_finite=False)
        return left @ cho_solve((inner, True), once, check_finite=False)

    return times

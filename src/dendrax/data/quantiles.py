"""Robust statistics of columns: the middle and the spread, whatever a few wild numbers do.

    quantile q    the smallest number with at least the share q of the weight at or below it
    centre        the median
    scale         (upper quartile − lower quartile) / 1.349: the deviation, if the column were normal

Weighted by rows, so that weight 2 equals the row twice; missing numbers (NaN) are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

NORMAL_RANGE = 1.349  # the inter-quartile range of the standard normal law
ROUNDING = 1e-12  # sums of weights are equal up to this share


def quantiles(x: np.ndarray, at: Sequence[float], weights: np.ndarray | None = None) -> np.ndarray:
    """Compute quantiles of each column by the inverted distribution function, leaving out NaN.

    Parameters
    ----------
    x : ndarray of float64, shape (rows, columns)
        Numbers; NaN is missing.
    at : sequence of float
        Shares between 0 and 1.
    weights : ndarray of float64, shape (rows,), optional
        The weight of each row.

    Returns
    -------
    ndarray of float64, shape (len(at), columns)
        The smallest number with at least that share of the weight at or below it; NaN for an empty column.

    Examples
    --------
    >>> quantiles(np.array([[1.0], [2.0], [3.0]]), [0.5], np.array([1.0, 1.0, 2.0]))
    array([[2.]])
    """
    if not len(x):
        return np.full((len(at), x.shape[1]), np.nan)
    columns = np.arange(x.shape[1])
    if weights is None:
        ordered = np.sort(x, axis=0)
        n = np.count_nonzero(~np.isnan(x), axis=0)
        picks = [np.maximum(np.ceil(q * n * (1 - ROUNDING)).astype(int) - 1, 0) for q in at]
    else:
        order = np.argsort(x, axis=0, kind="stable")
        ordered = np.take_along_axis(x, order, axis=0)
        share = np.cumsum(np.where(np.isnan(ordered), 0.0, weights[order]), axis=0)
        picks = [np.argmax(share >= q * share[-1] * (1 - ROUNDING), axis=0) for q in at]
    return np.stack([ordered[pick, columns] for pick in picks])


def centre_and_scale(x: np.ndarray, weights: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Compute the robust centre and scale of each column; where the quartiles meet, the deviation; else 1."""
    low, centre, high = quantiles(x, (0.25, 0.5, 0.75), weights)
    centre = np.where(np.isfinite(centre), centre, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        scale = (high - low) / NORMAL_RANGE
        flat = ~(scale > 0) | ~np.isfinite(scale)
        if flat.any():
            scale = np.where(flat & ~_is_constant(x), _deviation(x, weights), np.where(flat, 1.0, scale))
    return centre, np.where((scale > 0) & np.isfinite(scale), scale, 1.0)


def _is_constant(x: np.ndarray) -> np.ndarray:
    """Say of each column whether all of its numbers are the same; rounding makes the deviation of such a one tiny."""
    hole = np.isnan(x)
    highest = np.where(hole, -np.inf, x).max(axis=0, initial=-np.inf)
    return highest <= np.where(hole, np.inf, x).min(axis=0, initial=np.inf)


def _deviation(x: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    w = np.where(np.isnan(x), 0.0, 1.0 if weights is None else weights[:, None])
    total = np.maximum(w.sum(axis=0), 1e-300)
    mean = np.where(w > 0, x, 0.0)
    mean = (w * mean).sum(axis=0) / total
    return np.sqrt((w * np.where(w > 0, x - mean, 0.0) ** 2).sum(axis=0) / total)

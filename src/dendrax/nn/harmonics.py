"""Harmonics: waves of a whole number of periods.

sin(2π k x / P), cos(2π k x / P)          k = 1 … n          P  period
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np


class Harmonics(NamedTuple):
    """The harmonics of some columns.

    Attributes
    ----------
    n : int
        How many a column.
    periods : ndarray of float64, shape (columns,)
        P of each column.
    """

    n: int
    periods: Any

    def values(self, x: Any) -> Any:
        """Compute the waves: (rows, columns) to (rows, columns · 2n), sine and cosine in turn, in NumPy or JAX.

        Examples
        --------
        >>> Harmonics(1, np.array([24.0])).values(np.array([[0.0], [6.0]])).round(3).tolist()
        [[0.0, 1.0], [1.0, 0.0]]
        """
        xp = x.__array_namespace__()
        turns = x / self.periods
        waves = [wave(2 * math.pi * k * turns) for k in range(1, self.n + 1) for wave in (xp.sin, xp.cos)]
        return xp.stack(waves, axis=-1).reshape((*x.shape[:-1], -1))

    def names(self, columns: list[str]) -> list[str]:
        """Name the waves: sin(2πkx/P), cos(2πkx/P)."""
        each = zip(columns, self.periods.tolist(), strict=True)
        ks = [f"{k}·" if k > 1 else "" for k in range(1, self.n + 1)]
        return [f"{wave}(2π·{k}{name}/{p:.6g})" for name, p in each for k in ks for wave in ("sin", "cos")]


def learn_periods(x: np.ndarray) -> np.ndarray:
    """Take the range of each column as its period; 1 for a constant column."""
    span = np.ptp(x, axis=0)
    return np.where(span > 0, span, 1.0)

"""Centring and scaling the columns of numbers, some rows at a time:  s = (x − centre) / scale.

In float64, whatever x is; but numbers that are float32 already are scaled in float32, which loses nothing, because the
centre goes in two parts:  s = ((x − high) − low) · (1 / scale),  centre = high + low.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

CHUNK = 2**15  # cells scaled at once: they stay in the processor's cache
TAME = 1e30  # centres and scales that float32 can hold with room to spare
FEW = 64  # rows for which the centre of each column is not written out row by row
Scaling = Callable[[np.ndarray], np.ndarray]


class Affine:
    """The centre and the scale of each column.

    Parameters
    ----------
    centre, scale : ndarray of float64, shape (columns,)
        Finite; no scale is 0.

    Examples
    --------
    >>> Affine(np.array([1.0, 2.0]), np.array([2.0, 4.0])).scaling(1, np.dtype(float))(np.array([[3.0, 0.0]]))
    array([[ 1. , -0.5]])
    """

    def __init__(self, centre: np.ndarray, scale: np.ndarray) -> None:
        self.centre, self.scale = centre, scale
        with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):
            self.high = centre.astype(np.float32)
            self.low = (centre - self.high).astype(np.float32)
            self.inverse = (1 / scale).astype(np.float32)
            sizes = np.concatenate([np.abs(centre), scale, 1 / scale])
        self.is_tame = bool((sizes < TAME).all())

    @property
    def rows_at_once(self) -> int:
        """How many rows to scale at once."""
        return max(CHUNK // max(len(self.centre), 1), 1)

    def scaling(self, rows: int, dtype: np.dtype) -> Scaling:
        """Make the function that scales up to so many rows of a type; its answer is a fresh array."""
        if dtype == np.float32 and self.is_tame:
            high, low, inverse = (_rows_of(v, rows) for v in (self.high, self.low, self.inverse))

            def in_float32(x: np.ndarray) -> np.ndarray:
                s = x - high[: len(x)]
                s -= low[: len(x)]
                s *= inverse[: len(x)]
                return s

            return in_float32
        centre, scale = (_rows_of(v, rows) for v in (self.centre, self.scale))

        def in_float64(x: np.ndarray) -> np.ndarray:
            s = np.subtract(x, centre[: len(x)], dtype=np.float64)
            s /= scale[: len(x)]
            return s

        return in_float64


def _rows_of(values: np.ndarray, rows: int) -> np.ndarray:
    """Repeat a row; written out where there are many, since NumPy is slow on short rows."""
    return values[None] if rows <= FEW else np.broadcast_to(values, (rows, len(values))).copy()

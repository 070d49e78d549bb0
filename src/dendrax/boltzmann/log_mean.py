"""What weighted chains say together: the logarithm of the mean of their weights, and how sure it is.

ln⟨w⟩,  standard error sd(w) / (⟨w⟩ √n),  effective number (Σw)² / Σw²          from ln w, in float64
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np


class LogMean(NamedTuple):
    """The logarithm of a mean.

    Attributes
    ----------
    value, error : float
        ln⟨w⟩ and its standard error, by the delta rule.
    effective : float
        How many weights the mean is worth.
    """

    value: float
    error: float
    effective: float


def log_mean(log_weights: np.ndarray) -> LogMean:
    """Take the mean of weights that are known by their logarithms.

    Parameters
    ----------
    log_weights : ndarray of float, shape (n,)
        ln w, at least two.

    Returns
    -------
    LogMean
        In float64.

    Examples
    --------
    >>> round(float(np.exp(log_mean(np.log([1.0, 3.0])).value)), 9)
    2.0
    """
    most = float(log_weights.max())
    w = np.exp(np.asarray(log_weights, np.float64) - most)
    error = w.std(ddof=1) / (w.mean() * math.sqrt(len(w)))
    return LogMean(most + math.log(w.mean()), float(error), float(w.sum() ** 2 / (w**2).sum()))

"""Sparse matrices: the zeros are not stored, but a network multiplies by them all the same.

to train      the dense form, once, if memory can hold it
to answer     the dense form of some rows at a time:   f(X) = [f(X₁); f(X₂); …]
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import issparse

from dendrax.data.tables import DataError

CELLS = 2**22  # of the dense form at a time
GB = 1e9


def memory() -> float:
    """Ask how many bytes of memory the machine has; endless where it does not say."""
    try:
        return float(os.sysconf("SC_PHYS_PAGES")) * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return float("inf")


def dense(X: Any) -> Any:
    """Write a sparse matrix out; anything else stays as it is.

    Parameters
    ----------
    X : sparse matrix or sparse array of shape (rows, columns), or anything
        Inputs.

    Returns
    -------
    ndarray of shape (rows, columns), or X
        Zeros where nothing was stored.

    Raises
    ------
    DataError
        If memory cannot hold it.

    Examples
    --------
    >>> from scipy.sparse import csr_array
    >>> dense(csr_array([[0.0, 2.0]]))
    array([[0., 2.]])
    """
    if not issparse(X):
        return X
    size = float(X.shape[0]) * X.shape[1] * X.dtype.itemsize
    if size > memory():
        raise _too_large(X, size)
    try:
        return X.toarray()
    except MemoryError:
        raise _too_large(X, size) from None


def _too_large(X: Any, size: float) -> DataError:
    return DataError(
        f"X must fit in memory when it is written out dense; got a sparse matrix of shape {X.shape}, "
        f"{size / GB:.3g} GB of {memory() / GB:.3g} GB; "
        "give fewer columns (TruncatedSVD), or some rows at a time to partial_fit"
    )


def answered(answer: Callable[[Any], Any], X: Any) -> Any:
    """Answer rows; those of a sparse matrix some at a time.

    Parameters
    ----------
    answer : callable
        From dense rows to an ndarray, or a list of dicts of ndarrays, with the rows in front.
    X : CSR matrix or array of shape (rows, columns), Table or ndarray
        Inputs.

    Returns
    -------
    ndarray, or list of dict
        What `answer` gives for all rows.
    """
    if not issparse(X):
        return answer(X)
    at_once = max(CELLS // X.shape[1], 1)
    parts = [answer(X[start : start + at_once].toarray()) for start in range(0, X.shape[0], at_once)]
    return parts[0] if len(parts) == 1 else _joined(parts)


def _joined(parts: list[Any]) -> Any:
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return [{name: np.concatenate([p[i][name] for p in parts]) for name in of} for i, of in enumerate(parts[0])]

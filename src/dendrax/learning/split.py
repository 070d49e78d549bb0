"""The validation part: rows held out to judge by, spread evenly over the classes or over the range of the target.

rows in random order, then sorted by target; every (n / n_val)-th of them is held out
"""

from __future__ import annotations

import numpy as np


def held_out(order_by: np.ndarray, n_held: int, seed: int, classes: bool) -> tuple[np.ndarray, np.ndarray]:
    """Split rows into a training and a validation part.

    Parameters
    ----------
    order_by : ndarray, shape (rows,)
        Class codes, or numbers.
    n_held : int
        How many rows to hold out, less than all.
    seed : int
        The randomness.
    classes : bool
        Whether `order_by` are classes: a class of one row is never held out.

    Returns
    -------
    ndarray of int32, ndarray of int32
        Sorted row numbers of the training and of the validation part.

    Examples
    --------
    >>> training, validation = held_out(np.array([0, 0, 1, 1]), 2, seed=0, classes=True)
    >>> len(training), sorted(np.array([0, 0, 1, 1])[validation].tolist())
    (2, [0, 1])
    """
    rows = np.random.default_rng(seed).permutation(len(order_by))
    rows = rows[np.argsort(order_by[rows], kind="stable")]
    if classes:
        _, place, count = np.unique(order_by[rows], return_inverse=True, return_counts=True)
        rows = rows[count[place] > 1]
    n_held = min(n_held, len(rows))
    picked = rows[((np.arange(n_held) + 0.5) * len(rows) / max(n_held, 1)).astype(int)]
    training = np.ones(len(order_by), bool)
    training[picked] = False
    if classes:  # every class keeps a row to learn from
        gone = np.setdiff1d(order_by, order_by[training])
        kept = np.array([picked[order_by[picked] == label][0] for label in gone], int)
        training[kept] = True
        picked = np.setdiff1d(picked, kept)
    return np.flatnonzero(training).astype(np.int32), np.sort(picked).astype(np.int32)

"""A number drawn for each row of a file by its place alone, so that every reading of the file draws the same.

    u(row) = mix(row·γ + mix(seed·γ + purpose)) / 2⁶⁴
    mix(z):  z ⊕= z≫30; z ·= 0xbf58476d1ce4e5b9; z ⊕= z≫27; z ·= 0x94d049bb133111eb; z ⊕= z≫31

Rows with u below p are a share p of all rows; the k rows with the lowest u are k rows drawn without replacement.

Source
------
G. L. Steele, D. Lea and C. H. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014.
"""

from __future__ import annotations

import numpy as np

TEST, SAMPLE, VALIDATION, PART = range(4)  # what is drawn for: the draws of one say nothing of another
GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def _mix(z: np.ndarray) -> np.ndarray:
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def row_draws(rows: np.ndarray, seed: int, purpose: int) -> np.ndarray:
    """Draw a number for each row.

    Parameters
    ----------
    rows : ndarray of int, shape (rows,)
        Places in the file.
    seed : int
        The randomness; its lowest 64 bits count.
    purpose : int
        TEST, SAMPLE, VALIDATION or PART.

    Returns
    -------
    ndarray of float64, shape (rows,)
        Evenly from [0, 1).

    Examples
    --------
    >>> u = row_draws(np.arange(100_000), 0, SAMPLE)
    >>> round(float(u.mean()), 2), bool((u[500:] == row_draws(np.arange(500, 100_000), 0, SAMPLE)).all())
    (0.5, True)
    """
    start = _mix(np.array([seed % 2**64], np.uint64) * GOLDEN + np.uint64(purpose))
    bits = _mix(rows.astype(np.uint64) * GOLDEN + start)
    return (bits >> np.uint64(11)) * 2.0**-53

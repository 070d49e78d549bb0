"""Hebb's rule: units that are on together are joined by a positive weight; patterns become minima of the energy.

    w_ij = (1/n) Σ_p s_i^p s_j^p          s_i = −1 or +1, n units; θ = 0

With n units, up to about 0.138 n random patterns can be recalled with few errors, and n / (2 ln n) without any.

Sources
-------
D. Hebb, The Organization of Behavior (1949); J. Hopfield, PNAS 79 (1982);
D. Amit, H. Gutfreund and H. Sompolinsky, Physical Review Letters 55 (1985).
"""

from __future__ import annotations

import numpy as np

from dendrax.boltzmann.energy import SymmetricNetwork


def store(patterns: np.ndarray, links: np.ndarray) -> SymmetricNetwork:
    """Learn patterns.

    Parameters
    ----------
    patterns : ndarray of −1 and +1, shape (patterns, units)
        What to remember.
    links : ndarray of int32, shape (links, 2)
        The units that are joined.

    Returns
    -------
    SymmetricNetwork
        In states −1 and +1.

    Examples
    --------
    >>> from dendrax.boltzmann.links import all_pairs
    >>> store(np.array([[1, -1, 1]]), all_pairs(3)).weights.round(3).tolist()
    [-0.333, 0.333, -0.333]
    """
    s = np.asarray(patterns, np.float64)
    n = s.shape[1]
    i, j = links.T
    if 4 * len(links) > n * n:
        weights = (s.T @ s)[i, j] / n
    else:
        weights = np.einsum("pl,pl->l", s[:, i], s[:, j]) / n
    return SymmetricNetwork(links, weights, np.zeros(n), "±1")

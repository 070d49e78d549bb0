"""Falling to the bottom of a valley: T = 0, one unit after the other, until none turns. All in float64.

    b_i = Σ_j w_ij s_j + θ_i,     ε_i = 4 (d_i + 2) 2⁻⁵² (Σ_j |w_ij| + |θ_i|)
    s_i ← on where b_i > ε_i,  off where b_i < −ε_i,  as it is between

ε_i is more than the sum over d_i neighbours can be rounded by, so every turn lowers the energy, there is an end, and a
unit whose inputs cancel stays as it is, for weights such as k/n, too. Units of one colour have no links to each other
and turn at once.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array

from dendrax.boltzmann.colouring import colour
from dendrax.boltzmann.energy import SymmetricNetwork

PIECE = 2**22  # numbers at a time
MOST_SWEEPS = 10_000


def rounding(network: SymmetricNetwork) -> np.ndarray:
    """Compute ε of each unit, shape (units,)."""
    sizes, degrees = abs(network.matrix), np.bincount(network.links.ravel(), minlength=network.n_units)
    reach = np.asarray(sizes.sum(axis=1)).ravel() + np.abs(network.biases)
    return 4 * (degrees + 2) * np.finfo(np.float64).eps * reach


def groups_of(network: SymmetricNetwork) -> list[tuple[np.ndarray, csr_array]]:
    """Gather the units of each colour, and the weights from them to all units, shape (units of the colour, units)."""
    colours = colour(network.links, network.n_units)
    order = np.argsort(colours, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(colours[order])) + 1)
    return [(units, network.matrix[units]) for units in groups]


def recall(network: SymmetricNetwork, patterns: np.ndarray) -> tuple[np.ndarray, bool]:
    """Let each pattern fall.

    Parameters
    ----------
    network : SymmetricNetwork
        The network.
    patterns : ndarray, shape (rows, units)
        Where to start.

    Returns
    -------
    ndarray of float64, shape (rows, units); bool
        States whose energy no single unit can lower, and whether all came to rest within 10 000 sweeps.

    Examples
    --------
    >>> pair = SymmetricNetwork(np.array([[0, 1]]), np.array([1.0]), np.array([0.0, -0.5]))
    >>> recall(pair, np.array([[0, 1], [1, 0], [0, 0]]))
    (array([[1., 1.],
           [1., 1.],
           [0., 0.]]), True)
    """
    s, slack, groups = np.array(patterns, np.float64), rounding(network), groups_of(network)
    rows, rested = max(1, PIECE // network.n_units), True
    for start in range(0, len(s), rows):
        rested &= _settle(network, s[start : start + rows], slack, groups)
    return s, rested


def _settle(network: SymmetricNetwork, s: np.ndarray, slack: np.ndarray, groups: list) -> bool:
    """Sweep over the rows that still move, in place; say whether all came to rest."""
    moving = np.arange(len(s))
    for _ in range(MOST_SWEEPS):
        mine, moved = _sweep(network, s[moving], slack, groups)
        s[moving], moving = mine, moving[moved]
        if not len(moving):
            return True
    return False


def _sweep(network: SymmetricNetwork, s: np.ndarray, slack: np.ndarray, groups: list) -> tuple[np.ndarray, np.ndarray]:
    """Turn every unit once; the inputs, computed afresh, follow each turn. Say which rows have moved."""
    inputs, moved = network.fields(s), np.zeros(len(s), bool)
    for units, weights in groups:
        b, e = inputs[:, units], slack[units]
        turn = np.where(b > e, 1.0, np.where(b < -e, network.off, s[:, units])) - s[:, units]
        rows = turn.any(axis=1)
        if rows.any():
            s[:, units] += turn
            inputs[rows] += (weights.T @ turn[rows].T).T
            moved |= rows
    return s, moved

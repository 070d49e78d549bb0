"""Falling to the bottom of a valley: T = 0, one unit after the other, until none turns. All in float64.

    b_i = Σ_j w_ij s_j + θ_i,     ε_i = 4 (d_i + 2) 2⁻⁵² (Σ_j |w_ij| + |θ_i|)
    s_i ← on where b_i > ε_i,  off where b_i < −ε_i,  as it is between

ε_i is more than the sum over d_i neighbours can be rounded by, so every turn lowers the energy, there is an end, and a
unit whose inputs cancel stays as it is, for weights such as k/n, too. Units of one colour have no links to each other
and turn at once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.boltzmann.colouring import colour
from dendrax.boltzmann.energy import SymmetricNetwork

PIECE = 2**22  # numbers at a time
DENSE = 4  # a matrix is kept whole where more than one entry in so many is not 0
MOST_SWEEPS = 10_000
Group = tuple[np.ndarray, Any]  # units of one colour; their weights, sparse or not


def rounding(network: SymmetricNetwork) -> np.ndarray:
    """Compute ε of each unit, shape (units,)."""
    sizes, degrees = abs(network.matrix), np.bincount(network.links.ravel(), minlength=network.n_units)
    reach = np.asarray(sizes.sum(axis=1)).ravel() + np.abs(network.biases)
    return 4 * (degrees + 2) * np.finfo(np.float64).eps * reach


def groups_of(network: SymmetricNetwork) -> list[Group]:
    """Gather the units of each colour, and the weights to them, shape (units of the colour, units)."""
    colours = colour(network.links, network.n_units)
    order = np.argsort(colours, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(colours[order])) + 1)
    weights = ((units, network.matrix[units]) for units in groups)
    return [(units, w.toarray() if DENSE * w.nnz > w.shape[0] * w.shape[1] else w) for units, w in weights]


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
    slack, groups = rounding(network), groups_of(network)
    rows, rested = max(1, PIECE // network.n_units), True
    found = np.array(patterns, np.float64)
    for start in range(0, len(found), rows):
        piece = slice(start, start + rows)
        s = np.ascontiguousarray(found[piece].T)
        rested &= _settle(network, s, slack, groups)
        found[piece] = s.T
    return found, rested


def _settle(network: SymmetricNetwork, s: np.ndarray, slack: np.ndarray, groups: list[Group]) -> bool:
    """Sweep over the chains, the columns of s, that still move, in place; say whether all came to rest."""
    moving = np.arange(s.shape[1])
    for _ in range(MOST_SWEEPS):
        mine = s[:, moving]
        moved = _sweep(network, mine, slack, groups)
        s[:, moving], moving = mine, moving[moved]
        if not len(moving):
            return True
    return False


def _sweep(network: SymmetricNetwork, s: np.ndarray, slack: np.ndarray, groups: list[Group]) -> np.ndarray:
    """Turn every unit once, in place; say in which chains one has turned."""
    moved = np.zeros(s.shape[1], bool)
    for units, weights in groups:
        inputs, e, old = weights @ s + network.biases[units, None], slack[units, None], s[units]
        s[units] = np.where(inputs > e, 1.0, np.where(inputs < -e, network.off, old))
        moved |= (s[units] != old).any(axis=0)
    return moved

"""Colours for units such that linked units differ: units of one colour can be drawn at the same time.

Two colours are enough for a graph without odd cycles (a lattice, a restricted machine); all pairs need one colour a
unit. Elsewhere greedily: the unit with most links first, each the lowest colour that none of its neighbours has
(Welsh and Powell, 1967), at most one colour more than the most links of a unit.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra


def colour(links: np.ndarray, n_units: int) -> np.ndarray:
    """Give each unit a colour.

    Parameters
    ----------
    links : ndarray of int32, shape (links, 2)
        Pairs of units.
    n_units : int
        How many units there are.

    Returns
    -------
    ndarray of int32, shape (units,)
        Colours 0, 1, …

    Examples
    --------
    >>> colour(np.array([[0, 1], [1, 2], [2, 3]]), 4).tolist()
    [0, 1, 0, 1]
    >>> colour(np.array([[0, 1], [0, 2], [1, 2]]), 3).tolist()
    [0, 1, 2]
    """
    if len(links) == n_units * (n_units - 1) // 2:
        return np.arange(n_units, dtype=np.int32)
    two = _by_distance(links, n_units)
    return two if (two[links[:, 0]] != two[links[:, 1]]).all() else _greedily(links, n_units)


def _graph(links: np.ndarray, n_units: int) -> csr_array:
    i, j = links.T
    ones = np.ones(2 * len(links), np.int8)
    return csr_array((ones, (np.concatenate([i, j]), np.concatenate([j, i]))), shape=(n_units, n_units))


def _by_distance(links: np.ndarray, n_units: int) -> np.ndarray:
    """Colour by the parity of the distance from the first unit of each part; right where there is no odd cycle."""
    _, part = connected_components(_graph(links, n_units), directed=False)
    first = np.unique(part, return_index=True)[1]
    root = np.stack([first, np.full(len(first), n_units)], axis=1)
    distance = dijkstra(_graph(np.concatenate([links, root]), n_units + 1), indices=n_units, unweighted=True)
    return ((distance[:-1].astype(np.int64) - 1) % 2).astype(np.int32)


def _greedily(links: np.ndarray, n_units: int) -> np.ndarray:
    graph = _graph(links, n_units)
    start, neighbours = graph.indptr, graph.indices
    colours = np.full(n_units, -1, np.int32)
    for unit in np.argsort(-np.diff(start), kind="stable"):
        taken = set(colours[neighbours[start[unit] : start[unit + 1]]].tolist())
        colours[unit] = next(c for c in range(len(taken) + 1) if c not in taken)
    return colours


def require_colouring(colours: np.ndarray, links: np.ndarray) -> None:
    """Refuse a colouring that joins two linked units: drawn at once, they would not follow Boltzmann's law.

    Parameters
    ----------
    colours : ndarray of int, shape (units,)
        A colour for each unit.
    links : ndarray of int, shape (links, 2)
        Pairs of units.

    Raises
    ------
    ValueError
        Naming the two units.

    Examples
    --------
    >>> require_colouring(np.array([0, 0]), np.array([[0, 1]]))
    Traceback (most recent call last):
        ...
    ValueError: colours of linked units must differ; units 0 and 1 both have colour 0
    """
    i, j = links.T
    wrong = np.flatnonzero(colours[i] == colours[j])
    if len(wrong):
        a, b = links[wrong[0]]
        raise ValueError(f"colours of linked units must differ; units {a} and {b} both have colour {colours[a]}")

"""Which units are joined: an undirected graph, given in words, as pairs, as a table or as a matrix.

    "dense"            every unit with every other
    Lattice(h, w)      each unit of a grid with its right and its lower neighbour; on a torus if periodic
    [(i, j), …]        pairs, in any order, each once
    a matrix           symmetric, with an entry where two units are joined; sparse or not

A unit has no link to itself, and two units have at most one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import coo_array, issparse

from dendrax.core.constraints import FLAG, Whole, check_all

MOST_DENSE = 20_000  # units that all can be joined


@dataclass(frozen=True)
class Lattice:
    """A grid of units, row by row, each joined to its neighbours.

    Parameters
    ----------
    height, width : int
        Rows and columns; at least 1, and 3 where a periodic grid is to be closed in that direction.
    periodic : bool, default=True
        Whether the last row is joined to the first and the last column to the first: a torus.

    Raises
    ------
    HyperparameterError
        If height or width is not an int of 1 or more.

    Examples
    --------
    >>> Lattice(2, 2, periodic=False).links().tolist()
    [[0, 1], [0, 2], [1, 3], [2, 3]]
    """

    height: int
    width: int
    periodic: bool = True

    def __post_init__(self) -> None:
        """Check the fields."""
        check_all(vars(self), {"height": (Whole(1, 2**15),), "width": (Whole(1, 2**15),), "periodic": FLAG})

    @property
    def n_units(self) -> int:
        """The number of units."""
        return self.height * self.width

    def links(self) -> np.ndarray:
        """List the pairs.

        Returns
        -------
        ndarray of int32, shape (links, 2)
            i < j, sorted.
        """
        place = np.arange(self.n_units, dtype=np.int32).reshape(self.height, self.width)
        pairs = [(place[:, :-1], place[:, 1:]), (place[:-1], place[1:])]
        if self.periodic:
            pairs += [(place[:, :1], place[:, -1:])] if self.width > 2 else []
            pairs += [(place[:1], place[-1:])] if self.height > 2 else []
        ends = [np.stack([a.ravel(), b.ravel()], axis=1) for a, b in pairs]
        return _sorted(np.concatenate(ends))


def all_pairs(n_units: int) -> np.ndarray:
    """List every pair of units.

    Examples
    --------
    >>> all_pairs(3).tolist()
    [[0, 1], [0, 2], [1, 2]]
    """
    return np.stack(np.triu_indices(n_units, 1), axis=1).astype(np.int32)


def read_links(links: Any, n_units: int) -> np.ndarray:
    """List the pairs that are joined.

    Parameters
    ----------
    links : "dense", Lattice, pairs, or a matrix of shape (units, units)
        The graph.
    n_units : int
        How many units there are.

    Returns
    -------
    ndarray of int32, shape (links, 2)
        i < j, sorted.

    Raises
    ------
    ValueError
        If a unit is unknown, joined to itself, or joined to another one twice, or a matrix is not symmetric.

    Examples
    --------
    >>> read_links([(2, 0), (1, 2)], 3).tolist()
    [[0, 2], [1, 2]]
    """
    if isinstance(links, str) and links == "dense":
        if n_units > MOST_DENSE:
            raise ValueError(f"links must be few, and not 'dense', above {MOST_DENSE} units; got {n_units} units")
        return all_pairs(n_units)
    if isinstance(links, Lattice):
        if links.n_units != n_units:
            raise ValueError(f"links must join {n_units} units; got {links!r} of {links.n_units}")
        return links.links()
    if issparse(links) or np.shape(links) == (n_units, n_units):  # two pairs of two units would be one pair twice
        return read_matrix(links, n_units, "links")[0]
    return _read_pairs(links, n_units)


def _read_pairs(links: Any, n_units: int) -> np.ndarray:
    pairs = np.asarray(links)
    words = "links must be 'dense', a Lattice, pairs of units, or a symmetric matrix of all units"
    if pairs.size == 0:
        return np.zeros((0, 2), np.int32)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
        raise ValueError(f"{words}; got {type(links).__name__} of shape {pairs.shape} and type {pairs.dtype}")
    if pairs.min() < 0 or pairs.max() >= n_units:
        strange = pairs[(pairs < 0) | (pairs >= n_units)][0]
        raise ValueError(f"links must name units from 0 to {n_units - 1}; got {strange}")
    return _sorted(pairs.astype(np.int32))


def _sorted(pairs: np.ndarray) -> np.ndarray:
    """Put the lower unit first and sort; refuse loops and pairs that are there twice."""
    pairs = np.sort(pairs, axis=1)
    loops = pairs[:, 0] == pairs[:, 1]
    if loops.any():
        raise ValueError(f"links must join different units; got unit {pairs[loops][0, 0]} with itself")
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    twice = (pairs[1:] == pairs[:-1]).all(axis=1)
    if twice.any():
        i, j = pairs[1:][twice][0]
        raise ValueError(f"links must join two units once; got {i} and {j} more than once")
    return pairs


def read_matrix(matrix: Any, n_units: int | None = None, name: str = "weights") -> tuple[np.ndarray, np.ndarray]:
    """Read pairs and weights from a symmetric matrix.

    Parameters
    ----------
    matrix : array or sparse matrix of shape (units, units)
        w; an entry that is 0 joins nothing.
    n_units : int, optional
        How many units there must be.
    name : str
        What to call it in messages.

    Returns
    -------
    ndarray of int32, shape (links, 2); ndarray of float64, shape (links,)
        i < j, sorted, and w_ij.

    Raises
    ------
    ValueError
        If it is not square, not finite, not symmetric, or its diagonal is not 0.

    Examples
    --------
    >>> read_matrix([[0, 2.5], [2.5, 0]])[1].tolist()
    [2.5]
    """
    shape = np.shape(matrix)
    if len(shape) != 2 or shape[0] != shape[1] or (n_units is not None and shape[0] != n_units):
        wanted = "square" if n_units is None else f"of shape ({n_units}, {n_units})"
        raise ValueError(f"{name} must be {wanted}; got shape {shape}")
    kind = getattr(matrix, "dtype", np.asarray(matrix).dtype)
    if kind.kind not in "biuf":
        raise ValueError(f"{name} must be numbers; got type {kind}")
    sparse: Any = coo_array(matrix).astype(np.float64)
    sparse.sum_duplicates()
    i, j, w = *sparse.coords, sparse.data
    if not np.isfinite(w).all():
        place = np.flatnonzero(~np.isfinite(w))[0]
        raise ValueError(f"{name} must be finite; got {w[place]} between units {i[place]} and {j[place]}")
    real = w != 0
    i, j, w = i[real], j[real], w[real]
    if (i == j).any():
        raise ValueError(f"{name} must be 0 on the diagonal; got {w[i == j][0]:g} of unit {i[i == j][0]}")
    _require_symmetric(i, j, w, name)
    above = i < j
    order = np.lexsort((j[above], i[above]))
    return np.stack([i[above], j[above]], axis=1)[order].astype(np.int32), w[above][order]


def _require_symmetric(i: np.ndarray, j: np.ndarray, w: np.ndarray, name: str) -> None:
    n = int(max(i.max(initial=0), j.max(initial=0))) + 1
    there, back = i.astype(np.int64) * n + j, j.astype(np.int64) * n + i
    a, b = np.argsort(there), np.argsort(back)
    same = len(there) == 0 or (np.array_equal(there[a], back[b]) and np.array_equal(w[a], w[b]))
    if not same:
        weights = dict(zip(zip(i.tolist(), j.tolist(), strict=True), w.tolist(), strict=True))
        (p, q), value = next((pair, v) for pair, v in weights.items() if weights.get(pair[::-1], 0.0) != v)
        other = weights.get((q, p), 0.0)
        raise ValueError(f"{name} must be symmetric; got {value:g} from {p} to {q} and {other:g} back")

"""How the temperature falls, T of each sweep, so that the states end low in energy.

    geometric   T_t = T_first (T_last / T_first)^(t / (sweeps − 1))
    linear      T_t = T_first + (T_last − T_first) t / (sweeps − 1)

Where a network is to be annealed without a word about temperatures, T_first lets the unit that is pulled most turn
against its pull half as often as with it, and T_last lets the one with the weakest pull do so once in a hundred sweeps:

    T_first = max_i ΔE_i / ln 2,   T_last = min_i ΔE_i / ln 100        ΔE_i: (on − off)(Σ_j |w_ij| + |θ_i|), the least
                                                                       single |w_ij| or |θ_i| for T_last

Source
------
S. Kirkpatrick, C. Gelatt and M. Vecchi, "Optimization by Simulated Annealing", Science 220 (1983).
"""

from __future__ import annotations

import numpy as np

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.core.constraints import Real, Whole, check_all

CONSTRAINTS = {"first": (Real(0, open_low=True),), "last": (Real(0, open_low=True),), "sweeps": (Whole(1, 2**30),)}


def geometric(first: float, last: float, sweeps: int) -> np.ndarray:
    """Let the temperature fall by the same factor every sweep.

    Parameters
    ----------
    first, last : float
        T of the first and of the last sweep, above 0.
    sweeps : int
        How many.

    Returns
    -------
    ndarray of float64, shape (sweeps,)
        T of each sweep.

    Examples
    --------
    >>> geometric(4.0, 1.0, 3).round(9).tolist()
    [4.0, 2.0, 1.0]
    """
    check_all({"first": first, "last": last, "sweeps": sweeps}, CONSTRAINTS)
    return np.geomspace(first, last, sweeps)


def linear(first: float, last: float, sweeps: int) -> np.ndarray:
    """Let the temperature fall by the same amount every sweep.

    Parameters
    ----------
    first, last : float
        T of the first and of the last sweep, above 0.
    sweeps : int
        How many.

    Returns
    -------
    ndarray of float64, shape (sweeps,)
        T of each sweep.

    Examples
    --------
    >>> linear(4.0, 1.0, 4).tolist()
    [4.0, 3.0, 2.0, 1.0]
    """
    check_all({"first": first, "last": last, "sweeps": sweeps}, CONSTRAINTS)
    return np.linspace(first, last, sweeps)


def natural(network: SymmetricNetwork, sweeps: int = 1000) -> np.ndarray:
    """Choose temperatures by the weights: from where everything moves to where almost nothing does.

    Parameters
    ----------
    network : SymmetricNetwork
        The network.
    sweeps : int
        How many.

    Returns
    -------
    ndarray of float64, shape (sweeps,)
        T of each sweep; all 1 where every weight and bias is 0.

    Examples
    --------
    >>> one = SymmetricNetwork(np.zeros((0, 2), np.int32), np.zeros(0), np.array([np.log(100.0)]))
    >>> natural(one, 2).round(6).tolist()
    [6.643856, 1.0]
    """
    step = 1 - network.off
    pulls = np.abs(network.biases) + np.asarray(abs(network.matrix).sum(axis=1)).ravel()
    single = np.concatenate([np.abs(network.biases), np.abs(network.weights)])
    single = single[single > 0]
    if not len(single):
        return np.ones(sweeps)
    first, last = step * pulls.max() / np.log(2), step * single.min() / np.log(100)
    return np.geomspace(first, max(last, 1e-3 * first), sweeps)

"""Boltzmann's law of a small network, exactly: every state is enumerated, in two halves.

    s = (a, b):   −E(s) = A(a) + B(b) + aᵀ W_ab b              A, B: what each half has alone; Z = Σ_a Σ_b e^(−E/T)

A half of 14 units has 2¹⁴ states, so one matrix product gives the energies of all 2²⁸ states of both. All in float64;
sums of exponentials are taken from their largest term.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dendrax.boltzmann.energy import SymmetricNetwork

MOST_UNITS = 28
PIECE = 2**21  # states at a time


@dataclass(frozen=True)
class Moments:
    """Means of Boltzmann's law.

    Attributes
    ----------
    log_partition : float
        log Z.
    means : ndarray, shape (units,)
        ⟨s_i⟩.
    correlations : ndarray, shape (units, units)
        ⟨s_i s_j⟩.
    """

    log_partition: float
    means: np.ndarray
    correlations: np.ndarray


def all_states(n_units: int, off: int = 0) -> np.ndarray:
    """Write down every state, counting in binary, the first unit slowest.

    Parameters
    ----------
    n_units : int
        Units.
    off : int
        The state of a unit that is off.

    Returns
    -------
    ndarray of float64, shape (2^units, units)
        All states.

    Examples
    --------
    >>> all_states(2).tolist()
    [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
    """
    bits = (np.arange(2**n_units)[:, None] >> np.arange(n_units)[::-1]) & 1
    return np.where(bits == 1, 1.0, float(off))


def require_enumerable(n_units: int, temperature: float, what: str = "an exact likelihood") -> None:
    """Refuse more units than can be enumerated, and T = 0."""
    if n_units > MOST_UNITS:
        raise ValueError(f"{what} must have at most {MOST_UNITS} units to enumerate; got {n_units}")
    if temperature <= 0:
        raise ValueError(f"temperature must be above 0 for Boltzmann's law; got {temperature:g}")


def _halves(network: SymmetricNetwork, temperature: float) -> tuple[np.ndarray, ...]:
    """Give the states of both halves, what each has alone, and the weights between them; all over T."""
    n, half = network.n_units, (network.n_units + 1) // 2
    w = network.matrix.toarray() / temperature
    theta = network.biases / temperature
    a, b = all_states(half, network.off), all_states(n - half, network.off)
    alone_a = 0.5 * np.einsum("sa,ab,sb->s", a, w[:half, :half], a, optimize=True) + a @ theta[:half]
    alone_b = 0.5 * np.einsum("sa,ab,sb->s", b, w[half:, half:], b, optimize=True) + b @ theta[half:]
    return a, b, alone_a, alone_b, w[:half, half:]


def _pieces(network: SymmetricNetwork, temperature: float) -> Iterator[tuple[slice, np.ndarray]]:
    """Give −E/T of all states, some rows of first halves at a time."""
    a, b, alone_a, alone_b, between = _halves(network, temperature)
    rows = max(1, PIECE // len(b))
    for start in range(0, len(a), rows):
        mine = slice(start, start + rows)
        yield mine, (a[mine] @ between) @ b.T + alone_a[mine, None] + alone_b[None, :]


def log_partition(network: SymmetricNetwork, temperature: float = 1.0) -> float:
    """Compute log Z.

    Parameters
    ----------
    network : SymmetricNetwork
        At most 28 units.
    temperature : float
        T, above 0.

    Returns
    -------
    float
        log Σ_s e^(−E(s)/T).

    Raises
    ------
    ValueError
        If there are more units, or T is 0.

    Examples
    --------
    >>> free = SymmetricNetwork(np.zeros((0, 2), np.int32), np.zeros(0), np.zeros(10))
    >>> round(float(log_partition(free) / np.log(2)), 12)
    10.0
    """
    require_enumerable(network.n_units, temperature)
    highest, total = -np.inf, 0.0
    for _, minus_energy in _pieces(network, temperature):
        top = max(highest, float(minus_energy.max()))
        total = total * np.exp(highest - top) + float(np.exp(minus_energy - top).sum())
        highest = top
    return highest + float(np.log(total))


def moments(network: SymmetricNetwork, temperature: float = 1.0) -> Moments:
    """Compute ⟨s_i⟩ and ⟨s_i s_j⟩.

    Parameters
    ----------
    network : SymmetricNetwork
        At most 28 units.
    temperature : float
        T, above 0.

    Returns
    -------
    Moments
        log Z and the means.

    Examples
    --------
    >>> pair = SymmetricNetwork(np.array([[0, 1]]), np.array([np.log(2.0)]), np.zeros(2))
    >>> found = moments(pair)
    >>> found.means.round(3).tolist(), found.correlations[0].round(3).tolist()
    ([0.6, 0.6], [0.6, 0.4])
    """
    log_z = log_partition(network, temperature)
    a, b, *_ = _halves(network, temperature)
    of_a, of_b, both = np.zeros(len(a)), np.zeros(len(b)), np.zeros((a.shape[1], b.shape[1]))
    for mine, minus_energy in _pieces(network, temperature):
        p = np.exp(minus_energy - log_z)
        of_a[mine] = p.sum(axis=1)
        of_b += p.sum(axis=0)
        both += a[mine].T @ (p @ b)
    means = np.concatenate([of_a @ a, of_b @ b])
    aa, bb = (a.T * of_a) @ a, (b.T * of_b) @ b
    return Moments(log_z, means, np.block([[aa, both], [both.T, bb]]))


def law(network: SymmetricNetwork, temperature: float = 1.0) -> np.ndarray:
    """Compute the probability of every state, in the order of `all_states`.

    Parameters
    ----------
    network : SymmetricNetwork
        At most 28 units (2 GB).
    temperature : float
        T, above 0.

    Returns
    -------
    ndarray of float64, shape (2^units,)
        p(s).

    Examples
    --------
    >>> pair = SymmetricNetwork(np.array([[0, 1]]), np.array([np.log(2.0)]), np.zeros(2))
    >>> law(pair).round(3).tolist()
    [0.2, 0.2, 0.2, 0.4]
    """
    log_z = log_partition(network, temperature)
    return np.concatenate([np.exp(part - log_z).ravel() for _, part in _pieces(network, temperature)])


def given(network: SymmetricNetwork, units: np.ndarray, values: np.ndarray) -> SymmetricNetwork:
    """Make the network of the other units while some are clamped: θ_i ← θ_i + Σ_(clamped j) w_ij s_j.

    Parameters
    ----------
    network : SymmetricNetwork
        The whole.
    units : ndarray of int, shape (clamped,)
        Which are clamped.
    values : ndarray, shape (clamped,)
        Their states.

    Returns
    -------
    SymmetricNetwork
        Of the units that are free, in their order; its energies lack a constant.
    """
    free = np.ones(network.n_units, bool)
    free[units] = False
    place = np.cumsum(free) - 1
    inside = free[network.links].all(axis=1)
    pull = network.matrix[np.flatnonzero(free)][:, units] @ np.asarray(values, np.float64)
    return SymmetricNetwork(
        place[network.links[inside]].astype(np.int32).reshape(-1, 2),
        network.weights[inside],
        network.biases[free] + pull,
        network.states,
    )

"""The energy of a symmetric network, and what one unit thinks of it.

    E(s) = −(Σ_{i<j} w_ij s_i s_j + Σ_i θ_i s_i)               w_ij = w_ji, w_ii = 0
    ΔE_i = E(s_i off) − E(s_i on) = (on − off) (Σ_j w_ij s_j + θ_i)
    p(s_i on | all others) = 1 / (1 + e^(−ΔE_i / T))           T → 0: on where ΔE_i > 0, off where it is below
    p(s) = e^(−E(s)/T) / Z                                     the law that the units settle in: Boltzmann's

s_i is 0 or 1, or −1 or +1. The two are one law: s = 2b − 1 gives, but for a constant energy,

    w(01) = 4 w(±1),    θ(01)_i = 2 θ(±1)_i − 2 Σ_j w(±1)_ij

The threshold of a unit is −θ_i: it is on at T = 0 where Σ_j w_ij s_j is above it.

Sources
-------
D. Ackley, G. Hinton and T. Sejnowski, "A Learning Algorithm for Boltzmann Machines", Cognitive Science 9 (1985).
J. Hopfield, "Neural networks and physical systems with emergent collective computational abilities", PNAS 79 (1982).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array

STATES = {"01": 0, "±1": -1}  # the value of a unit that is off; on is 1


@dataclass(frozen=True, eq=False)
class SymmetricNetwork:
    """Units joined by symmetric weights.

    Attributes
    ----------
    links : ndarray of int32, shape (links, 2)
        Pairs of units, i < j, sorted, each once.
    weights : ndarray of float64, shape (links,)
        w_ij of each pair.
    biases : ndarray of float64, shape (units,)
        θ.
    states : "01" or "±1"
        What a unit is when it is off and on.

    Examples
    --------
    >>> pair = SymmetricNetwork(np.array([[0, 1]]), np.array([2.0]), np.array([-1.0, 0.5]))
    >>> pair.energy(np.array([[0, 0], [1, 0], [1, 1]])).tolist()
    [0.0, 1.0, -1.5]
    """

    links: np.ndarray
    weights: np.ndarray
    biases: np.ndarray
    states: str = "01"

    @property
    def n_units(self) -> int:
        """The number of units."""
        return len(self.biases)

    @property
    def off(self) -> int:
        """The state of a unit that is off."""
        return STATES[self.states]

    @cached_property
    def matrix(self) -> csr_array:
        """The weights as a symmetric sparse matrix, shape (units, units)."""
        i, j = self.links.T
        both = np.concatenate([self.weights, self.weights])
        return csr_array((both, (np.concatenate([i, j]), np.concatenate([j, i]))), shape=(self.n_units, self.n_units))

    def read_only(self) -> SymmetricNetwork:
        """Copy the network into arrays that cannot be written."""
        links, weights, biases = (np.array(array) for array in (self.links, self.weights, self.biases))
        for array in (links, weights, biases):
            array.setflags(write=False)
        return SymmetricNetwork(links, weights, biases, self.states)

    def fields(self, s: np.ndarray) -> np.ndarray:
        """Compute Σ_j w_ij s_j + θ_i of every unit.

        Parameters
        ----------
        s : ndarray, shape (rows, units)
            States.

        Returns
        -------
        ndarray of float64, shape (rows, units)
            What comes in at each unit.
        """
        return (self.matrix @ np.asarray(s, np.float64).T).T + self.biases

    def energy(self, s: np.ndarray) -> np.ndarray:
        """Compute E(s).

        Parameters
        ----------
        s : ndarray, shape (rows, units)
            States.

        Returns
        -------
        ndarray of float64, shape (rows,)
            The energy of each row.
        """
        s = np.asarray(s, np.float64)
        i, j = self.links.T
        if len(self.links) <= self.n_units:
            return 0.0 - ((s[:, i] * s[:, j]) @ self.weights + s @ self.biases)
        return 0.0 - (0.5 * np.einsum("nu,nu->n", (self.matrix @ s.T).T, s) + s @ self.biases)

    def energy_gaps(self, s: np.ndarray) -> np.ndarray:
        """Compute ΔE_i of every unit.

        Parameters
        ----------
        s : ndarray, shape (rows, units)
            States.

        Returns
        -------
        ndarray of float64, shape (rows, units)
            How much higher the energy is with the unit off than on.
        """
        return (1 - self.off) * self.fields(s)

    def in_states(self, states: str) -> SymmetricNetwork:
        """Write the same law in other states.

        Parameters
        ----------
        states : "01" or "±1"
            The states wanted.

        Returns
        -------
        SymmetricNetwork
            With the same probability of every pattern of units off and on.

        Examples
        --------
        >>> spins = SymmetricNetwork(np.array([[0, 1]]), np.array([1.0]), np.array([0.0, 0.5]), "±1")
        >>> binary = spins.in_states("01")
        >>> binary.weights.tolist(), binary.biases.tolist()
        ([4.0], [-2.0, -1.0])
        """
        if states == self.states:
            return self
        row_sums = np.asarray(self.matrix.sum(axis=1)).ravel()
        if states == "01":
            return replace(self, weights=4 * self.weights, biases=2 * self.biases - 2 * row_sums, states=states)
        return replace(self, weights=self.weights / 4, biases=self.biases / 2 + row_sums / 4, states=states)


def probability_on(gap: np.ndarray, temperature: float) -> np.ndarray:
    """Compute 1 / (1 + e^(−ΔE/T)); at T = 0 it is 1, ½ or 0 by the sign of ΔE.

    Parameters
    ----------
    gap : ndarray of float
        ΔE.
    temperature : float
        T, 0 or more.

    Returns
    -------
    ndarray of float64
        The probability that a unit turns on.

    Examples
    --------
    >>> probability_on(np.array([-1.0, 0.0, 1.0]), 0.0).tolist()
    [0.0, 0.5, 1.0]
    >>> probability_on(np.array([0.0, 800.0, -800.0]), 1.0).tolist()
    [0.5, 1.0, 0.0]
    """
    gap = np.asarray(gap, np.float64)
    if temperature == 0:
        return 0.5 * (1 + np.sign(gap))
    with np.errstate(over="ignore"):
        half = 0.5 * gap / temperature
    return 0.5 * (1 + np.tanh(half))

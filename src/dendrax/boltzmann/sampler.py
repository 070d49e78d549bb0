"""Many chains of a symmetric network at once, from the host: start, sweep, read.

The chains are padded to a bucket, so that near-equal numbers of chains share a program; long runs are cut into calls
of a fraction of a second, so that Ctrl-C is noticed.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from dendrax.boltzmann import gibbs
from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.gibbs import Moment, States
from dendrax.boltzmann.single_precision import temperatures32, weights32
from dendrax.boltzmann.wiring import lay_out, wire
from dendrax.core.random import key
from dendrax.core.shapes import bucket, padded
from dendrax.learning.clock import Clock, next_budget

FEWEST = 8  # chains
LONGEST = 2**12  # sweeps of a schedule that is made here
FIRST_UPDATES = 2**22  # units drawn in the first call, whose speed is not known yet


class Chains:
    """Chains of a network, all from one seed.

    Parameters
    ----------
    network : SymmetricNetwork
        The network.
    n : int
        How many chains.
    seed : int
        The randomness.
    given : ndarray, shape (units,) or (chains, units), optional
        NaN where a unit is free, elsewhere the state that it is clamped at.
    start : ndarray, shape (chains, units), optional
        First states; coins, where absent.
    colours : ndarray of int, shape (units,), optional
        Colours of your own.

    Examples
    --------
    >>> pair = SymmetricNetwork(np.array([[0, 1]]), np.array([5.0]), np.zeros(2), "±1")
    >>> chains = Chains(pair, 1000, seed=0)
    >>> chains.sweep(np.full(20, 1.0))
    >>> states = chains.states()
    >>> bool((states[:, 0] == states[:, 1]).mean() > 0.99)
    True
    """

    def __init__(
        self,
        network: SymmetricNetwork,
        n: int,
        seed: int,
        *,
        given: np.ndarray | None = None,
        start: np.ndarray | None = None,
        colours: np.ndarray | None = None,
    ) -> None:
        self.network, self.n = network, n
        self._plan, self._layout = lay_out(network.links, network.n_units, network.off, colours)
        self._wiring = wire(self._plan, self._layout, *weights32(network))
        self._padded = bucket(n, FEWEST)
        clamped = np.full((1, network.n_units), np.nan) if given is None else np.atleast_2d(given)
        free = np.isnan(clamped)
        numbers = np.arange(self._padded, dtype=np.uint32)
        self._moment = Moment(
            np.float32(0),
            np.float32(1),
            key(2 * seed + 1),
            numbers,
            self._placed(free),
        )
        if start is not None:
            clamped = np.where(free, np.atleast_2d(start), clamped)
            free = np.zeros_like(clamped, bool)
        first: Any = self._placed(np.nan_to_num(clamped)), self._placed(free)
        self._s: States = gibbs.begin(self._plan, key(2 * seed), numbers, *first)
        self._done = 0

    def _placed(self, rows: np.ndarray) -> np.ndarray:
        """Bring (chains, units) into the order of the places, (units, chains); one row stands for all chains."""
        rows = rows if len(rows) == 1 else padded(rows, self._padded)
        return np.ascontiguousarray(rows.T[self._layout.order])

    def sweep(self, temperatures: np.ndarray) -> None:
        """Sweep once at each temperature.

        Parameters
        ----------
        temperatures : ndarray, shape (sweeps,)
            T of each sweep, 0 or more.
        """
        size = bucket(len(temperatures))
        schedule = padded(temperatures32(self.network, temperatures), size)
        updates = self._plan.n_units * self._padded
        clock, budget, at = Clock(), max(1, FIRST_UPDATES // updates), 0
        while at < len(temperatures):
            start, to = clock.passed, min(at + budget, len(temperatures))
            bounds: Any = np.int32(at), np.int32(to), np.int32(self._done)
            s = gibbs.sweeps(self._plan, self._wiring, self._s, schedule, *bounds, self._moment)
            self._s = jax.block_until_ready(s)
            budget, at = next_budget(to - at, clock.passed - start), to
        self._done += len(temperatures)

    def sweep_at(self, temperature: float, n: int) -> None:
        """Sweep n times at one temperature, without a schedule as long as the run."""
        for done in range(0, n, LONGEST):
            self.sweep(np.full(min(LONGEST, n - done), temperature))

    def states(self) -> np.ndarray:
        """Read where the chains stand.

        Returns
        -------
        ndarray of int8, shape (chains, units)
            In the states of the network; fresh and writable.
        """
        s = np.concatenate([np.asarray(block) for block in self._s])
        return np.ascontiguousarray(s[self._layout.place, : self.n].T.astype(np.int8))

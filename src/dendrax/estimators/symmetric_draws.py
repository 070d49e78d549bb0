"""What a symmetric network draws: samples, states cooled down, patterns recalled, and what is missing."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from dendrax.boltzmann.recall import recall
from dendrax.boltzmann.sampler import Chains
from dendrax.boltzmann.schedules import natural
from dendrax.core.constraints import Such, Whole, check
from dendrax.estimators.states import read_given
from dendrax.estimators.symmetric import SymmetricEstimator


class SymmetricDraws(SymmetricEstimator):
    """The part of the estimator that draws."""

    def sample(self, n: int = 1, *, given: Any = None, sweeps: int = 200, random_state: Any = None) -> np.ndarray:
        """Draw states from Boltzmann's law, each from a chain of its own.

        Parameters
        ----------
        n : int, default=1
            How many.
        given : dict of unit to state, optional
            Units that are clamped: numbers of units or names of columns.
        sweeps : int, default=200
            How often every unit is drawn, from a start of coins.
        random_state : int, RandomState, Generator or None
            The randomness; that of the estimator, where absent.

        Returns
        -------
        ndarray of int64, shape (n, units)
            States.
        """
        network = self._network()
        check("n", n, (Whole(1, 2**24),))
        check("sweeps", sweeps, (Whole(1, 2**30),))
        clamped = read_given(given, self._names(), network.n_units, network.states)
        chains = Chains(network, n, self._seed(random_state), given=clamped)
        chains.sweep_at(self._t, sweeps)
        return chains.states().astype(np.int64)

    def anneal(self, schedule: Any = None, n: int = 64, *, given: Any = None, random_state: Any = None) -> np.ndarray:
        """Cool the network slowly, so that its energy ends low.

        Parameters
        ----------
        schedule : array of float, shape (sweeps,), optional
            T of each sweep, 0 or more, as `dendrax.boltzmann.geometric` makes it; where absent, 1000 sweeps from where
            every unit moves to where almost none does, by the weights.
        n : int, default=64
            How many chains.
        given : dict of unit to state, optional
            Units that are clamped.
        random_state : int, RandomState, Generator or None
            The randomness; that of the estimator, where absent.

        Returns
        -------
        ndarray of int64, shape (n, units)
            Where the chains end, the lowest energy first.
        """
        network = self._network()
        check("n", n, (Whole(1, 2**24),))
        temperatures = natural(network) if schedule is None else _read_schedule(schedule)
        clamped = read_given(given, self._names(), network.n_units, network.states)
        chains = Chains(network, n, self._seed(random_state), given=clamped)
        chains.sweep(temperatures)
        states = chains.states().astype(np.int64)
        return states[np.argsort(network.energy(states), kind="stable")]

    def recall(self, patterns: Any) -> np.ndarray:
        """Let each pattern fall to the bottom of its valley: T = 0, one unit after the other, until none turns.

        Parameters
        ----------
        patterns : array of shape (units,) or (rows, units)
            Where to start.

        Returns
        -------
        ndarray of int64, of the same shape
            States whose energy no single unit can lower. A unit with ΔE = 0, but for rounding, stays as it is.
        """
        start = self._read(patterns, "patterns")
        states, rested = recall(self.network_, start)
        if not rested:
            warnings.warn("recall ended before every unit had come to rest", stacklevel=2)
        found = states.astype(np.int64)
        return found if np.ndim(patterns) == 2 else found[0]

    def complete(self, X: Any, *, sweeps: int = 200, random_state: Any = None) -> np.ndarray:
        """Draw what is missing, given what is there.

        Parameters
        ----------
        X : array of shape (rows, visible units)
            States; NaN where one is missing.
        sweeps : int, default=200
            How often every missing and hidden unit is drawn.
        random_state : int, RandomState, Generator or None
            The randomness; that of the estimator, where absent.

        Returns
        -------
        ndarray of int64, shape (rows, visible units)
            X with every hole filled by a sample.
        """
        network, v = self._network(), self._read_visible(X, holes=True)
        check("sweeps", sweeps, (Whole(1, 2**30),))
        given = np.concatenate([v, np.full((len(v), network.n_units - self.n_visible_), np.nan)], axis=1)
        chains = Chains(network, len(v), self._seed(random_state), given=given)
        chains.sweep_at(self._t, sweeps)
        return chains.states()[:, : self.n_visible_].astype(np.int64)


def _read_schedule(schedule: Any) -> np.ndarray:
    def falls(value: Any) -> bool:
        t = np.asarray(value)
        return t.ndim == 1 and len(t) > 0 and t.dtype.kind in "iuf" and bool(np.isfinite(t).all() and (t >= 0).all())

    check("schedule", schedule, (Such(falls, "None, or temperatures of 0 or more, one a sweep"),))
    return np.asarray(schedule, np.float64)

"""What a symmetric network does once it has weights: energies, samples, annealing, recall, completion, likelihood."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from dendrax.boltzmann.energy import SymmetricNetwork, probability_on
from dendrax.boltzmann.exact import MOST_UNITS, log_partition
from dendrax.boltzmann.importance import estimate
from dendrax.boltzmann.log_partition import LogPartition, exactly
from dendrax.boltzmann.marginal import log_weight
from dendrax.boltzmann.sampler import Chains
from dendrax.boltzmann.schedules import natural
from dendrax.core.constraints import Real, Such, Whole, check
from dendrax.core.random import seed_of
from dendrax.estimators.states import read_given, read_states, unit_of


class SymmetricEstimator(BaseEstimator):
    """Everything that needs only the network."""

    network_: SymmetricNetwork
    n_visible_: int
    feature_names_in_: np.ndarray
    temperature: float
    random_state: Any

    def _network(self) -> SymmetricNetwork:
        check_is_fitted(self, "network_")
        return self.network_

    def _names(self) -> list[str]:
        return [str(name) for name in getattr(self, "feature_names_in_", [])]

    def _read(self, s: Any, name: str = "s", *, holes: bool = False) -> np.ndarray:
        network = self._network()
        return read_states(s, network.n_units, network.states, name, holes=holes)

    def _seed(self, random_state: Any) -> int:
        return seed_of(self.random_state if random_state is None else random_state)

    def energy(self, s: Any) -> Any:
        """Compute E(s) = −(Σ_{i<j} w_ij s_i s_j + Σ θ_i s_i).

        Parameters
        ----------
        s : array of shape (units,) or (rows, units)
            States of all units, hidden ones last.

        Returns
        -------
        float, or ndarray of shape (rows,)
            The energy of the whole network.
        """
        found = self._network().energy(self._read(s))
        return found if np.ndim(s) == 2 else float(found[0])

    def energy_gap(self, s: Any, i: Any = None) -> Any:
        """Compute ΔE_i = E(s_i off) − E(s_i on): how much the network prefers unit i on, given all others.

        Parameters
        ----------
        s : array of shape (units,) or (rows, units)
            States of all units.
        i : int or str, optional
            A unit; all, where absent.

        Returns
        -------
        float or ndarray
            Without the axes that s and i do not have.
        """
        gaps = self._network().energy_gaps(self._read(s))
        gaps = gaps if i is None else gaps[:, unit_of(i, self._names(), gaps.shape[1])]
        found = gaps if np.ndim(s) == 2 else gaps[0]
        return found if np.ndim(found) else float(found)

    def probability_on(self, s: Any, i: Any = None) -> Any:
        """Compute p_i = 1 / (1 + e^(−ΔE_i/T)): how probable it is that unit i turns on, given all others.

        Parameters
        ----------
        s : array of shape (units,) or (rows, units)
            States of all units.
        i : int or str, optional
            A unit; all, where absent.

        Returns
        -------
        float or ndarray
            Without the axes that s and i do not have.
        """
        found = probability_on(self.energy_gap(s, i), self.temperature)
        return found if np.ndim(found) else float(found)

    @property
    def thresholds(self) -> np.ndarray:
        """−θ_i of every unit, shape (units,): what its inputs must exceed to turn it on at T = 0."""
        return -self._network().biases

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
        chains.sweep(np.full(sweeps, self.temperature))
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
            States whose energy no single unit can lower. A unit with ΔE = 0 stays as it is.
        """
        start = self._read(patterns, "patterns")
        chains = Chains(self._network(), len(start), 0, start=start)
        if not chains.settle():
            warnings.warn("recall ended before every unit had come to rest", stacklevel=2)
        found = chains.states().astype(np.int64)
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
        network = self._network()
        v = read_states(X, self.n_visible_, network.states, "X", holes=True)
        check("sweeps", sweeps, (Whole(1, 2**30),))
        given = np.concatenate([v, np.full((len(v), network.n_units - self.n_visible_), np.nan)], axis=1)
        chains = Chains(network, len(v), self._seed(random_state), given=given)
        chains.sweep(np.full(sweeps, self.temperature))
        return chains.states()[:, : self.n_visible_].astype(np.int64)

    @property
    def log_partition_(self) -> float:
        """Log Z at the temperature: exact up to 28 units, else estimated; computed when first asked for."""
        return self._partition().value

    @property
    def log_partition_error_(self) -> float:
        """The standard error of `log_partition_`; 0 where it is exact."""
        return self._partition().error

    def _partition(self) -> LogPartition:
        network = self._network()
        kept = getattr(self, "_kept_partition", None)
        if kept is None or kept[0] is not network or kept[1] != self.temperature:
            exact = network.n_units <= MOST_UNITS or self.temperature <= 0
            found = (_enumerated if exact else _estimated)(network, self.temperature)
            self._kept_partition = kept = (network, self.temperature, found)
        return kept[2]

    def score_samples(self, X: Any) -> np.ndarray:
        """Compute log p(v) of each row, hidden units summed out.

        Parameters
        ----------
        X : array of shape (rows, visible units)
            States.

        Returns
        -------
        ndarray of float64, shape (rows,)
            In nats; exact up to 28 units. Above, log Z is estimated, with the error `log_partition_error_`.
        """
        network = self._network()
        v = read_states(X, self.n_visible_, network.states, "X")
        return log_weight(network, v, self.temperature) - self.log_partition_

    log_likelihood = score_samples

    def score(self, X: Any, y: Any = None) -> float:
        """Compute the mean of `score_samples`."""
        return float(self.score_samples(X).mean())


def _read_schedule(schedule: Any) -> np.ndarray:
    def falls(value: Any) -> bool:
        t = np.asarray(value)
        return t.ndim == 1 and len(t) > 0 and t.dtype.kind in "iuf" and bool(np.isfinite(t).all() and (t >= 0).all())

    check("schedule", schedule, (Such(falls, "None, or temperatures of 0 or more, one a sweep"),))
    return np.asarray(schedule, np.float64)


def _enumerated(network: SymmetricNetwork, temperature: float) -> LogPartition:
    return exactly(log_partition(network, temperature))


def _estimated(network: SymmetricNetwork, temperature: float) -> LogPartition:
    found = estimate(network, temperature, steps=2000, chains=128)
    if found.doubt is not None:
        warnings.warn(
            f"log Z is uncertain: {found.low:.2f} from below, {found.high:.2f} from above, "
            f"{min(found.effective):.0f} effective samples of {found.chains}; likelihoods are as uncertain",
            stacklevel=5,
        )
    return found


TEMPERATURE = (Real(0),)

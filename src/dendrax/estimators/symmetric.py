"""A symmetric network with weights, as an estimator: its energies, the same law in other states, its file."""

from __future__ import annotations

import os
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from dendrax.boltzmann.energy import SymmetricNetwork, probability_on
from dendrax.core.constraints import check, check_all
from dendrax.core.random import seed_of
from dendrax.estimators.states import read_states, require_names, unit_of
from dendrax.estimators.symmetric_options import CONSTRAINTS


class SymmetricEstimator(BaseEstimator):
    """Everything that needs only the network."""

    network_: SymmetricNetwork
    n_visible_: int
    n_steps_: int
    stopped_because_: str
    feature_names_in_: np.ndarray
    temperature: float
    random_state: Any

    def _network(self) -> SymmetricNetwork:
        check_is_fitted(self, "network_")
        check_all(self.get_params(deep=False), CONSTRAINTS)
        return self.network_

    @property
    def _t(self) -> float:
        check("temperature", self.temperature, CONSTRAINTS["temperature"])
        return float(self.temperature)

    def _names(self) -> list[str]:
        return [str(name) for name in getattr(self, "feature_names_in_", [])]

    def _read(self, s: Any, name: str = "s") -> np.ndarray:
        network = self._network()
        require_names(s, self._names(), name)
        return read_states(s, network.n_units, network.states, name)

    def _read_visible(self, X: Any, *, holes: bool = False) -> np.ndarray:
        network = self._network()
        require_names(X, self._names(), "X")
        v = read_states(X, self.n_visible_, network.states, "X", holes=holes)
        if not len(v):
            raise ValueError("X must have at least one row; got none")
        return v

    def _seed(self, random_state: Any) -> int:
        return seed_of(self.random_state if random_state is None else random_state)

    def _learned(self, network: SymmetricNetwork, n_visible: int, n_steps: int = 0, reason: str | None = None) -> Self:
        self.network_ = network = network.read_only()
        self.n_visible_ = self.n_features_in_ = n_visible
        self.links_, self.weights_, self.biases_ = network.links, network.weights, network.biases
        self.n_steps_ = n_steps
        vars(self).pop("stopped_because_", None)
        if reason is not None:
            self.stopped_because_ = reason
        return self

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
        found = probability_on(self.energy_gap(s, i), self._t)
        return found if np.ndim(found) else float(found)

    @property
    def thresholds(self) -> np.ndarray:
        """−θ_i of every unit, shape (units,): what its inputs must exceed to turn it on at T = 0."""
        return -self._network().biases

    def in_states(self, states: str) -> Self:
        """Write the same law in other states.

        Parameters
        ----------
        states : "01" or "±1"
            The states wanted.

        Returns
        -------
        estimator
            Another machine, with the same probability of every pattern of units off and on.
        """
        check("states", states, CONSTRAINTS["states"])
        network = self._network().in_states(states)
        other = type(self)(**{**self.get_params(deep=False), "states": states})
        if hasattr(self, "feature_names_in_"):
            other.feature_names_in_ = self.feature_names_in_.copy()
        return other._learned(network, self.n_visible_, self.n_steps_, getattr(self, "stopped_because_", None))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted machine to one file, without code inside; `dendrax.load` reads it.

        Parameters
        ----------
        path : path
            The file; whole at every moment.

        Raises
        ------
        HyperparameterError
            If `states`, `n_hidden` or `links` are no longer those of the fitted machine.
        """
        from dendrax.estimators.symmetric_saving import FILE

        FILE.write(self, path)

"""How likely rows are under a symmetric network: log p(v) = log Σ_h e^(−E(v, h)/T) − log Z.

log Z is exact up to 28 units, and estimated by annealed importance sampling above.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.exact import MOST_UNITS, log_partition
from dendrax.boltzmann.importance import estimate
from dendrax.boltzmann.log_partition import LogPartition, exactly
from dendrax.boltzmann.marginal import log_weight
from dendrax.estimators.symmetric import SymmetricEstimator

WIDEST = 1e290  # energies over T


class SymmetricLikelihood(SymmetricEstimator):
    """The part of the estimator that knows log Z."""

    @property
    def log_partition_(self) -> float:
        """Log Z at the temperature: exact up to 28 units, else estimated; computed when first asked for."""
        return self._partition().value

    @property
    def log_partition_error_(self) -> float:
        """The standard error of `log_partition_`; 0 where it is exact."""
        return self._partition().error

    def _warmth(self) -> float:
        """Give T; refuse one at which there is no law, or none that float64 could hold."""
        network, t = self._network(), self._t
        largest = max(np.abs(network.weights).max(initial=0.0), np.abs(network.biases).max(initial=0.0))
        if t <= 0 or largest > WIDEST * t:
            least = "" if largest <= 0 else f", and {largest / WIDEST:g} or more by its weights"
            raise ValueError(f"temperature must be above 0{least}, for Boltzmann's law; got {t:g}")
        return t

    def _partition(self) -> LogPartition:
        network, t = self._network(), self._warmth()
        kept = getattr(self, "_kept_partition", None)
        if kept is None or kept[0] is not network or kept[1] != t:
            found = (_enumerated if network.n_units <= MOST_UNITS else _estimated)(network, t)
            self._kept_partition = kept = (network, t, found)
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
        v = self._read_visible(X)
        return log_weight(self.network_, v, self._warmth()) - self.log_partition_

    log_likelihood = score_samples

    def score(self, X: Any, y: Any = None) -> float:
        """Compute the mean of `score_samples`."""
        return float(self.score_samples(X).mean())


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

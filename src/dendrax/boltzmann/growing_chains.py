"""Persistent chains that grow in number: few while the machine moves fast, many where it settles.

    after a share d / (D + 1) of the epochs, d = 1 … D, each chain becomes two,     first · 2^D ≥ last

Two chains in one state draw on independently, and so part. Epochs decide, never the clock: the same seed gives the same
bits. Each number of chains is a program of its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from dendrax.boltzmann.restricted_state import State


@dataclass(frozen=True)
class Growth:
    """How many chains there are in which epoch.

    Attributes
    ----------
    first, last : int
        Chains at the start and at the end.
    epochs : int
        Of the whole run.

    Examples
    --------
    >>> growth = Growth(100, 300, 30)
    >>> [growth.chains_in(epoch) for epoch in (0, 9, 10, 20, 29)]
    [100, 100, 200, 300, 300]
    >>> growth.steps_to_next(epoch=4, step=1, steps_per_epoch=5)
    29
    """

    first: int
    last: int
    epochs: int

    @property
    def _doublings(self) -> int:
        return max(0, math.ceil(math.log2(self.last / self.first)))

    def _due(self, epoch: int) -> int:
        return min((self._doublings + 1) * epoch // self.epochs, self._doublings)

    def chains_in(self, epoch: int) -> int:
        """Count the chains of an epoch, from 0 on."""
        return min(self.first << self._due(epoch), self.last)

    def steps_to_next(self, epoch: int, step: int, steps_per_epoch: int) -> int:
        """Count the steps until they grow, or the run ends."""
        then = math.ceil((self._due(epoch) + 1) * self.epochs / (self._doublings + 1))
        return (then - epoch) * steps_per_epoch - step

    def grown(self, state: State) -> State:
        """Have as many chains as the epoch asks for."""
        chains, wanted = state.learner.chains, self.chains_in(int(state.epoch))
        if chains.shape[-2] >= wanted:
            return state
        more = np.take(np.asarray(chains), np.arange(wanted) % chains.shape[-2], axis=-2)
        return state._replace(learner=state.learner._replace(chains=more))  # type: ignore[arg-type]

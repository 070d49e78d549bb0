"""The likelihood of a restricted machine estimated as learning goes on, where it cannot be enumerated.

every n epochs:   ln p of training rows and of rows held out  →  the curves
                  with patience:  keep the machine with the highest one, stop after so many estimates without progress

An estimate takes longer than an epoch, and lasts between two calls to the device.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np

from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.restricted_state import State
from dendrax.learning.clock import MOST
from dendrax.learning.stopping import PATIENCE, RUNNING


@dataclass
class Estimates:
    """When estimates are due, and what they decide.

    Attributes
    ----------
    of : callable
        From a machine to the mean ln p of training rows and of rows held out, NaN where there are none.
    every : int
        After how many epochs.
    patience : int or None
        Estimates without progress after which learning stops; None never, and the last machine is kept.
    tolerance : float
        What counts as progress, in nats.
    stale : int
        Estimates since the last progress.
    """

    of: Callable[[Params], tuple[float, float]]
    every: int
    patience: int | None = None
    tolerance: float = 0.0
    stale: int = 0

    def steps_to_next(self, state: State, steps_per_epoch: int) -> int:
        """Count the steps to the end of the epoch after which the next one is due."""
        return min((self.every - int(state.epoch) % self.every) * steps_per_epoch - int(state.step), MOST)

    def is_due(self, state: State) -> bool:
        """Say whether such an epoch has just ended."""
        return int(state.step) == 0 and int(state.epoch) % self.every == 0

    def decided(self, state: State, training: float, validation: float) -> State:
        """Keep the best machine, and stop where patience is at its end."""
        if self.patience is None:
            return state
        score, best = training if math.isnan(validation) else validation, float(state.best_score)
        self.stale = 0 if score > best + self.tolerance else self.stale + 1
        if score > best:
            single = state.learner.params  # estimates are for chains, which learn one machine
            kept = jax.tree.map(np.asarray, single)
            state = state._replace(best=kept, best_score=np.float32(score), best_epoch=np.int32(state.epoch))  # type: ignore[arg-type]
        if self.stale >= self.patience and int(state.stopped) == RUNNING:
            state = state._replace(stopped=np.int32(PATIENCE))  # type: ignore[arg-type]
        return state

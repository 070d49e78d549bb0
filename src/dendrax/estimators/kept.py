"""What a fit keeps so that a later one can go on from it: `warm_start` and `partial_fit`."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import jax
import numpy as np

from dendrax.learning import stopping
from dendrax.learning.batches import Data
from dendrax.learning.outcome import Curves
from dendrax.learning.state import State


@dataclass(frozen=True)
class Kept:
    """Where training stood, to go on from.

    Attributes
    ----------
    state : State
        As NumPy arrays.
    curves : Curves
        The epochs behind it.
    data : int
        A checksum of the data; 0 where none was wanted.
    """

    state: State
    curves: Curves
    data: int = 0

    def going_on(self, same_data: bool) -> State:
        """Give the state with the reason to stop taken away; on other data the best so far counts for nothing."""
        state = self.state._replace(stopped=np.int32(stopping.RUNNING))
        if int(self.state.stopped) in (stopping.PATIENCE, stopping.CONVERGED):
            state = state._replace(progress=state.progress._replace(stale=np.int32(0)))
        if same_data:
            return state
        return state._replace(progress=stopping.of_host(np.inf, 0), step=np.int32(0), loss_sum=np.float32(0))


def checksum(data: Data) -> int:
    """Digest the rows, so that other data are noticed."""
    total = 1
    for leaf in jax.tree.leaves(data):
        total = zlib.adler32(np.ascontiguousarray(leaf).data, total)
    return total

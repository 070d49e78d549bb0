"""When training stops: until the error converges, or the validation error stops falling, or the epochs are over.

An epoch makes progress when its score is below the best by more than `tolerance`; after `patience` epochs without
progress in a row, training stops. The score is the validation loss where there is a validation part, else the
training loss.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

RUNNING, CONVERGED, PATIENCE, EPOCHS, DIVERGED, TIME, INTERRUPTED, CALLBACK = range(8)

REASONS = {
    CONVERGED: "converged",
    PATIENCE: "patience",
    EPOCHS: "epochs",
    DIVERGED: "diverged",
    TIME: "time",
    INTERRUPTED: "interrupted",
    CALLBACK: "callback",
}


class Progress(NamedTuple):
    """The stopping rule's memory.

    Attributes
    ----------
    best : float
        The lowest score so far.
    stale : int
        Epochs in a row without progress.
    """

    best: Float[Array, ""]
    stale: Int[Array, ""]


def of_host(best: float, stale: int) -> Progress:
    """Write the memory from numbers of the host."""
    fields: Any = np.float32(best), np.int32(stale)
    return Progress(*fields)


def begin() -> Progress:
    """Start with nothing seen."""
    return Progress(jnp.float32(jnp.inf), jnp.int32(0))


def after_epoch(progress: Progress, score: Float[Array, ""], tolerance: Float[Array, ""]) -> Progress:
    """Count an epoch: progress resets the count, anything else adds to it.

    Parameters
    ----------
    progress : Progress
        Before the epoch.
    score : float
        The epoch's score.
    tolerance : float
        What counts as progress.

    Returns
    -------
    Progress
        After the epoch.
    """
    better = score < progress.best - tolerance
    stale = jnp.where(better, 0, progress.stale + 1).astype(jnp.int32)
    return Progress(jnp.fmin(progress.best, score), stale)


def verdict(
    progress: Progress,
    epoch: Int[Array, ""],
    max_epochs: Int[Array, ""],
    patience: Int[Array, ""],
    diverged: Bool[Array, ""],
    validated: bool,
) -> Int[Array, ""]:
    """Say whether training goes on, and if not, why.

    Parameters
    ----------
    progress : Progress
        After the epoch.
    epoch : int
        Epochs done.
    max_epochs, patience : int
        The limits.
    diverged : bool
        Whether every recovery has been used up.
    validated : bool
        Whether a validation part judges.

    Returns
    -------
    int
        RUNNING, or one of `REASONS`.
    """
    stopped = jnp.where(epoch >= max_epochs, EPOCHS, RUNNING)
    stopped = jnp.where(progress.stale >= patience, PATIENCE if validated else CONVERGED, stopped)
    return jnp.where(diverged, DIVERGED, stopped).astype(jnp.int32)

"""What a training run is made of: its plan (static), its numbers (traced), its state, and the history in it.

A state is everything that is needed to go on: saved, it is a checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from jaxtyping import Array, Float, Int

from dendrax.core.random import Key
from dendrax.learning.descent import Optimiser, Tree
from dendrax.learning.schedules import Schedule
from dendrax.learning.stopping import Progress
from dendrax.nn.losses import Loss
from dendrax.nn.network import Network

RING = 1024  # epochs of history that a state holds


@dataclass(frozen=True)
class Plan:
    """What changes the compiled program. Everything else is a number.

    Attributes
    ----------
    network, loss, optimiser, schedule
        Structures.
    batch_size : int
        Rows in a batch; at least the padded number of rows for "all rows".
    shuffle : bool
        Whether every epoch sees the rows in an order of its own.
    gather : bool
        Whether an epoch's rows are gathered at once.
    clip : bool
        Whether gradients are clipped.
    judged_outside : bool
        Whether the host decides which epoch is the best and when patience ends, by a metric of its own.
    """

    network: Network
    loss: Loss
    optimiser: Optimiser
    schedule: Schedule
    batch_size: int
    shuffle: bool = True
    gather: bool = True
    clip: bool = False
    judged_outside: bool = False


class Numbers(NamedTuple):
    """The numbers of a training run, all traced."""

    network: tuple[dict[str, Any], ...]
    loss: dict[str, Any]
    optimiser: dict[str, Any]
    schedule: dict[str, Any]
    learning_rate: Any
    weight_decay: Any
    rows: Any
    validation_rows: Any
    max_epochs: Any
    tolerance: Any
    patience: Any
    recoveries: Any
    clip: Any = 1.0


class History(NamedTuple):
    """A ring of the last epochs; epoch e stands at e mod RING."""

    training: Float[Array, " ring"]
    validation: Float[Array, " ring"]
    learning_rate: Float[Array, " ring"]
    gradient_norm: Float[Array, " ring"]


class State(NamedTuple):
    """Everything needed to go on."""

    params: Tree
    memory: Tree
    key: Key
    epoch: Int[Array, ""]
    step: Int[Array, ""]
    loss_sum: Float[Array, ""]
    best_params: Tree
    best_epoch: Int[Array, ""]
    best_error: Float[Array, ""]
    progress: Progress
    halvings: Int[Array, ""]
    history: History
    stopped: Int[Array, ""]

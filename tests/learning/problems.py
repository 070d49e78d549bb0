"""Small training problems for the tests of the engine."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from dendrax.core import random
from dendrax.core.shapes import bucket
from dendrax.core.structure import numbers, structure
from dendrax.learning.batches import Data, Rows
from dendrax.learning.descent import Optimiser
from dendrax.learning.optimisers import Adam
from dendrax.learning.schedules import Constant, Schedule
from dendrax.learning.state import Numbers, Plan, State
from dendrax.learning.training import begin
from dendrax.nn.dense import Dense
from dendrax.nn.losses import CrossEntropy, Loss
from dendrax.nn.network import network_of

PLAIN = {"learning_rate": 1e-2, "weight_decay": 0.0, "max_epochs": 10**6, "tolerance": 0.0, "patience": 10**6}


class Problem:
    """Rows, a program and a first state; numbers can be overridden by name."""

    def __init__(
        self,
        rows: int = 100,
        held: int = 0,
        batch_size: int = 16,
        sizes: tuple[int, ...] = (5, 7, 3),
        optimiser: Optimiser | None = None,
        schedule: Schedule | None = None,
        loss: Loss | None = None,
        output: str = "softmax",
        shuffle: bool = True,
        gather: bool = True,
        weights: np.ndarray | None = None,
        seed: int = 0,
        recoveries: int = 5,
        **given: float,
    ) -> None:
        optimiser, schedule, loss = optimiser or Adam(), schedule or Constant(), loss or CrossEntropy()
        rng = np.random.default_rng(seed)
        total, size = rows + held, bucket(rows + held)
        x = np.zeros((size, sizes[0]), np.float32)
        x[:total] = rng.normal(size=(total, sizes[0]))
        y = np.zeros(size, np.int32)
        y[:total] = rng.integers(0, sizes[-1], total)
        w = np.zeros(size, np.float32)
        w[:total] = 1.0 if weights is None else weights
        network, layers = network_of([Dense(u, "tanh") for u in sizes[1:-1]], (sizes[0],), sizes[-1], output)
        self.plan = Plan(
            network, structure(loss), structure(optimiser), structure(schedule), batch_size, shuffle, gather
        )
        values = PLAIN | given
        self.numbers = Numbers(
            tuple(layers),
            numbers(loss),
            numbers(optimiser),
            numbers(schedule),
            np.float32(values["learning_rate"]),
            np.float32(values["weight_decay"]),
            np.int32(rows),
            np.int32(held),
            np.int32(values["max_epochs"]),
            np.float32(values["tolerance"]),
            np.int32(values["patience"]),
            np.int32(recoveries),
        )
        places = np.arange(size, dtype=np.int32)
        held_places = np.zeros(bucket(held), np.int32)
        held_places[:held] = np.arange(rows, rows + held)
        self.data = jax.device_put(Data(Rows(x, y, w), places, held_places if held else None))
        self.x, self.y, self.w, self.rows = *self.data.rows, rows
        self.key = jnp.asarray(random.key(seed))

    @property
    def first(self) -> State:
        return begin(self.plan, self.key, self.numbers)


def same_bits(a: object, b: object) -> bool:
    """Say whether two trees hold the same bits."""
    pairs = zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True)
    return all(np.asarray(p).tobytes() == np.asarray(q).tobytes() for p, q in pairs)

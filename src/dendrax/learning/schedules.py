"""Schedules: the share of the learning rate that a step takes, as a function of the time t = step / all steps.

constant   r(t) = 1
cosine     r(t) = min(1, t / warm) · ½ (1 + cos πt)       from 0 up to 1 over the first `warm` of the time, then to 0
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array, Float

from dendrax.core.structure import number
from dendrax.nn.layer import Numbers


class Schedule(ABC):
    """The interface of a schedule."""

    name: ClassVar[str]

    @abstractmethod
    def share(self, numbers: Numbers, time: Float[Array, ""]) -> Float[Array, ""]:
        """Compute r(t), between 0 and 1, for t between 0 and 1."""


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate all the time."""

    name = "constant"

    def share(self, numbers: Numbers, time: Float[Array, ""]) -> Float[Array, ""]:
        return jnp.ones_like(time)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a wave of the cosine, from the full rate down to 0, after a short warm-up."""

    name = "cosine"
    warm: float = number(0.05)

    def share(self, numbers: Numbers, time: Float[Array, ""]) -> Float[Array, ""]:
        rising = jnp.minimum(1.0, time / jnp.maximum(numbers["warm"], 1e-6))
        return rising * 0.5 * (1.0 + jnp.cos(math.pi * time))


SCHEDULES = {schedule.name: schedule for schedule in (Constant, Cosine)}

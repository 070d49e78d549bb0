"""Schedules: the share r of the learning rate that a step takes, by t = (step + ½) / all steps and the epoch e.

constant          r = 1
cosine            r = min(1, t / warm) · ½ (1 + cos πt)       from 0 up to 1 over the first part `warm`, then to 0
step              r = factor^⌊t / every⌋                      a drop after every such part of the time
one_cycle         r up from `start` to 1 over the first part `warm`, then down to `end`, both along half a cosine
inverse_scaling   r = (1 + e)^−power

Sources
-------
I. Loshchilov and F. Hutter, "SGDR", ICLR 2017 (cosine); L. Smith, "Super-Convergence", 2018 (one cycle);
H. Robbins and S. Monro, "A Stochastic Approximation Method", 1951 (why a rate that falls like 1/e^power converges).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import jax.numpy as jnp
from jaxtyping import Array, Float

from dendrax.core.constraints import Real, check_all
from dendrax.core.structure import number
from dendrax.nn.layer import Numbers

Time = Float[Array, ""]
SHARE = (Real(0, 1),)


class Schedule(ABC):
    """The interface of a schedule."""

    name: ClassVar[str]
    needs_end: ClassVar[bool] = True  # whether r depends on when training ends

    @abstractmethod
    def share(self, numbers: Numbers, time: Time, epoch: Time) -> Time:
        """Compute r between 0 and 1, for a time between 0 and 1 and the epochs done, a fraction too."""


@dataclass(frozen=True)
class Constant(Schedule):
    """The same rate all the time."""

    name = "constant"
    needs_end = False

    def share(self, numbers: Numbers, time: Time, epoch: Time) -> Time:
        return jnp.ones_like(time)


@dataclass(frozen=True)
class Cosine(Schedule):
    """Half a wave of the cosine, from the full rate down to 0, after a short warm-up."""

    name = "cosine"
    warm: float = number(0.05)

    def __post_init__(self) -> None:
        check_all({"warm": self.warm}, {"warm": SHARE})

    def share(self, numbers: Numbers, time: Time, epoch: Time) -> Time:
        rising = jnp.minimum(1.0, time / jnp.maximum(numbers["warm"], 1e-6))
        return rising * 0.5 * (1.0 + jnp.cos(math.pi * time))


@dataclass(frozen=True)
class Step(Schedule):
    """A drop by `factor` after every part `every` of the training time."""

    name = "step"
    factor: float = number(0.1)
    every: float = number(1 / 3)

    def __post_init__(self) -> None:
        check_all(vars(self), {"factor": SHARE, "every": (Real(0, 1, open_low=True),)})

    def share(self, numbers: Numbers, time: Time, epoch: Time) -> Time:
        return numbers["factor"] ** jnp.floor(time / numbers["every"])


@dataclass(frozen=True)
class OneCycle(Schedule):
    """Up from `start` to the full rate in the first part `warm` of the time, then down to `end`."""

    name = "one_cycle"
    warm: float = number(0.3)
    start: float = number(0.04)
    end: float = number(0.0)

    def __post_init__(self) -> None:
        check_all(vars(self), {"warm": SHARE, "start": SHARE, "end": SHARE})

    def share(self, numbers: Numbers, time: Time, epoch: Time) -> Time:
        warm = numbers["warm"]
        up = jnp.minimum(1.0, time / jnp.maximum(warm, 1e-6))
        down = jnp.clip((time - warm) / jnp.maximum(1.0 - warm, 1e-6), 0.0, 1.0)
        rising = numbers["start"] + (1.0 - numbers["start"]) * 0.5 * (1.0 - jnp.cos(math.pi * up))
        falling = numbers["end"] + (1.0 - numbers["end"]) * 0.5 * (1.0 + jnp.cos(math.pi * down))
        return jnp.where(time < warm, rising, falling)


@dataclass(frozen=True)
class InverseScaling(Schedule):
    """A rate that falls like a power of the number of epochs."""

    name = "inverse_scaling"
    needs_end = False
    power: float = number(0.5)

    def __post_init__(self) -> None:
        check_all({"power": self.power}, {"power": (Real(0),)})

    def share(self, numbers: Numbers, time: Time, epoch: Time) -> Time:
        return (1.0 + epoch) ** -numbers["power"]


SCHEDULES = {schedule.name: schedule for schedule in (Constant, Cosine, Step, OneCycle, InverseScaling)}

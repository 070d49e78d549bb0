"""Optimisers: from the gradient ∇E to the direction of a step; the step is w ← w − α·r(t)·direction.

    sgd        v ← μ v + ∇E                                    direction v                (μ = 0: gradient descent)
    nesterov   v ← μ v + ∇E                                    direction ∇E + μ v         (the slope further ahead)
    rmsprop    s ← ρ s + (1−ρ) ∇E²                             direction ∇E / (√s + ε)
    adam       m ← β₁ m + (1−β₁) ∇E,  s ← β₂ s + (1−β₂) ∇E²    direction m̂ / (√ŝ + ε)     (m̂, ŝ: start corrected)
    adamw      adam, and the weights shrink by themselves: direction + λ w
    lion       m ← β₂ m + (1−β₂) ∇E                            direction sign(β₁ m₋₁ + (1−β₁) ∇E) + λ w
    lbfgs      a file of its own: `dendrax.learning.lbfgs`

The corrections m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ) are the same for every weight, so they are two numbers a step:
m̂ / (√ŝ + ε) = κ m / (√s + ε ρ) with ρ = √(1 − β₂ᵗ), κ = ρ / (1 − β₁ᵗ).

Weight decay λ pulls on weights, never on biases and gains. It is the gradient of ½ λ Σ w², but in adamw and lion it
acts beside the gradient. An `Optimiser` is a frozen dataclass of traced numbers, so equal settings share one program.

Sources
-------
Y. Nesterov, 1983; T. Tieleman and G. Hinton, "RMSprop", lecture 6.5, 2012; D. Kingma and J. Ba, "Adam", ICLR 2015;
I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019; X. Chen et al., "Symbolic Discovery of
Optimization Algorithms" (Lion), 2023.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.typing import ArrayLike
from jaxtyping import Array, Int

from dendrax.core.constraints import Real, check_all
from dendrax.core.structure import number
from dendrax.learning.descent import GradientOptimiser, Tree, length
from dendrax.learning.lbfgs import LBFGS
from dendrax.nn.layer import Numbers

RATE = (Real(0, 1, open_high=True),)
ABOVE = (Real(0, open_low=True),)


def _zeros(params: Tree) -> Tree:
    return jax.tree.map(jnp.zeros_like, params)


class Running(NamedTuple):
    """A running mean (with momentum, a running sum) of gradients, from 0 on, and the number t of steps."""

    t: Int[Array, ""]
    mean: Tree


def weight_so_far(decay: ArrayLike, t: Int[Array, ""]) -> Array:
    """Compute 1 − βᵗ, how much the t gradients of a running mean that began at 0 weigh together."""
    return 1 - jnp.asarray(decay) ** t.astype(jnp.float32)


@dataclass(frozen=True)
class Sgd(GradientOptimiser):
    """Gradient descent, with momentum μ if that is not 0."""

    name = "sgd"
    momentum: float = number(0.0)

    def __post_init__(self) -> None:
        check_all(vars(self), {"momentum": RATE})

    def start(self, params: Tree) -> Running:
        return Running(jnp.int32(0), _zeros(params))

    def turn(self, numbers: Numbers, gradient: Tree, memory: Running) -> tuple[Tree, Running]:
        velocity = jax.tree.map(lambda v, g: numbers["momentum"] * v + g, memory.mean, gradient)
        return velocity, Running(memory.t + 1, velocity)

    def length(self, numbers: Numbers, memory: Running) -> Array:
        mu = jnp.asarray(numbers["momentum"])
        return (1 - mu) * length(memory.mean) / weight_so_far(mu, memory.t)


@dataclass(frozen=True)
class Nesterov(Sgd):
    """Momentum that looks ahead."""

    name = "nesterov"
    momentum: float = number(0.9)

    def turn(self, numbers: Numbers, gradient: Tree, memory: Running) -> tuple[Tree, Running]:
        velocity, memory = super().turn(numbers, gradient, memory)
        return jax.tree.map(lambda v, g: g + numbers["momentum"] * v, velocity, gradient), memory


@dataclass(frozen=True)
class RMSprop(GradientOptimiser):
    """The gradient in units of its own running size."""

    name = "rmsprop"
    decay: float = number(0.9)
    epsilon: float = number(1e-8)

    def __post_init__(self) -> None:
        check_all(vars(self), {"decay": RATE, "epsilon": ABOVE})

    def start(self, params: Tree) -> Running:
        return Running(jnp.int32(0), _zeros(params))

    def turn(self, numbers: Numbers, gradient: Tree, memory: Running) -> tuple[Tree, Running]:
        rho, epsilon = numbers["decay"], numbers["epsilon"]
        s = jax.tree.map(lambda s, g: rho * s + (1 - rho) * g * g, memory.mean, gradient)
        return jax.tree.map(lambda s, g: g / (jnp.sqrt(s) + epsilon), s, gradient), Running(memory.t + 1, s)

    def length(self, numbers: Numbers, memory: Running) -> Array:
        squares = sum((s.sum() for s in jax.tree.leaves(memory.mean)), jnp.float32(0))
        return jnp.sqrt(squares / weight_so_far(numbers["decay"], memory.t))


class Moments(NamedTuple):
    """The running means m of the gradient and s of its square, and the number t of steps."""

    t: Int[Array, ""]
    m: Tree
    s: Tree


@dataclass(frozen=True)
class Adam(GradientOptimiser):
    """Steps of about equal size for every parameter, whatever the size of its gradient."""

    name = "adam"
    decay_1: float = number(0.9)
    decay_2: float = number(0.999)
    epsilon: float = number(1e-8)

    def __post_init__(self) -> None:
        check_all(vars(self), {"decay_1": RATE, "decay_2": RATE, "epsilon": ABOVE})

    def start(self, params: Tree) -> Moments:
        return Moments(jnp.int32(0), _zeros(params), _zeros(params))

    def turn(self, numbers: Numbers, gradient: Tree, memory: Moments) -> tuple[Tree, Moments]:
        b1, b2, epsilon = (jnp.asarray(numbers[name]) for name in ("decay_1", "decay_2", "epsilon"))
        m = jax.tree.map(lambda m, g: b1 * m + (1 - b1) * g, memory.m, gradient)
        s = jax.tree.map(lambda s, g: b2 * s + (1 - b2) * g * g, memory.s, gradient)
        t = memory.t + 1
        rho = jnp.sqrt(1 - b2 ** t.astype(jnp.float32))
        kappa = rho / (1 - b1 ** t.astype(jnp.float32))
        direction = jax.tree.map(lambda m, s: kappa * m / (jnp.sqrt(s) + epsilon * rho), m, s)
        return direction, Moments(t, m, s)

    def length(self, numbers: Numbers, memory: Moments) -> Array:
        return length(memory.m) / weight_so_far(numbers["decay_1"], memory.t)


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weight decay beside the gradient."""

    name = "adamw"
    decoupled = True


@dataclass(frozen=True)
class Lion(GradientOptimiser):
    """Steps of one size for every weight: only the sign of the running gradient counts."""

    name = "lion"
    decoupled = True
    decay_1: float = number(0.9)
    decay_2: float = number(0.99)

    def __post_init__(self) -> None:
        check_all(vars(self), {"decay_1": RATE, "decay_2": RATE})

    def start(self, params: Tree) -> Running:
        return Running(jnp.int32(0), _zeros(params))

    def turn(self, numbers: Numbers, gradient: Tree, memory: Running) -> tuple[Tree, Running]:
        b1, b2 = numbers["decay_1"], numbers["decay_2"]
        direction = jax.tree.map(lambda m, g: jnp.sign(b1 * m + (1 - b1) * g), memory.mean, gradient)
        mean = jax.tree.map(lambda m, g: b2 * m + (1 - b2) * g, memory.mean, gradient)
        return direction, Running(memory.t + 1, mean)

    def length(self, numbers: Numbers, memory: Running) -> Array:
        return length(memory.mean) / weight_so_far(numbers["decay_2"], memory.t)


OPTIMISERS = {kind.name: kind for kind in (Sgd, Nesterov, RMSprop, Adam, AdamW, Lion, LBFGS)}

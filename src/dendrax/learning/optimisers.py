"""Optimisers: from the gradient ∇E to the direction of a step; the step is w ← w − α·r(t)·direction.

    sgd     v ← μ v + ∇E                                    direction v                   (μ = 0: gradient descent)
    adam    m ← β₁ m + (1−β₁) ∇E,  s ← β₂ s + (1−β₂) ∇E²    direction m̂ / (√ŝ + ε)        (m̂, ŝ: start corrected)
    adamw   adam, and the weights shrink by themselves: direction + λ w

The corrections m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ) are the same for every weight, so they are two numbers a step:
m̂ / (√ŝ + ε) = κ m / (√s + ε ρ) with ρ = √(1 − β₂ᵗ), κ = ρ / (1 − β₁ᵗ).

Weight decay λ pulls on weights, never on biases. In sgd and adam it is the gradient of ½ λ Σ w²; in adamw it acts
beside the gradient. An `Optimiser` is a frozen dataclass of traced numbers, so that equal settings share one program.

Sources
-------
D. Kingma and J. Ba, "Adam", ICLR 2015; I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dendrax.core.structure import number
from dendrax.nn.layer import Numbers

Tree = Any


class Optimiser(ABC):
    """The interface of an optimiser."""

    name: ClassVar[str]
    decoupled: ClassVar[bool] = False

    @abstractmethod
    def start(self, params: Tree) -> Tree:
        """Make the optimiser's memory for these parameters."""

    @abstractmethod
    def turn(self, numbers: Numbers, gradient: Tree, memory: Tree) -> tuple[Tree, Tree]:
        """Turn a gradient into a direction, without weight decay, and give the memory after it."""

    def direction(
        self, numbers: Numbers, gradient: Tree, memory: Tree, params: Tree, decay: Float[Array, ""]
    ) -> tuple[Tree, Tree]:
        """Turn a gradient into the direction of a step.

        Parameters
        ----------
        numbers : dict
            The optimiser's numeric fields.
        gradient, memory, params : pytree
            ∇E, what the optimiser remembers, and the parameters.
        decay : float
            The weight decay λ.

        Returns
        -------
        pytree, pytree
            The direction, shaped as the parameters, and the memory after it.
        """
        if not self.decoupled:
            gradient = _pulled(gradient, params, decay)
        direction, memory = self.turn(numbers, gradient, memory)
        return (_pulled(direction, params, decay) if self.decoupled else direction), memory


def _pulled(tree: Tree, params: Tree, decay: Float[Array, ""]) -> Tree:
    def pull(path: tuple[Any, ...], g: Array, w: Array) -> Array:
        return g if path[-1].key == "biases" else g + decay * w

    return jax.tree_util.tree_map_with_path(pull, tree, params)


def _zeros(params: Tree) -> Tree:
    return jax.tree.map(jnp.zeros_like, params)


@dataclass(frozen=True)
class Sgd(Optimiser):
    """Gradient descent, with momentum μ if that is not 0."""

    name = "sgd"
    momentum: float = number(0.0)

    def start(self, params: Tree) -> Tree:
        return _zeros(params)

    def turn(self, numbers: Numbers, gradient: Tree, memory: Tree) -> tuple[Tree, Tree]:
        velocity = jax.tree.map(lambda v, g: numbers["momentum"] * v + g, memory, gradient)
        return velocity, velocity


class Moments(NamedTuple):
    """The running means m of the gradient and s of its square, and the number t of steps."""

    t: Int[Array, ""]
    m: Tree
    s: Tree


@dataclass(frozen=True)
class Adam(Optimiser):
    """Steps of about equal size for every parameter, whatever the size of its gradient."""

    name = "adam"
    decay_1: float = number(0.9)
    decay_2: float = number(0.999)
    epsilon: float = number(1e-8)

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


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weight decay beside the gradient."""

    name = "adamw"
    decoupled = True


OPTIMISERS = {optimiser.name: optimiser for optimiser in (Sgd, Adam, AdamW)}

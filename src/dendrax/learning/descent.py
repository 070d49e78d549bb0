"""A step downhill:  w ← w − α·r(t)·direction.  What an optimiser is, weight decay, and the clipping of gradients.

decay    ∇E + λ w, or direction + λ w where the optimiser keeps decay apart ("decoupled"); never on biases and gains
clip     ∇E · min(1, bound / |∇E|)                             |∇E| over all parameters together
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dendrax.nn.layer import Numbers

Tree = Any
Loss = Callable[[Tree], Float[Array, ""]]
FREE = ("biases", "gains")  # what weight decay leaves alone


class Pull(NamedTuple):
    """What changes a gradient on its way.

    Attributes
    ----------
    decay : float
        The weight decay λ.
    clip : float or None
        The longest that a gradient may be.
    """

    decay: Float[Array, ""]
    clip: Float[Array, ""] | None = None


def length(tree: Tree) -> Float[Array, ""]:
    """Compute the Euclidean length of all parameters together."""
    return jnp.sqrt(sum((jnp.vdot(a, a) for a in jax.tree.leaves(tree)), jnp.float32(0)))


def clipped(gradient: Tree, bound: Float[Array, ""]) -> Tree:
    """Shorten a gradient whose length |∇E|, over all parameters together, is above a bound."""
    share = jnp.minimum(1.0, bound / jnp.maximum(length(gradient), 1e-30))
    return jax.tree.map(lambda g: share * g, gradient)


class Optimiser(ABC):
    """The interface of an optimiser."""

    name: ClassVar[str]
    decoupled: ClassVar[bool] = False  # whether weight decay acts beside the gradient

    @abstractmethod
    def start(self, params: Tree) -> Tree:
        """Make the optimiser's memory for these parameters."""

    @abstractmethod
    def step(
        self, numbers: Numbers, loss: Loss, params: Tree, memory: Tree, rate: Float[Array, ""], pull: Pull
    ) -> tuple[Tree, Tree, Float[Array, ""]]:
        """Move the parameters downhill.

        Parameters
        ----------
        numbers : dict
            The optimiser's numeric fields.
        loss : callable
            E at some parameters.
        params, memory : pytree
            Where it starts.
        rate : float
            α·r(t).
        pull : Pull
            Weight decay and the bound of gradients.

        Returns
        -------
        pytree, pytree, float
            The parameters and the memory after the step, and E before it, without decay.
        """

    @abstractmethod
    def length(self, numbers: Numbers, memory: Tree) -> Float[Array, ""]:
        """Compute the length of the gradient as the optimiser remembers it, averaged over the last steps."""


class GradientOptimiser(Optimiser):
    """An optimiser that needs the gradient alone: w ← w − α·r(t)·direction."""

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

    def step(
        self, numbers: Numbers, loss: Loss, params: Tree, memory: Tree, rate: Float[Array, ""], pull: Pull
    ) -> tuple[Tree, Tree, Float[Array, ""]]:
        """Move the parameters along the direction."""
        value, gradient = jax.value_and_grad(loss)(params)
        gradient = gradient if pull.clip is None else clipped(gradient, pull.clip)
        direction, memory = self.direction(numbers, gradient, memory, params, pull.decay)
        return jax.tree.map(lambda w, d: w - rate * d, params, direction), memory, value


def _pulled(tree: Tree, params: Tree, decay: Float[Array, ""]) -> Tree:
    def pull(path: tuple[Any, ...], g: Array, w: Array) -> Array:
        return g if path[-1].key.rpartition(".")[2] in FREE else g + decay * w

    return jax.tree_util.tree_map_with_path(pull, tree, params)

"""Optimisers: from the gradient ∇E to the direction of a step; the step is w ← w − α·r(t)·direction.

    sgd     v ← μ v + ∇E                                    direction v                   (μ = 0: gradient descent)
    adam    m ← β₁ m + (1−β₁) ∇E,  s ← β₂ s + (1−β₂) ∇E²    direction m̂ / (√ŝ + ε)        (m̂, ŝ: start corrected)
    adamw   adam, and the weights shrink by themselves: direction + λ w

Weight decay λ pulls on weights, never on biases. In sgd and adam it is the gradient of ½ λ Σ w²; in adamw it acts
beside the gradient. An `Optimiser` is our own frozen dataclass, so that equal settings share one program; optax is
built inside the program from traced numbers, and only here.

Sources
-------
D. Kingma and J. Ba, "Adam", ICLR 2015; I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", 2019.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import optax
from jaxtyping import Array, Float

from dendrax.core.structure import number
from dendrax.nn.layer import Numbers

Tree = Any


class Optimiser(ABC):
    """The interface of an optimiser."""

    name: ClassVar[str]
    decoupled: ClassVar[bool] = False

    @abstractmethod
    def rule(self, numbers: Numbers) -> optax.GradientTransformation:
        """Build the rule that turns a gradient into a direction."""

    def start(self, numbers: Numbers, params: Tree) -> Tree:
        """Make the optimiser's memory for these parameters."""
        with jax.numpy_dtype_promotion("standard"):
            return self.rule(numbers).init(params)

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
        with jax.numpy_dtype_promotion("standard"):
            if not self.decoupled:
                gradient = _pulled(gradient, params, decay)
            direction, memory = self.rule(numbers).update(gradient, memory, params)
            return (_pulled(direction, params, decay) if self.decoupled else direction), memory


def _pulled(tree: Tree, params: Tree, decay: Float[Array, ""]) -> Tree:
    def pull(path: tuple[Any, ...], g: Array, w: Array) -> Array:
        return g if path[-1].key == "biases" else g + decay * w

    return jax.tree_util.tree_map_with_path(pull, tree, params)


@dataclass(frozen=True)
class Sgd(Optimiser):
    """Gradient descent, with momentum μ if that is not 0."""

    name = "sgd"
    momentum: float = number(0.0)

    def rule(self, numbers: Numbers) -> optax.GradientTransformation:
        return optax.trace(decay=numbers["momentum"])


@dataclass(frozen=True)
class Adam(Optimiser):
    """Steps of about equal size for every parameter, whatever the size of its gradient."""

    name = "adam"
    decay_1: float = number(0.9)
    decay_2: float = number(0.999)
    epsilon: float = number(1e-8)

    def rule(self, numbers: Numbers) -> optax.GradientTransformation:
        return optax.scale_by_adam(numbers["decay_1"], numbers["decay_2"], numbers["epsilon"])


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weight decay beside the gradient."""

    name = "adamw"
    decoupled = True


OPTIMISERS = {optimiser.name: optimiser for optimiser in (Sgd, Adam, AdamW)}

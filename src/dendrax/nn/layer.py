"""A layer: parameters from a key, and a function of parameters and input.

    initialise(key, input_shape) → params, output_shape
    apply(params, numbers, x, context) → a

A layer is a frozen dataclass that splits into a structure and numbers (`dendrax.core.structure`); only a structure
meets the compiler. `params` is a plain dict of arrays with textbook names.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import jax
from jaxtyping import Array, Float

from dendrax.core.random import Key, fold

Params = dict[str, Float[Array, "..."]]
Numbers = dict[str, Any]
Seen = dict[str, Float[Array, "..."]]  # "in" and "a" of the units of a layer
Shape = Any  # a hashable description of one row: a tuple of ints, or what `Columns` takes


class ShapeError(ValueError):
    """A layer got an input of a shape that it cannot take."""


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class Context:
    """What only some layers need while a network is applied.

    Attributes
    ----------
    key : array of uint32, shape (2,), or None
        The randomness of this step and layer; None outside training.
    """

    key: Key | None = None

    def of(self, layer: int) -> Context:
        """Give a layer a randomness of its own."""
        return self if self.key is None else Context(fold(self.key, layer))


PREDICTING = Context()


class Layer(ABC):
    """The interface of a layer."""

    @abstractmethod
    def initialise(self, key: Key, input_shape: Shape) -> tuple[Params, Shape]:
        """Draw the parameters and say the shape of a row of the output."""

    @abstractmethod
    def apply(self, params: Params, numbers: Numbers, x: Any, context: Context) -> Any:
        """Compute the activations of the layer's units, the batch axis first."""

    def trace(self, params: Params, numbers: Numbers, x: Any) -> tuple[list[Seen], Any]:
        """Compute `in` and `a` of the layer's units, if it has any, and its output, outside of training."""
        return [], self.apply(params, numbers, x, PREDICTING)

    def units_of(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Give weights and biases of the layer's units, if it has any."""
        return []

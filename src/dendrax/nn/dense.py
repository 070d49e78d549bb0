"""A layer of units, each joined to every input.

in_i = Σ_j W_ji x_j + b_i          a_i = g(in_i)

W  weights       (inputs, units)
b  biases        (units,)
g  activation    one of `dendrax.activations`
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from dendrax.core.constraints import OneOf, Such, Whole, check_all
from dendrax.core.random import Key
from dendrax.nn.activations import ACTIVATIONS, Function, activation, is_traceable
from dendrax.nn.initialisers import initial_weights
from dendrax.nn.layer import Context, Layer, Numbers, Params, Seen, Shape, ShapeError

CONSTRAINTS = {
    "units": (Whole(1, 2**24),),
    "activation": (
        OneOf(tuple(ACTIVATIONS)),
        Such(is_traceable, "a function that JAX can trace, from (rows, units) to the same shape", (1.5, len)),
    ),
}


@dataclass(frozen=True)
class Dense(Layer):
    """A layer of units, each joined to every unit of the layer before.

    Parameters
    ----------
    units : int
        How many units.
    activation : str or callable, default="relu"
        The activation function g: identity, sigmoid, tanh, step, relu, gelu, silu, softplus, mish, softsign,
        leaky_relu, elu, selu, hard_tanh, exponential, or any function that JAX can trace, from `in` to `a`.

    Raises
    ------
    HyperparameterError
        If `units` is not an int of 1 or more, or there is no such activation.

    Examples
    --------
    >>> from dendrax.layers import Dense
    >>> Dense(16, "tanh")
    Dense(units=16, activation='tanh')
    """

    units: int
    activation: str | Function = "relu"

    def __post_init__(self) -> None:
        check_all({"units": self.units, "activation": self.activation}, CONSTRAINTS)
        object.__setattr__(self, "units", int(self.units))

    def initialise(self, key: Key, input_shape: Shape) -> tuple[Params, Shape]:
        """Draw the weights; the biases start at 0."""
        if not (isinstance(input_shape, tuple) and len(input_shape) == 1):
            raise ShapeError(f"Dense takes rows of numbers, of shape (features,); got rows of shape {input_shape}")
        weights = initial_weights(key, input_shape[0], self.units, self.activation)
        return {"weights": weights, "biases": jnp.zeros(self.units)}, (self.units,)

    def pre_activation(self, params: Params, x: Float[Array, "batch inputs"]) -> Float[Array, "batch units"]:
        """Compute `in`: the weighted sum that reaches each unit."""
        return x @ params["weights"] + params["biases"][None, :]

    def apply(
        self, params: Params, numbers: Numbers, x: Float[Array, "batch inputs"], context: Context
    ) -> Float[Array, "batch units"]:
        """Compute the activations a = g(in)."""
        return activation(self.activation).function(self.pre_activation(params, x))

    def trace(self, params: Params, numbers: Numbers, x: Float[Array, "batch inputs"]) -> tuple[list[Seen], Any]:
        """Compute `in` and `a` of every unit."""
        z = self.pre_activation(params, x)
        a = activation(self.activation).function(z)
        return [{"in": z, "a": a}], a

    def units_of(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Give the weights and biases."""
        return [params]

"""Normalisation: the activations of each row, brought to one scale; the row alone decides, nothing is remembered.

    layer   a ← γ (a − mean a) / √(var a + ε) + b       mean and variance over the units of the row
    rms     a ← γ a / √(mean a² + ε)

γ  gains   (units,), 1 at first          b  biases   (units,), 0 at first

Sources
-------
J. Ba, J. Kiros and G. Hinton, "Layer Normalization", 2016; B. Zhang and R. Sennrich, "Root Mean Square Layer
Normalization", NeurIPS 2019.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dendrax.core.constraints import Real, check_all
from dendrax.core.random import Key
from dendrax.core.structure import number
from dendrax.nn.layer import Context, Layer, Numbers, Params, Shape, ShapeError

CONSTRAINTS = {"epsilon": (Real(0, open_low=True),)}


def _units(input_shape: Shape, name: str) -> int:
    if not (isinstance(input_shape, tuple) and len(input_shape) == 1):
        raise ShapeError(f"{name} takes rows of numbers, of shape (features,); got rows of shape {input_shape}")
    return input_shape[0]


@dataclass(frozen=True)
class LayerNorm(Layer):
    """Bring the activations of each row to mean 0 and variance 1, then scale and shift every unit.

    Parameters
    ----------
    epsilon : float, default=1e-5
        ε: what keeps a row of equal activations from being divided by 0.

    Examples
    --------
    >>> from dendrax.layers import Dense, LayerNorm
    >>> [Dense(64, "identity"), LayerNorm()]
    [Dense(units=64, activation='identity'), LayerNorm(epsilon=1e-05)]
    """

    epsilon: float = number(1e-5)

    def __post_init__(self) -> None:
        check_all({"epsilon": self.epsilon}, CONSTRAINTS)

    def initialise(self, key: Key, input_shape: Shape) -> tuple[Params, Shape]:
        """Start with gains of 1 and biases of 0."""
        units = _units(input_shape, "LayerNorm")
        return {"gains": jnp.ones(units), "biases": jnp.zeros(units)}, input_shape

    def apply(
        self, params: Params, numbers: Numbers, x: Float[Array, "rows units"], context: Context
    ) -> Float[Array, "rows units"]:
        """Normalise each row."""
        error = x - x.mean(axis=1, keepdims=True)
        scale = jax.lax.rsqrt((error**2).mean(axis=1, keepdims=True) + numbers["epsilon"])
        return params["gains"][None, :] * error * scale + params["biases"][None, :]


@dataclass(frozen=True)
class RMSNorm(Layer):
    """Bring the activations of each row to a mean square of 1, then scale every unit.

    Parameters
    ----------
    epsilon : float, default=1e-5
        ε: what keeps a row of zeros from being divided by 0.
    """

    epsilon: float = number(1e-5)

    def __post_init__(self) -> None:
        check_all({"epsilon": self.epsilon}, CONSTRAINTS)

    def initialise(self, key: Key, input_shape: Shape) -> tuple[Params, Shape]:
        """Start with gains of 1."""
        return {"gains": jnp.ones(_units(input_shape, "RMSNorm"))}, input_shape

    def apply(
        self, params: Params, numbers: Numbers, x: Float[Array, "rows units"], context: Context
    ) -> Float[Array, "rows units"]:
        """Normalise each row."""
        scale = jax.lax.rsqrt((x**2).mean(axis=1, keepdims=True) + numbers["epsilon"])
        return params["gains"][None, :] * x * scale

"""Dropout: while training, every activation is 0 with probability r; the others grow so that the mean stays.

    a ← a · m / (1 − r),   m = 1 with probability 1 − r, else 0             outside of training a stays as it is

Source
------
N. Srivastava et al., "Dropout", Journal of Machine Learning Research 15, 2014.
"""

from __future__ import annotations

from dataclasses import dataclass

import jax.numpy as jnp
from jaxtyping import Array, Float

from dendrax.core.constraints import Real, check_all
from dendrax.core.random import Key, uniform
from dendrax.core.structure import number
from dendrax.nn.layer import Context, Layer, Numbers, Params, Shape

CONSTRAINTS = {"rate": (Real(0, 1, open_high=True),)}


@dataclass(frozen=True)
class Dropout(Layer):
    """Leave out activations at random while training, so that no unit relies on another one.

    Parameters
    ----------
    rate : float, default=0.5
        The probability r that an activation is left out; 0 leaves all in.

    Examples
    --------
    >>> from dendrax import NeuralClassifier
    >>> from dendrax.layers import Dropout
    >>> NeuralClassifier([64, Dropout(0.2), 64]).layers[1]
    Dropout(rate=0.2)
    """

    rate: float = number(0.5)

    def __post_init__(self) -> None:
        check_all({"rate": self.rate}, CONSTRAINTS)

    def initialise(self, key: Key, input_shape: Shape) -> tuple[Params, Shape]:
        """Keep the shape; there are no parameters."""
        return {}, input_shape

    def apply(self, params: Params, numbers: Numbers, x: Float[Array, "..."], context: Context) -> Float[Array, "..."]:
        """Leave activations out where there is a key: while training."""
        if context.key is None:
            return x
        kept = uniform(context.key, x.shape) >= numbers["rate"]
        return jnp.where(kept, x / (1.0 - numbers["rate"]), 0.0)

"""A loss of your own: any function of a row's targets y and activations a that JAX can derive.

    E = f(y, a)        y, a of shape (units,); f gives one number

It is tried on entry, so that a function from which nothing can be learned is refused before training.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from dendrax.core.constraints import HyperparameterError
from dendrax.nn.activations import Function, activation
from dendrax.nn.layer import Numbers
from dendrax.nn.losses import Loss, Targets, one_of_k


@dataclass(frozen=True)
class Own(Loss):
    """A loss of your own.

    Parameters
    ----------
    function : callable
        Of y and a, each (units,), to one number; written in JAX, with a derivative.

    Raises
    ------
    HyperparameterError
        If JAX cannot trace it, or it gives something else than one number, or its derivative is nowhere but 0.

    Examples
    --------
    >>> from dendrax import NeuralRegressor
    >>> from jax import numpy as jnp
    >>> model = NeuralRegressor(loss=lambda y, a: jnp.sum(jnp.cosh(y - a)))
    """

    name = "own"
    function: Any

    def __post_init__(self) -> None:
        trouble = _trouble(self.function)
        if trouble:
            raise HyperparameterError(f"loss must be a function of y and a, each (units,), to one number; {trouble}")

    def rows(
        self, numbers: Numbers, z: Float[Array, "rows units"], output: str | Function, y: Targets
    ) -> Float[Array, " rows"]:
        return jax.vmap(self.function)(one_of_k(y, z.shape[1]), activation(output).function(z))


def _trouble(function: Any) -> str | None:
    """Say what is wrong with a loss function, if anything."""
    if not callable(function):
        return f"got {function!r}"
    y, a = jnp.float32([0.0, 1.0, 0.0]), jnp.float32([0.2, 0.5, -0.3])
    try:
        value, slope = jax.jit(jax.value_and_grad(function, argnums=1))(y, a)
    except Exception as error:  # whatever a function of the user's does
        return f"JAX cannot derive it: {type(error).__name__}: {' '.join(str(error).split())[:120]}"
    if not (bool(jnp.isfinite(value)) and bool(jnp.isfinite(slope).all())):
        return f"at y={y.tolist()}, a={a.tolist()} it is {value}, its derivative {slope.tolist()}"
    return None if bool(slope.any()) else "its derivative by a is 0: nothing can be learned from it"

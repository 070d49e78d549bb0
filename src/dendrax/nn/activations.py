"""Activation functions: the activation of a unit is a = g(in), and learning needs the slope g'(in).

identity  g(z) = z                 sigmoid  g(z) = 1 / (1 + e^−z)        g' = g (1 − g)
relu      g(z) = max(0, z)         tanh     g(z) = tanh z                g' = 1 − g²
step      g(z) = −1 below 0, +1 from 0 on; its slope is 0 everywhere: networks learn with g' = 1 instead
softplus  g(z) = ln(1 + e^z)       silu     g(z) = z · sigmoid(z)        gelu  g(z) = z · Φ(z)
softmax   g(z)_i = e^(z_i) / Σ_j e^(z_j), over all units of the layer (output layers only)
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Units = Float[Array, "*batch units"]


@dataclass(frozen=True)
class Activation:
    """A function of a unit's input and its slope, derived by hand.

    Attributes
    ----------
    name : str
        Its name in `layers`, in files and on the command line.
    function : callable
        in → a, both of shape (…, units).
    slope : callable or None
        in → g'(in), of shape (…, units); None where units depend on each other (softmax).
    """

    name: str
    function: Callable[[Units], Units]
    slope: Callable[[Units], Units] | None


def _sigmoid_slope(z: Units) -> Units:
    a = jax.nn.sigmoid(z)
    return a * (1.0 - a)


def _normal_cdf(z: Units) -> Units:
    return 0.5 * (1.0 + jax.lax.erf(z * math.sqrt(0.5)))


def _gelu_slope(z: Units) -> Units:
    return _normal_cdf(z) + z * jnp.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)


def _silu_slope(z: Units) -> Units:
    a = jax.nn.sigmoid(z)
    return a + z * a * (1.0 - a)


@jax.custom_jvp
def _step(z: Units) -> Units:
    return jnp.where(z < 0, -1.0, 1.0).astype(z.dtype)


@_step.defjvp
def _straight_through(primals: tuple[Units], tangents: tuple[Units]) -> tuple[Units, Units]:
    return _step(primals[0]), tangents[0]


ACTIVATIONS = {
    a.name: a
    for a in (
        Activation("identity", lambda z: z, jnp.ones_like),
        Activation("sigmoid", jax.nn.sigmoid, _sigmoid_slope),
        Activation("tanh", jnp.tanh, lambda z: 1.0 - jnp.tanh(z) ** 2),
        Activation("step", _step, jnp.ones_like),
        Activation("relu", jax.nn.relu, lambda z: (z > 0).astype(z.dtype)),
        Activation("gelu", lambda z: z * _normal_cdf(z), _gelu_slope),
        Activation("silu", lambda z: z * jax.nn.sigmoid(z), _silu_slope),
        Activation("softplus", lambda z: jnp.logaddexp(z, 0.0), jax.nn.sigmoid),
        Activation("softmax", lambda z: jax.nn.softmax(z, axis=-1), None),
    )
}
HIDDEN = tuple(name for name in ACTIVATIONS if name != "softmax")


def activation(name: str) -> Activation:
    """Look up an activation function.

    Parameters
    ----------
    name : str
        One of the names above.

    Returns
    -------
    Activation
        The function and its slope.

    Raises
    ------
    ValueError
        If there is none of that name.

    Examples
    --------
    >>> float(activation("tanh").function(jnp.float32(0.0)))
    0.0
    """
    if name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {name!r}")
    return ACTIVATIONS[name]

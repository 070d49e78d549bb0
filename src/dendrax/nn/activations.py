"""Activation functions: the activation of a unit is a = g(in), and learning needs the slope g'(in).

identity  g(z) = z                 sigmoid  g(z) = 1 / (1 + e^−z)        g' = g (1 − g)
relu      g(z) = max(0, z)         tanh     g(z) = tanh z                g' = 1 − g²
step      g(z) = −1 below 0, +1 from 0 on; its slope is 0 everywhere: networks learn with g' = 1 instead
softplus  g(z) = ln(1 + e^z)       silu     g(z) = z · sigmoid(z)        gelu  g(z) = z · Φ(z)
mish      g(z) = z · tanh(softplus(z))                       softsign  g(z) = z / (1 + |z|)
leaky_relu   g(z) = z from 0 on, 0.01 z below               elu   g(z) = z from 0 on, e^z − 1 below
selu      elu, scaled so that mean 0 and variance 1 stay     hard_tanh   g(z) = z cut off at −1 and +1
exponential  g(z) = e^z (output units for counts)
softmax   g(z)_i = e^(z_i) / Σ_j e^(z_j), over all units of the layer (output layers only)

Any function that JAX can trace, from an array to one of the same shape, is an activation function too.

Sources
-------
D. Hendrycks and K. Gimpel (gelu), 2016; S. Elfwing et al. (silu), 2018; D. Misra (mish), 2019; D.-A. Clevert et al.
(elu), ICLR 2016; G. Klambauer et al. (selu), NIPS 2017; A. Maas et al. (leaky relu), ICML 2013.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

Units = Float[Array, "*batch units"]
Function = Callable[[Any], Any]


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


def _elu(z: Units) -> Units:
    return jnp.where(z >= 0, z, jnp.expm1(jnp.minimum(z, 0.0)))


def _elu_slope(z: Units) -> Units:
    return jnp.where(z >= 0, 1.0, jnp.exp(jnp.minimum(z, 0.0)))


def _hard_tanh(z: Units) -> Units:
    return jnp.where(jnp.abs(z) < 1, z, jnp.sign(z))


def _mish_slope(z: Units) -> Units:
    t = jnp.tanh(jnp.logaddexp(z, 0.0))
    return t + z * (1.0 - t * t) * jax.nn.sigmoid(z)


SELU_SCALE, SELU_REACH = 1.0507009873554805, 1.6732632423543772  # fixed points: mean 0, variance 1


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
        Activation("mish", lambda z: z * jnp.tanh(jnp.logaddexp(z, 0.0)), _mish_slope),
        Activation("softsign", lambda z: z / (1.0 + jnp.abs(z)), lambda z: 1.0 / (1.0 + jnp.abs(z)) ** 2),
        Activation("leaky_relu", lambda z: jnp.where(z >= 0, z, 0.01 * z), lambda z: jnp.where(z >= 0, 1.0, 0.01)),
        Activation("elu", _elu, _elu_slope),
        Activation(
            "selu",
            lambda z: SELU_SCALE * jnp.where(z >= 0, z, SELU_REACH * _elu(z)),
            lambda z: SELU_SCALE * jnp.where(z >= 0, 1.0, SELU_REACH * _elu_slope(z)),
        ),
        Activation("hard_tanh", _hard_tanh, lambda z: (jnp.abs(z) < 1).astype(z.dtype)),
        Activation("exponential", jnp.exp, jnp.exp),
        Activation("softmax", lambda z: jax.nn.softmax(z, axis=-1), None),
    )
}
HIDDEN = tuple(name for name in ACTIVATIONS if name != "softmax")


def activation(g: str | Function) -> Activation:
    """Look up an activation function.

    Parameters
    ----------
    g : str or callable
        One of the names above, or a function of your own.

    Returns
    -------
    Activation
        The function and its slope; a function of your own has no slope by hand.

    Raises
    ------
    ValueError
        If there is none of that name.

    Examples
    --------
    >>> float(activation("tanh").function(jnp.float32(0.0)))
    0.0
    """
    if callable(g):
        return Activation(name_of(g), g, None)
    if g not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {g!r}")
    return ACTIVATIONS[g]


def name_of(g: str | Function) -> str:
    """Name an activation function, one of your own too."""
    return g if isinstance(g, str) else getattr(g, "__name__", type(g).__name__)


def is_traceable(g: object) -> bool:
    """Say whether JAX can trace a function, and it keeps the shape of what it is given."""
    if not callable(g):
        return False
    units = jax.ShapeDtypeStruct((2, 3), jnp.float32)
    try:
        answer = jax.eval_shape(g, units)
    except Exception:  # whatever a function of the user's does
        return False
    return getattr(answer, "shape", None) == units.shape and getattr(answer, "dtype", None) == units.dtype

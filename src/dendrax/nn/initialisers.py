"""First weights: random enough to break the symmetry between units, scaled so that signals keep their size.

    he      w ~ U(−r, r), r = √(6 / fan_in)             for units that are off half of the time (relu and its kin)
    glorot  w ~ U(−r, r), r = √(6 / (fan_in + units))   for the others (identity, sigmoid, tanh, step)

Sources
-------
K. He et al., "Delving Deep into Rectifiers", ICCV 2015; X. Glorot and Y. Bengio, AISTATS 2010.
"""

from __future__ import annotations

import math

from jaxtyping import Array, Float

from dendrax.core.random import Key, uniform

RECTIFIERS = frozenset({"relu", "gelu", "silu", "softplus"})


def initial_weights(key: Key, fan_in: int, units: int, activation: str) -> Float[Array, "fan_in units"]:
    """Draw the weights of a layer of units.

    Parameters
    ----------
    key : array of uint32, shape (2,)
        The randomness.
    fan_in : int
        Inputs of each unit.
    units : int
        Units of the layer.
    activation : str
        The name of their activation function: it chooses the rule.

    Returns
    -------
    array of float32, shape (fan_in, units)
        The weights.
    """
    fan = fan_in if activation in RECTIFIERS else fan_in + units
    reach = math.sqrt(6.0 / max(fan, 1))
    return uniform(key, (fan_in, units), -reach, reach)

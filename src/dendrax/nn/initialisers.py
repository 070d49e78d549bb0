"""First weights: random enough to break the symmetry between units, scaled so that signals keep their size.

    he      w ~ U(−r, r), r = √(6 / fan_in)             for units that are off half of the time (relu and its kin)
    lecun   w ~ U(−r, r), r = √(3 / fan_in)             for selu, whose units keep mean 0 and variance 1 by themselves
    glorot  w ~ U(−r, r), r = √(6 / (fan_in + units))   for the others (identity, sigmoid, tanh, step, your own)

Sources
-------
K. He et al., "Delving Deep into Rectifiers", ICCV 2015; Y. LeCun et al., "Efficient BackProp", 1998;
X. Glorot and Y. Bengio, AISTATS 2010.
"""

from __future__ import annotations

import math
from typing import Any

from jaxtyping import Array, Float

from dendrax.core.random import Key, uniform

RECTIFIERS = frozenset({"relu", "gelu", "silu", "softplus", "mish", "leaky_relu", "elu"})


def initial_weights(key: Key, fan_in: int, units: int, activation: Any) -> Float[Array, "fan_in units"]:
    """Draw the weights of a layer of units.

    Parameters
    ----------
    key : array of uint32, shape (2,)
        The randomness.
    fan_in : int
        Inputs of each unit.
    units : int
        Units of the layer.
    activation : str or callable
        Their activation function: it chooses the rule.

    Returns
    -------
    array of float32, shape (fan_in, units)
        The weights.
    """
    own = not isinstance(activation, str)
    fan = fan_in if activation in RECTIFIERS and not own else fan_in + units
    fan = 2 * fan_in if activation == "selu" else fan
    reach = math.sqrt(6.0 / max(fan, 1))
    return uniform(key, (fan_in, units), -reach, reach)

"""From the activations of output units to probabilities.

a                sigmoid and softmax units
(a + 1) / 2      units that reach from −1 to +1, cut off at 0 and 1
a                any other units, cut off at 0 and 1
p_i / Σ_j p_j    of units that exclude each other
"""

from __future__ import annotations

import numpy as np

SIGNED = frozenset({"tanh", "step", "softsign", "hard_tanh"})  # output units that learn −1 for no and +1 for yes


def shares(a: np.ndarray, output: str) -> np.ndarray:
    """Turn the activation of each output unit into a number from 0 to 1.

    Examples
    --------
    >>> shares(np.array([[-1.0, 0.0, 2.0]]), "tanh")
    array([[0. , 0.5, 1. ]])
    """
    if output in ("sigmoid", "softmax"):
        return a
    return np.clip((a + 1) / 2 if output in SIGNED else a, 0, 1)


def normalised(share: np.ndarray) -> np.ndarray:
    """Make rows sum to 1; units that all say no say nothing.

    Examples
    --------
    >>> normalised(np.array([[0.5, 0.0, 1.5], [0.0, 0.0, 0.0]], np.float32)).round(3).tolist()
    [[0.25, 0.0, 0.75], [0.3330000042915344, 0.3330000042915344, 0.3330000042915344]]
    """
    total = share.sum(axis=1, keepdims=True)
    return np.where(total > 0, share / np.where(total > 0, total, 1), np.float32(1 / share.shape[1]))

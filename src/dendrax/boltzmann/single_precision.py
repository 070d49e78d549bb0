"""A network of any size of weights in float32: w, θ and T are divided by one power of two, as only w/T counts.

    w/2ᵏ, θ/2ᵏ, T/2ᵏ          2ᵏ ≤ the largest |w| or |θ| < 2ᵏ⁺¹

Nothing overflows then, and a division by a power of two rounds nothing. A temperature above 0 stays above 0,
and finite.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.boltzmann.energy import SymmetricNetwork

LEAST, MOST = (float(end) for end in (np.finfo(np.float32).tiny, np.finfo(np.float32).max))


def exponent_of(network: SymmetricNetwork) -> int:
    """Find k; 0 where every weight and bias is 0.

    Examples
    --------
    >>> exponent_of(SymmetricNetwork(np.array([[0, 1]]), np.array([-5.0]), np.zeros(2)))
    2
    """
    largest = max(np.abs(network.weights).max(initial=0.0), np.abs(network.biases).max(initial=0.0))
    return int(np.frexp(largest)[1]) - 1 if largest else 0


def weights32(network: SymmetricNetwork) -> Any:
    """Write weights and biases over 2ᵏ, in float32."""
    k = -exponent_of(network)
    return np.ldexp(network.weights, k).astype(np.float32), np.ldexp(network.biases, k).astype(np.float32)


def temperatures32(network: SymmetricNetwork, temperatures: np.ndarray) -> Any:
    """Write temperatures over 2ᵏ, in float32.

    Parameters
    ----------
    network : SymmetricNetwork
        Its weights say what k is.
    temperatures : ndarray of float64
        T, 0 or more.

    Returns
    -------
    ndarray of float32, of the same shape
        0 only where T is 0.
    """
    t = np.asarray(temperatures, np.float64)
    with np.errstate(over="ignore", under="ignore"):
        scaled = np.ldexp(t, -exponent_of(network))
    return np.where(t > 0, np.clip(scaled, LEAST, MOST), 0.0).astype(np.float32)

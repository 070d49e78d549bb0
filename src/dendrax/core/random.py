"""Random numbers as a function of a key and a counter: no state, little to compile, the same under `vmap`.

    bits(key, c) = mix(mix(c ⊕ k₀) + k₁)          32 random bits for each counter c
    mix(h):  h ⊕= h≫16; h ·= 0x7feb352d; h ⊕= h≫15; h ·= 0x846ca68b; h ⊕= h≫16

A shuffle of n rows is a keyed bijection, computed for each place alone, so nothing is sorted ("swap or not"):

    for each round r:  q = (K_r − p) mod n;  p ← q  where a random bit of (r, max(p, q)) is 1

p and q are each other's partner and ask the same bit, so every round swaps pairs: a bijection for any n.

Sources
-------
The mixing constants: C. Wellons, "Prospecting for Hash Functions" (2018).
V. T. Hoang, B. Morris and P. Rogaway, "An Enciphering Scheme Based on a Card Shuffle", CRYPTO 2012.
"""

from __future__ import annotations

import math
from typing import TypeVar

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, UInt32

Key = UInt32[Array, "2"]
HostKey = UInt32[np.ndarray, "2"]
Counters = UInt32[Array, "..."]
Words = TypeVar("Words", UInt32[Array, "..."], UInt32[np.ndarray, "..."])
Drawn = Float[Array, "..."]

ROUNDS = 16


def key(seed: int) -> HostKey:
    """Make a key on the host; neighbouring seeds make unrelated keys.

    Parameters
    ----------
    seed : int
        Any whole number; its lowest 64 bits count.

    Returns
    -------
    ndarray of uint32, shape (2,)
        The key.
    """
    low, high = seed & 0xFFFFFFFF, (seed >> 32) & 0xFFFFFFFF
    return mix(mix(np.array([low ^ 0x9E3779B9, low ^ 0x85EBCA6B], np.uint32)) + np.array([high, high], np.uint32))


def mix(h: Words) -> Words:
    """Scatter the bits of each 32-bit number over all its places: a bijection of the 2³² numbers."""
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x7FEB352D)
    h = (h ^ (h >> np.uint32(15))) * np.uint32(0x846CA68B)
    return h ^ (h >> np.uint32(16))


def bits_at(key: Key, counter: Counters) -> Counters:
    """Draw 32 random bits for each counter."""
    return mix(mix(counter ^ key[0]) + key[1])


def fold(key: Key, index: Int[Array, ""] | UInt32[Array, ""] | int) -> Key:
    """Derive another key from a key and a whole number: the key of an epoch, of a layer.

    Parameters
    ----------
    key : array of uint32, shape (2,)
        The parent.
    index : int
        Which child.

    Returns
    -------
    array of uint32, shape (2,)
        The child.
    """
    child = mix(jnp.asarray(index).astype(jnp.uint32) + np.uint32(0x9E3779B9))
    places = jnp.arange(2, dtype=jnp.uint32)
    return bits_at(key, child ^ (places * np.uint32(0x85EBCA6B)))


def uniform(key: Key, shape: tuple[int, ...], low: float = 0.0, high: float = 1.0) -> Drawn:
    """Draw numbers evenly from [low, high).

    Parameters
    ----------
    key : array of uint32, shape (2,)
        The same key gives the same numbers.
    shape : tuple of int
        The shape of what is drawn.
    low, high : float, default=0.0, 1.0
        The range.

    Returns
    -------
    array of float32, of the given shape
        24 random bits each.
    """
    drawn = bits_at(key, jnp.arange(math.prod(shape), dtype=jnp.uint32)).reshape(shape)
    fraction = (drawn >> np.uint32(8)).astype(jnp.float32) * np.float32(2.0**-24)
    return low + (high - low) * fraction


def normal(key: Key, shape: tuple[int, ...]) -> Drawn:
    """Draw from the standard normal law (Box and Muller, 1958).

    Parameters
    ----------
    key : array of uint32, shape (2,)
        The same key gives the same numbers.
    shape : tuple of int
        The shape of what is drawn.

    Returns
    -------
    array of float32, of the given shape
        √(−2 ln u) · cos 2πv.
    """
    u = 1.0 - uniform(fold(key, 1), shape)
    v = uniform(fold(key, 2), shape)
    return jnp.sqrt(-2.0 * jnp.log(u)) * jnp.cos(np.float32(2 * math.pi) * v)


def shuffled(key: Key, place: Int[Array, " rows"], n: Int[Array, ""]) -> Int[Array, " rows"]:
    """Send each place 0 … n−1 to another, one to one, in an order drawn by the key.

    Parameters
    ----------
    key : array of uint32, shape (2,)
        The order.
    place : array of int32, shape (rows,)
        Places; those at n and above stay where they are.
    n : int
        How many places are shuffled; traced, so it compiles nothing.

    Returns
    -------
    array of int32, shape (rows,)
        Where each place goes.
    """
    last = jnp.maximum(n, 1).astype(jnp.uint32)
    pivots = bits_at(key, jnp.arange(ROUNDS, dtype=jnp.uint32)) % last
    p = place.astype(jnp.uint32)
    for r in range(ROUNDS):
        pivot = pivots[r]
        partner = jnp.where(p <= pivot, pivot - p, pivot + last - p)
        salt = key[0] + np.uint32(0x9E3779B9 * (r + 1) & 0xFFFFFFFF)
        coin = mix(jnp.maximum(p, partner) ^ salt) >> np.uint32(31)
        p = jnp.where(coin == 1, partner, p)
    return jnp.where(place < n, p.astype(jnp.int32), place)


def seed_of(random_state: object) -> int:
    """Turn scikit-learn's `random_state` into a whole number.

    Parameters
    ----------
    random_state : int, RandomState, Generator or None
        None draws from NumPy's global state, as scikit-learn does.

    Returns
    -------
    int
        A seed of 32 bits (an int is taken as it is).

    Raises
    ------
    ValueError
        If it is none of these, a negative int, or a bool.
    """
    if random_state is None:
        random_state = np.random.mtrand._rand
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(0, 2**32, dtype=np.uint64))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(0, 2**32))
    if isinstance(random_state, (int, np.integer)) and not isinstance(random_state, bool) and random_state >= 0:
        return int(random_state)
    raise ValueError(
        f"random_state must be an int of 0 or more, a RandomState, a Generator or None; got {random_state!r}"
    )

"""Gibbs sampling: every unit in turn is drawn given all others, so that the states settle in Boltzmann's law.

    a sweep:   for every colour c, all units i of c at once, in all chains:
                   ΔE_i = (on − off) (κ Σ_j w_ij s_j + θ_i)
                   s_i ← on with probability 1 / (1 + e^(−ΔE_i / T)),  else off
    T = 0:     s_i ← on where ΔE_i > 0, off where ΔE_i < 0, as it is where ΔE_i = 0

κ is 1, but for annealing the links alone (`importance`). Units of one colour are not linked, so drawing them at once is
drawing them one after the other. Clamped units are never drawn. Random numbers are a function of key, sweep, unit and
chain, so the same seed gives the same bits however many chains run beside each other.

Source
------
S. Geman and D. Geman, "Stochastic Relaxation, Gibbs Distributions, and the Bayesian Restoration of Images", 1984.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, UInt32

from dendrax.boltzmann.wiring import Plan, Wiring
from dendrax.core.random import Key, bits_at, fold

UNROLLED = 16  # neighbours that are written out one by one in the program
Block = Any  # (units, chains), int8 or float32
States = tuple[Block, ...]


class Moment(NamedTuple):
    """What a sweep needs beside the network.

    Attributes
    ----------
    temperature : float
        T, one for all chains or one a chain.
    coupling : float
        κ, likewise.
    key : array of uint32, shape (2,)
        The randomness of this sweep.
    chains : array of uint32, shape (chains,)
        The number of each chain.
    free : array of bool, shape (units, 1) or (units, chains)
        Where units may be drawn.
    """

    temperature: Any
    coupling: Any
    key: Any
    chains: Any
    free: Any


def turned(plan: Plan, s: Block, inputs: Array, biases: Array, places: Array, free: Array, moment: Moment) -> Block:
    """Draw units given their inputs Σ_j w_ij s_j, each (units drawn, chains)."""
    gap = (1 - plan.off) * (moment.coupling * inputs + biases[:, None])
    counter = places.astype(jnp.uint32)[:, None] + np.uint32(plan.n_units) * moment.chains[None, :]
    u = (bits_at(moment.key, counter) >> np.uint32(8)).astype(jnp.float32) * np.float32(2.0**-24)
    warm = u < jax.nn.sigmoid(gap / jnp.where(moment.temperature > 0, moment.temperature, 1.0))
    cold = (gap > 0) | ((gap == 0) & (s == 1))
    on = jnp.where(moment.temperature > 0, warm, cold)
    return jnp.where(free, jnp.where(on, 1, plan.off).astype(s.dtype), s)


def inputs_of(neighbours: Int[Array, "size most"], weights: Float[Array, "size most"], s: Block) -> Array:
    """Compute Σ_d w_d s_(neighbour d) of the units of a colour, in all chains."""
    size, most = neighbours.shape
    zeros = jnp.zeros((size, s.shape[1]), jnp.float32)
    if most <= UNROLLED:
        terms = (weights[:, d, None] * s[neighbours[:, d]].astype(jnp.float32) for d in range(most))
        return sum(terms, zeros)
    return jax.lax.fori_loop(
        0, most, lambda d, total: total + weights[:, d, None] * s[neighbours[:, d]].astype(jnp.float32), zeros
    )


def sweep(plan: Plan, wiring: Wiring, s: States, moment: Moment) -> States:
    """Draw every unit once."""
    return _by_unit(plan, wiring, s, moment) if plan.by_unit else _by_colour(plan, wiring, s, moment)


def _by_colour(plan: Plan, wiring: Wiring, s: States, moment: Moment) -> States:
    for k, (start, size) in enumerate(zip(plan.starts, plan.sizes, strict=True)):
        mine = slice(start, start + size)
        others = s[1 - k] if len(s) == 2 else jnp.concatenate(s)
        inputs = inputs_of(wiring.neighbours[k], wiring.weights[k], others)
        places = jnp.arange(start, start + size)
        new = turned(plan, s[k], inputs, wiring.biases[mine], places, moment.free[mine], moment)
        s = (*s[:k], new, *s[k + 1 :])
    return s


def _by_unit(plan: Plan, wiring: Wiring, s: States, moment: Moment) -> States:
    assert isinstance(wiring.weights, jax.Array)
    matrix = wiring.weights

    def draw(i: Array, s: Block) -> Block:
        inputs = (matrix[i] @ s)[None]
        old, bias, free = (jax.lax.dynamic_slice_in_dim(a, i, 1) for a in (s, wiring.biases, moment.free))
        new = turned(plan, old, inputs, bias, i[None], free, moment)
        return jax.lax.dynamic_update_slice_in_dim(s, new, i, 0)

    return (jax.lax.fori_loop(0, plan.n_units, draw, s[0]),)


@partial(jax.jit, static_argnames="plan")
def begin(plan: Plan, key: Key, chains: UInt32[Array, " chains"], given: Any, free: Any) -> States:
    """Toss a coin for every unit that is not given.

    Parameters
    ----------
    plan : Plan
        The program.
    key : array of uint32, shape (2,)
        The randomness.
    chains : array of uint32, shape (chains,)
        The number of each chain.
    given : array, shape (units, 1) or (units, chains)
        States of the units that are not free.
    free : array of bool, of the same shape
        Where coins are tossed.

    Returns
    -------
    tuple of array, each (units of a colour, chains)
        The first states.
    """
    places = jnp.arange(plan.n_units, dtype=jnp.uint32)
    coin = bits_at(key, places[:, None] + np.uint32(plan.n_units) * chains[None, :]) >> np.uint32(31)
    s = jnp.where(free, jnp.where(coin == 1, 1, plan.off), given).astype(plan.dtype)
    return tuple(s[start : start + size] for start, size in zip(plan.starts, plan.sizes, strict=True))


@partial(jax.jit, static_argnames="plan")
def sweeps(
    plan: Plan,
    wiring: Wiring,
    s: States,
    temperatures: Float[Array, " sweeps"],
    first: Int[Array, ""],
    last: Int[Array, ""],
    before: Int[Array, ""],
    moment: Moment,
) -> States:
    """Sweep again and again.

    Parameters
    ----------
    plan, wiring : Plan, Wiring
        The network.
    s : tuple of array, each (units of a colour, chains)
        Where the chains stand.
    temperatures : array of float32, shape (sweeps,)
        T of each sweep.
    first, last : int
        The sweeps to do, from `first` up to but not with `last`.
    before : int
        Sweeps of this run that came before those of `temperatures`.
    moment : Moment
        Its temperature is not used; its key is that of the whole run.

    Returns
    -------
    tuple of array
        Where the chains stand then.
    """

    def one(t: Array, s: States) -> States:
        return sweep(plan, wiring, s, moment._replace(temperature=temperatures[t], key=fold(moment.key, before + t)))

    return jax.lax.fori_loop(first, last, one, s)

"""Parallel tempering: chains of the machine trade states with chains of flatter machines, and so cross high walls.

    at β:    p_β(v, h) ∝ e^(β (b·v + c·h + h W v) + (1−β) b₀·v)          β = 1: the machine;  0: units without links
    sweep    v given h, then h given v, at each β
    trade    (v, h) at β and (v', h') at the next β' with probability min(1, e^((β' − β) (u(v, h) − u(v', h'))))
             u(v, h) = (b − b₀)·v + c·h + h W v, what β multiplies

Pairs trade in turn: the first with the second, the third with the fourth, …; then the second with the third, …. Every β
keeps its law, so the first chains are draws of the machine, only faster ones to move.

Sources
-------
R. Swendsen and J.-S. Wang, "Replica Monte Carlo simulation of spin glasses", Physical Review Letters 57 (1986).
G. Desjardins, A. Courville, Y. Bengio, P. Vincent and O. Delalleau, "Tempered Markov chain Monte Carlo for training of
restricted Boltzmann machines", AISTATS 2010.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dendrax.boltzmann.annealed_importance import Base, base_of
from dendrax.boltzmann.restricted import Params, drawn_hidden, hidden_inputs, visible_inputs
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import Key, fold, uniform


class Replicas(NamedTuple):
    """Chains at every β, the machine's own first.

    Attributes
    ----------
    v : array of float32, shape (replicas, chains, visible)
        Visible states.
    h : array of float32, shape (replicas, chains, hidden)
        Hidden states.
    """

    v: Float[Array, "replicas chains visible"]
    h: Float[Array, "replicas chains hidden"]


def betas(replicas: int) -> Float[Array, " replicas"]:
    """Space β evenly from 1 to 0."""
    return jnp.linspace(1.0, 0.0, replicas, dtype=jnp.float32)


def swept_at(
    visible: Visible, params: Params, base: Base, h: Float[Array, "chains hidden"], beta: Float[Array, ""], key: Key
) -> tuple[Array, Array]:
    """Draw v given h and h given v at β."""
    x = beta * visible_inputs(params, h) + (1 - beta) * base.biases[None]
    v = visible.drawn(x, beta * params.precisions + (1 - beta) * base.precisions, fold(key, 0))
    return v, drawn_hidden(jax.nn.sigmoid(beta * hidden_inputs(params, v)), fold(key, 1))


def tempered_part(
    visible: Visible, params: Params, base: Base, v: Array, h: Float[Array, "chains hidden"]
) -> Float[Array, " chains"]:
    """Compute u(v, h); of gaussian units less ½ Σ (λ − λ₀) v²."""
    squares = 0.5 * v[:, : visible.precisions] ** 2 @ (params.precisions - base.precisions)
    return v @ (params.visible_biases - base.biases) + (h * hidden_inputs(params, v)).sum(axis=1) - squares


def traded(
    states: Replicas, u: Float[Array, "replicas chains"], beta: Float[Array, " replicas"], first: Array, key: Key
) -> Replicas:
    """Let neighbours trade states, the pairs from place `first`, 0 or 1, on."""
    n = beta.shape[0]
    place = jnp.arange(n, dtype=jnp.int32)
    other = jnp.where(place % 2 == first, place + 1, place - 1)
    other = jnp.where((other < 0) | (other >= n), place, other)
    chance = uniform(key, u.shape)[jnp.minimum(place, other)]  # the same for both
    trade = jnp.log(chance) < (beta[other] - beta)[:, None] * (u - u[other])
    return jax.tree.map(lambda s: jnp.where(trade[:, :, None], s[other], s), states)


def tempered(
    visible: Visible,
    params: Params,
    means: Float[Array, " visible"],
    h: Float[Array, "replicas chains hidden"],
    sweeps: Int[Array, ""],
    key: Key,
) -> Replicas:
    """Sweep and trade.

    Parameters
    ----------
    visible, params : Visible, Params
        The machine.
    means : array of float32, shape (visible,)
        The means of the data, which the flattest machine has.
    h : array of float32, shape (replicas, chains, hidden)
        Where the chains stand; those of the machine come first.
    sweeps : int
        How often; traced.
    key : array of uint32, shape (2,)
        The randomness.

    Returns
    -------
    Replicas
        The states at the end.
    """
    base, beta = base_of(visible, means), betas(h.shape[0])
    places = jnp.arange(h.shape[0], dtype=jnp.int32)

    def sweep(i: Int[Array, ""], states: Replicas) -> Replicas:
        own = fold(key, i)
        keys = jax.vmap(lambda r: fold(own, r))(places)
        new = Replicas(*jax.vmap(lambda s, b, k: swept_at(visible, params, base, s, b, k))(states.h, beta, keys))
        u = jax.vmap(lambda v, s: tempered_part(visible, params, base, v, s))(*new)
        return traded(new, u, beta, i % 2, fold(own, -1))

    start = Replicas(jnp.zeros((*h.shape[:2], visible.size), jnp.float32), h)
    return jax.lax.fori_loop(0, sweeps, sweep, start)

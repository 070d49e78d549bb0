"""ln Z by annealed importance sampling: chains walk from a machine whose Z is known to ours, and weigh the way.

    at β:    λ(β) = (1−β) λ₀ + β λ,   b(β) = (1−β) b₀ + β b,   βc,   βW            β from 0 to 1; at 0 no links
    f(β, v) = −F(v) at β              ln w = Σ_t f(β_{t+1}, v_t) − f(β_t, v_t),     v_{t+1} drawn by a sweep at β_{t+1}
    forward    Z(1) = Z(0) ⟨w⟩        from draws of the base; ln⟨w⟩ comes out too low while few chains carry it
    reverse    Z(0) = Z(1) ⟨w⟩        from draws of the machine, β from 1 to 0; ln Z(1) comes out too high

The base has the means of the data: units without links, b₀ = `base_inputs`. The two ways bracket ln Z. The standard
error of ln⟨w⟩ is sd(w) / (⟨w⟩ √chains), the effective number of chains (Σw)² / Σw². The reverse way needs draws of the
machine itself: chains that have run for a while, from the data on.

Sources
-------
R. Neal, "Annealed importance sampling", Statistics and Computing 11 (2001).
R. Salakhutdinov and I. Murray, "On the quantitative analysis of deep belief networks", ICML 2008.
"""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from dendrax.boltzmann.log_mean import log_mean
from dendrax.boltzmann.log_partition import LogPartition
from dendrax.boltzmann.restricted import Params, drawn_hidden, hidden_inputs, swept, visible_inputs
from dendrax.boltzmann.visible_units import Visible, base_inputs
from dendrax.core.random import Key, fold

CHAINS, TEMPERATURES, SETTLING = 100, 5000, 500


class Base(NamedTuple):
    """The machine at β = 0: visible units without links.

    Attributes
    ----------
    biases : array of float32, shape (visible,)
        b₀.
    precisions : array of float32, shape (plain,)
        λ₀ of gaussian units.
    """

    biases: Float[Array, " visible"]
    precisions: Float[Array, " plain"]


def base_of(visible: Visible, means: Float[Array, " visible"]) -> Base:
    """Make the base that has the means of the data, and variance 1 where units are gaussian."""
    return Base(base_inputs(visible, means), jnp.ones(visible.precisions))


def log_base_partition(visible: Visible, base: Base, n_hidden: int) -> Float[Array, ""]:
    """Compute ln Z(0)."""
    return visible.log_partition(base.biases[None], base.precisions)[0] + n_hidden * math.log(2)


def step_weight(
    visible: Visible, params: Params, base: Base, v: Array, start: Float[Array, ""], end: Float[Array, ""]
) -> Float[Array, " chains"]:
    """Compute f(end, v) − f(start, v), differences first, so that float32 keeps them."""
    x = hidden_inputs(params, v)
    change = (jax.nn.softplus(end * x) - jax.nn.softplus(start * x)).sum(axis=1)
    linear = v @ (params.visible_biases - base.biases)
    squares = 0.5 * v[:, : visible.precisions] ** 2 @ (params.precisions - base.precisions)
    return change + (end - start) * (linear - squares)


def tempered_draw(visible: Visible, params: Params, base: Base, v: Array, beta: Float[Array, ""], key: Key) -> Array:
    """Draw the hidden and then the visible units at β."""
    h = drawn_hidden(jax.nn.sigmoid(beta * hidden_inputs(params, v)), fold(key, 0))
    x = beta * visible_inputs(params, h) + (1 - beta) * base.biases[None]
    return visible.drawn(x, beta * params.precisions + (1 - beta) * base.precisions, fold(key, 1))


@partial(jax.jit, static_argnames="visible")
def log_weights(
    visible: Visible,
    params: Params,
    means: Float[Array, " visible"],
    start: Float[Array, "chains visible"],
    temperatures: Int[Array, ""],
    forward: Bool[Array, ""],
    key: Key,
) -> tuple[Float[Array, " chains"], Float[Array, ""]]:
    """Walk from the base to the machine, or back, and weigh the way.

    Parameters
    ----------
    visible, params : Visible, Params
        The machine.
    means : array of float32, shape (visible,)
        The means of the data, for the base.
    start : array of float32, shape (chains, visible)
        Draws of the machine, for the way back; on the way forward the base is drawn from.
    temperatures : int
        Steps of β; traced.
    forward : bool
        The direction; traced.
    key : array of uint32, shape (2,)
        The randomness.

    Returns
    -------
    array of float32, shape (chains,)
        ln w.
    float
        ln Z(0).
    """
    base, key = base_of(visible, means), fold(key, forward.astype(jnp.int32))
    drawn = visible.drawn(jnp.broadcast_to(base.biases[None], start.shape), base.precisions, fold(key, 0))

    def beta(t: Int[Array, ""]) -> Float[Array, ""]:
        share = t.astype(jnp.float32) / temperatures.astype(jnp.float32)
        return jnp.where(forward, share, 1 - share)

    def step(t: Int[Array, ""], carry: tuple[Array, Array]) -> tuple[Array, Array]:
        v, total = carry
        total = total + step_weight(visible, params, base, v, beta(t), beta(t + 1))
        return tempered_draw(visible, params, base, v, beta(t + 1), fold(key, t + 1)), total

    first = jnp.where(forward, drawn, start)
    _, total = jax.lax.fori_loop(0, temperatures, step, (first, jnp.zeros(start.shape[0])))
    return total, log_base_partition(visible, base, params.hidden_biases.shape[0])


@partial(jax.jit, static_argnames="visible")
def settled(
    visible: Visible, params: Params, chains: Float[Array, "chains hidden"], sweeps: Int[Array, ""], key: Key
) -> Float[Array, "chains visible"]:
    """Let chains run, from hidden states to visible ones."""
    return swept(visible, params, chains, sweeps, fold(key, 2))


def estimate(
    visible: Visible,
    params: Params,
    means: np.ndarray,
    chains: np.ndarray,
    key: np.ndarray,
    *,
    temperatures: int = TEMPERATURES,
    settling: int = SETTLING,
) -> LogPartition:
    """Estimate ln Z both ways.

    Parameters
    ----------
    visible, params : Visible, Params
        The machine.
    means : ndarray of float32, shape (visible,)
        The means of the data, for the base.
    chains : ndarray of float32, shape (chains, hidden)
        Where the chains of the reverse way start to settle: persistent chains, or what rows of data turn on.
    key : ndarray of uint32, shape (2,)
        The randomness.
    temperatures : int, default=5000
        Steps of β of each way.
    settling : int, default=500
        Sweeps that the chains of the reverse way run before.

    Returns
    -------
    LogPartition
        Both ways, and their middle.
    """
    own = settled(visible, params, chains, np.int32(settling), key)
    there, known = log_weights(visible, params, means, own, np.int32(temperatures), np.bool_(True), key)
    back, _ = log_weights(visible, params, means, own, np.int32(temperatures), np.bool_(False), key)
    forward, reverse = log_mean(np.asarray(there)), log_mean(np.asarray(back))
    low, high = float(known) + forward.value, float(known) - reverse.value
    error = math.hypot(forward.error, reverse.error) / 2 + abs(high - low) / 2
    return LogPartition((low + high) / 2, error, low, high, (forward.effective, reverse.effective), len(chains))

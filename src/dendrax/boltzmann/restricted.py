"""The restricted Boltzmann machine: visible units v and hidden units h, links between the two kinds only.

    E(v, h) = −(b·v + c·h + h W v)  [ + ½ Σ λ_i v_i²  for gaussian units: λ_i = 1/σ_i² ]
    p(v, h) = e^(−E(v, h)) / Z

Given one side, the units of the other are independent, so that each side is drawn at once:

    p(h_j = 1 | v) = 1 / (1 + e^(−(c + W v)_j))          p(v_i | h): see `visible_units`, x = b + h W

The hidden units are easily summed out, and what is left is the free energy of a visible state:

    F(v) = −ln Σ_h e^(−E(v, h)) = −b·v + ½ Σ λ v² − Σ_j ln(1 + e^((c + W v)_j))            p(v) = e^(−F(v)) / Z

Source
------
P. Smolensky, "Information processing in dynamical systems: foundations of harmony theory", 1986.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dendrax.boltzmann.visible_units import Visible, base_inputs
from dendrax.core.random import Key, fold, normal, uniform

VisibleRows = Float[Array, "rows visible"]
HiddenRows = Float[Array, "rows hidden"]


class Params(NamedTuple):
    """What a machine learns.

    Attributes
    ----------
    weights : array of float32, shape (hidden, visible)
        W.
    visible_biases, hidden_biases : array of float32, shape (visible,), (hidden,)
        b and c.
    log_precisions : array of float32, shape (plain units,) or (0,)
        ln λ of gaussian units.
    """

    weights: Float[Array, "hidden visible"]
    visible_biases: Float[Array, " visible"]
    hidden_biases: Float[Array, " hidden"]
    log_precisions: Float[Array, " plain"]

    @property
    def precisions(self) -> Float[Array, " plain"]:
        """1/σ² of gaussian units."""
        return jnp.exp(self.log_precisions)


def hidden_inputs(params: Params, v: VisibleRows) -> HiddenRows:
    """Compute c + W v, the weighted sum that reaches each hidden unit."""
    return v @ params.weights.T + params.hidden_biases[None, :]


def hidden_means(params: Params, v: VisibleRows) -> HiddenRows:
    """Compute p(h = 1 | v)."""
    return jax.nn.sigmoid(hidden_inputs(params, v))


def visible_inputs(params: Params, h: HiddenRows) -> VisibleRows:
    """Compute b + h W, the weighted sum that reaches each visible unit."""
    return h @ params.weights + params.visible_biases[None, :]


def visible_energy(visible: Visible, params: Params, v: VisibleRows) -> Float[Array, " rows"]:
    """Compute −b·v + ½ Σ λ v², the part of the energy without hidden units."""
    energy = -(v @ params.visible_biases)
    if visible.precisions:
        energy = energy + 0.5 * (v[:, : visible.plain] ** 2) @ params.precisions
    return energy


def energy(visible: Visible, params: Params, v: VisibleRows, h: HiddenRows) -> Float[Array, " rows"]:
    """Compute E(v, h) of pairs of states."""
    return visible_energy(visible, params, v) - (h * hidden_inputs(params, v)).sum(axis=1)


def free_energy(visible: Visible, params: Params, v: VisibleRows) -> Float[Array, " rows"]:
    """Compute F(v), the energy with the hidden units summed out.

    Parameters
    ----------
    visible : Visible
        The visible units.
    params : Params
        The machine.
    v : array of float32, shape (rows, visible)
        States.

    Returns
    -------
    array of float32, shape (rows,)
        ln p(v) = −F(v) − ln Z.
    """
    return visible_energy(visible, params, v) - jax.nn.softplus(hidden_inputs(params, v)).sum(axis=1)


def drawn_hidden(means: HiddenRows, key: Key) -> HiddenRows:
    """Draw hidden units that are on with these probabilities."""
    return (uniform(key, means.shape) < means).astype(jnp.float32)


def drawn_visible(visible: Visible, params: Params, h: HiddenRows, key: Key) -> VisibleRows:
    """Draw the visible units given the hidden ones."""
    return visible.drawn(visible_inputs(params, h), params.precisions, key)


def swept(visible: Visible, params: Params, h: HiddenRows, sweeps: Int[Array, ""], key: Key) -> VisibleRows:
    """Draw v, h, v, h, …, v in turn, from hidden states on.

    Parameters
    ----------
    visible : Visible
        The visible units.
    params : Params
        The machine.
    h : array of float32, shape (chains, hidden)
        Where the chains stand.
    sweeps : int
        How often v is drawn; traced.
    key : array of uint32, shape (2,)
        The randomness.

    Returns
    -------
    array of float32, shape (chains, visible)
        The visible states at the end.
    """

    def sweep(i: Int[Array, ""], h: HiddenRows) -> HiddenRows:
        v = drawn_visible(visible, params, h, fold(key, 2 * i))
        return drawn_hidden(hidden_means(params, v), fold(key, 2 * i + 1))

    h = jax.lax.fori_loop(0, sweeps - 1, sweep, h)
    return drawn_visible(visible, params, h, fold(key, -1))


def clamped(
    visible: Visible, params: Params, v: VisibleRows, known: VisibleRows, sweeps: Int[Array, ""], key: Key
) -> tuple[VisibleRows, VisibleRows]:
    """Draw what is not known, again and again, given what is.

    Parameters
    ----------
    visible : Visible
        The visible units.
    params : Params
        The machine.
    v : array of float32, shape (rows, visible)
        Where the chains stand; where `known`, they stay there.
    known : array of bool, shape (rows, visible)
        What never moves.
    sweeps : int
        How often everything else is drawn; traced.
    key : array of uint32, shape (2,)
        The randomness.

    Returns
    -------
    array of float32, shape (rows, visible)
        States at the end.
    array of float32, shape (rows, visible)
        The means given the hidden units, averaged over the second half of the sweeps; what is known as it is.
    """

    def sweep(i: Int[Array, ""], carry: tuple[VisibleRows, VisibleRows]) -> tuple[VisibleRows, VisibleRows]:
        v, total = carry
        h = drawn_hidden(hidden_means(params, v), fold(key, 2 * i))
        x = visible_inputs(params, h)
        counts = (2 * i + 1 >= sweeps).astype(jnp.float32)
        total = total + counts * visible.means(x, params.precisions)
        return jnp.where(known, v, visible.drawn(x, params.precisions, fold(key, 2 * i + 1))), total

    v, total = jax.lax.fori_loop(0, sweeps, sweep, (v, jnp.zeros_like(v)))
    counted = sweeps - sweeps // 2
    return v, jnp.where(known, v, total / counted.astype(jnp.float32))


def first_params(visible: Visible, n_hidden: int, means: Float[Array, " visible"], spread: Array, key: Key) -> Params:
    """Draw the first parameters: small weights, and biases with which the machine has the means of the data.

    Parameters
    ----------
    visible : Visible
        The visible units.
    n_hidden : int
        How many hidden units.
    means : array of float32, shape (visible,)
        The means of the data.
    spread : float
        The standard deviation of the weights.
    key : array of uint32, shape (2,)
        The randomness.

    Returns
    -------
    Params
        The hidden units are on half of the time where the visible ones are at their means.
    """
    weights = spread * normal(key, (n_hidden, visible.size))
    return Params(weights, base_inputs(visible, means), -(weights @ means), jnp.zeros(visible.precisions))

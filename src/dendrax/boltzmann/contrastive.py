"""Learning by contrast: what the data do less what the machine does by itself, the latter drawn by Gibbs sampling.

    ∂ ln p / ∂W = ⟨h v⟩_data − ⟨h v⟩_machine        data: h given v           machine: v, h from chains, k sweeps
    cd     the chains start at the data, anew each step
    pcd    the chains go on from where the last step left them, by themselves or in parallel tempering (`tempering`)

One sum gives the difference: rows of data weigh w/n, rows of the machine −(Σ w/n)/chains. The centred gradient takes
v and h from offsets μ and ν, running means of the data and of what the hidden units make of them:

    ∇W = ⟨(h − ν)(v − μ)⟩_data − ⟨(h − ν)(v − μ)⟩_machine,     ∇b = ∂b − ν ∇W,     ∇c = ∂c − ∇W μ

It learns X and 1 − X alike, and faster. Holes in a row of data are drawn, given its known values, by a few sweeps from
the means of their columns; so they are summed out but for the sweeps being few.

Sources
-------
G. Hinton, "Training products of experts by minimizing contrastive divergence", Neural Computation 14 (2002).
T. Tieleman, "Training restricted Boltzmann machines using approximations to the likelihood gradient", ICML 2008.
J. Melchior, A. Fischer and L. Wiskott, "How to center deep Boltzmann machines", JMLR 17 (2016).
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from dendrax.boltzmann.restricted import Params, clamped, drawn_hidden, hidden_means, swept
from dendrax.boltzmann.tempering import tempered
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import Key, fold

VisibleRows = Float[Array, "rows visible"]
HiddenRows = Float[Array, "rows hidden"]
HOLE_SWEEPS = np.int32(5)


class Offsets(NamedTuple):
    """Running means of the data.

    Attributes
    ----------
    visible, hidden : array of float32, shape (visible,), (hidden,)
        μ and ν.
    """

    visible: Float[Array, " visible"]
    hidden: Float[Array, " hidden"]

    def moved(self, data: Offsets, share: Float[Array, ""]) -> Offsets:
        """Go a share of the way to the means of a batch."""
        return Offsets(*(old + share * (new - old) for old, new in zip(self, data, strict=True)))


def contrast(visible: Visible, params: Params, v: VisibleRows, h: HiddenRows, weight: Float[Array, " rows"]) -> Params:
    """Sum what the rows say about each parameter: Σ weight ∂(−E)/∂θ, the gradient where the weights add up to 0.

    Parameters
    ----------
    visible, params : Visible, Params
        The machine.
    v, h : array of float32, shape (rows, visible), (rows, hidden)
        States, or means of hidden units: rows of data and rows of the machine.
    weight : array of float32, shape (rows,)
        Above 0 for data, below 0 for the machine.

    Returns
    -------
    Params
        The gradient of the mean log-likelihood.
    """
    weighted = weight[:, None] * h
    squares = weight @ v[:, : visible.precisions] ** 2
    return Params(weighted.T @ v, weight @ v, weighted.sum(axis=0), -0.5 * params.precisions * squares)


def centred(gradient: Params, offsets: Offsets) -> Params:
    """Turn a gradient into the centred one.

    Parameters
    ----------
    gradient : Params
        The gradient as it is.
    offsets : Offsets
        μ and ν.

    Returns
    -------
    Params
        A direction of ascent as well.
    """
    along_h, along_v = gradient.hidden_biases, gradient.visible_biases
    weights = gradient.weights - along_h[:, None] * offsets.visible[None] - offsets.hidden[:, None] * along_v[None]
    return gradient._replace(
        weights=weights,
        visible_biases=along_v - offsets.hidden @ weights,
        hidden_biases=along_h - weights @ offsets.visible,
    )


class Contrast(NamedTuple):
    """What one batch and the chains said.

    Attributes
    ----------
    gradient : Params
        Of the mean log-likelihood of the batch.
    chains : array of float32, shape (chains, hidden) or (replicas, chains, hidden)
        Where the chains stand now.
    means : Offsets
        The weighted means of the batch.
    """

    gradient: Params
    chains: Float[Array, "*replicas chains hidden"]
    means: Offsets


def contrastive_gradient(
    visible: Visible,
    params: Params,
    v: VisibleRows,
    weight: Float[Array, " rows"],
    chains: Float[Array, "*replicas chains hidden"] | None,
    sweeps: Int[Array, ""],
    key: Key,
    means: Float[Array, " visible"],
) -> Contrast:
    """Estimate the gradient of Σ weight ln p(v).

    Parameters
    ----------
    visible, params : Visible, Params
        The machine.
    v : array of float32, shape (rows, visible)
        Data without holes.
    weight : array of float32, shape (rows,)
        The weights of the rows, divided by their number.
    chains : array of float32, shape (chains, hidden) or (replicas, chains, hidden), or None
        Where persistent chains stand, in parallel tempering those of the machine first; None starts chains at the data.
    sweeps : int
        k; traced.
    key : array of uint32, shape (2,)
        The randomness.
    means : array of float32, shape (visible,)
        The means of the data, which the flattest machine of parallel tempering has.

    Returns
    -------
    Contrast
        The gradient, and the chains after it.
    """
    rows = v.shape[0]
    if chains is None:
        h_data = hidden_means(params, v)
        v_model = swept(visible, params, drawn_hidden(h_data, fold(key, 0)), sweeps, fold(key, 1))
        h = jnp.concatenate([h_data, hidden_means(params, v_model)])
        signed = jnp.concatenate([weight, -weight])
        after = None
    else:
        v_model, after = persistent(visible, params, chains, sweeps, fold(key, 1), means)
        h = hidden_means(params, jnp.concatenate([v, v_model]))  # one product for both
        signed = jnp.concatenate([weight, jnp.full(v_model.shape[0], -weight.sum() / np.float32(v_model.shape[0]))])
    gradient = contrast(visible, params, jnp.concatenate([v, v_model]), h, signed)
    share = weight / jnp.maximum(weight.sum(), 1e-30)
    after = drawn_hidden(h[rows:], fold(key, 2)) if after is None else after
    return Contrast(gradient, after, Offsets(share @ v, share @ h[:rows]))


def persistent(
    visible: Visible, params: Params, chains: Array, sweeps: Int[Array, ""], key: Key, means: Array
) -> tuple[VisibleRows, Array | None]:
    """Let chains go on: the visible states of the machine's own, and in parallel tempering all hidden states."""
    if chains.ndim == 2:
        return swept(visible, params, chains, sweeps, key), None
    states = tempered(visible, params, means, chains, sweeps, key)
    return states.v[0], states.h


def filled(
    visible: Visible, params: Params, v: VisibleRows, known: Bool[Array, "rows visible"], offsets: Offsets, key: Key
) -> VisibleRows:
    """Draw what is missing in rows of data, given what is known of each."""
    start = jnp.where(known, v, offsets.visible[None])
    return clamped(visible, params, start, known, jnp.asarray(HOLE_SWEEPS), key)[0]


def as_drawn(v: VisibleRows, key: Key) -> VisibleRows:
    """Draw 0 or 1 where data are probabilities."""
    return drawn_hidden(v, key)


def is_gone(params: Params, most: float) -> Bool[Array, ""]:
    """Say whether a parameter is not finite or beyond a bound."""
    return ~jnp.all(jnp.stack([(jnp.abs(a) <= most).all() for a in jax.tree.leaves(params)]))

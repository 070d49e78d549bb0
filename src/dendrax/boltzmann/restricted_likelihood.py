"""The exact likelihood of a restricted machine whose smaller side can be enumerated.

    Z = Σ_h e^(c·h) Π_i e^(A_i((b + h W)_i))        hidden states, at most 2^24
    ln p(v) = −F(v) − ln Z

and with the sides exchanged where there are fewer visible units, all binary. Hidden states are cut in two halves,
h = (h₁, h₂) with h W = h₁ W₁ + h₂ W₂: the two tables of sums are made once, and no state costs more than an addition
a unit. ln Z and ln p are differentiable; the derivative is the rule that every way of learning here approximates:

    ∂ ln p(v) / ∂W = ⟨h v⟩ given v  −  ⟨h v⟩ of the machine by itself         (likewise b: ⟨v⟩, c: ⟨h⟩, λ: −½⟨v²⟩)

A row with holes has Σ over what is missing: p(known) = Σ_h e^(c·h + known part) Π_missing e^(A_i) / Z.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from dendrax.boltzmann.exact import all_states
from dendrax.boltzmann.restricted import Params, free_energy, visible_energy
from dendrax.boltzmann.visible_units import Visible

MOST = 24  # units of the smaller side
TABLE = 2**18  # numbers in the table of one half


def is_enumerable(visible: Visible, n_hidden: int) -> bool:
    """Say whether ln Z can be computed exactly."""
    return enumerated_units(visible, n_hidden) <= MOST


def enumerated_units(visible: Visible, n_hidden: int) -> int:
    """Count the units of the side that is enumerated."""
    return min(n_hidden, visible.size) if _exchangeable(visible) else n_hidden


def _exchangeable(visible: Visible) -> bool:
    return visible.kind == "binary" and not visible.levels


def smaller_side(visible: Visible, params: Params) -> tuple[Visible, Params]:
    """Exchange the sides where fewer visible units than hidden ones are to be enumerated; Z is the same."""
    n_hidden, n_visible = params.weights.shape
    if not _exchangeable(visible) or n_hidden <= n_visible:
        return visible, params
    turned = params._replace(
        weights=params.weights.T, visible_biases=params.hidden_biases, hidden_biases=params.visible_biases
    )
    return Visible("binary", n_hidden), turned


def states(units: int) -> np.ndarray:
    """List all states of binary units, as float32 of shape (2^units, units); the first unit changes fastest."""
    return all_states(units)[:, ::-1].astype(np.float32)


def hidden_log_weights(visible: Visible, params: Params) -> Float[Array, "high low"]:
    """Compute ln Σ_v e^(−E(v, h)) of all hidden states, laid out by their two halves.

    Parameters
    ----------
    visible : Visible
        The visible units.
    params : Params
        A machine with at most 24 hidden units.

    Returns
    -------
    array of float32, shape (states of the later units, states of the first units)
        In the order of `states`, row by row.
    """
    low, high, bias_low, bias_high = _halves(visible, params)

    @jax.checkpoint  # its derivative computes the table again instead of keeping one a state
    def row(_: None, at: tuple[Array, Array]) -> tuple[None, Array]:
        return _, bias_low + at[1] + visible.log_partition(low + at[0][None, :], params.precisions)

    return jax.lax.scan(row, None, (high, bias_high))[1]


def _halves(visible: Visible, params: Params) -> tuple[Array, Array, Array, Array]:
    """Compute b + h₁ W₁, h₂ W₂, c₁·h₁ and c₂·h₂ of all states of each half."""
    units = params.hidden_biases.shape[0]
    first = min(units, max(int(np.log2(TABLE / visible.size)), 1))
    low, high = jnp.asarray(states(first)), jnp.asarray(states(units - first))
    inputs = low @ params.weights[:first] + params.visible_biases[None, :]
    return (
        inputs,
        high @ params.weights[first:],
        low @ params.hidden_biases[:first],
        high @ params.hidden_biases[first:],
    )


def log_partition(visible: Visible, params: Params) -> Float[Array, ""]:
    """Compute ln Z.

    Parameters
    ----------
    visible : Visible
        The visible units.
    params : Params
        A machine with at most 24 units on its smaller side.

    Returns
    -------
    float
        In float32; sums of many states are taken row by row, so that few roundings meet.
    """
    visible, params = smaller_side(visible, params)
    return jax.nn.logsumexp(jax.nn.logsumexp(hidden_log_weights(visible, params), axis=1))


def log_likelihood(
    visible: Visible, params: Params, v: Float[Array, "rows visible"], weight: Float[Array, " rows"]
) -> Float[Array, ""]:
    """Compute Σ w ln p(v).

    Parameters
    ----------
    visible, params : Visible, Params
        The machine.
    v : array of float32, shape (rows, visible)
        States without holes.
    weight : array of float32, shape (rows,)
        The weight of each row.

    Returns
    -------
    float
        Its gradient by `params` is exact.
    """
    return -(weight @ free_energy(visible, params, v)) - weight.sum() * log_partition(visible, params)


def known_log_weights(
    visible: Visible, params: Params, v: Float[Array, "rows visible"], known: Bool[Array, "rows visible"]
) -> Float[Array, " rows"]:
    """Compute ln Σ e^(−E) over the hidden units and over what is missing in each row: ln p(known) + ln Z.

    Parameters
    ----------
    visible, params : Visible, Params
        A machine with at most 24 hidden units.
    v : array of float32, shape (rows, visible)
        States; what stands in a hole does not count.
    known : array of bool, shape (rows, visible)
        Where there is no hole; a block is known as a whole or not at all.

    Returns
    -------
    array of float32, shape (rows,)
        Without holes it is −F(v).
    """
    own = jnp.where(known, v, 0.0)
    outside = -visible_energy(visible, params._replace(visible_biases=jnp.zeros_like(params.visible_biases)), own)
    low, high, bias_low, bias_high = _halves(visible, params)

    @jax.checkpoint
    def some(total: Array, at: tuple[Array, Array]) -> tuple[Array, None]:
        x = low + at[0][None, :]
        inside = visible.parts(x, params.precisions) @ (~known).astype(jnp.float32).T
        terms = (bias_low + at[1])[:, None] + x @ own.T + inside
        return jnp.logaddexp(total, jax.nn.logsumexp(terms, axis=0)), None

    start = jnp.full(v.shape[0], -jnp.inf)
    return outside + jax.lax.scan(some, start, (high, bias_high))[0]

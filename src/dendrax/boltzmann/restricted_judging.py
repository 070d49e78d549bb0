"""How good a restricted machine is, seen from inside its learning.

    ln p = mean of −F over rows − ln Z         where ln Z can be enumerated: on rows that train and on rows held out
    gap  = mean F(held out) − mean F(rows)     always: Z cancels; it rises when the machine learns rows by heart

Probabilities are drawn once, the same way each time; rows with holes count where ln p can sum them out.
"""

from __future__ import annotations

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dendrax.boltzmann.contrastive import as_drawn
from dendrax.boltzmann.restricted import Params, free_energy
from dendrax.boltzmann.restricted_likelihood import MOST, known_log_weights, log_partition
from dendrax.boltzmann.restricted_state import Numbers, Plan
from dendrax.learning.batches import Data, Rows

CHUNK = 1024  # rows judged at once


class Judged(NamedTuple):
    """What an epoch is judged by; NaN where it is not known."""

    training: Float[Array, ""]
    validation: Float[Array, ""]
    gap: Float[Array, ""]


def mean_log_weight(
    plan: Plan, summed: bool, params: Params, rows: Rows, index: Array, n: Int[Array, ""]
) -> Float[Array, ""]:
    """Compute the weighted mean of ln p(v) + ln Z over the first n rows of an index, in chunks of bounded memory.

    Rows with holes count where what is missing may be summed out; NaN where no row counts.
    """

    def sums(places: Int[Array, " chunk"]) -> Float[Array, "2"]:
        part = rows.at(index[jnp.minimum(places, index.shape[0] - 1)])
        weight = part.weight * (places < n).astype(jnp.float32)
        v = part.x["v"].astype(jnp.float32)
        v = as_drawn(v, jnp.zeros(2, jnp.uint32)) if plan.probabilities else v
        if plan.holes and summed and plan.n_hidden <= MOST:
            logs = known_log_weights(plan.visible, params, v, part.x["known"])
        else:
            logs = -free_energy(plan.visible, params, v)
            weight = weight * part.x["known"].all(axis=1).astype(jnp.float32) if plan.holes else weight
        return jnp.stack([(weight * logs).sum(), weight.sum()])

    chunk = min(CHUNK, index.shape[0])
    places = jnp.arange(chunk, dtype=jnp.int32)

    def more(i: Int[Array, ""], total: Float[Array, "2"]) -> Float[Array, "2"]:
        return total + sums(i * chunk + places)

    total, weight = jax.lax.fori_loop(0, -(-n // chunk), more, jnp.zeros(2))
    return total / weight


def judge(plan: Plan, numbers: Numbers, params: Params, data: Data) -> Judged:
    """Judge a machine by training rows and by those held out."""
    training = mean_log_weight(plan, plan.enumerated, params, data.rows, data.training, numbers.monitored_rows)
    validation = jnp.float32(jnp.nan)
    if data.validation is not None:
        validation = mean_log_weight(plan, plan.enumerated, params, data.rows, data.validation, numbers.validation_rows)
    log_z = log_partition(plan.visible, params) if plan.enumerated else jnp.float32(jnp.nan)
    return Judged(training - log_z, validation - log_z, training - validation)

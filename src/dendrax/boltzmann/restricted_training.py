"""Learning a restricted machine as one compiled program: `advance(plan, state, data, numbers, budget) → state`.

    for every epoch:                                       until stopped or the budget is used up
        for every batch:  θ ← θ + α(t) ∇,  α(t) = α (1 − t/T)       ∇ by chains (`contrastive`) or exact, less λ W
        judge: the exact mean log-likelihood where it can be enumerated; the gap of free energy F(held out) − F(rows)
        keep the machine with the highest likelihood; stop when the epochs are over, or weights leave all bounds

Exact learning sees all rows in each step, keeps momentum, and lets several machines learn side by side: a single start
often ends on a lower hill. The free energy of held-out rows rising against that of training rows shows a machine that
learns its rows by heart, without Z.
"""

from __future__ import annotations

from functools import partial
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from dendrax.boltzmann.contrastive import (
    Contrast,
    Offsets,
    as_drawn,
    centred,
    contrastive_gradient,
    filled,
    is_gone,
)
from dendrax.boltzmann.restricted import Params, drawn_hidden, first_params, free_energy, hidden_means
from dendrax.boltzmann.restricted_judging import Judged, judge
from dendrax.boltzmann.restricted_likelihood import MOST, known_log_weights, log_partition
from dendrax.boltzmann.restricted_state import History, Learner, Numbers, Plan, State
from dendrax.core.random import Key, fold
from dendrax.learning.batches import Data, Rows, batch_reader
from dendrax.learning.epochs import until
from dendrax.learning.state import RING
from dendrax.learning.stopping import DIVERGED, EPOCHS, PATIENCE, RUNNING

BOUND = 200.0  # of weights and biases; beyond it a unit is on or off whatever happens
PRECISIONS = (np.float32(0.01), np.float32(1000.0))  # of gaussian units, in units of the variance of their column


def begin_one(plan: Plan, numbers: Numbers, means: Float[Array, " visible"], key: Key) -> Learner:
    """Draw one machine and its chains."""
    params = first_params(plan.visible, plan.n_hidden, means, numbers.spread, fold(key, 0))
    half = jnp.full(plan.n_hidden, 0.5, jnp.float32)
    shape = (plan.replicas, plan.chains, plan.n_hidden)
    chains = drawn_hidden(jnp.broadcast_to(half, shape if plan.replicas > 1 else shape[1:]), fold(key, 1))
    velocity = jax.tree.map(jnp.zeros_like, params) if plan.learning == "exact" else None
    return Learner(params, velocity, chains, Offsets(means, half))


@partial(jax.jit, static_argnames="plan")
def begin(plan: Plan, key: Key, numbers: Numbers, means: Float[Array, " visible"]) -> State:
    """Draw the first machine, or machines, and set the clock to 0.

    Parameters
    ----------
    plan : Plan
        The program.
    key : array of uint32, shape (2,)
        All of the run's randomness.
    numbers : Numbers
        The run's numbers.
    means : array of float32, shape (visible,)
        The means of the data.

    Returns
    -------
    State
        Before the first step.
    """
    keys = jnp.stack([fold(key, r) for r in range(plan.restarts)])
    if plan.restarts == 1:
        learner = begin_one(plan, numbers, means, keys[0])
        first = learner.params
    else:
        learner = jax.vmap(lambda k: begin_one(plan, numbers, means, k))(keys)
        first = jax.tree.map(lambda a: a[0], learner.params)
    zero = jnp.int32(0)
    history = History(*[jnp.full(RING, jnp.nan)] * len(History._fields))
    return State(learner, fold(key, -1), zero, zero, first, jnp.float32(-jnp.inf), zero, zero, history, zero)


def share_done(numbers: Numbers, epoch: Int[Array, ""], step: Int[Array, ""], n_batches: Int[Array, ""]) -> Array:
    """Compute which share of the run is over, by epochs or by time."""
    done = epoch.astype(jnp.float32) + step.astype(jnp.float32) / n_batches.astype(jnp.float32)
    return jnp.clip(jnp.maximum(done / numbers.max_epochs.astype(jnp.float32), numbers.past), 0.0, 1.0)


def mean_log_likelihood(plan: Plan, params: Params, v: Array, known: Array | None, weight: Array) -> Float[Array, ""]:
    """Compute Σ w ln p(v) exactly."""
    if known is None:
        logs = -free_energy(plan.visible, params, v)
    else:
        logs = known_log_weights(plan.visible, params, v, known)
    return weight @ logs - weight.sum() * log_partition(plan.visible, params)


def exact_gradient(plan: Plan, params: Params, v: Array, known: Array | None, weight: Array, chains: Array) -> Contrast:
    """Compute the gradient by enumeration, and the means of the data."""
    gradient = jax.grad(lambda p: mean_log_likelihood(plan, p, v, known, weight))(params)
    share = weight / jnp.maximum(weight.sum(), 1e-30)
    return Contrast(gradient, chains, Offsets(share @ v, share @ hidden_means(params, v)))


def rows_seen(plan: Plan, learner: Learner, batch: Rows, key: Key) -> tuple[Array, Array | None]:
    """Give the states of a batch, and where they are known if that still matters: drawn, and holes filled."""
    v = batch.x["v"].astype(jnp.float32)
    v = as_drawn(v, fold(key, 0)) if plan.probabilities else v
    if not plan.holes:
        return v, None
    v = filled(plan.visible, learner.params, v, batch.x["known"], learner.offsets, fold(key, 1))
    return v, batch.x["known"] if plan.learning == "exact" and plan.n_hidden <= MOST else None


def one_step(
    plan: Plan, numbers: Numbers, learner: Learner, batch: Rows, real: Array, share: Array, key: Key
) -> Learner:
    """Take one step uphill."""
    v, known = rows_seen(plan, learner, batch, fold(key, 0))
    weight = batch.weight / real
    if plan.learning == "exact":
        found = exact_gradient(plan, learner.params, v, known, weight, learner.chains)
    else:
        chains = learner.chains if plan.learning == "pcd" else None
        first, last = numbers.k
        sweeps = jnp.round(first + (last - first) * share).astype(jnp.int32)
        means = learner.offsets.visible
        found = contrastive_gradient(plan.visible, learner.params, v, weight, chains, sweeps, fold(key, 1), means)
    offsets = learner.offsets.moved(found.means, numbers.offset_share)
    gradient = found.gradient._replace(weights=found.gradient.weights - numbers.weight_decay * learner.params.weights)
    ascent = centred(gradient, offsets) if plan.centred else gradient
    if learner.velocity is not None:
        ascent = jax.tree.map(lambda old, new: numbers.momentum * old + new, learner.velocity, ascent)
    rate = numbers.learning_rate * (1 - numbers.decay * share)
    params = jax.tree.map(lambda a, d: a + rate * d, learner.params, ascent)
    within = jnp.clip(params.log_precisions, *np.log(PRECISIONS))
    chains = found.chains if plan.learning == "pcd" else learner.chains
    velocity = None if learner.velocity is None else ascent
    return Learner(params._replace(log_precisions=within), velocity, chains, offsets)


def some_steps(
    plan: Plan, state: State, data: Data, numbers: Numbers, n_batches: Int[Array, ""], budget: Int[Array, ""]
) -> State:
    """Take steps to the end of the epoch, or until the budget is used up."""
    key = fold(state.key, state.epoch)
    shuffle = plan.learning != "exact"
    batch_at = batch_reader(data, numbers.rows, plan.batch_size, fold(key, 0), shuffle, plan.gather)

    def step(i: Int[Array, ""], learner: Learner) -> Learner:
        real = jnp.minimum(plan.batch_size, numbers.rows - i * plan.batch_size).astype(jnp.float32)
        share = share_done(numbers, state.epoch, i, n_batches)
        batch, own = batch_at(i), fold(key, i + 1)
        if plan.restarts == 1:
            return one_step(plan, numbers, learner, batch, real, share, own)
        keys = jnp.stack([fold(own, r) for r in range(plan.restarts)])
        return jax.vmap(lambda each, k: one_step(plan, numbers, each, batch, real, share, k))(learner, keys)

    last = jnp.minimum(n_batches, state.step + budget)
    return state._replace(learner=jax.lax.fori_loop(state.step, last, step, state.learner), step=last)


class Ended(NamedTuple):
    """A machine at the end of an epoch, the best of several: what it was judged by, and its score, −∞ if it is gone."""

    params: Params
    seen: Judged
    score: Float[Array, ""]
    gone: Bool[Array, ""]


def judged(plan: Plan, state: State, data: Data, numbers: Numbers, due: Bool[Array, ""]) -> Ended:
    """Judge the machine, if it is time; of several take the best."""

    def one(params: Params) -> Ended:
        seen = jax.lax.cond(
            due, lambda: judge(plan, numbers, params, data), lambda: Judged(*[jnp.float32(jnp.nan)] * 3)
        )
        score = seen.training if data.validation is None else seen.validation
        gone = is_gone(params, BOUND)
        return Ended(params, seen, jnp.where(jnp.isfinite(score) & ~gone, score, -jnp.inf), gone)

    if plan.restarts == 1:
        return one(state.learner.params)
    all_of_them = jax.vmap(one)(state.learner.params)
    best = jnp.argmax(all_of_them.score)
    return jax.tree.map(lambda a: a[best], all_of_them)._replace(gone=all_of_them.gone.all())


def end_of_epoch(plan: Plan, state: State, data: Data, numbers: Numbers) -> State:
    """Judge the epoch, keep the best machine, decide whether to stop."""
    epoch = state.epoch + 1
    due = (epoch % numbers.judge_every == 0) | (epoch >= numbers.max_epochs)
    ended = judged(plan, state, data, numbers, due)
    better, progress = ended.score > state.best_score, ended.score > state.best_score + numbers.tolerance
    stale = jnp.where(progress, 0, state.stale + due.astype(jnp.int32))
    stopped = jnp.where(epoch >= numbers.max_epochs, EPOCHS, RUNNING)
    stopped = jnp.where(stale >= numbers.patience, PATIENCE, stopped)
    rate = numbers.learning_rate * (1 - numbers.decay * share_done(numbers, state.epoch, jnp.int32(0), jnp.int32(1)))
    seen, largest = ended.seen, jnp.abs(ended.params.weights).max()
    entries = History(seen.training, seen.validation, seen.gap, rate, largest)
    return state._replace(
        epoch=epoch,
        step=jnp.int32(0),
        best=jax.lax.cond(better, lambda: ended.params, lambda: state.best),
        best_score=jnp.maximum(ended.score, state.best_score),
        best_epoch=jnp.where(better, epoch, state.best_epoch),
        stale=stale,
        history=jax.tree.map(lambda ring, value: ring.at[state.epoch % RING].set(value), state.history, entries),
        stopped=jnp.where(ended.gone, DIVERGED, stopped).astype(jnp.int32),
    )


@partial(jax.jit, static_argnames="plan")
def advance(plan: Plan, state: State, data: Data, numbers: Numbers, budget: Int[Array, ""]) -> State:
    """Learn on: the only compiled entry.

    Parameters
    ----------
    plan : Plan
        The program.
    state : State
        Where learning stands; not donated, so an interrupt never loses it.
    data : Data
        The rows, on the device; `x` is {"v": states} and, where there are holes, "known".
    numbers : Numbers
        The run's numbers.
    budget : int
        How many steps to take at most; at most RING epochs, or history is lost.

    Returns
    -------
    State
        Where learning stands after that.
    """
    n_batches = -(-numbers.rows // plan.batch_size)

    return until(
        state,
        budget,
        n_batches,
        lambda s, left: some_steps(plan, s, data, numbers, n_batches, left),
        lambda s: end_of_epoch(plan, s, data, numbers),
    )

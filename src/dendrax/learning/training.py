"""Training as one compiled program: `advance(plan, state, data, numbers, budget) → state`.

    for every epoch:                                        the outer loop, until stopped or the budget is used up
        for every batch i:                                  the inner loop; its trip count is traced
            E = Σ w ℓ(network(x), y) / real rows            w ← w − α·r(t)·direction(∇E)
        score the validation part, keep the best, decide whether to stop

A state is all that is needed to go on: saved, it is a checkpoint, and cutting the calls elsewhere never changes a bit.
A loss or a parameter that is not finite sends training back to the best parameters at half the rate, a few times.
A training loss is measured before the steps it leads to; where no other rows judge, what the last steps made of it is
measured once, at the end.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from dendrax.core.random import Key, fold
from dendrax.learning import stopping
from dendrax.learning.batches import Data, Rows, batch_reader, masked
from dendrax.learning.descent import Pull
from dendrax.learning.epochs import until
from dendrax.learning.state import RING, History, Numbers, Plan, State, Tree
from dendrax.nn.layer import PREDICTING, Context

CHUNK = 4096  # rows scored at once
FAR = 1e6  # a last loss above 1 and so many times the best is that of an explosion


@partial(jax.jit, static_argnames="plan")
def begin(plan: Plan, key: Key, numbers: Numbers) -> State:
    """Draw the first parameters and set the clock to 0.

    Parameters
    ----------
    plan : Plan
        The program.
    key : array of uint32, shape (2,)
        All of the run's randomness.
    numbers : Numbers
        The run's numbers.

    Returns
    -------
    State
        Before the first step.
    """
    params = plan.network.initialise(fold(key, 0))
    memory = plan.optimiser.start(params)
    zero, empty = jnp.int32(0), jnp.full(RING, jnp.nan)
    history = History(*[empty] * len(History._fields))
    return State(
        params,
        memory,
        fold(key, 1),
        zero,
        zero,
        jnp.float32(0),
        params,
        zero,
        jnp.float32(jnp.nan),
        stopping.begin(),
        zero,
        history,
        zero,
    )


def batch_loss(
    plan: Plan, numbers: Numbers, params: Tree, batch: Rows, real: Float[Array, ""], context: Context
) -> Float[Array, ""]:
    """Compute E = Σ w ℓ / real rows."""
    z = plan.network.pre_output(params, numbers.network, batch.x, context)
    losses = plan.loss.rows(numbers.loss, z, plan.network.output.activation, batch.y)
    return (batch.weight * losses).sum() / real


def rate_at(plan: Plan, numbers: Numbers, state: State, step: Int[Array, ""], n_batches: Int[Array, ""]) -> Array:
    """Compute α·r(t), halved as often as training had to recover; t is the middle of the step."""
    batches = n_batches.astype(jnp.float32)
    done = state.epoch.astype(jnp.float32) + step.astype(jnp.float32) / batches
    time = (done + 0.5 / batches) / numbers.max_epochs.astype(jnp.float32)
    share = plan.schedule.share(numbers.schedule, time, done)
    return numbers.learning_rate * share * 0.5 ** state.halvings.astype(jnp.float32)


def some_steps(
    plan: Plan, state: State, data: Data, numbers: Numbers, n_batches: Int[Array, ""], budget: Int[Array, ""]
) -> State:
    """Take steps to the end of the epoch, or until the budget is used up."""
    key = fold(state.key, state.epoch)
    pull = Pull(numbers.weight_decay, numbers.clip if plan.clip else None)
    batch_at = batch_reader(data, numbers.rows, plan.batch_size, fold(key, 0), plan.shuffle, plan.gather)

    def step(i: Int[Array, ""], carry: tuple[Tree, Tree, Array]) -> tuple[Tree, Tree, Array]:
        params, memory, total = carry
        size = jnp.minimum(plan.batch_size, numbers.rows - i * plan.batch_size).astype(jnp.float32)
        loss = partial(batch_loss, plan, numbers, batch=batch_at(i), real=size, context=Context(fold(key, i + 1)))
        rate = rate_at(plan, numbers, state, i, n_batches)
        params, memory, value = plan.optimiser.step(
            numbers.optimiser, lambda p: loss(params=p), params, memory, rate, pull
        )
        return params, memory, total + value * size

    last = jnp.minimum(n_batches, state.step + budget)
    start = (state.params, state.memory, state.loss_sum)
    params, memory, total = jax.lax.fori_loop(state.step, last, step, start)
    return state._replace(params=params, memory=memory, loss_sum=total, step=last)


def mean_loss(
    plan: Plan, numbers: Numbers, params: Tree, rows: Rows, index: Int[Array, " places"], n: Int[Array, ""]
) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Compute the weighted mean loss Σ w ℓ / Σ w of the first n rows of an index, and its standard error.

    In chunks of bounded memory; the error is √(Σ w (ℓ − mean)² / Σ w / n).
    """

    def sums(places: Int[Array, " chunk"]) -> Float[Array, "3"]:
        real = (places < n).astype(jnp.float32)
        part = masked(rows.at(index[jnp.minimum(places, index.shape[0] - 1)]), real)
        z = plan.network.pre_output(params, numbers.network, part.x, PREDICTING)
        losses = plan.loss.rows(plan.loss.judging(numbers.loss), z, plan.network.output.activation, part.y)
        return jnp.stack([(part.weight * losses).sum(), (part.weight * losses**2).sum(), part.weight.sum()])

    chunk = min(CHUNK, index.shape[0])
    places = jnp.arange(-(-index.shape[0] // chunk) * chunk, dtype=jnp.int32).reshape(-1, chunk)
    total, squares, weight = jax.lax.map(sums, places).sum(axis=0)
    mean = total / weight
    return mean, jnp.sqrt(jnp.maximum(squares / weight - mean**2, 0.0) / n.astype(jnp.float32))


def judge(plan: Plan, numbers: Numbers, params: Tree, data: Data) -> tuple[Float[Array, ""], Float[Array, ""]]:
    """Score parameters on the rows that judge, with the standard error: the validation part, else the training rows."""
    if data.validation is None:
        return mean_loss(plan, numbers, params, data.rows, data.training, numbers.rows)
    return mean_loss(plan, numbers, params, data.rows, data.validation, numbers.validation_rows)


def all_finite(tree: Tree) -> Array:
    """Say whether every number in a tree is finite."""
    return jnp.all(jnp.stack([jnp.isfinite(a).all() for a in jax.tree.leaves(tree)]))  # max may lose a NaN in XLA


def with_the_start(plan: Plan, state: State, data: Data, numbers: Numbers) -> State:
    """Score the first parameters, once: an epoch that is worse than no training at all is never the best."""
    best = state.progress.best
    unscored = jnp.isinf(best)
    start = jax.lax.cond(unscored, lambda: judge(plan, numbers, state.best_params, data)[0], lambda: best)
    return state._replace(progress=state.progress._replace(best=jnp.where(jnp.isfinite(start), start, best)))


def exploded(
    plan: Plan, state: State, data: Data, numbers: Numbers, training: Float[Array, ""]
) -> tuple[Bool[Array, ""], Bool[Array, ""]]:
    """Judge what the last steps led to, if these were the last; where they exploded, the best parameters too.

    Returns
    -------
    bool, bool
        Whether the parameters exploded; and whether the best ones, kept after steps of their own, had as well, or are
        those before any step.
    """
    stale = stopping.after_epoch(state.progress, training, numbers.tolerance).stale
    last = (state.epoch + 1 >= numbers.max_epochs) | (stale >= numbers.patience)

    def far(loss: Array) -> Array:
        return ~(loss <= 1 + FAR * jnp.abs(state.progress.best))  # NaN is far, too

    def more(carry: tuple[Tree, Array, Array]) -> Array:
        _, loss, judged = carry
        return last & ((judged == 0) | ((judged == 1) & far(loss)))

    def judge_next(carry: tuple[Tree, Array, Array]) -> tuple[Tree, Array, Array]:
        return state.best_params, judge(plan, numbers, carry[0], data)[0], carry[2] + 1

    _, loss, judged = jax.lax.while_loop(more, judge_next, (state.params, jnp.float32(0), jnp.int32(0)))
    return judged == 2, (judged == 2) & (far(loss) | (state.best_epoch == 0))


def end_of_epoch(plan: Plan, state: State, data: Data, numbers: Numbers) -> State:
    """Score the epoch, keep the best, recover from divergence, decide whether to stop."""
    validated = data.validation is not None
    training = state.loss_sum / numbers.rows.astype(jnp.float32)
    judged, error = judge(plan, numbers, state.params, data) if validated else (training, jnp.float32(jnp.nan))
    state = state if plan.judged_outside else with_the_start(plan, state, data, numbers)
    sound = jnp.isfinite(training) & jnp.isfinite(judged) & all_finite(state.params)
    burst = hopeless = jnp.bool_(False)
    if not (validated or plan.judged_outside):
        burst, hopeless = exploded(plan, state, data, numbers, training)
    sound &= ~burst
    score = jnp.where(sound, judged, jnp.inf)
    improved = (score < state.progress.best) & (not plan.judged_outside)
    best = jax.lax.cond(improved, lambda: state.params, lambda: state.best_params)
    params, memory = jax.lax.cond(
        sound,
        lambda: (state.params, state.memory),
        lambda: (best, plan.optimiser.start(best)),
    )
    progress = state.progress if plan.judged_outside else stopping.after_epoch(state.progress, score, numbers.tolerance)
    halvings = state.halvings + (1 - sound.astype(jnp.int32))
    epoch, place = state.epoch + 1, state.epoch % RING
    used = rate_at(plan, numbers, state, jnp.int32(0), -(-numbers.rows // plan.batch_size))
    entries = History(training, judged, used, plan.optimiser.length(numbers.optimiser, state.memory))
    return state._replace(
        params=params,
        memory=memory,
        epoch=epoch,
        step=jnp.int32(0),
        loss_sum=jnp.float32(0),
        best_params=best,
        best_epoch=jnp.where(improved, epoch, state.best_epoch),
        best_error=jnp.where(improved, error, state.best_error),
        progress=progress,
        halvings=halvings,
        history=jax.tree.map(lambda ring, value: ring.at[place].set(value), state.history, entries),
        stopped=stopping.verdict(
            progress,
            epoch,
            numbers.max_epochs,
            numbers.patience,
            (halvings > numbers.recoveries) | hopeless,
            validated,
        ),
    )


@partial(jax.jit, static_argnames="plan")
def advance(plan: Plan, state: State, data: Data, numbers: Numbers, budget: Int[Array, ""]) -> State:
    """Train on: the only compiled entry.

    Parameters
    ----------
    plan : Plan
        The program.
    state : State
        Where training stands; not donated, so an interrupt never loses it.
    data : Data
        The rows, on the device.
    numbers : Numbers
        The run's numbers.
    budget : int
        How many steps to take at most; at most RING epochs, or history is lost.

    Returns
    -------
    State
        Where training stands after that.
    """
    n_batches = -(-numbers.rows // plan.batch_size)

    return until(
        state,
        budget,
        n_batches,
        lambda s, left: some_steps(plan, s, data, numbers, n_batches, left),
        lambda s: end_of_epoch(plan, s, data, numbers),
    )

"""Maximum likelihood of a network of any size: both means of the learning rule are taken over sampled states.

    w_ij ← w_ij + α (⟨s_i s_j⟩_clamped − ⟨s_i s_j⟩_free − λ w_ij)
    θ_i  ← θ_i  + α (⟨s_i⟩_clamped − ⟨s_i⟩_free)

clamped    visible units at the rows; hidden units are drawn a few sweeps a step, from where they stood (no hidden
           units: the means of the data, once)
free       persistent chains, a few sweeps a step: the network changes slowly, so they stay near its law
centred    with μ_i a running mean of s_i in the data, the rule is taken for s_i − μ_i: the slope then does not
           depend on which state is called on. Δ_ij = ⟨(s_i − μ_i)(s_j − μ_j)⟩_clamped − ⟨(s_i − μ_i)(s_j − μ_j)⟩_free,
           and of θ_i there goes off Σ_j μ_j Δ_ij
α falls linearly to 0, so that the noise of the samples averages out. w and θ are in units of T, on which alone the
law depends, so learning knows no T.

Sources
-------
D. Ackley, G. Hinton and T. Sejnowski, 1985; T. Tieleman, "Training restricted Boltzmann machines using approximations
to the likelihood gradient", ICML 2008; J. Melchior, A. Fischer and L. Wiskott, "How to center deep Boltzmann
machines", Journal of Machine Learning Research 17 (2016).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dendrax.boltzmann.clamped_rows import Rows
from dendrax.boltzmann.gibbs import Moment, States, begin, sweep
from dendrax.boltzmann.wiring import Layout, Plan, wire
from dendrax.core.random import Key, fold, normal

INERTIA = 0.99  # of the running means μ
MATRIX_FROM = 8  # links a unit, from which ⟨s_i s_j⟩ of all pairs are cheaper than of the links alone


class Numbers(NamedTuple):
    """The numbers of a run, all traced.

    Attributes
    ----------
    learning_rate, decay : float
        α at the start, and λ.
    steps : int
        How many.
    sweeps, clamped_sweeps : int
        Of the free and of the clamped chains, a step.
    centred : float
        1 takes the rule for s − μ, 0 for s.
    """

    learning_rate: Any
    decay: Any
    steps: Any
    sweeps: Any
    clamped_sweeps: Any
    centred: Any


class State(NamedTuple):
    """Where learning stands.

    Attributes
    ----------
    weights, biases : array of float32
        w of each link; θ in the order of the units.
    means : array of float32, shape (units,)
        μ, in the order of the places.
    free, clamped : tuple of array
        The chains.
    key : array of uint32, shape (2,)
        The randomness.
    step : int
        Steps done.
    gap : float
        The root mean square of ⟨s_i s_j⟩_clamped − ⟨s_i s_j⟩_free over links, a running mean.
    """

    weights: Float[Array, " links"]
    biases: Float[Array, " units"]
    means: Float[Array, " units"]
    free: States
    clamped: States
    key: Key
    step: Int[Array, ""]
    gap: Float[Array, ""]


@dataclass(frozen=True)
class Program:
    """What changes the compiled program: the layout's plan, and whether there are hidden units."""

    plan: Plan
    hidden: bool


@partial(jax.jit, static_argnames=("program", "chains"))
def start(program: Program, layout: Layout, rows: Rows, key: Key, chains: int, scale: Array) -> State:
    """Begin: biases from the means of the data, weights near 0, coins everywhere else.

    Parameters
    ----------
    program, layout, rows
        The network and the data.
    key : array of uint32, shape (2,)
        The randomness.
    chains : int
        Free chains.
    scale : float
        The deviation of the first weights.

    Returns
    -------
    State
        Before the first step.
    """
    plan = program.plan
    everywhere, numbers = jnp.ones((plan.n_units, 1), bool), jnp.arange(chains, dtype=jnp.uint32)
    free = begin(plan, fold(key, 0), numbers, jnp.zeros((plan.n_units, 1)), everywhere)
    clamped = begin(plan, fold(key, 1), jnp.arange(rows.weights.shape[0], dtype=jnp.uint32), rows.given, rows.hidden)
    seen = jnp.broadcast_to(~rows.hidden, rows.given.shape).astype(jnp.float32) @ rows.weights
    on = (jnp.where(rows.hidden, 0.0, rows.given - plan.off) / (1 - plan.off)) @ rows.weights
    on = jnp.where(seen > 0, jnp.clip(on / jnp.maximum(seen, 1e-30), 0.01, 0.99), 0.5)
    means = plan.off + (1 - plan.off) * on
    biases = jnp.log(on / (1 - on)) / (1 - plan.off)
    weights = scale * normal(fold(key, 2), (layout.ends.shape[0],))
    return State(weights, biases[layout.place], means, free, clamped, fold(key, 3), jnp.int32(0), jnp.float32(0))


def pair_means(layout: Layout, s: States, weights: Float[Array, " chains"]) -> tuple[Array, Array]:
    """Compute ⟨s_i⟩ and, for the links, ⟨s_i s_j⟩ over weighted chains, in the order of the places."""
    all_units = jnp.concatenate(s).astype(jnp.float32)
    i, j = layout.ends[:, 0], layout.ends[:, 1]
    if len(layout.ends) > MATRIX_FROM * len(all_units):
        pairs = ((all_units * weights[None]) @ all_units.T)[i, j]
    else:
        pairs = jax.lax.map(
            lambda ends: (all_units[ends[0]] * all_units[ends[1]]) @ weights, layout.ends, batch_size=1024
        )
    return all_units @ weights, pairs


def some_sweeps(plan: Plan, wiring: Any, s: States, n: Array, moment: Moment) -> States:
    """Sweep n times."""
    return jax.lax.fori_loop(0, n, lambda t, s: sweep(plan, wiring, s, moment._replace(key=fold(moment.key, t))), s)


def one_step(program: Program, layout: Layout, rows: Rows, numbers: Numbers, state: State) -> State:
    """Sample both phases and follow the rule."""
    plan, key = program.plan, fold(state.key, state.step)
    wiring = wire(plan, layout, state.weights, state.biases)
    everywhere, one = jnp.ones((plan.n_units, 1), bool), jnp.float32(1)

    def moment(of: int, chains: int, free: Array) -> Moment:
        return Moment(one, one, fold(key, of), jnp.arange(chains, dtype=jnp.uint32), free)

    n_chains, n_rows = state.free[0].shape[1], rows.weights.shape[0]
    free = some_sweeps(plan, wiring, state.free, numbers.sweeps, moment(0, n_chains, everywhere))
    clamped = state.clamped
    if program.hidden:
        clamped = some_sweeps(plan, wiring, clamped, numbers.clamped_sweeps, moment(1, n_rows, rows.hidden))
    data, data_pairs = pair_means(layout, clamped, rows.weights)
    model, model_pairs = pair_means(layout, free, jnp.full(n_chains, 1 / n_chains))
    return _moved(layout, numbers, state, (data, data_pairs), (model, model_pairs))._replace(free=free, clamped=clamped)


def _moved(
    layout: Layout, numbers: Numbers, state: State, data: tuple[Array, Array], model: tuple[Array, Array]
) -> State:
    i, j = layout.ends[:, 0], layout.ends[:, 1]
    means = INERTIA * state.means + (1 - INERTIA) * data[0]
    mu, apart = numbers.centred * means, data[0] - model[0]
    gap = data[1] - model[1]
    slope = gap - mu[i] * apart[j] - mu[j] * apart[i]
    pull = jnp.zeros_like(apart).at[i].add(slope * mu[j]).at[j].add(slope * mu[i])
    rate = numbers.learning_rate * (1 - state.step.astype(jnp.float32) / numbers.steps.astype(jnp.float32))
    size = jnp.sqrt((gap**2).mean())
    return state._replace(
        weights=state.weights + rate * (slope - numbers.decay * state.weights),
        biases=state.biases + rate * (apart - pull)[layout.place],
        means=means,
        step=state.step + 1,
        gap=jnp.where(state.step == 0, size, 0.9 * state.gap + 0.1 * size),
    )


@partial(jax.jit, static_argnames="program")
def advance(
    program: Program, layout: Layout, rows: Rows, numbers: Numbers, state: State, budget: Int[Array, ""]
) -> State:
    """Learn on: some steps in one program.

    Parameters
    ----------
    program, layout, rows, numbers
        The network, the data and the numbers.
    state : State
        Where learning stands.
    budget : int
        The most steps.

    Returns
    -------
    State
        Where it stands then.
    """
    last = jnp.minimum(state.step + budget, numbers.steps)
    return jax.lax.fori_loop(state.step, last, lambda _, s: one_step(program, layout, rows, numbers, s), state)

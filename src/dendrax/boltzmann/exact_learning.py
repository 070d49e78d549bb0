"""Maximum likelihood of a small network, exactly: all 2ⁿ states are enumerated at every step.

    L(w, θ) = mean over rows of log p(v),   p(v) = Σ_h e^(−E(v, h)) / Z         w and θ in units of T
    ∂L/∂w_ij = ⟨s_i s_j⟩_clamped − ⟨s_i s_j⟩_free                clamped: v at a row, h from p(h | v); free: p(v, h)
    ∂L/∂θ_i  = ⟨s_i⟩_clamped − ⟨s_i⟩_free
    J = L − ½ λ Σ w²                                             what is climbed

The law depends on w/T and θ/T alone, so learning knows no T. The rows are counted, so their number does not matter.
Steps are those of L-BFGS. Without hidden units J has one maximum; with some, several starts run beside each other and
the one that ends highest is kept.
"""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from dendrax.boltzmann.exact import all_states
from dendrax.core.random import Key, fold, normal
from dendrax.learning.descent import Pull
from dendrax.learning.lbfgs import LBFGS

MOST_UNITS = 16
STEPS = LBFGS(20)
Params = dict[str, Array]


class Problem(NamedTuple):
    """What is learned.

    Attributes
    ----------
    states : array of float32, shape (states of v, states of h, units)
        Every state; visible units first.
    counts : array of float32, shape (states of v,)
        The share of the rows that are each visible state.
    links : array of int32, shape (links, 2)
        Pairs of units.
    decay : float
        λ of ½ λ Σ w².
    """

    states: Float[Array, "visible hidden units"]
    counts: Float[Array, " visible"]
    links: Int[Array, "links 2"]
    decay: Float[Array, ""]


def problem(
    X: np.ndarray, row_weights: np.ndarray, links: np.ndarray, n_hidden: int, off: int, decay: float
) -> Problem:
    """Count the rows and write down the states.

    Parameters
    ----------
    X : ndarray, shape (rows, visible units)
        Rows of states.
    row_weights : ndarray, shape (rows,)
        How much each counts.
    links : ndarray of int32, shape (links, 2)
        Pairs of units.
    n_hidden, off, decay
        The rest.

    Returns
    -------
    Problem
        At most 16 units.
    """
    n_visible = X.shape[1]
    code = (X > 0) @ (1 << np.arange(n_visible)[::-1])
    counts = np.bincount(code, row_weights, 2**n_visible) / row_weights.sum()
    states = all_states(n_visible + n_hidden, off).reshape(2**n_visible, 2**n_hidden, -1).astype(np.float32)
    fields: tuple[Any, ...] = states, counts.astype(np.float32), links, np.float32(decay)
    return Problem(*fields)


def log_likelihood(problem: Problem, params: Params) -> Float[Array, ""]:
    """Compute L."""
    n = problem.states.shape[-1]
    i, j = problem.links[:, 0], problem.links[:, 1]
    w = jnp.zeros((n, n), jnp.float32).at[i, j].set(params["weights"])
    s = problem.states
    minus_energy = jnp.einsum("vhi,vhi->vh", s @ w, s) + s @ params["biases"]
    of_v = jax.nn.logsumexp(minus_energy, axis=1)
    seen = jnp.where(problem.counts > 0, problem.counts * of_v, 0.0)
    return seen.sum() - jax.nn.logsumexp(of_v)


def highest(reached: Float[Array, " starts"], weights: Float[Array, "starts links"], decay: Array) -> Int[Array, ""]:
    """Find the start with the largest J, one that is a number."""
    height = reached - 0.5 * decay * (weights**2).sum(axis=1)
    return jnp.argmax(jnp.where(jnp.isfinite(height), height, -jnp.inf))


@partial(jax.jit, static_argnames=("restarts", "optimiser"))
def learn(
    problem: Problem,
    key: Key,
    scale: Array,
    tolerance: Array,
    most: Int[Array, ""],
    restarts: int = 1,
    optimiser: LBFGS = STEPS,
) -> tuple[Params, Array, Array]:
    """Climb to a maximum of J from several starts.

    Parameters
    ----------
    problem : Problem
        What is learned.
    key : array of uint32, shape (2,)
        Draws the starts.
    scale : float
        The deviation of the first weights.
    tolerance : float
        A start has arrived when its steepest slope is below.
    most : int
        The most steps.
    restarts : int
        How many starts.
    optimiser : LBFGS
        How a step is made.

    Returns
    -------
    dict of array, array, array
        The best parameters; L of each start; the steps.
    """
    n_links, n_units = problem.links.shape[0], problem.states.shape[-1]

    def loss(p: Params) -> Array:
        return -log_likelihood(problem, p)

    def first(index: Array) -> Params:
        k = fold(key, index)
        return {
            "weights": scale * normal(fold(k, 0), (n_links,)),
            "biases": scale * normal(fold(k, 1), (n_units,)),
        }

    def step(params: Params, memory: Any) -> tuple[Params, Any, Array]:
        return optimiser.step({}, loss, params, memory, jnp.float32(1), Pull(problem.decay))

    params = jax.vmap(first)(jnp.arange(restarts))
    memory = jax.vmap(optimiser.start)(params)

    def going(carry: tuple[Params, Any, Array]) -> Array:
        _, memory, t = carry
        moving = ~memory.known | (jnp.abs(memory.gradient).max(axis=1) > tolerance)
        return moving.any() & (t < most)

    def turn(carry: tuple[Params, Any, Array]) -> tuple[Params, Any, Array]:
        params, memory, t = carry
        params, memory, _ = jax.vmap(step)(params, memory)
        return params, memory, t + 1

    params, _, t = jax.lax.while_loop(going, turn, (params, memory, jnp.int32(0)))
    reached = jax.vmap(lambda p: log_likelihood(problem, p))(params)
    best = highest(reached, params["weights"], problem.decay)
    return jax.tree.map(lambda a: a[best], params), reached, t

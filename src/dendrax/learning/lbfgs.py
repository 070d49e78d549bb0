"""L-BFGS: a second-order step from the last few changes of the gradient; every step sees all rows.

    s_k = w_(k+1) − w_k,   y_k = ∇E_(k+1) − ∇E_k,   ρ_k = 1 / s_k·y_k                   the last `memory` pairs are kept
    d = H ∇E,  H the inverse Hessian that agrees with the pairs, by the two-loop recursion
    w ← w − α d,  α the first of α₀, α₀/2, α₀/4, … with E(w − α d) ≤ E − 10⁻⁴ α ∇E·d

Pairs without positive curvature are left out. α₀ is the learning rate, 1 by default; the first step, which knows no
curvature yet, goes at most a length of 1.

Source
------
J. Nocedal and S. Wright, Numerical Optimization, 2nd ed., algorithms 7.4, 7.5 and 3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Bool, Float

from dendrax.core.constraints import Whole, check_all
from dendrax.learning.descent import FREE, Loss, Optimiser, Pull, Tree
from dendrax.nn.layer import Numbers

Vector = Float[Array, " parameters"]
Energy = Callable[[Vector], Float[Array, ""]]
ENOUGH = 1e-4  # the share of the promised descent that a step must bring
HALVINGS = 30


class Curvature(NamedTuple):
    """The last pairs, the newest last, and the error and gradient at the present weights (`known`: computed yet?)."""

    s: Float[Array, "memory parameters"]
    y: Float[Array, "memory parameters"]
    rho: Float[Array, " memory"]
    error: Float[Array, ""]
    gradient: Vector
    known: Bool[Array, ""]


def inverse_hessian_times(memory: Curvature, gradient: Vector) -> Vector:
    """Compute d = H ∇E by the two-loop recursion; pairs with ρ = 0 are empty places."""
    count = memory.rho.shape[0]

    def backward(j: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        q, alphas = carry
        i = count - 1 - j
        alpha = memory.rho[i] * jnp.vdot(memory.s[i], q)
        return q - alpha * memory.y[i], alphas.at[i].set(alpha)

    q, alphas = jax.lax.fori_loop(0, count, backward, (gradient, jnp.zeros(count, gradient.dtype)))
    yy = jnp.vdot(memory.y[-1], memory.y[-1])
    scale = jnp.where(memory.rho[-1] > 0, 1.0 / jnp.maximum(memory.rho[-1] * yy, 1e-30), 1.0)

    def forward(i: Array, r: Array) -> Array:
        beta = memory.rho[i] * jnp.vdot(memory.y[i], r)
        return r + memory.s[i] * (alphas[i] - beta)

    return jax.lax.fori_loop(0, count, forward, scale * q)


def line_search(energy: Energy, w: Vector, d: Vector, error: Array, slope: Array, first: Array) -> Array:
    """Halve α until the error falls enough; 0 where it never does."""

    def too_long(carry: tuple[Array, Array, Array]) -> Array:
        _, tries, falls = carry  # judged once: the same judged again may round otherwise, and then nothing moves on
        return ~falls & (tries < HALVINGS)

    def halved(carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        alpha = 0.5 * carry[0]
        falls = energy(w - alpha * d) <= error - ENOUGH * alpha * slope  # a NaN does not
        return alpha, carry[1] + 1, falls

    alpha, tries, _ = jax.lax.while_loop(too_long, halved, (2 * first, jnp.int32(-1), jnp.bool_(False)))
    return jnp.where(tries < HALVINGS, alpha, 0.0)


def remembered(memory: Curvature, s: Vector, y: Vector, error: Array, gradient: Vector) -> Curvature:
    """Add a pair, if its curvature is positive, in the place of the oldest; after no step at all forget them all."""
    sy = jnp.vdot(s, y)
    good, stuck = sy > 1e-10 * jnp.vdot(y, y), jnp.vdot(s, s) == 0

    def add(kept: Array, new: Array) -> Array:
        return jnp.where(stuck, 0.0, jnp.where(good, jnp.concatenate([kept[1:], new[None]]), kept))

    pairs = add(memory.s, s), add(memory.y, y), add(memory.rho, 1.0 / jnp.where(good, sy, 1.0))
    return Curvature(*pairs, error, gradient, jnp.bool_(True))


@dataclass(frozen=True)
class LBFGS(Optimiser):
    """Second-order steps over all rows.

    Parameters
    ----------
    memory : int, default=10
        How many pairs are kept.
    """

    name = "lbfgs"
    memory: int = 10

    def __post_init__(self) -> None:
        check_all(vars(self), {"memory": (Whole(1, 1000),)})

    def start(self, params: Tree) -> Curvature:
        w, _ = ravel_pytree(params)
        empty = jnp.zeros((self.memory, w.size), w.dtype)
        rho, error = jnp.zeros(self.memory, w.dtype), jnp.zeros((), w.dtype)
        return Curvature(empty, empty, rho, error, jnp.zeros_like(w), jnp.bool_(False))

    def length(self, numbers: Numbers, memory: Curvature) -> Array:
        return jnp.sqrt(jnp.vdot(memory.gradient, memory.gradient))

    def step(
        self, numbers: Numbers, loss: Loss, params: Tree, memory: Curvature, rate: Array, pull: Pull
    ) -> tuple[Tree, Curvature, Array]:
        """Search along the second-order direction; the loss is that of all rows."""
        w, unravel = ravel_pytree(params)

        def energy(v: Vector) -> Float[Array, ""]:
            return loss(unravel(v)) + 0.5 * pull.decay * _squares(unravel(v))

        both = jax.value_and_grad(energy)
        error, gradient = jax.lax.cond(memory.known, lambda: (memory.error, memory.gradient), lambda: both(w))
        d = inverse_hessian_times(memory, gradient)
        d = jnp.where(jnp.vdot(gradient, d) > 0, d, gradient)
        length = jnp.sqrt(jnp.vdot(d, d))
        first = jnp.where(memory.rho[-1] > 0, rate, rate / jnp.maximum(length, 1.0))
        alpha = line_search(energy, w, d, error, jnp.vdot(gradient, d), first)
        moved = w - alpha * d
        after, turned = both(moved)
        kept = remembered(memory, moved - w, turned - gradient, after, turned)
        return unravel(moved), kept, error - 0.5 * pull.decay * _squares(params)


def _squares(params: Tree) -> Array:
    leaves = jax.tree_util.tree_leaves_with_path(params)
    return sum((jnp.vdot(w, w) for path, w in leaves if path[-1].key.rpartition(".")[2] not in FREE), jnp.float32(0))

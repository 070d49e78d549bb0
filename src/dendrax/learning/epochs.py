"""Epoch after epoch inside one program: steps to the end of an epoch, its end, and so on.

until stopped or the budget of steps is used up:    steps; if the epoch is over, its end
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jaxtyping import Array, Int

from dendrax.learning import stopping

State = Any  # it has `step`, steps done in this epoch, and `stopped`


def until(
    state: State,
    budget: Int[Array, ""],
    n_batches: Int[Array, ""],
    some_steps: Callable[[State, Int[Array, ""]], State],
    end_of_epoch: Callable[[State], State],
) -> State:
    """Go on until something stops it.

    Parameters
    ----------
    state : State
        Where it starts.
    budget : int
        How many steps to take at most.
    n_batches : int
        Steps of an epoch.
    some_steps : callable
        From a state and the steps left to the state after them, at the latest at the end of the epoch.
    end_of_epoch : callable
        Judges, and sets `step` to 0.

    Returns
    -------
    State
        Where it ends.
    """

    def going(carry: tuple[State, Array]) -> Array:
        return (carry[0].stopped == stopping.RUNNING) & (carry[1] > 0)

    def turn(carry: tuple[State, Array]) -> tuple[State, Array]:
        state, left = carry
        moved = some_steps(state, left)
        left = left - (moved.step - state.step)
        return jax.lax.cond(moved.step >= n_batches, end_of_epoch, lambda s: s, moved), left

    return jax.lax.while_loop(going, turn, (state, budget))[0]

"""A run of sampled learning from the host: calls of a fraction of a second, Ctrl-C, time limit, divergence, bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import numpy as np

from dendrax.boltzmann.clamped_rows import Rows
from dendrax.boltzmann.sampled_learning import Numbers, Program, State, advance
from dendrax.boltzmann.wiring import Layout
from dendrax.learning.clock import Clock, next_budget
from dendrax.learning.interrupt import Interrupt
from dendrax.learning.outcome import DivergenceError

FIRST = 4  # steps of the first call
LARGEST = 1e4  # a weight that is larger has diverged


class Gaps(NamedTuple):
    """The gap of the means after each call, as the bar takes it."""

    validation: list[float]


Watch = Callable[[int, Gaps, float], None]  # steps done, gaps, seconds


def run(
    program: Program,
    layout: Layout,
    rows: Rows,
    numbers: Numbers,
    state: State,
    *,
    time_limit: float | None = None,
    watch: Watch | None = None,
) -> tuple[State, list[float], str]:
    """Learn until all steps are done, or something ends it.

    Parameters
    ----------
    program, layout, rows, numbers, state
        What is learned, and from where.
    time_limit : float, optional
        Seconds after which learning ends with what it has.
    watch : callable, optional
        Looks on between two calls.

    Returns
    -------
    State, list of float, str
        The last state; the gap of the means after each call; steps, time or interrupted.

    Raises
    ------
    DivergenceError
        If a weight is not finite or beyond 10⁴.
    """
    clock, gaps, budget, reason = Clock(time_limit), [], FIRST, ""
    with Interrupt() as interrupt:
        while not reason:
            start = clock.passed
            steps: Any = np.int32(budget)
            state = jax.block_until_ready(advance(program, layout, rows, numbers, state, steps))
            require_finite(state, numbers)
            gaps.append(float(state.gap))
            budget = next_budget(budget, clock.passed - start, clock.left, int(numbers.steps))
            if int(state.step) >= int(numbers.steps):
                reason = "steps"
            elif interrupt.asked:
                reason = "interrupted"
            elif clock.left <= 0:
                reason = "time"
            if watch is not None:
                watch(int(state.step), Gaps(gaps), clock.passed)
    return state, gaps, reason


def require_finite(state: State, numbers: Numbers) -> None:
    """Refuse weights that have run away."""
    largest = max(float(np.abs(np.asarray(part)).max(initial=0.0)) for part in (state.weights, state.biases))
    if not largest <= LARGEST:
        raise DivergenceError(
            f"learning diverged by step {int(state.step)}: the largest weight is {largest:.3g}; "
            f"give a smaller learning_rate (it was {float(numbers.learning_rate):g}), more chains, or some weight_decay"
        )

"""The host's side of training: one call to the device for each 0.1 to 0.5 s of work.

    until stopped:   state ← advance(plan, state, data, numbers, budget)

Between two calls it reads the history, draws the bar, looks for Ctrl-C, at the clock, and writes the checkpoint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import numpy as np

from dendrax.learning import checkpoint as checkpoints
from dendrax.learning.batches import Data
from dendrax.learning.clock import FIRST, Clock, next_budget
from dendrax.learning.interrupt import Interrupt
from dendrax.learning.outcome import Curves, DivergenceError, Outcome
from dendrax.learning.state import RING, Numbers, Plan, State
from dendrax.learning.stopping import CALLBACK, DIVERGED, EPOCHS, INTERRUPTED, PATIENCE, REASONS, RUNNING, TIME, of_host
from dendrax.learning.training import advance

BETWEEN_CHECKPOINTS = 30.0  # seconds


Watcher = Callable[[int, Curves, float], None]
Metric = Callable[[Any], float]
AfterEpoch = Callable[[int, Curves, float, Outcome], bool]
Visit = Callable[[int], tuple[Data, Numbers]]


def run(
    plan: Plan,
    state: State,
    data: Data,
    numbers: Numbers,
    *,
    time_limit: float | None = None,
    checkpoint: Path | None = None,
    watch: Watcher | None = None,
    curves: Curves | None = None,
    metric: Metric | None = None,
    after_epoch: AfterEpoch | None = None,
    visit: Visit | None = None,
) -> Outcome:
    """Train until something stops it.

    Parameters
    ----------
    plan : Plan
        The program.
    state : State
        Where to start.
    data : Data
        The rows, on the device.
    numbers : Numbers
        The run's numbers.
    time_limit : float, optional
        Seconds after which training ends with what it has.
    checkpoint : Path, optional
        A file that holds the state, at most half a minute old.
    watch : callable, optional
        Called between the calls with epochs done, curves and seconds passed.
    curves : Curves, optional
        The curves of the epochs that `state` has behind it.
    metric : callable, optional
        Scores parameters, more is better; it chooses the best epoch (the plan is `judged_outside`).
    after_epoch : callable, optional
        Called after every epoch with epochs done, curves, seconds passed and the outcome if it were to end here; True
        stops training.
    visit : callable, optional
        Says on which rows an epoch, counted from 0, trains, where not all rows are in memory at once.

    Returns
    -------
    Outcome
        The state, the curves, and why it stopped.

    Raises
    ------
    DivergenceError
        If training diverged and every recovery did too.
    """
    curves = Curves() if curves is None else curves
    single = metric is not None or after_epoch is not None  # one epoch a call
    steps_per_epoch = -(-int(numbers.rows) // plan.batch_size)
    budget, reason = min(FIRST, steps_per_epoch), RUNNING
    if metric is not None and curves.training and np.isinf(state.progress.best):
        state = scored_so_far(metric, state)
    clock = Clock(time_limit)
    host = _Host(plan, data, numbers, curves, clock, checkpoint, watch, metric, after_epoch)
    with Interrupt() as interrupt:
        while reason == RUNNING:
            if visit is not None:
                data, numbers = visit(int(state.epoch))
                to_end = -(-int(numbers.rows) // plan.batch_size) - int(state.step)
                budget = to_end if single else min(budget, to_end)
            elif single:
                budget = steps_per_epoch - int(state.step)
            start = clock.passed
            state = jax.block_until_ready(advance(plan, state, data, numbers, np.int32(budget)))
            state, reason = host.turn(state, interrupt)
            if not single:
                budget = next_budget(budget, clock.passed - start, clock.left, RING * steps_per_epoch)
    if reason == DIVERGED or (curves.training and not np.isfinite(curves.training).any()):
        raise DivergenceError(
            f"training diverged in epoch {int(state.epoch)}, after halving learning_rate "
            f"{max(int(state.halvings) - 1, 0)} times from {float(numbers.learning_rate):g}; "
            "give a smaller learning_rate, or bring inputs and targets to a common scale (prepare='auto' does)"
        )
    return host.outcome(state, reason)


@dataclass
class _Host:
    """What is done between two calls."""

    plan: Plan
    data: Data
    numbers: Numbers
    curves: Curves
    clock: Clock
    checkpoint: Path | None
    watch: Watcher | None
    metric: Metric | None
    after_epoch: AfterEpoch | None
    saved: float = 0.0  # when the checkpoint was written, by the clock

    def turn(self, state: State, interrupt: Interrupt) -> tuple[State, int]:
        """Read, judge, show and save the state; say whether training goes on."""
        self.curves.read(state)
        if self.metric is not None and int(state.epoch) > len(self.curves.metric):
            state = judged_by(self.metric, state, self.curves, self.numbers)
        elif self.curves.metric and self.metric is None:  # earlier epochs had one
            self.curves.metric += [np.nan] * (len(self.curves.training) - len(self.curves.metric))
        reason = int(state.stopped)
        if reason == RUNNING:
            reason = INTERRUPTED if interrupt.asked else TIME if self.clock.left <= 0 else RUNNING
        if self._asked_to_stop(state, reason) and reason == RUNNING:
            reason = CALLBACK
        if self.watch is not None:
            self.watch(int(state.epoch), self.curves, self.clock.passed)
        self._save(state, reason)
        return state, reason

    def _asked_to_stop(self, state: State, reason: int) -> bool:
        if self.after_epoch is None or int(state.step) != 0:
            return False
        return self.after_epoch(int(state.epoch), self.curves, self.clock.passed, self.outcome(state, reason))

    def _save(self, state: State, reason: int) -> None:
        over = reason != RUNNING or self.clock.passed - self.saved >= BETWEEN_CHECKPOINTS
        if self.checkpoint is not None and over:
            checkpoints.save(self.checkpoint, self.plan, state, self.data, self.numbers, self.curves)
            self.saved = self.clock.passed

    def outcome(self, state: State, reason: int) -> Outcome:
        """Say how training ends, or would end here."""
        held_out = self.data.validation is not None
        return Outcome(
            state, self.curves, REASONS.get(reason, "running"), held_out or self.metric is not None, held_out
        )


def judged_by(metric: Metric, state: State, curves: Curves, numbers: Numbers) -> State:
    """Score the epoch that has just ended by the metric, keep the best, count the epochs without progress."""
    value = float(metric(state.params))
    curves.metric.append(value)
    best, stale = float(state.progress.best), int(state.progress.stale)
    score = -value if np.isfinite(value) else np.inf
    stale = 0 if score < best - float(numbers.tolerance) else stale + 1
    if score < best:
        state = state._replace(best_params=state.params, best_epoch=np.int32(state.epoch))
    state = state._replace(progress=of_host(min(score, best), stale))
    over = int(state.stopped) in (RUNNING, EPOCHS) and stale >= int(numbers.patience)
    return state._replace(stopped=np.int32(PATIENCE)) if over else state


def scored_so_far(metric: Metric, state: State) -> State:
    """Score the best parameters so far by a metric that has not judged them yet."""
    value = float(metric(state.best_params))
    return state._replace(progress=of_host(-value if np.isfinite(value) else np.inf, 0))

"""The host's side of training: one call to the device for each 0.1 to 0.5 s of work.

    until stopped:   state ← advance(plan, state, data, numbers, budget)

Between two calls it reads the history, draws the bar, looks for Ctrl-C, at the clock, and writes the checkpoint.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jax
import numpy as np

from dendrax.learning import checkpoint as checkpoints
from dendrax.learning.batches import Data
from dendrax.learning.interrupt import Interrupt
from dendrax.learning.state import RING, History, Numbers, Plan, State
from dendrax.learning.stopping import CALLBACK, DIVERGED, INTERRUPTED, PATIENCE, REASONS, RUNNING, TIME, of_host
from dendrax.learning.training import advance

SHORTEST, LONGEST = 0.1, 0.5  # seconds that one call aims at
FIRST = 16  # steps of the first call, whose speed is not known yet
GROWTH = 16
BETWEEN_CHECKPOINTS = 30.0  # seconds


class DivergenceError(ValueError):
    """Training diverged: losses or parameters stopped being finite, at half the rate too."""


@dataclass
class Curves:
    """What a person wants to see of a training run, one number an epoch.

    Attributes
    ----------
    training, validation, learning_rate, gradient_norm : list of float
        The mean training loss of the epoch, the validation loss after it (the training loss where nothing is held
        out), the learning rate at its start, and the length of the running mean gradient at its end.
    metric : list of float
        The metric after the epoch; empty where there is none.
    """

    training: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    metric: list[float] = field(default_factory=list)

    def read(self, state: State) -> None:
        """Add the epochs that the state has finished since the last reading."""
        epoch = int(state.epoch)
        new = np.arange(len(self.training), epoch) % RING
        if len(new):
            for name in History._fields:
                getattr(self, name).extend(np.asarray(getattr(state.history, name))[new].tolist())


@dataclass(frozen=True)
class Outcome:
    """How a training run ended.

    Attributes
    ----------
    state : State
        The last state.
    curves : Curves
        One number an epoch.
    stopped_because : str
        converged, patience, epochs, time, interrupted or callback; running while it goes on.
    """

    state: State
    curves: Curves
    stopped_because: str

    @property
    def params(self) -> Any:
        """The best parameters by the validation loss, or the last where nothing is held out, as NumPy arrays."""
        return jax.tree.map(np.asarray, self._chosen())

    validated: bool = False
    held_out: bool = False

    def _chosen(self) -> Any:
        return self.state.best_params if self.validated and np.isfinite(self.state.progress.best) else self.state.params


Watcher = Callable[[int, Curves, float], None]
Metric = Callable[[Any], float]
AfterEpoch = Callable[[int, Curves, float, Outcome], bool]
Visit = Callable[[int], tuple[Data, Numbers]]


def _budget(done: int, seconds: float, left: float, steps_per_epoch: int) -> int:
    speed = done / max(seconds, 1e-6)
    wanted = speed * min(0.5 * (SHORTEST + LONGEST), max(left, 0.0))
    return int(np.clip(wanted, 1, min(done * GROWTH, RING * steps_per_epoch)))


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
    began = saved = time.monotonic()
    limit = np.inf if time_limit is None else time_limit
    steps_per_epoch = -(-int(numbers.rows) // plan.batch_size)
    single = metric is not None or after_epoch is not None  # one epoch a call
    judged = data.validation is not None or metric is not None, data.validation is not None
    budget, reason = steps_per_epoch if single else min(FIRST, steps_per_epoch), RUNNING
    with Interrupt() as interrupt:
        while reason == RUNNING:
            if visit is not None:
                data, numbers = visit(int(state.epoch))
                to_end = -(-int(numbers.rows) // plan.batch_size) - int(state.step)
                budget = to_end if single else min(budget, to_end)
            start = time.monotonic()
            state = jax.block_until_ready(advance(plan, state, data, numbers, np.int32(budget)))
            curves.read(state)
            if metric is not None and int(state.epoch) > len(curves.metric):
                state = judged_by(metric, state, curves, numbers)
            now = time.monotonic()
            reason = int(state.stopped)
            if reason == RUNNING:
                reason = INTERRUPTED if interrupt.asked else TIME if now - began >= limit else RUNNING
            if after_epoch is not None and int(state.step) == 0:
                so_far = Outcome(state, curves, REASONS.get(reason, "running"), *judged)
                if after_epoch(int(state.epoch), curves, now - began, so_far) and reason == RUNNING:
                    reason = CALLBACK
            if watch is not None:
                watch(int(state.epoch), curves, now - began)
            if checkpoint is not None and (reason != RUNNING or now - saved >= BETWEEN_CHECKPOINTS):
                checkpoints.save(checkpoint, plan, state, data, numbers, curves)
                saved = now
            if not single:
                budget = _budget(budget, now - start, limit - (now - began), steps_per_epoch)
    if reason == DIVERGED or (curves.training and not np.isfinite(curves.training).any()):
        raise DivergenceError(
            f"training diverged in epoch {int(state.epoch)}, after halving learning_rate "
            f"{max(int(state.halvings) - 1, 0)} times from {float(numbers.learning_rate):g}; "
            "give a smaller learning_rate, or bring inputs and targets to a common scale (prepare='auto' does)"
        )
    return Outcome(state, curves, REASONS[reason], *judged)


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
    over = int(state.stopped) == RUNNING and stale >= int(numbers.patience)
    return state._replace(stopped=np.int32(PATIENCE)) if over else state

"""The host's side of learning a restricted machine: one call to the device for each 0.1 to 0.5 s of work.

    until stopped:   state ← advance(plan, state, data, numbers, budget)

Between two calls it reads the history, estimates ln p where that is asked for, draws the bar, looks for Ctrl-C and at
the clock. With a time limit the learning rate falls with the clock, so that it has reached 0 when the time is over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import jax
import numpy as np

from dendrax.boltzmann.growing_chains import Growth
from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.restricted_estimates import Estimates
from dendrax.boltzmann.restricted_state import History, Numbers, Plan, State
from dendrax.boltzmann.restricted_training import advance
from dendrax.learning.batches import Data
from dendrax.learning.clock import FIRST, Clock, next_budget
from dendrax.learning.interrupt import Interrupt
from dendrax.learning.outcome import DivergenceError
from dendrax.learning.state import RING
from dendrax.learning.stopping import DIVERGED, INTERRUPTED, REASONS, RUNNING, TIME

Watcher = Callable[[int, Any, float], None]


@dataclass
class Progress:
    """What a person wants to see, one number an epoch, NaN where it was not measured; the names are those of `History`.

    Attributes
    ----------
    likelihood_known : bool
        Whether the likelihood is measured at all; else the gap of free energy is what is shown.
    log_scales : pair of float
        What is taken off ln p of training and of held-out rows, so that it is of columns in the units of the user.
    """

    likelihood_known: bool
    log_likelihood: list[float] = field(default_factory=list)
    validation_log_likelihood: list[float] = field(default_factory=list)
    free_energy_gap: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    largest_weight: list[float] = field(default_factory=list)
    log_scales: tuple[float, float] = (0.0, 0.0)

    def read(self, state: State) -> None:
        """Add the epochs that the state has finished since the last reading."""
        new = np.arange(len(self.learning_rate), int(state.epoch)) % RING
        if len(new):
            own, held = self.log_scales
            off: dict[str, float] = {"log_likelihood": own, "validation_log_likelihood": held}
            for name in History._fields:
                values = np.asarray(getattr(state.history, name))[new].astype(np.float64) - off.get(name, 0.0)
                getattr(self, name).extend(values.tolist())

    def note(self, training: float, validation: float) -> None:
        """Write down estimates of the likelihood after the last epoch."""
        own, held = self.log_scales
        self.log_likelihood[-1], self.validation_log_likelihood[-1] = training - own, validation - held

    @property
    def validation(self) -> list[float]:
        """What the bar shows: the last known likelihood, of held-out rows if there are any, or the gap."""
        if not self.likelihood_known:
            return self.free_energy_gap[-1:]
        both = zip(self.log_likelihood, self.validation_log_likelihood, strict=True)
        known = [t if np.isnan(v) else v for t, v in both if not (np.isnan(t) and np.isnan(v))]
        return known[-1:]


@dataclass(frozen=True)
class Outcome:
    """How learning ended.

    Attributes
    ----------
    state : State
        The last state.
    progress : Progress
        One number an epoch.
    stopped_because : str
        patience, epochs, time or interrupted.
    """

    state: State
    progress: Progress
    stopped_because: str

    @property
    def params(self) -> Params:
        """The machine with the highest likelihood, or the last one where none was judged, as NumPy arrays."""
        state = self.state
        single = np.ndim(state.learner.params.hidden_biases) == 1
        if int(state.best_epoch) > 0:
            chosen = state.best
        else:
            chosen = state.learner.params if single else jax.tree.map(lambda a: a[0], state.learner.params)
        return jax.tree.map(np.asarray, chosen)


def run(
    plan: Plan,
    state: State,
    data: Data,
    numbers: Numbers,
    progress: Progress,
    *,
    time_limit: float | None = None,
    watch: Watcher | None = None,
    estimates: Estimates | None = None,
    growth: Growth | None = None,
) -> Outcome:
    """Learn until something stops it.

    Parameters
    ----------
    plan, state, data, numbers : Plan, State, Data, Numbers
        The program, where to start, the rows on the device, the run's numbers.
    progress : Progress
        The curves of the epochs that `state` has behind it; new ones are added.
    time_limit : float, optional
        Seconds after which learning ends with what it has.
    watch : callable, optional
        Called between the calls with epochs done, progress and seconds passed.
    estimates : Estimates, optional
        Estimates of the likelihood as learning goes on.
    growth : Growth, optional
        How the number of persistent chains grows.

    Returns
    -------
    Outcome
        The state, the curves, and why it stopped.

    Raises
    ------
    DivergenceError
        If weights left all bounds.
    """
    steps_per_epoch = -(-int(numbers.rows) // plan.batch_size)
    clock, budget, reason = Clock(time_limit), min(FIRST, steps_per_epoch), RUNNING
    with Interrupt() as interrupt:
        while reason == RUNNING:
            start = clock.passed
            if estimates is not None:
                budget = min(budget, estimates.steps_to_next(state, steps_per_epoch))
            if growth is not None:
                state = growth.grown(state)
                budget = min(budget, growth.steps_to_next(int(state.epoch), int(state.step), steps_per_epoch))
            now = numbers._replace(past=np.float32(clock.share))
            state = jax.block_until_ready(advance(plan, state, data, now, np.int32(budget)))
            budget = next_budget(budget, clock.passed - start, clock.left, RING * steps_per_epoch)
            progress.read(state)
            if estimates is not None and estimates.is_due(state):
                found = estimates.of(state.learner.params)
                progress.note(*found)
                state = estimates.decided(state, *found)
            reason = int(state.stopped)
            if reason == RUNNING:
                reason = INTERRUPTED if interrupt.asked else TIME if clock.left <= 0 else RUNNING
            if watch is not None:
                watch(int(state.epoch), progress, clock.passed)
    if reason == DIVERGED:
        raise DivergenceError(
            f"learning diverged in epoch {int(state.epoch)}: weights left all bounds; give a smaller learning_rate "
            f"than {float(numbers.learning_rate):g}"
        )
    return Outcome(state, progress, REASONS[reason])

"""From checked rows to a fitted restricted machine: rows on the device, plan, numbers, one run, the model."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import jax
import numpy as np

from dendrax.boltzmann.annealed_importance import CHAINS, estimate
from dendrax.boltzmann.contrastive import drawn_hidden
from dendrax.boltzmann.growing_chains import Growth
from dendrax.boltzmann.restricted import Params, hidden_means
from dendrax.boltzmann.restricted_estimates import Estimates
from dendrax.boltzmann.restricted_judging import mean_log_weight
from dendrax.boltzmann.restricted_likelihood import MOST
from dendrax.boltzmann.restricted_run import Outcome, Progress, run
from dendrax.boltzmann.restricted_state import Numbers, Plan, State
from dendrax.boltzmann.restricted_training import begin
from dendrax.boltzmann.visible_coding import Coding
from dendrax.core.random import key
from dendrax.core.shapes import bucket, padded
from dendrax.estimators.restricted_options import Settled
from dendrax.estimators.restricted_task import Task
from dendrax.learning.bar import Bar, wanted
from dendrax.learning.batches import WHOLE_EPOCH, Data, Rows
from dendrax.predictor.restricted_model import RestrictedModel

FOREVER = 2**31 - 1
MONITORED = 256  # training rows that are judged at least
KEPT = 1000  # chains that a model keeps at most


def plan_of(coding: Coding, task: Task, options: dict[str, Any], settled: Settled) -> Plan:
    """Say what changes the compiled program."""
    plain = task.v[:, : coding.visible.plain]
    between = coding.kind == "binary" and bool(((plain > 0) & (plain < 1)).any())
    plan = Plan(
        coding.visible,
        int(options["n_hidden"]),
        options["learning"],
        min(int(settled.batch_size), bucket(len(task.training))),
        settled.chains[0],
        settled.restarts,
        int(options["replicas"]),
        options["centred"],
        holes=not task.known.all(),
        probabilities=between,
        enumerated=settled.enumerated,
    )
    if options["learning"] == "exact" and options["batch_size"] == "auto":
        plan = replace(plan, batch_size=bucket(len(task.training)))
    return replace(plan, gather=rows_of(task, plan).bytes <= WHOLE_EPOCH)


def rows_of(task: Task, plan: Plan) -> Rows:
    """Pad rows to a bucket; states that are all 0 or 1 take a byte each."""
    size = bucket(len(task.v))
    whole = plan.visible.kind == "binary" and not plan.probabilities
    x = {"v": padded(task.v.astype(np.uint8) if whole else task.v, size)}
    if plan.holes:
        x["known"] = padded(task.known, size)
    return Rows(x, np.zeros((size, 0), np.float32), padded(task.weight.astype(np.float32), size))  # type: ignore[arg-type]


def data_of(task: Task, plan: Plan) -> Data:
    """Put rows on the device."""

    def places(index: np.ndarray) -> np.ndarray:
        return padded(index.astype(np.int32), bucket(len(index)))

    held = places(task.validation) if len(task.validation) else None
    return jax.device_put(Data(rows_of(task, plan), places(task.training), held))  # type: ignore[arg-type]


def numbers_of(task: Task, options: dict[str, Any], settled: Settled, epochs: int) -> Numbers:
    """Collect the numbers of a run."""
    exact, real, whole = options["learning"] == "exact", np.float32, np.int32
    rows = len(task.training)
    return Numbers(
        learning_rate=real(settled.learning_rate),
        momentum=real(0.9 if exact else 0.0),
        decay=real(0.0 if options.get("in_parts") else 1.0),
        past=real(0.0),
        offset_share=real(1.0 if exact else 0.01),
        k=(real(settled.k[0]), real(settled.k[1])),
        weight_decay=real(options["weight_decay"]),
        spread=real(0.5 if exact else 0.01),
        rows=whole(rows),
        validation_rows=whole(len(task.validation)),
        monitored_rows=whole(rows if exact else min(rows, max(MONITORED, rows // 8))),
        max_epochs=whole(epochs),
        judge_every=whole(settled.judge_every),
        patience=whole(FOREVER if options["patience"] is None or not settled.enumerated else options["patience"]),
        tolerance=real(options["tolerance"]),
    )


_mean_log_weight = partial(jax.jit, static_argnums=(0, 1))(mean_log_weight)


@jax.jit
def _hidden_draws(params: Params, v: Any, seed: Any) -> Any:
    return drawn_hidden(hidden_means(params, v), seed)


def to_go_on(outcome: Outcome) -> State:
    """Begin a new epoch with the machine that was kept, alone, and nothing judged yet."""
    state, params = outcome.state, outcome.params
    learner, zero = state.learner, np.int32(0)
    if np.ndim(learner.params.hidden_biases) > 1:
        learner = jax.tree.map(lambda a: a[0], learner)
    if learner.velocity is not None:
        learner = learner._replace(velocity=jax.tree.map(np.zeros_like, params))
    begun: Any = {"step": zero, "best_epoch": zero, "stale": zero, "stopped": zero, "best_score": np.float32(-np.inf)}
    return state._replace(learner=learner._replace(params=params), best=params, **begun)


@dataclass
class Learning:
    """One machine from its first step to its last, in one fit or in parts.

    Attributes
    ----------
    coding : Coding
        How columns are coded.
    seed : int
        All of its randomness.
    state : State or None
        Where it stands.
    progress : Progress
        Its curves.
    fixed : dict
        Hyper-parameters that stay as learning goes on.
    """

    coding: Coding
    seed: int
    state: State | None = None
    progress: Progress | None = None
    fixed: dict[str, Any] = field(default_factory=dict)

    def learn(self, task: Task, options: dict[str, Any], settled: Settled) -> tuple[RestrictedModel, Outcome, float]:
        """Learn, and give the model, how it went, and the mean of ln p + ln Z of the training rows.

        The mean is without the scales of gaussian columns, as if no column had a hole.
        """
        plan = plan_of(self.coding, task, options, settled)
        done = 0 if self.state is None else int(self.state.epoch)
        numbers = numbers_of(task, options, settled, done + settled.max_epochs)
        data = data_of(task, plan)
        estimates = None
        if options["likelihood_every"] is not None and not settled.enumerated:
            estimated = partial(self._estimated, plan, numbers, data, task)
            estimates = Estimates(estimated, options["likelihood_every"], options["patience"], options["tolerance"])
        known = settled.enumerated or estimates is not None
        state = begin(plan, key(self.seed), numbers, task.means) if self.state is None else self.state
        summed = settled.enumerated
        scales = (
            task.log_scale(self.coding, task.training[: int(numbers.monitored_rows)], summed),
            task.log_scale(self.coding, task.validation, summed),
        )
        progress = Progress(known) if self.progress is None else copy.deepcopy(self.progress)
        progress = replace(progress, log_scales=scales)
        bar = None
        if wanted(options["verbose"]) and not options.get("in_parts"):
            bar = Bar(settled.max_epochs, options["verbose"], "log-likelihood" if known else "gap of free energy")
        try:
            outcome = run(
                plan,
                state,
                data,
                numbers,
                progress,
                time_limit=options["time_limit"],
                watch=bar,
                estimates=estimates,
                growth=Growth(*settled.chains, settled.max_epochs) if settled.chains[0] < settled.chains[1] else None,
            )
        finally:
            if bar is not None:
                bar.close()
        self.state, self.progress = to_go_on(outcome), outcome.progress
        model = RestrictedModel(self.coding, outcome.params, task.means, self._chains(outcome, task))
        mean = _mean_log_weight(plan, True, outcome.params, data.rows, data.training, numbers.rows)
        missing = self.coding.log_scale() - task.log_scale(self.coding, task.training, plan.n_hidden <= MOST)
        return model, outcome, float(mean) + missing

    def _chains(self, outcome: Outcome, task: Task) -> np.ndarray:
        """Keep hidden states of the machine: its chains, or what rows of data turn on."""
        chains = np.asarray(outcome.state.learner.chains)
        if outcome.state.learner.velocity is None and chains.size:
            own = chains if chains.ndim == 2 else chains[0]  # of parallel tempering those of the machine
            return own[:KEPT].astype(np.uint8)
        rows = task.training[:KEPT]
        v = np.where(task.known[rows], task.v[rows], task.means)
        return np.asarray(_hidden_draws(outcome.params, v, key(self.seed + 1))).astype(np.uint8)

    def _estimated(self, plan: Plan, numbers: Numbers, data: Data, task: Task, params: Params) -> tuple[float, float]:
        """Estimate the mean ln p of training rows and of held-out rows, by fewer temperatures than at the end."""
        fixed = Params(*map(np.asarray, params))  # type: ignore[arg-type]
        rows = task.training[np.arange(CHAINS) % len(task.training)]
        v = np.where(task.known[rows], task.v[rows], task.means)
        chains = np.asarray(_hidden_draws(fixed, v, key(self.seed + 2)))
        log_z = estimate(plan.visible, fixed, task.means, chains, key(self.seed), temperatures=1000, settling=200).value
        training = float(_mean_log_weight(plan, False, fixed, data.rows, data.training, numbers.monitored_rows))
        if data.validation is None:
            return training - log_z, float("nan")
        held = float(_mean_log_weight(plan, False, fixed, data.rows, data.validation, numbers.validation_rows))
        return training - log_z, held - log_z

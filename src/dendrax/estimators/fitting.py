"""The way of a fit through the house: encoded rows → network and first parameters → one compiled run → a model.

rows, coded targets, weights  →  Data (padded to a bucket, moved to the device once)
layers, output units          →  Network → begin → State
plan, state, data, numbers    →  run → Outcome
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import jax
import numpy as np

from dendrax.core.random import key
from dendrax.core.shapes import bucket, padded
from dendrax.core.structure import numbers, structure
from dendrax.data.columns import Encoder
from dendrax.estimators.defaults import Choices
from dendrax.estimators.kept import Kept, checksum
from dendrax.learning import checkpoint as checkpoints
from dendrax.learning.bar import Bar, wanted
from dendrax.learning.batches import WHOLE_EPOCH, Data, Rows
from dendrax.learning.outcome import Curves, Outcome
from dendrax.learning.run import Metric, Visit, run
from dendrax.learning.state import Numbers, Plan, State
from dendrax.learning.training import begin
from dendrax.nn.columns import Columns, TableShape
from dendrax.nn.layer import Layer
from dendrax.nn.network import Network


@dataclass(frozen=True)
class Encoded:
    """Rows as the engine takes them.

    Attributes
    ----------
    x : dict of ndarray, or ndarray
        Encoded inputs, or plain numbers where nothing is prepared.
    y : ndarray
        Coded targets.
    weights : ndarray of float32, shape (rows,)
        The weight of each row.
    """

    x: Any
    y: np.ndarray
    weights: np.ndarray

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(self.y)

    def on_device(self) -> Rows:
        """Pad to the bucket and move to the device."""
        size = bucket(self.n_rows)
        parts = (self.x, self.y, self.weights)
        return jax.device_put(Rows(*jax.tree.map(lambda a: padded(a, size), parts)))


@dataclass(frozen=True)
class Task:
    """What to train on: the rows, who trains and who judges, and the output units.

    Attributes
    ----------
    encoded : Encoded
        All rows.
    training, validation : ndarray of int32
        Row numbers; an empty `validation` holds nothing out.
    units : int
        Output units.
    output : str
        Their activation function.
    """

    encoded: Encoded
    training: np.ndarray
    validation: np.ndarray
    units: int
    output: str


def input_layers(encoder: Encoder | None, x: Any) -> tuple[tuple[Layer, ...], Any]:
    """Choose the first layer by what the rows are, and say their shape."""
    if encoder is None:
        return (), x.shape[1:]
    shape = TableShape(len(encoder.numbers), encoder.n_missing, encoder.n_codes)
    return (Columns(shape),), shape


def as_data(task: Task) -> Data:
    """Pad the rows and the row numbers, and put all on the device."""
    rows = task.encoded.on_device()
    training = padded(task.training, len(rows.weight))
    validation = padded(task.validation, bucket(len(task.validation))) if len(task.validation) else None
    return Data(rows, *jax.device_put((training, validation)))


def plan_of(rows: int, choices: Choices, network: Network, data: Data, options: dict[str, Any]) -> Plan:
    """Assemble the program for so many rows."""
    full = choices.batch_size >= rows
    return Plan(
        network,
        structure(choices.loss),
        structure(choices.optimiser),
        structure(choices.schedule),
        len(data.training) if full else choices.batch_size,
        options["shuffle"] and not full,
        data.rows.bytes <= WHOLE_EPOCH,
        options["clip_gradient"] is not None,
    )


@dataclass(frozen=True)
class Watch:
    """Who looks on: a metric of parameters, and a function called after every epoch."""

    metric: Metric | None = None
    after_epoch: Any = None


def fit_network(
    task: Task,
    network: Network,
    layer_numbers: list[dict[str, Any]],
    choices: Choices,
    options: dict[str, Any],
    seed: int,
    kept: Kept | None = None,
    watch: Watch = Watch(),
) -> tuple[Outcome, Kept]:
    """Train a network.

    Parameters
    ----------
    task : Task
        What to train on.
    network : Network
        The description.
    layer_numbers : list of dict
        The numbers of its layers.
    choices : Choices
        Decided hyper-parameters.
    options : dict
        The rest: tolerance, time_limit, checkpoint, verbose, shuffle, recoveries, clip_gradient, warm_start, in_parts.
    seed : int
        All of the run's randomness.
    kept : Kept, optional
        Where to go on from; `max_epochs` more are trained.
    watch : Watch
        Metric and callbacks.

    Returns
    -------
    Outcome, Kept
        How training ended, and what to go on from.
    """
    data = as_data(task)
    plan = plan_of(task.encoded.n_rows, choices, network, data, options)
    plan = replace(plan, judged_outside=watch.metric is not None)
    before = 0 if kept is None else int(kept.state.epoch)
    sizes = len(task.training), len(task.validation)
    run_numbers = numbers_of(sizes, choices, options, layer_numbers, before)
    seen = checksum(data) if options["warm_start"] else 0
    state, curves = _start(plan, data, run_numbers, options, seed, kept, seen)
    outcome = train(plan, data, run_numbers, options, state, curves, watch)
    return outcome, Kept(jax.tree.map(np.asarray, outcome.state), outcome.curves, seen)


def numbers_of(
    sizes: tuple[int, int],
    choices: Choices,
    options: dict[str, Any],
    layer_numbers: list[dict[str, Any]],
    before: int = 0,
) -> Numbers:
    """Collect the numbers of a run: the sizes of its training and validation part, epochs before it, and the rest."""
    return Numbers(
        network=tuple(layer_numbers),
        loss=numbers(choices.loss),
        optimiser=numbers(choices.optimiser),
        schedule=numbers(choices.schedule),
        learning_rate=np.float32(choices.learning_rate),
        weight_decay=np.float32(choices.weight_decay),
        rows=np.int32(sizes[0]),
        validation_rows=np.int32(sizes[1]),
        max_epochs=np.int32(before + choices.max_epochs),
        tolerance=np.float32(options["tolerance"]),
        patience=np.int32(choices.patience),
        recoveries=np.int32(options["recoveries"]),
        clip=np.float32(options["clip_gradient"] or 1.0),
    )


def _start(
    plan: Plan, data: Data, run_numbers: Numbers, options: dict[str, Any], seed: int, kept: Kept | None, seen: int
) -> tuple[State, Curves]:
    """Begin, go on from what was kept, or from a checkpoint."""
    if kept is not None:
        same = options["in_parts"] or seen == kept.data
        curves = copy.deepcopy(kept.curves)
        if plan.judged_outside:  # epochs behind it may have had no metric
            curves.metric += [np.nan] * (len(curves.training) - len(curves.metric))
        return kept.going_on(same), curves
    state, curves = begin(plan, key(seed), run_numbers), Curves()
    path = options["checkpoint"]
    if path is not None and Path(path).exists():
        state, read = checkpoints.load(Path(path), plan, state, data, run_numbers)
        curves = Curves(**read)
    return state, curves


def train(
    plan: Plan,
    data: Data,
    run_numbers: Numbers,
    options: dict[str, Any],
    state: State,
    curves: Curves,
    watch: Watch,
    visit: Visit | None = None,
) -> Outcome:
    """Run the program, with a bar where one is wanted."""
    path = None if options["checkpoint"] is None else Path(options["checkpoint"])
    bar = Bar(int(run_numbers.max_epochs), options["verbose"]) if wanted(options["verbose"]) else None
    try:
        return run(
            plan,
            state,
            data,
            run_numbers,
            time_limit=options["time_limit"],
            checkpoint=path,
            watch=bar,
            curves=curves,
            metric=watch.metric,
            after_epoch=watch.after_epoch,
            visit=visit,
        )
    finally:
        if bar is not None:
            bar.close()

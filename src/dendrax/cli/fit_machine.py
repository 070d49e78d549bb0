"""`dendrax fit DATA --model rbm`: learn how columns go together, judge on rows never seen, save.

read → hold out test rows → learn → save → ln Z, exact or estimated → likelihood of test rows → save
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.held_out import share_or_file
from dendrax.cli.machine_rows import MachineRows, ordered, read_rows
from dendrax.cli.machine_scores import Scores, finite, independent, judged_rows, likelihood
from dendrax.cli.machines import Machine
from dendrax.cli.output_path import check_output
from dendrax.cli.settings import parse_settings
from dendrax.cli.voice import Voice
from dendrax.core.constraints import FLAG, HyperparameterError, OneOf, check

INTERRUPTED = 130
OWN = {"labels", "random_state", "time_limit"}  # hyper-parameters with an option of their own


@dataclass(frozen=True)
class Request:
    """What was typed."""

    data: Path
    target: str | None
    test: str
    output: Path
    seed: int
    time_limit: float | None
    settings: list[str]
    encoding: str | None


def request_of(target: str | None, typed: dict[str, Any]) -> Request:
    """Take what a machine has of what was typed, and refuse the rest: nothing is ignored."""
    own = {name: value for name, value in typed.items() if name not in ("layers", "checkpoint", "refit")}
    for name, usual in (("layers", "auto"), ("checkpoint", None), ("refit", False)):
        if typed[name] != usual:
            raise HyperparameterError(f"--{name} must be left out with --model rbm, which has no such thing")
    return Request(target=target, **own)


def run(request: Request, *, as_json: bool, quiet: bool) -> int:
    """Run the command; the exit code."""
    voice = Voice(as_json=as_json, quiet=quiet)
    judged = share_or_file(request.test)
    check_output(request.output, request.data, *([judged] if isinstance(judged, Path) else []))
    machine = machine_of(request, quiet=quiet)
    use_disk_cache()
    rows = read_rows(request.data, machine.visible, request.target, request.encoding, voice)
    training, test = split(rows, judged, request, machine, voice)
    machine.fit(training.X, training.y)
    fitted = Machine(machine, training.names)
    fitted.save(request.output)  # whatever happens while judging, the machine is there
    show_learning(voice, machine, training)
    result = judge(voice, machine, training, test) if test is not None else None
    fitted.save(request.output)  # with ln Z
    voice.say(f"saved {request.output}")
    voice.tell(
        {
            "model": str(request.output),
            "rows": len(rows.X),
            "epochs": machine.n_iter_,
            "stopped_because": machine.stopped_because_,
            "test": result,
        }
    )
    return INTERRUPTED if machine.stopped_because_ == "interrupted" else 0


def machine_of(request: Request, *, quiet: bool) -> Any:
    """Make the machine that was asked for."""
    from dendrax import RestrictedBoltzmannMachine
    from dendrax.estimators.restricted_options import check_options

    known = set(RestrictedBoltzmannMachine().get_params()) - OWN
    machine = RestrictedBoltzmannMachine(
        random_state=request.seed,
        time_limit=request.time_limit,
        labels=request.target is not None,
        **parse_settings(request.settings, known),
    )
    check("verbose", machine.verbose, (OneOf(("auto",)), *FLAG))
    machine.set_params(verbose=False if quiet else machine.verbose)
    check_options(machine)
    return machine


def split(
    rows: MachineRows, judged: float | Path, request: Request, machine: Any, voice: Voice
) -> tuple[MachineRows, MachineRows | None]:
    """Hold out rows to judge by, or read them."""
    if isinstance(judged, Path):
        other = read_rows(judged, machine.visible, request.target, request.encoding, voice)
        return rows, ordered(rows.names, rows.X.shape[1], other, judged)
    n_test = min(round(judged * len(rows.X)), len(rows.X) - 1)
    if n_test <= 0:
        return rows, None
    from dendrax.learning.split import held_out

    by = np.zeros(len(rows.X)) if rows.y is None else np.unique(rows.y, return_inverse=True)[1]
    training, held = held_out(by, n_test, request.seed, rows.y is not None)
    return rows.take(training), rows.take(held)


def show_learning(voice: Voice, machine: Any, rows: MachineRows) -> None:
    """Say what learned, from what, and why it stopped."""
    visible = machine.components_.shape[1]
    voice.say(
        f"{len(rows.X)} rows; {visible} visible units ({machine.visible}), {machine.n_hidden} hidden units, "
        f"{machine.components_.size + visible + machine.n_hidden:,} parameters"
    )
    voice.say(f"{machine.n_iter_} epochs of {machine.learning}, stopped: {machine.stopped_because_}")


def judge(voice: Voice, machine: Any, training: MachineRows, test: MachineRows) -> dict[str, Scores]:
    """Say how likely the test rows are, and under columns that are independent."""
    rows, left_out = judged_rows(machine, test)
    if left_out:
        voice.say(f"{left_out} test rows are left out: a level that training never saw, or an empty cell")
    found = {"this machine": likelihood(machine, rows, voice).scores}
    found["independent columns"] = independent(machine, training, rows).scores
    if rows.y is not None:
        answers, shares = np.unique(training.y, return_counts=True)  # type: ignore[arg-type]
        found["this machine"]["accuracy"] = float(np.mean(machine.predict(rows.X) == rows.y))
        found["independent columns"]["accuracy"] = float(np.mean(rows.y == answers[shares.argmax()]))
    show_scores(voice, found, len(rows.X))
    return {name: {key: finite(value) for key, value in its.items()} for name, its in found.items()}


def show_scores(voice: Voice, found: dict[str, Scores], rows: int) -> None:
    """Show log-likelihoods with their errors."""
    voice.say()
    voice.say(f"on {rows} rows that learning never saw")
    labelled = "accuracy" in found["this machine"]
    head = ["", "log-likelihood a row", "± by rows", "± by ln Z", *(["accuracy"] if labelled else [])]
    lines = []
    for name, its in found.items():
        numbers = [f"{its[key]:.4g}" for key in ("log_likelihood", "error", "ln_z_error")]
        lines.append([name, *numbers, *([f"{its['accuracy']:.1%}"] if labelled else [])])
    voice.table(head, lines)

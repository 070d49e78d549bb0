"""`dendrax info` and `dendrax evaluate` of a symmetric network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.machine_rows import ordered, read_rows
from dendrax.cli.machine_scores import finite, judged_rows, likelihood
from dendrax.cli.machines import Machine, load_machine
from dendrax.cli.voice import Voice


def summary(machine: Machine) -> dict[str, Any]:
    """Describe a symmetric network in JSON values."""
    estimator = machine.estimator
    found: dict[str, Any] = {"estimator": type(estimator).__name__, "columns": machine.names}
    if not machine.is_restricted:
        units = len(estimator.biases_)
        return found | {
            "visible_units": estimator.n_features_in_,
            "hidden_units": units - estimator.n_features_in_,
            "parameters": len(estimator.weights_) + units,
            "states": estimator.states,
            "temperature": estimator.temperature,
            "steps": estimator.n_steps_,
            "stopped_because": getattr(estimator, "stopped_because_", None),
        }
    hidden, visible = estimator.components_.shape
    known = estimator._model.known_log_partition
    return found | {
        "visible_units": visible,
        "hidden_units": hidden,
        "parameters": hidden * visible + hidden + visible,
        "visible": estimator.visible,
        "learning": estimator.learning,
        "classes": estimator.classes_.tolist() if estimator.labels else None,
        "epochs": estimator.n_iter_,
        "stopped_because": estimator.stopped_because_,
        "log_partition": None if known is None else finite(known.value),
        "log_likelihood": None if known is None else finite(estimator.log_likelihood_),
    }


def tell(model: Path, *, as_json: bool, quiet: bool) -> None:
    """Say what the file of a symmetric network holds."""
    voice = Voice(as_json=as_json, quiet=quiet and as_json)
    found = summary(load_machine(model, "info"))
    lines = [[name.replace("_", " "), shown(value)] for name, value in found.items() if value is not None]
    voice.table(["", ""], lines)
    voice.tell(found)


def shown(value: Any) -> str:
    """Write a value for people."""
    if isinstance(value, list):
        return ", ".join(map(str, value[:12])) + (", …" if len(value) > 12 else "")
    return f"{value:,}" if isinstance(value, int) else str(value)


def evaluate(model: Path, data: Path, *, as_json: bool, quiet: bool, encoding: str | None) -> None:
    """Say how likely the rows of a file are."""
    voice = Voice(as_json=as_json, quiet=quiet)
    use_disk_cache()
    machine = load_machine(model, "evaluate")
    rows = ordered(machine.names, len(machine.columns), read_rows(data, machine.visible, None, encoding, voice), data)
    rows, left_out = judged_rows(machine.estimator, rows) if machine.is_restricted else (rows, 0)
    found = likelihood(machine.estimator, rows, voice).scores
    if left_out:
        voice.say(f"{left_out} rows are left out: a level that training never saw, or an empty cell")
    if not as_json and not quiet:
        numbers = [f"{its:.4g}" for its in found.values()]
        voice.table(
            ["on", "rows", "log-likelihood a row", "± by rows", "± by ln Z"], [[data.name, str(len(rows.X)), *numbers]]
        )
    if quiet and not as_json:
        print("  ".join(f"{name} {value:.4g}" for name, value in found.items()))
    voice.tell({"rows": len(rows.X), **{name: finite(value) for name, value in found.items()}})

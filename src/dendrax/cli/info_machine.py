"""`dendrax info MACHINE`: what the file of a machine holds."""

from __future__ import annotations

import math
from typing import Any

from dendrax.cli.machine import Machine
from dendrax.cli.voice import Voice
from dendrax.data.tables import listed

MOST_COLUMNS = 100  # that a person is shown


def summary(machine: Machine) -> dict[str, Any]:
    """Describe a machine in JSON values."""
    estimator, restricted = machine.estimator, machine.restricted
    levels = {name: values.tolist() for name, values in machine.levels.items()}
    return {
        "estimator": type(estimator).__name__,
        "kind": machine.kind,
        "shape": list(machine.shape),
        "hidden": len(estimator.intercept_hidden_) if restricted else estimator.n_hidden,
        "parameters": _parameters(machine),
        "classes": machine.target.labels.tolist() if machine.labelled else None,
        "columns": [{"name": name, "kind": machine.kind, "detail": _words(levels.get(name))} for name in machine.names],
        "learning": estimator.learning,
        "epochs" if restricted else "steps": estimator.n_iter_ if restricted else estimator.n_steps_,
        "stopped_because": getattr(estimator, "stopped_because_", None),
        "log_likelihood": _likelihood(estimator) if restricted else None,
    }


def _words(levels: list[Any] | None) -> str:
    return "" if levels is None else listed(levels)


def _parameters(machine: Machine) -> int:
    estimator = machine.estimator
    if machine.restricted:
        return sum(len(array.ravel()) for array in estimator._model.params)
    return len(estimator.weights_) + len(estimator.biases_)


def _likelihood(estimator: Any) -> dict[str, float] | None:
    """Give the mean ln p of the training rows, with its error and bracket, where ln Z is in the file."""
    if estimator._model.known_log_partition is None or not math.isfinite(estimator.log_likelihood_):
        return None
    lowest, highest = estimator.log_likelihood_bracket_
    error = estimator.log_likelihood_error_
    return {"mean": estimator.log_likelihood_, "error": error, "lowest": lowest, "highest": highest}


def info_machine(machine: Machine, voice: Voice) -> None:
    """Show it."""
    found, estimator = summary(machine), machine.estimator
    size = "x".join(map(str, machine.shape))
    likelihood, unit = found["log_likelihood"], "epochs" if machine.restricted else "steps"
    words = {
        "estimator": found["estimator"],
        "visible": f"{size} columns, {machine.kind}",
        "hidden": f"{found['hidden']} units",
        "links": None
        if machine.restricted
        else f"{len(estimator.weights_):,}, at temperature {estimator.temperature:g}",
        "parameters": f"{found['parameters']:,}",
        "labels": found["classes"] and listed(found["classes"]),
        "learned by": found["learning"],
        unit: found[unit] and f"{found[unit]}, stopped: {found['stopped_because']}",
        "log-likelihood": likelihood
        and "{mean:.4f} nats a training row ± {error:.4f}, from {lowest:.4f} to {highest:.4f}".format(**likelihood),
    }
    voice.table(["", ""], [[name, str(value)] for name, value in words.items() if value])
    if machine.named and len(machine.shape) == 1 and len(machine.names) <= MOST_COLUMNS:
        voice.say()
        voice.table(["column", "kind", "detail"], [list(column.values()) for column in found["columns"]])
    voice.tell(found)

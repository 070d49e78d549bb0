"""`dendrax info MODEL`: what a model file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dendrax.cli.info_machine import info_machine
from dendrax.cli.machine import Machine
from dendrax.cli.model import read_model
from dendrax.cli.voice import Voice
from dendrax.data.targets import ClassTarget
from dendrax.nn.dense import Dense
from dendrax.predictor.network_model import NetworkModel


def network_in_words(model: NetworkModel) -> str:
    """Write a network as its layers, from the inputs to the output units."""
    layers = [layer for layer in model.network.layers if isinstance(layer, Dense)]
    inputs = next(iter(p for p in model.params if "weights" in p))["weights"].shape[0]
    return " → ".join([f"{inputs} inputs", *(f"{layer.units} {layer.activation}" for layer in layers)])


def summary(predictor: Any) -> dict[str, Any]:
    """Describe a model in JSON values."""
    about, target, model = predictor.about, predictor.target, predictor.model
    network = isinstance(model, NetworkModel)
    classes = target.labels.tolist() if isinstance(target, ClassTarget) else None
    arrays = [a for layer in model.params for a in layer.values()] if network else [model.weights, model.biases]
    columns = [] if predictor.encoder is None else predictor.encoder.describe()
    return {
        "estimator": about.get("estimator"),
        "network": network_in_words(model) if network else f"linear, {model.output}",
        "parameters": sum(a.size for a in arrays),
        "target": about.get("target_name"),
        "classes": classes,
        "columns": [{"name": name, "kind": kind, "detail": detail} for name, kind, detail in columns],
        "test_scores": about.get("test_scores"),
        "epochs": about.get("fitted", {}).get("n_iter_"),
        "stopped_because": about.get("fitted", {}).get("stopped_because_"),
    }


def run(model: Path, *, as_json: bool, quiet: bool) -> None:
    """Run the command."""
    voice = Voice(as_json=as_json, quiet=quiet and as_json)
    opened = read_model(model)
    if isinstance(opened, Machine):
        info_machine(opened, voice)
        return
    found = summary(opened)
    words = {
        "estimator": found["estimator"],
        "network": f"{found['network']}, {found['parameters']:,} parameters",
        "predicts": found["target"] or "an answer",
        "classes": None if found["classes"] is None else ", ".join(map(str, found["classes"][:12])),
        "epochs": found["epochs"] and f"{found['epochs']}, stopped: {found['stopped_because']}",
        "on test rows": found["test_scores"]
        and "  ".join(f"{name} {value:.4g}" for name, value in found["test_scores"].items() if value is not None),
    }
    voice.table(["", ""], [[name, str(value)] for name, value in words.items() if value])
    if found["columns"]:
        voice.say()
        voice.table(["column", "kind", "detail"], [list(column.values()) for column in found["columns"]])
    voice.tell(found)

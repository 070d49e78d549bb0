"""What `dendrax fit` was asked for, and the estimator that does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dendrax.cli.settings import parse_layers, parse_settings
from dendrax.core.constraints import FLAG, HyperparameterError, OneOf, check


@dataclass(frozen=True)
class Request:
    """What was typed."""

    data: Path
    target: str
    layers: str
    test: str
    output: Path
    seed: int
    time_limit: float | None
    checkpoint: Path | None
    settings: list[str]
    refit: bool
    encoding: str | None = None


def run(model: str, target: str | None, typed: dict[str, Any], *, as_json: bool, quiet: bool) -> int:
    """Have a network learn that predicts, or a restricted Boltzmann machine; the exit code."""
    if model == "rbm":
        from dendrax.cli import fit_machine

        return fit_machine.run(fit_machine.request_of(target, typed), as_json=as_json, quiet=quiet)
    if model != "network":
        raise HyperparameterError(f"--model must be network or rbm; got {model!r}")
    if target is None:
        raise HyperparameterError("--target must name the column to predict, unless --model is rbm")
    from dendrax.cli import fit

    return fit.run(Request(target=target, **typed), as_json=as_json, quiet=quiet)


def estimator_of(request: Request, classes: bool, *, quiet: bool = False) -> Any:
    """Make the estimator that was asked for."""
    from dendrax import NeuralClassifier, NeuralRegressor

    kind = NeuralClassifier if classes else NeuralRegressor
    known = set(kind().get_params()) - {"layers", "random_state", "time_limit", "checkpoint"}
    estimator = kind(
        layers=parse_layers(request.layers),
        random_state=request.seed,
        time_limit=request.time_limit,
        checkpoint=request.checkpoint,
        **parse_settings(request.settings, known),
    )
    check("verbose", estimator.verbose, (OneOf(("auto",)), *FLAG))  # also where --quiet takes its place
    return estimator.set_params(verbose=False if quiet else estimator.verbose)


def again(estimator: Any) -> Any:
    """Make the estimator anew, to train on all rows; the checkpoint belongs to the first run."""
    estimator.set_params(checkpoint=None)
    return type(estimator)(**estimator.get_params(deep=False))

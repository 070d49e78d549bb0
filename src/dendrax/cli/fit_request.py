"""What `dendrax fit` was asked for, and the estimator that does it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dendrax.cli.settings import parse_layers, parse_settings
from dendrax.core.constraints import FLAG, HyperparameterError, OneOf, check

NETWORK, RBM = "network", "rbm"


@dataclass(frozen=True)
class Request:
    """What was typed; `target` is empty where no column is to be predicted."""

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
    model: str = NETWORK


def estimator_of(request: Request, classes: bool, *, quiet: bool = False) -> Any:
    """Make the estimator that was asked for."""
    from dendrax import NeuralClassifier, NeuralRegressor

    kind = NeuralClassifier if classes else NeuralRegressor
    own = {
        "layers": parse_layers(request.layers),
        "random_state": request.seed,
        "time_limit": request.time_limit,
        "checkpoint": request.checkpoint,
    }
    return _made(kind, own, request, quiet)


def machine_of(request: Request, *, quiet: bool = False) -> Any:
    """Make the restricted machine that was asked for; what cannot apply to one raises."""
    from dendrax import RestrictedBoltzmannMachine
    from dendrax.estimators.restricted_options import check_options

    alien = {"--layers": request.layers != "auto", "--checkpoint": request.checkpoint, "--refit": request.refit}
    for option, given in alien.items():
        if given:
            raise HyperparameterError(f"{option} must be left out with --model rbm, to which it cannot apply")
    own = {"labels": bool(request.target), "random_state": request.seed, "time_limit": request.time_limit}
    machine = _made(RestrictedBoltzmannMachine, own, request, quiet)
    check_options(machine)
    return machine


def _made(kind: Any, own: dict[str, Any], request: Request, quiet: bool) -> Any:
    """Make an estimator of what has options of its own and of every --set."""
    settings = parse_settings(request.settings, set(kind().get_params()) - set(own))
    estimator = kind(**own, **settings)
    check("verbose", estimator.verbose, (OneOf(("auto",)), *FLAG))  # also where --quiet takes its place
    return estimator.set_params(verbose=False if quiet else estimator.verbose)


def again(estimator: Any) -> Any:
    """Make the estimator anew, to train on all rows; the checkpoint belongs to the first run."""
    estimator.set_params(checkpoint=None)
    return type(estimator)(**estimator.get_params(deep=False))

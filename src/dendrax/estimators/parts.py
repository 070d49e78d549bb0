"""The parts of a training run, by name or as objects: loss, optimiser, schedule; and which of them go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dendrax.core.constraints import HyperparameterError
from dendrax.learning.descent import Optimiser
from dendrax.learning.lbfgs import LBFGS
from dendrax.learning.optimisers import OPTIMISERS, Sgd
from dendrax.learning.schedules import SCHEDULES
from dendrax.nn.dropout import Dropout
from dendrax.nn.layer import Layer
from dendrax.nn.losses import LOSSES, CrossEntropy, Loss
from dendrax.nn.own_loss import Own
from dendrax.nn.residual import Residual


def part_of(kinds: Mapping[str, type], given: Any) -> Any:
    """Make the part of a name; a part stays as it is."""
    return kinds[given]() if isinstance(given, str) else given


def loss_of(options: dict[str, Any], classification: bool) -> Loss:
    """Decide the loss.

    Parameters
    ----------
    options : dict
        Checked hyper-parameters.
    classification : bool
        Whether the targets are classes.

    Returns
    -------
    Loss
        What training minimises.

    Raises
    ------
    HyperparameterError
        If the loss does not go with the targets, or label smoothing not with the loss.
    """
    given = options["loss"]
    if isinstance(given, str) and given == "auto":
        given = "cross_entropy" if classification else "squared"
    loss = Own(given) if callable(given) and not isinstance(given, Loss) else part_of(LOSSES, given)
    if not (loss.classes if classification else loss.numbers):
        allowed = [name for name, kind in LOSSES.items() if (kind.classes if classification else kind.numbers)]
        raise HyperparameterError(
            f"loss must be one of {', '.join(map(repr, allowed))} or your own for "
            f"{'classes' if classification else 'numbers'}; got {given!r}"
        )
    smoothing = options.get("label_smoothing", 0.0)
    if smoothing and not isinstance(loss, CrossEntropy):
        raise HyperparameterError(
            f"label_smoothing must be 0 unless loss is 'cross_entropy'; got label_smoothing={smoothing!r} "
            f"with loss={given!r}"
        )
    return replace(loss, smoothing=smoothing) if smoothing else loss


def optimiser_of(options: dict[str, Any], layers: Sequence[Layer]) -> Optimiser:
    """Decide the optimiser.

    Parameters
    ----------
    options : dict
        Checked hyper-parameters.
    layers : sequence of Layer
        The hidden layers.

    Returns
    -------
    Optimiser
        With the momentum that was asked for.

    Raises
    ------
    HyperparameterError
        If momentum, batch size, clipping or dropout do not go with it.
    """
    given = options["optimiser"]
    optimiser = part_of(OPTIMISERS, "adamw" if isinstance(given, str) and given == "auto" else given)
    momentum = options["momentum"]
    if momentum and not (isinstance(optimiser, Sgd) and isinstance(given, str)):
        raise HyperparameterError(
            f"momentum must be 0 unless optimiser is 'sgd' or 'nesterov'; got momentum={momentum!r} "
            f"with optimiser={given!r}"
        )
    if isinstance(optimiser, LBFGS):
        _check_lbfgs(options, layers)
    return replace(optimiser, momentum=momentum) if momentum else optimiser


def _check_lbfgs(options: dict[str, Any], layers: Sequence[Layer]) -> None:
    if options["batch_size"] not in ("auto", None):
        raise HyperparameterError(
            f"batch_size must be None with optimiser='lbfgs', which sees all rows; got {options['batch_size']!r}"
        )
    if options["clip_gradient"] is not None:
        raise HyperparameterError(
            f"clip_gradient must be None with optimiser='lbfgs', which searches along a line; "
            f"got {options['clip_gradient']!r}"
        )
    if any(isinstance(layer, Dropout) for layer in each(layers)):
        raise HyperparameterError(
            "layers must hold no Dropout with optimiser='lbfgs', whose loss must not change from step to step; got one"
        )


def with_holes(choices: Any, *targets: Any) -> Any:
    """Let the loss of the choices pass over missing targets, where there are any."""
    given = [y for y in targets if y is not None]
    if not any(y.ndim == 2 and y.dtype.kind == "f" and np.isnan(y).any() for y in given):
        return choices
    if not hasattr(choices.loss, "holes"):
        raise ValueError("y must hold no missing targets with a loss of your own; got NaN")
    return replace(choices, loss=replace(choices.loss, holes=True))


def check_counts(loss: Loss, **targets: np.ndarray | None) -> None:
    """Refuse targets below 0 where the loss is of counts."""
    for name, y in targets.items():
        if loss.counts and y is not None and np.nanmin(y) < 0:
            raise ValueError(f"{name} must hold numbers of 0 and more with loss={loss.name!r}; got {np.nanmin(y):g}")


def learns_in_parts(estimator: Any) -> bool:
    """Say whether there is a `partial_fit`."""
    if estimator.optimiser == "lbfgs" or isinstance(estimator.optimiser, LBFGS):
        raise AttributeError("partial_fit must have another optimiser than 'lbfgs', which sees all rows at once")
    return True


def refuse_in_parts(options: dict[str, Any]) -> None:
    """Refuse what `partial_fit` cannot do: it knows neither the end of training nor all rows."""
    if options["checkpoint"] is not None:
        raise HyperparameterError(f"checkpoint must be None in partial_fit; got {options['checkpoint']!r}")
    if part_of(SCHEDULES, options["schedule"]).needs_end:
        endless = " or ".join(repr(name) for name, kind in SCHEDULES.items() if not kind.needs_end)
        raise HyperparameterError(
            f"schedule must be {endless} in partial_fit, which knows no end of training; got {options['schedule']!r}"
        )
    if isinstance(options.get("class_weight"), str):
        raise HyperparameterError(
            "class_weight must be None or a dict of labels to weights in partial_fit, which does not see all rows; "
            f"got {options['class_weight']!r}"
        )


def each(layers: Sequence[Layer]) -> Iterator[Layer]:
    """Walk over layers, those inside of blocks too."""
    for layer in layers:
        yield layer
        if isinstance(layer, Residual):
            yield from each(layer.layers)

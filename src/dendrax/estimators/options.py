"""The hyper-parameters of the neural estimators: what each must be, and `recipe="course"`.

The recipe of the course, to the letter: E = ½ Σ (y − a)², plain gradient descent, one sample at a time in the given
order, inputs as they are, output units identity for numbers, sigmoid for 0/1 and 1-of-K, tanh (or step) for −1/+1.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.core.constraints import FLAG, Exactly, HyperparameterError, OneOf, Real, Such, Whole, check_all
from dendrax.estimators.hyperparameters import MAY_BE_ABSENT
from dendrax.learning.descent import Optimiser
from dendrax.learning.optimisers import OPTIMISERS
from dendrax.learning.schedules import SCHEDULES, Schedule
from dendrax.nn.activations import ACTIVATIONS
from dendrax.nn.layer import Layer
from dendrax.nn.losses import LOSSES, Loss
from dendrax.predictor.functions import Absent

AUTO = OneOf(("auto",))
NONE = Exactly(None)
LARGEST = 1e38  # what float32 holds with ease


def _are_layers(value: Any) -> bool:
    whole = Whole(1)
    return isinstance(value, (list, tuple)) and all(isinstance(v, Layer) or whole.allows(v) for v in value)


def _are_class_weights(value: Any) -> bool:
    return isinstance(value, Mapping) and all(Real(0).allows(weight) for weight in value.values())


def _is_loss(value: Any) -> bool:
    return isinstance(value, Loss) or (callable(value) and not isinstance(value, type))


def _is_optimiser(value: Any) -> bool:
    return isinstance(value, Optimiser)


def _is_metric(value: Any) -> bool:
    return isinstance(value, str) or callable(value)


def _are_callbacks(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(callable(v) for v in value)


def _is_schedule(value: Any) -> bool:
    return isinstance(value, Schedule)


CONSTRAINTS = {
    "layers": (AUTO, Such(_are_layers, "a list of layers or ints of 1 or more", ([0], [1.5], 16, ["relu"]))),
    "loss": (OneOf(("auto", *LOSSES)), Such(_is_loss, "a Loss or a function of y and a", (1.5,))),
    "optimiser": (OneOf(("auto", *OPTIMISERS)), Such(_is_optimiser, "an Optimiser", (1.5,))),
    "learning_rate": (AUTO, Real(0, LARGEST, open_low=True)),
    "batch_size": (AUTO, NONE, Whole(1)),
    "max_epochs": (AUTO, Whole(1, 2**31 - 1)),
    "tolerance": (Real(0, LARGEST),),
    "patience": (AUTO, Whole(1, 2**31 - 1)),
    "validation_fraction": (AUTO, Real(0, 1, open_high=True)),
    "weight_decay": (AUTO, Real(0, LARGEST)),
    "momentum": (Real(0, 1, open_high=True),),
    "schedule": (OneOf(("auto", *SCHEDULES)), Such(_is_schedule, "a Schedule", (1.5,))),
    "clip_gradient": (NONE, Real(0, LARGEST, open_low=True)),
    "label_smoothing": (Real(0, 1, open_high=True),),
    "output_activation": (OneOf(("auto", *ACTIVATIONS)),),
    "class_weight": (
        NONE,
        OneOf(("balanced",)),
        Such(_are_class_weights, "a mapping of labels to weights", (1.5,)),
    ),
    "multi_label": FLAG,
    "prepare": (AUTO, NONE),
    "recipe": (NONE, OneOf(("course",))),
    "time_limit": (NONE, Real(0, open_low=True)),
    "checkpoint": (NONE, Such(lambda v: isinstance(v, (str, os.PathLike)), "a path", (1.5,))),
    "metric": (NONE, Such(_is_metric, "a scorer of scikit-learn, its name, or a function of y and answers", (1.5,))),
    "callbacks": (NONE, Such(_are_callbacks, "a list of functions", (1.5, [3]))),
    "warm_start": FLAG,
    "verbose": (AUTO, *FLAG),
}
FREE_IN_COURSE = {
    "layers",
    "learning_rate",
    "max_epochs",
    "tolerance",
    "output_activation",
    "random_state",
    "verbose",
    "recipe",
}
COURSE = {
    "loss": "squared",
    "optimiser": "sgd",
    "batch_size": 1,
    "patience": 10,
    "validation_fraction": 0.0,
    "weight_decay": 0.0,
    "schedule": "constant",
    "prepare": None,
    "shuffle": False,
    "recoveries": 0,
}
RECOVERIES = 5


def check_options(estimator: Any, *, to_fit: bool = True) -> dict[str, Any]:
    """Check the hyper-parameters of an estimator and settle its recipe.

    Parameters
    ----------
    estimator : BaseEstimator
        Its parameters are read, not changed.
    to_fit : bool, default=True
        Whether every function must be there; a model from a file may lack some.

    Returns
    -------
    dict
        Every hyper-parameter, and whether to shuffle and how often to recover from divergence.

    Raises
    ------
    HyperparameterError
        Naming the hyper-parameter, what it must be and what came.
    """
    options = estimator.get_params(deep=False)
    if to_fit:
        _refuse_absent(options)
    check_all(options, CONSTRAINTS)
    _require_folder(options["checkpoint"])
    if options["recipe"] == "course":
        _refuse_others(estimator, options)
        options |= COURSE
        options["layers"] = [] if options["layers"] == "auto" else options["layers"]
        options["max_epochs"] = 200 if options["max_epochs"] == "auto" else options["max_epochs"]
    return {"shuffle": True, "recoveries": RECOVERIES, "in_parts": False} | options


def _refuse_absent(options: dict[str, Any]) -> None:
    """Raise if a hyper-parameter is a function that a model file names and nobody gave."""
    for name in MAY_BE_ABSENT:
        value = options[name]
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(one, Absent):
                raise HyperparameterError(
                    f"{name} must be set before fit: its function {one.name!r} stands in no file; give it to load, "
                    f"functions={{{one.name!r}: …}}, or to set_params({name}=…)"
                )


def _require_folder(checkpoint: str | os.PathLike[str] | None) -> None:
    if checkpoint is None:
        return
    folder = Path(checkpoint).resolve().parent
    if not folder.is_dir():
        raise HyperparameterError(
            f"checkpoint must be a file in a folder that exists; got {os.fspath(checkpoint)!r}, and no folder {folder}"
        )


def _refuse_others(estimator: Any, options: dict[str, Any]) -> None:
    usual = type(estimator)().get_params(deep=False)
    for name, value in options.items():
        if name not in FREE_IN_COURSE and value is not usual[name] and value != usual[name]:
            raise HyperparameterError(
                f"{name} must be left out with recipe='course', which settles it; got {name}={value!r}"
            )


def output_activation(options: dict[str, Any], loss: Loss, units: int, usual: str, labels: np.ndarray | None) -> str:
    """Choose the output units.

    Parameters
    ----------
    options : dict
        Checked hyper-parameters.
    loss : Loss
        The loss, decided.
    units : int
        Output units.
    usual : str
        What the targets ask for.
    labels : ndarray or None
        The classes; None for numbers.

    Returns
    -------
    str
        The name of the activation function.

    Raises
    ------
    HyperparameterError
        If the user's choice does not go with the targets or the loss.
    """
    chosen, allowed = options["output_activation"], loss.activations
    if chosen == "auto":
        if options["recipe"] == "course" and labels is not None:
            return "tanh" if labels.tolist() == [-1, 1] else "sigmoid"
        return usual if allowed is None or usual in allowed else allowed[0]
    if allowed is not None and chosen not in allowed:
        raise HyperparameterError(
            f"output_activation must be {' or '.join(map(repr, allowed))} with loss={loss.name!r}; got {chosen!r}"
        )
    if chosen == "softmax":
        _refuse_softmax(units, usual, labels)
    return chosen


def _refuse_softmax(units: int, usual: str, labels: np.ndarray | None) -> None:
    """Raise unless there are several units that exclude each other."""
    if units > 1 and (labels is None or usual == "softmax"):
        return
    if labels is None:
        must = "other than 'softmax' for one number, whose only unit would always be 1"
    else:
        must = f"'sigmoid' for {'two classes' if units == 1 else 'several labels a row'}"
    raise HyperparameterError(f"output_activation must be {must}; got 'softmax'")

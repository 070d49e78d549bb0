"""A `RestrictedBoltzmannMachine` in a file of its own kind: the machine, its hyper-parameters, how it learned.

The machine itself is described by `dendrax.predictor.restricted_file`; the curves have one number an epoch.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from dendrax.core.constraints import Exactly, OneOf, Real, Such, Whole
from dendrax.estimators.machine_file import Given, MachineFile, Taken
from dendrax.estimators.restricted_boltzmann_machine import RestrictedBoltzmannMachine
from dendrax.estimators.restricted_options import CONSTRAINTS
from dendrax.learning.stopping import REASONS
from dendrax.predictor.about import is_curve
from dendrax.predictor.file import ModelFileError
from dendrax.predictor.restricted_file import PARTS, machine_from_json, machine_to_json

KIND, FORMAT = "machine", 1
CURVES = ("log_likelihood", "validation_log_likelihood", "free_energy_gap", "learning_rate", "largest_weight")
FITTED = {
    "n_features_in_": (Whole(1),),
    "n_iter_": (Whole(0, 2**31 - 1),),
    "stopped_because_": (OneOf(tuple(REASONS.values())),),
    "mean_log_weight": (Exactly(None), Real()),
    **dict.fromkeys(CURVES, (Such(is_curve, "a row of finite numbers"),)),
}


def _take(estimator: RestrictedBoltzmannMachine) -> Taken:
    check_is_fitted(estimator)
    for name, was in (("visible", estimator._model.coding.kind), ("labels", estimator._model.labelled)):
        now = getattr(estimator, name)
        if now != was:
            raise ModelFileError(f"{name} must be {was!r} as it was in fit to be saved; got {now!r}")
    mean = estimator._mean_log_weight
    fitted = {
        "n_features_in_": int(estimator.n_features_in_),
        "n_iter_": estimator.n_iter_,
        "stopped_because_": estimator.stopped_because_,
        "mean_log_weight": mean if np.isfinite(mean) else None,
    } | {name: _curve(estimator.history_[name]) for name in CURVES}
    return Taken(*machine_to_json(estimator._model), fitted)


def _curve(values: list[float]) -> np.ndarray:
    curve = np.array(values, np.float64)
    return np.where(np.isfinite(curve), curve, np.nan)


def _of_json(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _build(given: Given) -> RestrictedBoltzmannMachine:
    fitted, names = given.fitted, given.feature_names
    model = machine_from_json(given.machine, given.arrays, names or ())
    machine = RestrictedBoltzmannMachine(**{name: _of_json(value) for name, value in given.hyperparameters.items()})
    agree = (
        machine.visible == model.coding.kind
        and machine.labels == model.labelled
        and fitted["n_features_in_"] == model.coding.columns == (model.coding.columns if names is None else len(names))
        and all(len(fitted[name]) == fitted["n_iter_"] for name in CURVES)
    )
    if not agree:
        raise ValueError("is damaged: its hyper-parameters and curves must agree with the machine in it")
    machine._model = model
    machine._mean_log_weight = np.nan if fitted["mean_log_weight"] is None else fitted["mean_log_weight"]
    machine.n_features_in_, machine.n_iter_ = fitted["n_features_in_"], fitted["n_iter_"]
    machine.stopped_because_ = fitted["stopped_because_"]
    epochs = {"epoch": list(range(1, machine.n_iter_ + 1))}
    machine.history_ = epochs | {name: fitted[name].tolist() for name in CURVES}
    return machine


FILE = MachineFile(KIND, FORMAT, RestrictedBoltzmannMachine, CONSTRAINTS, PARTS, FITTED, _take, _build)

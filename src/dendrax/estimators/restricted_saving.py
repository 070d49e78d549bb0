"""A `RestrictedBoltzmannMachine` in a file of its own kind: the machine, its hyper-parameters, how it learned.

write   estimator → description, arrays → sealed bytes → the disk, whole or not at all
read    the disk → checksum → limits → each field by its rule → the parts against each other → estimator
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from dendrax.core.atomic import write_atomically
from dendrax.core.canonical_json import dumped, loaded
from dendrax.core.constraints import Exactly, OneOf, Real, Such, Whole
from dendrax.core.described import fields_of
from dendrax.core.sealed import Arrays, judge_start, seal, unseal
from dendrax.estimators.hyperparameters import hyperparameters_from_json, hyperparameters_to_json
from dendrax.estimators.restricted_boltzmann_machine import RestrictedBoltzmannMachine
from dendrax.estimators.restricted_options import CONSTRAINTS
from dendrax.learning.stopping import REASONS
from dendrax.predictor.about import about_from_json, about_to_json, is_curve
from dendrax.predictor.file import ModelFileError
from dendrax.predictor.functions import Functions
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


def save_machine(estimator: RestrictedBoltzmannMachine, path: str | os.PathLike[str]) -> None:
    """Write a fitted machine to one file, whole or not at all.

    Parameters
    ----------
    estimator : RestrictedBoltzmannMachine
        A fitted one.
    path : path
        The file.

    Raises
    ------
    ModelFileError
        If it is nothing that `load` would take; no file is touched then.
    """
    check_is_fitted(estimator)
    described, arrays = machine_to_json(estimator._model)
    about, curves = about_to_json(_about(estimator))
    described |= {"about": about}
    arrays |= curves
    try:
        _estimator_of(loaded(dumped(described)), arrays)
        content = seal(KIND, FORMAT, described, arrays)
    except ValueError as error:
        raise ModelFileError(f"the machine cannot be saved: {error}") from None
    write_atomically(path, content)


def _about(estimator: RestrictedBoltzmannMachine) -> dict[str, Any]:
    names = getattr(estimator, "feature_names_in_", None)
    mean = estimator._mean_log_weight
    return {
        "estimator": type(estimator).__name__,
        "hyperparameters": hyperparameters_to_json(estimator.get_params(deep=False), Functions()),
        "fitted": {
            "n_features_in_": int(estimator.n_features_in_),
            "n_iter_": estimator.n_iter_,
            "stopped_because_": estimator.stopped_because_,
            "mean_log_weight": mean if np.isfinite(mean) else None,
        }
        | {name: _curve(estimator.history_[name]) for name in CURVES},
        "feature_names": None if names is None else [str(name) for name in names],
    }


def _curve(values: list[float]) -> np.ndarray:
    curve = np.array(values, np.float64)
    return np.where(np.isfinite(curve), curve, np.nan)


def judge(start: bytes) -> None:
    """Look at the first bytes: raise where the rest need not be read."""
    judge_start(start, KIND, FORMAT)


def read_machine(content: bytes | bytearray, functions: Functions) -> RestrictedBoltzmannMachine:
    """Read a machine from the content of its file.

    Parameters
    ----------
    content : bytes
        The whole file.
    functions : Functions
        Functions of the user's own, of which a machine has none.

    Returns
    -------
    RestrictedBoltzmannMachine
        Fitted, with the hyper-parameters that it had.

    Raises
    ------
    ValueError
        If it is damaged, or was made by a newer version.
    """
    functions.refuse_strange()
    return _estimator_of(*unseal(content, KIND, FORMAT))


def _estimator_of(described: Any, arrays: Arrays) -> RestrictedBoltzmannMachine:
    given = fields_of("a machine", described, PARTS)
    about, own = about_from_json(given["about"], arrays)
    if about.get("estimator") != RestrictedBoltzmannMachine.__name__:
        raise ValueError("is damaged: its estimator must be a RestrictedBoltzmannMachine")
    model = machine_from_json(given, own)
    known = set(RestrictedBoltzmannMachine().get_params(deep=False))
    values = hyperparameters_from_json(about.get("hyperparameters"), known, CONSTRAINTS, Functions())
    fitted = fields_of("what was fitted", about.get("fitted"), FITTED)
    names = about.get("feature_names")
    machine = RestrictedBoltzmannMachine(**values)
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
    if names is not None:
        machine.feature_names_in_ = np.array(names, object)
    return machine

"""A `BoltzmannMachine` in a file of its own kind: links, weights, biases, and its hyper-parameters.

write   estimator → description, arrays → sealed bytes → the disk, whole or not at all
read    the disk → checksum → limits → each field by its rule → the parts against each other → estimator

Links of the user's own come back as the pairs that they are.
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.links import read_links
from dendrax.core.atomic import write_atomically
from dendrax.core.canonical_json import dumped, loaded
from dendrax.core.constraints import FLAG, Exactly, OneOf, Such, Whole
from dendrax.core.described import fields_of
from dendrax.core.sealed import Arrays, judge_start, seal, unseal
from dendrax.estimators.boltzmann_machine import CONSTRAINTS, BoltzmannMachine
from dendrax.estimators.hyperparameters import hyperparameters_from_json, hyperparameters_to_json
from dendrax.predictor.about import about_from_json, about_to_json
from dendrax.predictor.file import ModelFileError
from dendrax.predictor.functions import Functions

KIND, FORMAT = "symmetric", 1
PARTS = {
    "dense": FLAG,
    "n_visible": (Whole(1, 2**30),),
    "about": (Such(lambda value: isinstance(value, dict), "an object"),),
}
FITTED = {
    "n_steps_": (Whole(0, 2**31 - 1),),
    "stopped_because_": (Exactly(None), OneOf(("converged", "steps", "time", "interrupted"))),
}
ARRAYS = {"links": np.int32, "weights": np.float64, "biases": np.float64}


def save_symmetric(estimator: BoltzmannMachine, path: str | os.PathLike[str]) -> None:
    """Write a fitted machine to one file, whole or not at all.

    Parameters
    ----------
    estimator : BoltzmannMachine
        A fitted one.
    path : path
        The file.

    Raises
    ------
    ModelFileError
        If it is nothing that `load` would take; no file is touched then.
    """
    check_is_fitted(estimator, "network_")
    network = estimator.network_
    about, curves = about_to_json(_about(estimator))
    described = {
        "dense": isinstance(estimator.links, str),
        "n_visible": estimator.n_visible_,
        "about": about,
    }
    arrays = {"links": network.links, "weights": network.weights, "biases": network.biases} | curves
    try:
        _machine_of(loaded(dumped(described)), arrays)
        content = seal(KIND, FORMAT, described, arrays)
    except ValueError as error:
        raise ModelFileError(f"the machine cannot be saved: {error}") from None
    write_atomically(path, content)


def _about(estimator: BoltzmannMachine) -> dict[str, Any]:
    names = getattr(estimator, "feature_names_in_", None)
    params = {name: value for name, value in estimator.get_params(deep=False).items() if name != "links"}
    return {
        "estimator": type(estimator).__name__,
        "hyperparameters": hyperparameters_to_json(params, Functions()),
        "fitted": {name: getattr(estimator, name, 0 if name == "n_steps_" else None) for name in FITTED},
        "feature_names": None if names is None else [str(name) for name in names],
    }


def judge(start: bytes) -> None:
    """Look at the first bytes: raise where the rest need not be read."""
    judge_start(start, KIND, FORMAT)


def read_machine(content: bytes | bytearray, functions: Functions) -> BoltzmannMachine:
    """Read a machine from the content of its file.

    Parameters
    ----------
    content : bytes
        The whole file.
    functions : Functions
        Functions of the user's own, of which a machine has none.

    Returns
    -------
    BoltzmannMachine
        Fitted, with the hyper-parameters that it had.

    Raises
    ------
    ValueError
        If it is damaged, or was made by a newer version.
    """
    functions.refuse_strange()
    return _machine_of(*unseal(content, KIND, FORMAT))


def _machine_of(described: Any, arrays: Arrays) -> BoltzmannMachine:
    given = fields_of("a machine", described, PARTS)
    about, own = about_from_json(given["about"], arrays)
    if about.get("estimator") != BoltzmannMachine.__name__:
        raise ValueError("is damaged: its estimator must be a BoltzmannMachine")
    known = set(BoltzmannMachine().get_params(deep=False)) - {"links"}
    values = hyperparameters_from_json(about.get("hyperparameters"), known, CONSTRAINTS, Functions())
    fitted = fields_of("what was fitted", about.get("fitted"), FITTED)
    network = _network(own, values.get("states", "01"), given["dense"])
    machine = BoltzmannMachine(links="dense" if given["dense"] else network.links, **values)
    names = about.get("feature_names")
    if given["n_visible"] + machine.n_hidden != network.n_units or len(names or []) not in (0, given["n_visible"]):
        raise ValueError("is damaged: its units must be the visible and the hidden ones, with a name for each visible")
    machine._learned(network, given["n_visible"])
    machine.n_steps_ = fitted["n_steps_"]
    if fitted["stopped_because_"] is not None:
        machine.stopped_because_ = fitted["stopped_because_"]
    if names is not None:
        machine.feature_names_in_ = np.array(names, object)
    return machine


def _network(arrays: Arrays, states: str, dense: bool) -> SymmetricNetwork:
    if set(arrays) != set(ARRAYS):
        raise ValueError(f"a machine must have the arrays {', '.join(ARRAYS)}; got {', '.join(sorted(arrays))[:200]}")
    links, weights, biases = (arrays[name] for name in ARRAYS)
    shapes = {"links": (len(weights), 2), "weights": weights.shape[:1], "biases": biases.shape[:1]}
    for name, shape in shapes.items():
        if arrays[name].shape != shape or arrays[name].dtype != ARRAYS[name]:
            raise ValueError(f"array {name!r} must be of shape {shape} and type {np.dtype(ARRAYS[name])}")
    if not len(biases) or not np.isfinite(weights).all() or not np.isfinite(biases).all():
        raise ValueError("weights and biases must be finite numbers, a bias for each unit")
    whole = len(links) == len(biases) * (len(biases) - 1) // 2
    if (dense and not whole) or not np.array_equal(read_links(links, len(biases)) if len(links) else links, links):
        raise ValueError("links must be sorted pairs of units, each once")
    return SymmetricNetwork(links, weights, biases, states)

"""A `BoltzmannMachine` in a file of its own kind: links, weights, biases, and its hyper-parameters.

Links of the user's own come back as the pairs that they are.
"""

from __future__ import annotations

import numpy as np
from sklearn.utils.validation import check_is_fitted

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.links import read_links
from dendrax.core.constraints import FLAG, Exactly, HyperparameterError, OneOf, Such, Whole, check_all
from dendrax.core.sealed import Arrays
from dendrax.estimators.boltzmann_machine import BoltzmannMachine
from dendrax.estimators.machine_file import Given, MachineFile, Taken
from dendrax.estimators.symmetric_options import CONSTRAINTS

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


def _take(estimator: BoltzmannMachine) -> Taken:
    check_is_fitted(estimator, "network_")
    network = estimator.network_
    _require_agreement(estimator, network)
    fitted = {name: getattr(estimator, name, 0 if name == "n_steps_" else None) for name in FITTED}
    arrays = {"links": network.links, "weights": network.weights, "biases": network.biases}
    return Taken({"dense": isinstance(estimator.links, str), "n_visible": estimator.n_visible_}, arrays, fitted)


def _require_agreement(estimator: BoltzmannMachine, network: SymmetricNetwork) -> None:
    """Refuse hyper-parameters that were changed after the machine was fitted, and say something else than it does."""
    options, n = estimator.get_params(deep=False), network.n_units
    check_all(options, CONSTRAINTS)
    fitted = {"states": network.states, "n_hidden": n - estimator.n_visible_}
    for name, value in fitted.items():
        if options[name] != value:
            raise HyperparameterError(
                f"{name} must be that of the fitted machine, {value!r}, to save; got {options[name]!r}"
            )
    try:
        same = np.array_equal(read_links(estimator.links, n), network.links)
    except ValueError:
        same = False
    if not same:
        raise HyperparameterError("links must be those of the fitted machine to save; fit again to learn others")


def _build(given: Given) -> BoltzmannMachine:
    dense, n_visible, values = given.machine["dense"], given.machine["n_visible"], given.hyperparameters
    network = _network(given.arrays, values.get("states", "01"), dense)
    machine = BoltzmannMachine(links="dense" if dense else network.links, **values)
    names = given.feature_names
    if n_visible + machine.n_hidden != network.n_units or len(names or []) not in (0, n_visible):
        raise ValueError("is damaged: its units must be the visible and the hidden ones, with a name for each visible")
    return machine._learned(network, n_visible, given.fitted["n_steps_"], given.fitted["stopped_because_"])


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


FILE = MachineFile(
    KIND, FORMAT, BoltzmannMachine, CONSTRAINTS, PARTS, FITTED, _take, _build, apart=frozenset({"links"})
)

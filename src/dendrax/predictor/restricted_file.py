"""A restricted machine in a file: JSON and arrays, and back after every check.

    {"coding": {"kind": "binary", "columns": 784, "levels": null, "classes": null}, "log_partition": {…} or null}
    weights, visible_biases, hidden_biases, log_precisions, means (float32)     mean, scale (float64)    chains (uint8)

The arrays must fit the visible units that the coding asks for. What labels and levels are is written beside them:
{"type": "text" | "whole" | "real" | "truth", "values": […]}, sorted, each once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from dendrax.boltzmann.log_partition import LogPartition
from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.visible_coding import KINDS, Coding
from dendrax.core.constraints import Exactly, OneOf, Real, Such, Whole
from dendrax.core.described import fields_of
from dendrax.core.limits import within
from dendrax.core.sealed import Arrays
from dendrax.predictor.restricted_model import RestrictedModel

OBJECT = Such(lambda value: isinstance(value, dict), "an object")
LIST = Such(lambda value: isinstance(value, list), "a list")
NONE = Exactly(None)
PARTS = {"coding": (OBJECT,), "log_partition": (NONE, OBJECT), "about": (OBJECT,)}
CODING = {"kind": (OneOf(KINDS),), "columns": (Whole(1, 2**24),), "levels": (NONE, LIST), "classes": (NONE, OBJECT)}
TYPES = {"text": ("U", str), "whole": ("i", int), "real": ("f", float), "truth": ("b", bool)}
VALUES = {"type": (OneOf(tuple(TYPES)),), "values": (LIST,)}
EFFECTIVE = Such(lambda v: isinstance(v, list) and len(v) == 2 and all(Real(0).allows(n) for n in v), "two numbers")
LOG_PARTITION = {
    "value": (Real(),),
    "error": (Real(0),),
    "low": (Real(),),
    "high": (Real(),),
    "effective": (NONE, EFFECTIVE),
    "chains": (Whole(0),),
}
NAMES = ("weights", "visible_biases", "hidden_biases", "log_precisions", "means", "mean", "scale", "chains")


def machine_to_json(model: RestrictedModel) -> tuple[dict[str, Any], Arrays]:
    """Describe a machine for a file.

    Parameters
    ----------
    model : RestrictedModel
        The machine.

    Returns
    -------
    dict
        JSON values.
    dict of str to ndarray
        Its arrays by name.
    """
    coding, known = model.coding, model.known_log_partition
    levels = [_values_to_json(levels) for levels in coding.levels] if coding.kind == "categorical" else None
    classes = None if coding.classes is None else _values_to_json(coding.classes)
    described = {
        "coding": {"kind": coding.kind, "columns": coding.columns, "levels": levels, "classes": classes},
        "log_partition": None if known is None else _log_partition_to_json(known),
    }
    arrays = {name: np.asarray(array) for name, array in model.params._asdict().items()}
    return described, arrays | {
        "means": model.means,
        "mean": coding.mean,
        "scale": coding.scale,
        "chains": model.chains,
    }


def _values_to_json(values: np.ndarray) -> dict[str, Any]:
    name = next(name for name, (kind, _) in TYPES.items() if values.dtype.kind in (kind, "u" if kind == "i" else kind))
    return {"type": name, "values": values.tolist()}


def _log_partition_to_json(found: LogPartition) -> dict[str, Any]:
    effective = list(found.effective) if found.chains else None
    return found._asdict() | {"effective": effective}


def machine_from_json(described: dict[str, Any], arrays: Arrays, names: Sequence[str] = ()) -> RestrictedModel:
    """Build a machine from its description, after every check.

    Parameters
    ----------
    described : dict
        What `machine_to_json` made, if all is well.
    arrays : dict of str to ndarray
        Its arrays.
    names : sequence of str
        The names of the columns, if they have any.

    Returns
    -------
    RestrictedModel
        The machine.

    Raises
    ------
    ValueError
        If the two are not such a description and its arrays.
    """
    coding = _coding(fields_of("the coding of its columns", described["coding"], CODING), arrays)
    params = _params(coding, arrays)
    coding = replace(coding, names=tuple(names) if len(names) == coding.columns else ())
    found = described["log_partition"]
    return RestrictedModel(
        coding, params, arrays["means"], arrays["chains"], None if found is None else _log_partition(found)
    )


def _coding(given: dict[str, Any], arrays: Arrays) -> Coding:
    columns, categorical = given["columns"], given["kind"] == "categorical"
    if categorical != (given["levels"] is not None) or (categorical and len(given["levels"]) != columns):
        raise ValueError("'levels' must be there for each categorical column, and for no other")
    for name in ("mean", "scale"):
        _require(arrays, name, (columns,), "float64")
    if not (arrays["scale"] > 0).all():
        raise ValueError("array 'scale' must hold numbers above 0")
    levels = tuple(_values(entry) for entry in given["levels"] or ())
    classes = None if given["classes"] is None else _values(given["classes"])
    return Coding(given["kind"], columns, arrays["mean"], arrays["scale"], levels, classes)


def _values(described: Any) -> np.ndarray:
    given = fields_of("a list of levels", described, VALUES)
    kind, type_ = TYPES[given["type"]]
    values = given["values"]
    if not values or any(type(value) is not type_ for value in values):
        raise ValueError(f"levels of type {given['type']!r} must be a list of such values")
    if kind == "U":  # the longest text sets the memory that each takes
        within("label", max(map(len, values)))
        within("labels", 4 * max(map(len, values)) * len(values))
    try:
        array = np.array(values)
    except (OverflowError, ValueError):
        array = np.empty(0)
    if array.dtype.kind not in (kind, "u" if kind == "i" else kind) or array.tolist() != values:
        raise ValueError(f"levels of type {given['type']!r} must be a list of such values")
    if not np.all(array[:-1] < array[1:]):
        raise ValueError("levels must be sorted, each once")
    return array


def _params(coding: Coding, arrays: Arrays) -> Params:
    visible = coding.visible
    if set(arrays) != set(NAMES):
        raise ValueError(f"a machine must have the arrays {', '.join(NAMES)}; got {', '.join(sorted(arrays))[:200]}")
    hidden = arrays["hidden_biases"].shape[0] if arrays["hidden_biases"].ndim == 1 else 0
    if hidden < 1:
        raise ValueError("array 'hidden_biases' must hold one number for each hidden unit")
    shapes = {
        "weights": (hidden, visible.size),
        "visible_biases": (visible.size,),
        "hidden_biases": (hidden,),
        "log_precisions": (visible.precisions,),
        "means": (visible.size,),
    }
    for name, shape in shapes.items():
        _require(arrays, name, shape, "float32")
    chains = arrays["chains"]
    if chains.dtype != np.uint8 or chains.ndim != 2 or chains.shape[1] != hidden or not len(chains) or chains.max() > 1:
        raise ValueError(f"array 'chains' must hold rows of 0 and 1, {hidden} each, as uint8")
    return Params(*(arrays[name] for name in Params._fields))  # type: ignore[arg-type]


def _require(arrays: Arrays, name: str, shape: tuple[int, ...], type_: str) -> None:
    array = arrays.get(name)
    if array is None or array.shape != shape or array.dtype != type_:
        came = "none" if array is None else f"{array.shape} of {array.dtype}"
        raise ValueError(f"array {name!r} must be of shape {shape} and type {type_}; got {came}")
    if not np.isfinite(array).all():
        raise ValueError(f"array {name!r} must hold finite numbers")


def _log_partition(described: Any) -> LogPartition:
    given = fields_of("ln Z", described, LOG_PARTITION)
    if (given["effective"] is None) != (given["chains"] == 0):
        raise ValueError("'effective' must be there exactly where there are chains")
    effective = (math.inf, math.inf) if given["effective"] is None else tuple(map(float, given["effective"]))
    return LogPartition(**{**given, "effective": effective})

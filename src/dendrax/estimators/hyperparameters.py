"""Hyper-parameters in a model file, and back: JSON for what JSON can hold, closed tables for the rest.

16                              an int of `layers`
{"layer": "Dense", …}           a layer of `layers`, from the closed table of `dendrax.predictor.layer_table`
{"optimiser": "adam", "fields": {…}}    an optimiser, a schedule or a loss with fields of its own, by its name
{"basis": [{"kind": "powers", …}, …]}   a basis, by its parts
{"mapping": [[k, v], …]}        a dict: `class_weight`
{"function": "quartic"}         a function of the user's own: a loss, a metric, a callback

What no file can hold (a generator of random numbers), or should not decide (where to write a checkpoint), is left out,
and has its default when the file is read. A function that only training needs may be absent when the file is read: an
`Absent` then stands in its place, with which `fit` refuses to train.
"""

from __future__ import annotations

import contextlib
import numbers
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

import numpy as np

from dendrax.core.constraints import Constraint, Constraints, Exactly, OneOf, Real, Such, Whole, check
from dendrax.core.described import fields_of, shown
from dendrax.learning.optimisers import OPTIMISERS
from dendrax.learning.schedules import SCHEDULES
from dendrax.nn.bases import BASES
from dendrax.nn.basis import CONSTRAINTS as BASIS
from dendrax.nn.basis import Basis, Part, Sum
from dendrax.nn.layer import Layer
from dendrax.nn.losses import LOSSES
from dendrax.nn.own_loss import Own
from dendrax.predictor.functions import REFERENCE, Functions, purpose_of
from dendrax.predictor.layer_table import layer_from_json, layer_to_json

PARTS: dict[str, Mapping[Any, Any]] = {"optimiser": OPTIMISERS, "schedule": SCHEDULES, "loss": LOSSES}
OWN = ("loss", "metric", "callbacks", "optimiser", "schedule")  # what may be of the user's own; some only to train:
MAY_BE_ABSENT = ("loss", "metric", "callbacks")
NEVER = ("checkpoint",)  # a file from elsewhere must not choose what a later fit writes over
ALWAYS = {"random_state": (Exactly(None), Whole()), **dict.fromkeys(NEVER, (Exactly(None),))}
SCALARS = (type(None), bool, int, float, str)
PLAIN = (Such(lambda value: isinstance(value, SCALARS), "a single value"),)  # what has no constraint of its own


class Unwritable(ValueError):
    """A value that no file can hold, and that has a default."""


def hyperparameters_to_json(values: Mapping[str, Any], functions: Functions) -> dict[str, Any]:
    """Write hyper-parameters as JSON.

    Parameters
    ----------
    values : mapping of str to Any
        What `get_params` says.
    functions : Functions
        Names those of the user's own.

    Returns
    -------
    dict
        JSON values.

    Examples
    --------
    >>> from dendrax.layers import Dense
    >>> hyperparameters_to_json({"layers": [16, Dense(2)], "checkpoint": "state"}, Functions())
    {'layers': [16, {'layer': 'Dense', 'units': 2, 'activation': 'relu'}]}
    """
    written = {}
    for name, value in values.items():
        if name not in NEVER:
            with contextlib.suppress(Unwritable):
                written[name] = _plain(name, value, functions)
    return written


def _plain(name: str, value: Any, functions: Functions) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(name, v, functions) for v in value]
    if isinstance(value, Layer):
        return layer_to_json(value, functions)
    if isinstance(value, Basis):
        return {"basis": [_fields(name, part, functions) for part in value.parts]}
    if isinstance(value, Mapping):
        return {"mapping": [[_plain(name, k, functions), _plain(name, v, functions)] for k, v in value.items()]}
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, numbers.Real) and not isinstance(value, SCALARS):  # such as a fraction
        value = float(value)
    return value if isinstance(value, SCALARS) else _part_to_json(name, value, functions)


def _fields(name: str, part: Part, functions: Functions) -> dict[str, Any]:
    return {"kind": part.kind, **{f.name: _plain(name, getattr(part, f.name), functions) for f in fields(part)}}


def _part_to_json(name: str, value: Any, functions: Functions) -> dict[str, Any]:
    for room, kinds in PARTS.items():
        if kinds.get(getattr(value, "name", None)) is type(value):
            return {room: value.name, "fields": {f.name: getattr(value, f.name) for f in fields(value)}}
    if name in OWN:
        return functions.reference(purpose_of(name), value.function if isinstance(value, Own) else value)
    raise Unwritable(f"a file cannot hold {value!r}")


def hyperparameters_from_json(
    described: Any, known: set[str], constraints: Constraints, functions: Functions
) -> dict[str, Any]:
    """Read hyper-parameters back.

    Parameters
    ----------
    described : Any
        What `hyperparameters_to_json` made, if all is well.
    known : set of str
        The hyper-parameters that the estimator has. One that is absent keeps its default.
    constraints : mapping of str to sequence of Constraint
        What each must be.
    functions : Functions
        Those of the user's own.

    Returns
    -------
    dict
        Hyper-parameters.

    Raises
    ------
    ValueError
        If one is unknown, or is not what it must be; a `FunctionsError` if one needs a function that was not given.

    Examples
    --------
    >>> from dendrax.core.constraints import Real
    >>> hyperparameters_from_json({"penalty": 0.5}, {"penalty"}, {"penalty": (Real(0),)}, Functions())
    {'penalty': 0.5}
    """
    if not isinstance(described, dict):
        raise ValueError(f"hyperparameters must be names and values; got {shown(described)}")
    values = {}
    for name, value in described.items():
        if name not in known:
            raise ValueError(f"there is no hyper-parameter {shown(name)}")
        values[name] = _unplain(name, value, functions)
    functions.settle()
    for name, value in values.items():
        check(name, value, {**constraints, **ALWAYS}.get(name, PLAIN))
    return values


def _unplain(name: str, value: Any, functions: Functions) -> Any:
    if isinstance(value, list):
        return [_item(f"{name}[{i}]", name, item, functions) for i, item in enumerate(value)]
    if not isinstance(value, dict):
        return _scalar(name, value)
    if REFERENCE in value:
        return _own(name, value, functions)
    if "basis" in value:
        return _basis(name, value)
    room = next((room for room in PARTS if room in value), None)
    return _mapping(name, value) if room is None else _part(name, room, value)


def _item(what: str, name: str, value: Any, functions: Functions) -> Any:
    if not isinstance(value, dict):
        return _scalar(name, value)
    return _own(name, value, functions) if REFERENCE in value else layer_from_json(what, value, functions)


def _own(name: str, value: dict[str, Any], functions: Functions) -> Any:
    if name not in OWN:
        raise ValueError(f"{name} must be no function; got {shown(value[REFERENCE])}")
    return functions.function(purpose_of(name), value, needed=name not in MAY_BE_ABSENT)


def _mapping(name: str, value: dict[str, Any]) -> dict[Any, Any]:
    pairs = value.get("mapping")
    if len(value) != 1 or not isinstance(pairs, list) or not all(isinstance(p, list) and len(p) == 2 for p in pairs):
        raise ValueError(f"{name} must be a mapping, written as pairs; got {shown(value)}")
    return {_scalar(name, k): _scalar(name, v) for k, v in pairs}


def _basis(name: str, value: dict[str, Any]) -> Basis:
    rules = {"basis": (Such(lambda v: isinstance(v, list) and len(v) > 0, "a list of parts"),)}
    parts = [_part_of_basis(f"{name}[{i}]", part) for i, part in enumerate(fields_of(name, value, rules)["basis"])]
    return parts[0] if len(parts) == 1 else Sum(tuple(parts))


def _part_of_basis(name: str, value: Any) -> Part:
    found = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(found, str) or found not in BASES:
        raise ValueError(f"{name} must be one of {', '.join(BASES)}; got {shown(found)}")
    kind = BASES[found]
    rules = {f.name: BASIS[f.name] for f in fields(kind)}
    optional = {f.name for f in fields(kind) if f.default is not MISSING}
    return kind(**fields_of(f"{name}, {found}", {k: v for k, v in value.items() if k != "kind"}, rules, optional))


def _part(name: str, room: str, value: dict[str, Any]) -> Any:
    kinds = PARTS[room]
    rules = {room: (OneOf(tuple(kinds)),), "fields": (Such(lambda v: isinstance(v, dict), "an object"),)}
    kind = kinds[fields_of(name, value, rules)[room]]
    known = {f.name: (Real(),) if f.metadata.get("number") else _like(f.default) for f in fields(kind)}
    given = fields_of(f"{name}, {value[room]}", value["fields"], known, optional=known)
    numeric = {f.name for f in fields(kind) if f.metadata.get("number")}
    return kind(**{key: float(v) if key in numeric else v for key, v in given.items()})  # it checks its fields itself


def _like(default: Any) -> tuple[Constraint, ...]:
    """Allow what has the type of a default."""
    return (Such(lambda value: type(value) is type(default), f"of type {type(default).__name__}"),)


def _scalar(name: str, value: Any) -> Any:
    if not isinstance(value, SCALARS):
        raise ValueError(f"{name} must hold single values; got {shown(value)}")
    return value

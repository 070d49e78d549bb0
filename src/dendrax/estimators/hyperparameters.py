"""Hyper-parameters in a model file, and back: JSON for what JSON can hold, a closed table for the rest.

16                        an int of `layers`
{"layer": "Dense", …}     a layer of `layers`, from the closed table of `dendrax.predictor.layer_table`
{"mapping": [[k, v], …]}  a dict: `class_weight`
null                      what no file can hold (a generator), or should not decide (where to write a checkpoint)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dendrax.core.constraints import Constraints, Exactly, Such, Whole, check
from dendrax.core.described import shown
from dendrax.nn.layer import Layer
from dendrax.predictor.layer_table import layer_from_json, layer_to_json

ALWAYS = {  # whatever the estimator
    "random_state": (Exactly(None), Whole()),
    "checkpoint": (Exactly(None),),  # a file from elsewhere must not choose what a later fit writes over
}
SCALARS = (type(None), bool, int, float, str)
PLAIN = (Such(lambda value: isinstance(value, SCALARS), "a single value"),)  # what has no constraint of its own


def hyperparameters_to_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Write hyper-parameters as JSON.

    Parameters
    ----------
    values : mapping of str to Any
        What `get_params` says.

    Returns
    -------
    dict
        JSON values.

    Examples
    --------
    >>> from dendrax.layers import Dense
    >>> hyperparameters_to_json({"layers": [16, Dense(2)], "checkpoint": "state"})
    {'layers': [16, {'layer': 'Dense', 'units': 2, 'activation': 'relu'}], 'checkpoint': None}
    """
    return {name: None if name == "checkpoint" else _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, Layer):
        return layer_to_json(value)
    if isinstance(value, Mapping):
        return {"mapping": [[_plain(k), _plain(v)] for k, v in value.items()]}
    if isinstance(value, np.generic):
        value = value.item()
    return value if isinstance(value, SCALARS) else None


def hyperparameters_from_json(described: Any, known: set[str], constraints: Constraints) -> dict[str, Any]:
    """Read hyper-parameters back.

    Parameters
    ----------
    described : Any
        What `hyperparameters_to_json` made, if all is well.
    known : set of str
        The hyper-parameters that the estimator has. One that is absent keeps its default.
    constraints : mapping of str to sequence of Constraint
        What each must be.

    Returns
    -------
    dict
        Hyper-parameters.

    Raises
    ------
    ValueError
        If one is unknown, or is not what it must be.

    Examples
    --------
    >>> from dendrax.core.constraints import Real
    >>> hyperparameters_from_json({"penalty": 0.5}, {"penalty"}, {"penalty": (Real(0),)})
    {'penalty': 0.5}
    """
    if not isinstance(described, dict):
        raise ValueError(f"hyperparameters must be names and values; got {shown(described)}")
    values = {}
    for name, value in described.items():
        if name not in known:
            raise ValueError(f"there is no hyper-parameter {shown(name)}")
        values[name] = _unplain(name, value)
        check(name, values[name], {**constraints, **ALWAYS}.get(name, PLAIN))
    return values


def _unplain(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [
            layer_from_json(f"{name}[{i}]", v) if isinstance(v, dict) else _scalar(name, v) for i, v in enumerate(value)
        ]
    if isinstance(value, dict):
        pairs = value.get("mapping")
        if (
            len(value) != 1
            or not isinstance(pairs, list)
            or not all(isinstance(p, list) and len(p) == 2 for p in pairs)
        ):
            raise ValueError(f"{name} must be a mapping, written as pairs; got {shown(value)}")
        return {_scalar(name, k): _scalar(name, v) for k, v in pairs}
    return _scalar(name, value)


def _scalar(name: str, value: Any) -> Any:
    if not isinstance(value, SCALARS):
        raise ValueError(f"{name} must hold single values; got {shown(value)}")
    return value

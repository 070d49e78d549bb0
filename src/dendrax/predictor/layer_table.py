"""Layers in files: a closed table from names to kinds of layers, with a rule for each field.

{"layer": "Dense", "units": 3, "activation": "relu"}   ⇄   Dense(units=3, activation="relu")

A name in a file selects from `LAYERS`; nothing is imported by it. A new kind of layer is one entry more. An activation
function of the user's own stands as its name, {"function": "wave"}.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields
from typing import Any

import numpy as np

from dendrax.core.constraints import Constraint, OneOf, Real, Such, Whole
from dendrax.core.described import fields_of, shown
from dendrax.nn.activations import ACTIVATIONS, is_traceable
from dendrax.nn.columns import Columns, TableShape
from dendrax.nn.dense import Dense
from dendrax.nn.dropout import CONSTRAINTS as DROPOUT
from dendrax.nn.dropout import Dropout
from dendrax.nn.layer import Layer
from dendrax.nn.normalisation import CONSTRAINTS as NORMALISATION
from dendrax.nn.normalisation import LayerNorm, RMSNorm
from dendrax.nn.residual import Residual
from dendrax.predictor.functions import ACTIVATION, Absent, Functions, FunctionsError, is_reference

SIZE = Whole(1, 2**24)
COUNT = Whole(0, 2**24)


@dataclass(frozen=True)
class Entry:
    """How one kind of layer stands in a file.

    Attributes
    ----------
    kind : type of Layer
        The dataclass.
    rules : mapping of str to sequence of Constraint
        For each of its fields what the value in the file must be.
    readers : mapping of str to callable
        For fields that JSON cannot hold as they are: from the value in the file, and the functions given, to the field.
    """

    kind: type[Layer]
    rules: Mapping[str, Sequence[Constraint]]
    readers: Mapping[str, Callable[[Any, Functions], Any]] = field(default_factory=dict)

    @property
    def optional(self) -> set[str]:
        """The fields with a default: a file that an older version made may lack them."""
        return {f.name for f in fields(self.kind) if f.default is not MISSING}  # type: ignore[arg-type]

    @property
    def numeric(self) -> set[str]:
        """The fields that the program takes as float32."""
        return {f.name for f in fields(self.kind) if f.metadata.get("number")}  # type: ignore[arg-type]


def _are_codes(value: Any) -> bool:
    return isinstance(value, list) and all(SIZE.allows(n) for n in value)


def _table_shape(value: Any, _: Functions) -> TableShape:
    rules = {
        "numbers": (COUNT,),
        "missing": (COUNT,),
        "levels": (Such(_are_codes, "a list of ints of 1 or more"),),
    }
    given = fields_of("a table's shape", value, rules)
    return TableShape(given["numbers"], given["missing"], tuple(given["levels"]))


def _inner(value: Any, functions: Functions) -> tuple[Layer, ...]:
    return tuple(layer_from_json(f"layer {i + 1} of a block", entry, functions) for i, entry in enumerate(value))


def _activation(value: Any, functions: Functions) -> Any:
    """Give an activation function; one that is missing has a stand-in, until `settle` tells of it."""
    if isinstance(value, str):
        return value
    g = functions.function(ACTIVATION, value)
    if isinstance(g, Absent):
        return "identity"
    if not is_traceable(g):
        name = value["function"]
        raise FunctionsError(f"needs as {name!r} a function that JAX can trace, keeping the shape; got {g!r}")
    return g


LAYERS = {
    "Dense": Entry(
        Dense,
        {"units": (SIZE,), "activation": (OneOf(tuple(ACTIVATIONS)), Such(is_reference, "the name of a function"))},
        {"activation": _activation},
    ),
    "Dropout": Entry(Dropout, DROPOUT),
    "LayerNorm": Entry(LayerNorm, NORMALISATION),
    "RMSNorm": Entry(RMSNorm, NORMALISATION),
    "Residual": Entry(
        Residual,
        {"layers": (Such(lambda v: isinstance(v, list) and len(v) > 0, "a list of layers"),)},
        {"layers": _inner},
    ),
    "Columns": Entry(
        Columns,
        {
            "shape": (Such(lambda value: isinstance(value, dict), "an object"),),
            "clip": (Real(0, open_low=True),),
            "most_levels": (COUNT,),
            "embedding": (SIZE,),
        },
        {"shape": _table_shape},
    ),
}


def layer_to_json(layer: Layer, functions: Functions) -> dict[str, Any]:
    """Describe a layer for a file.

    Parameters
    ----------
    layer : Layer
        Of a kind in `LAYERS`, with its numbers.
    functions : Functions
        Names those of the user's own.

    Returns
    -------
    dict
        JSON values.

    Raises
    ------
    ValueError
        If files know no such kind of layer.

    Examples
    --------
    >>> layer_to_json(Dense(3), Functions())
    {'layer': 'Dense', 'units': 3, 'activation': 'relu'}
    """
    name = next((name for name, entry in LAYERS.items() if entry.kind is type(layer)), None)
    if name is None:
        raise ValueError(f"a file cannot hold the layer {layer}; it can hold {', '.join(LAYERS)}")
    part: Any = layer
    return {"layer": name, **{f.name: _plain(getattr(layer, f.name), functions) for f in fields(part)}}


def _plain(value: Any, functions: Functions) -> Any:
    if isinstance(value, Layer):
        return layer_to_json(value, functions)
    if isinstance(value, TableShape):
        value = vars(value)
    if isinstance(value, dict):
        return {name: _plain(v, functions) for name, v in value.items()}
    if callable(value):
        return functions.reference(ACTIVATION, value)
    return [_plain(v, functions) for v in value] if isinstance(value, (list, tuple)) else value


def layer_from_json(what: str, described: Any, functions: Functions) -> Layer:
    """Rebuild a layer from its description.

    Parameters
    ----------
    what : str
        Which layer it is, for messages: "layer 2".
    described : Any
        What `layer_to_json` made, if all is well.
    functions : Functions
        Those of the user's own.

    Returns
    -------
    Layer
        The layer.

    Raises
    ------
    ValueError
        If it is not such a description.

    Examples
    --------
    >>> layer_from_json("layer 1", {"layer": "Dense", "units": 3, "activation": "tanh"}, Functions())
    Dense(units=3, activation='tanh')
    """
    name = described.get("layer") if isinstance(described, dict) else None
    if not isinstance(name, str) or name not in LAYERS:
        raise ValueError(f"{what} must be one of {', '.join(LAYERS)}; got {shown(name)}")
    entry = LAYERS[name]
    own = {key: value for key, value in described.items() if key != "layer"}
    values = fields_of(f"{what}, {name}", own, entry.rules, entry.optional)
    values |= {key: float(values[key]) for key in entry.numeric & values.keys()}
    in_use = values | {key: _single(values[key]) for key in entry.numeric & values.keys()}
    fields_of(f"{what}, {name}, in float32", in_use, entry.rules, entry.optional)
    readers = entry.readers
    return entry.kind(**{k: readers[k](v, functions) if k in readers else _frozen(v) for k, v in values.items()})


def _single(value: float) -> float:
    """Round to float32: what is beyond it is infinite, what is too small is 0."""
    with np.errstate(over="ignore", under="ignore"):
        return float(np.float32(value))


def _frozen(value: Any) -> Any:
    """Turn lists into tuples: a layer is hashable."""
    return tuple(_frozen(v) for v in value) if isinstance(value, list) else value

"""Models in files: a network or a linear model as JSON and arrays, and back after every check.

    network   {"kind": "network", "layers": […], "input_shape": […] or null}     arrays "0.weights", "0.biases", …
    linear    {"kind": "linear", "output": "sigmoid", "basis": {…} or null}      arrays "weights", "biases", "mean"

The arrays must be those that the layers would draw for themselves, in name and shape. They are compared layer by layer,
so that a description costs no more than the arrays that come with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from dendrax.core.constraints import Exactly, OneOf, Such, Whole
from dendrax.core.described import fields_of, shown
from dendrax.core.limits import within
from dendrax.core.random import key
from dendrax.core.sealed import Arrays
from dendrax.core.structure import numbers, structure, whole
from dendrax.nn.columns import Columns, TableShape
from dendrax.nn.dense import Dense
from dendrax.nn.layer import Layer
from dendrax.nn.network import Network
from dendrax.predictor.expansion_file import expansion_from_json, expansion_to_json
from dendrax.predictor.functions import Functions
from dendrax.predictor.layer_table import layer_from_json, layer_to_json
from dendrax.predictor.linear_model import LINKS, LinearModel
from dendrax.predictor.network_model import NetworkModel

Model = NetworkModel | LinearModel
Shapes = dict[str, tuple[int, ...]]
LENGTH = Whole(1, 2**24)


def _is_shape(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 4 and all(LENGTH.allows(n) for n in value)


LINEAR = {
    "kind": (OneOf(("linear",)),),
    "output": (OneOf(LINKS),),
    "basis": (Exactly(None), Such(lambda v: isinstance(v, dict), "an object")),
}
NETWORK = {
    "kind": (OneOf(("network",)),),
    "layers": (Such(lambda v: isinstance(v, list) and len(v) > 0, "a list of layers"),),
    "input_shape": (Exactly(None), Such(_is_shape, "a list of one to four ints of 1 or more")),
}


def model_to_json(model: Model, functions: Functions) -> tuple[dict[str, Any], Arrays]:
    """Describe a model for a file.

    Parameters
    ----------
    model : NetworkModel or LinearModel
        The model.
    functions : Functions
        Names those of the user's own.

    Returns
    -------
    dict
        JSON values.
    dict of str to ndarray
        Its arrays by name.
    """
    if isinstance(model, LinearModel):
        basis = None if model.expansion is None else expansion_to_json(model.expansion)
        described = {"kind": "linear", "output": model.output, "basis": basis}
        return described, {"weights": model.weights, "biases": model.biases, "mean": model.mean}
    network = model.network
    layers = [whole(layer, its) for layer, its in zip(network.layers, model.numbers, strict=True)]
    shape = list(network.input_shape) if isinstance(network.input_shape, tuple) else None
    arrays = {f"{i}.{name}": a for i, layer in enumerate(model.params) for name, a in layer.items()}
    described = [layer_to_json(layer, functions) for layer in layers]
    return {"kind": "network", "layers": described, "input_shape": shape}, arrays


@dataclass(frozen=True)
class Checked:
    """A model whose description is sound.

    Attributes
    ----------
    inputs : TableShape, tuple of int, or int
        What it takes: encoded columns, rows of this shape, or, for a linear model, so many numbers.
    units : int
        Its output units.
    build : callable
        Builds the model; only then memory is taken.
    """

    inputs: TableShape | tuple[int, ...] | int
    units: int
    build: Callable[[], Model]


def model_from_json(described: Any, arrays: Arrays, functions: Functions) -> Checked:
    """Check a model's description against its arrays.

    Parameters
    ----------
    described : Any
        What `model_to_json` made, if all is well.
    arrays : dict of str to ndarray
        Its arrays.
    functions : Functions
        Those of the user's own.

    Returns
    -------
    Checked
        The model, not yet built.

    Raises
    ------
    ValueError
        If the two are not such a description and its arrays.
    """
    kind = described.get("kind") if isinstance(described, dict) else None
    if not isinstance(kind, str) or kind not in READERS:
        raise ValueError(f"its model must be one of {', '.join(READERS)}; got {shown(kind)}")
    return READERS[kind](described, arrays, functions)


def _linear(described: Any, arrays: Arrays, _: Functions) -> Checked:
    given = fields_of("its model", described, LINEAR, optional={"basis"})
    _require_types(arrays, "float64")
    weights, biases = arrays.get("weights"), arrays.get("biases")
    if not arrays.keys() <= {"weights", "biases", "mean"} or weights is None or biases is None:
        raise ValueError("a linear model must have the arrays 'weights', 'biases' and 'mean', and no other")
    mean = arrays.get("mean", np.zeros(weights.shape[:1]))
    if weights.ndim != 2 or 0 in weights.shape or biases.shape != weights.shape[1:] or mean.shape != weights.shape[:1]:
        raise ValueError(f"its arrays must fit each other; got {weights.shape}, {biases.shape} and {mean.shape}")
    _refuse_softmax_of_one(given["output"], len(biases))
    basis = None if given.get("basis") is None else expansion_from_json(given["basis"])
    if basis is not None and basis.size != len(weights):
        raise ValueError(f"a basis of {basis.size} functions must have as many weights; got {len(weights)}")
    inputs = len(weights) if basis is None else basis.n_inputs
    return Checked(inputs, len(biases), lambda: LinearModel(weights, biases, given["output"], mean, basis))


def _network(described: Any, arrays: Arrays, functions: Functions) -> Checked:
    given = fields_of("its model", described, NETWORK)
    within("layers", len(given["layers"]))
    _require_types(arrays, "float32")
    layers = [layer_from_json(f"layer {i + 1}", entry, functions) for i, entry in enumerate(given["layers"])]
    within("layers", sum(map(_size, layers)))
    last = layers[-1]
    if not isinstance(last, Dense):
        raise ValueError(f"its last layer must be one of output units; got {type(last).__name__}")
    if not isinstance(given["layers"][-1].get("activation", ""), str):
        raise ValueError("its output units must have an activation function of dendrax; got one of the user's own")
    _refuse_softmax_of_one(str(last.activation), last.units)
    first = layers[0].shape if isinstance(layers[0], Columns) else None
    if (first is None) == (given["input_shape"] is None):
        raise ValueError("its input shape must stand either beside its layers or in a first layer of columns")
    network = Network(tuple(structure(layer) for layer in layers), first or tuple(given["input_shape"]))
    params = _params(network, arrays)
    its_numbers = [numbers(layer) for layer in layers]
    return Checked(network.input_shape, last.units, lambda: NetworkModel(network, its_numbers, params))


READERS: dict[str, Callable[[Any, Arrays, Functions], Checked]] = {"network": _network, "linear": _linear}


def _size(layer: Layer) -> int:
    """Count a layer and those inside of it."""
    return 1 + sum(map(_size, getattr(layer, "layers", ())))


def _require_types(arrays: Arrays, type_: str) -> None:
    for name, array in arrays.items():
        if array.dtype != type_:
            raise ValueError(f"array {name!r} must be of type {type_}; got {array.dtype}")
        if array.size and not (np.isfinite(array.min()) and np.isfinite(array.max())):  # NaN is both
            raise ValueError(f"array {name!r} must hold finite numbers")


def _refuse_softmax_of_one(output: str, units: int) -> None:
    if output == "softmax" and units == 1:
        raise ValueError("softmax output units must be two or more; got 1")


def _params(network: Network, arrays: Arrays) -> list[Arrays]:
    """Give each layer its arrays."""
    params: list[Arrays] = []
    shape = network.input_shape
    for i, layer in enumerate(network.layers):
        expected, shape = _shapes(i, layer, shape)
        own = {name: arrays.get(f"{i}.{name}") for name in expected}
        for name, array in own.items():
            came = "none" if array is None else f"shape {array.shape}"
            if array is None or array.shape != expected[name]:
                raise ValueError(f"array '{i}.{name}' must have shape {expected[name]}, as its layer asks; got {came}")
        params.append({name: array for name, array in own.items() if array is not None})
    strange = arrays.keys() - {f"{i}.{name}" for i, own in enumerate(params) for name in own}
    if strange:
        raise ValueError(f"array {min(strange)!r} belongs to no layer")
    return params


def _shapes(place: int, layer: Layer, input_shape: Any) -> tuple[Shapes, Any]:
    try:
        return _drawn_shapes(layer, input_shape)
    except Exception as error:  # the tracer may fail in many ways on numbers that no one would choose
        words = " ".join(f"{error}".split())
        raise ValueError(f"layer {place + 1}, {type(layer).__name__}, cannot be: {words[:120]}") from None


@lru_cache(maxsize=1024)
def _drawn_shapes(layer: Layer, input_shape: Any) -> tuple[Shapes, Any]:
    """Say the shapes of a layer's parameters and of its output, without drawing anything."""
    output: list[Any] = []

    def draw(seed: Any) -> Any:
        params, shape = layer.initialise(seed, input_shape)
        output.append(shape)
        return params

    drawn = jax.eval_shape(draw, key(0))
    return {name: tuple(a.shape) for name, a in drawn.items()}, output[0]

"""The model file: one safetensors file, arrays beside a JSON description, no code inside.

    header   {"dendrax": JSON of format, version, model, target, encoder, about}
    arrays   "0.weights", "0.biases", … of each layer, or "weights", "biases", "mean" of a linear model

Names in a file select from our closed tables; nothing is imported, nothing is evaluated.
"""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as from_bytes
from safetensors.numpy import save as to_bytes

from dendrax.core.atomic import write_atomically
from dendrax.core.random import key
from dendrax.data.columns import Encoder, encoder_from_json
from dendrax.data.targets import target_from_json
from dendrax.nn.columns import Columns, TableShape
from dendrax.nn.dense import Dense
from dendrax.nn.layer import Layer
from dendrax.nn.network import Network
from dendrax.predictor.expansion_file import expansion_from_json, expansion_to_json
from dendrax.predictor.linear_model import LINKS, LinearModel
from dendrax.predictor.network_model import NetworkModel
from dendrax.predictor.predictor import Model, Predictor

FORMAT = 1
LAYERS: dict[str, type[Layer]] = {"Dense": Dense, "Columns": Columns}


class ModelFileError(ValueError):
    """A file is no model, or one that cannot be used."""


def write(predictor: Predictor, path: str | os.PathLike[str]) -> None:
    """Write a predictor to one file, whole or not at all.

    Parameters
    ----------
    predictor : Predictor
        The fitted model.
    path : path
        The file.
    """
    model = predictor.model
    described = {
        "format": FORMAT,
        "model": _describe_network(model) if isinstance(model, NetworkModel) else _describe_linear(model),
        "target": predictor.target.to_json(),
        "encoder": None if predictor.encoder is None else predictor.encoder.to_json(),
        "about": predictor.about,
    }
    text = json.dumps(described, allow_nan=False)
    write_atomically(path, to_bytes(_arrays_of(model), {"dendrax": text}))


def _arrays_of(model: Model) -> dict[str, np.ndarray]:
    if isinstance(model, LinearModel):
        return {"weights": model.weights, "biases": model.biases, "mean": model.mean}
    return {f"{i}.{name}": np.ascontiguousarray(a) for i, layer in enumerate(model.params) for name, a in layer.items()}


def _describe_linear(model: LinearModel) -> dict[str, Any]:
    basis = None if model.expansion is None else expansion_to_json(model.expansion)
    return {"kind": "linear", "output": model.output, "basis": basis}


def _describe_network(model: NetworkModel) -> dict[str, Any]:
    layers = []
    for layer, its_numbers in zip(model.network.layers, model.numbers, strict=True):
        entry: dict[str, Any] = {"layer": type(layer).__name__}
        for field in fields(layer):  # type: ignore[arg-type]
            value = getattr(layer, field.name)
            entry[field.name] = vars(value) if isinstance(value, TableShape) else value
        layers.append(entry | {name: float(value) for name, value in its_numbers.items()})
    shape = model.network.input_shape
    plain = None if isinstance(shape, TableShape) else list(shape)
    return {"kind": "network", "layers": layers, "input_shape": plain}


def read(path: str | os.PathLike[str]) -> Predictor:
    """Read a model file.

    Parameters
    ----------
    path : path
        A file that `save` wrote.

    Returns
    -------
    Predictor
        The fitted model.

    Raises
    ------
    ModelFileError
        If the file is no model of dendrax, is damaged, or was made by a newer version.
    OSError
        If it cannot be opened.
    """
    path = Path(path)
    if path.is_dir():
        raise ModelFileError(f"{path} must be a model file; it is a folder")
    content = path.read_bytes()
    try:
        described, arrays = _header(content), from_bytes(content)
    except (SafetensorError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ModelFileError(f"{path} is not a model of dendrax: {_short(error)}") from None
    if described.get("format") != FORMAT:
        raise ModelFileError(
            f"{path} has model format {described.get('format')!r}; this version of dendrax reads format {FORMAT}: "
            "update dendrax"
        )
    try:
        return _predictor(described, arrays)
    except Exception as error:  # a damaged description may go wrong anywhere
        raise ModelFileError(f"{path} is damaged: {_short(error)}") from None


def _short(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _refused(word: str) -> None:
    raise ValueError(f"it holds {word} where a finite number must stand")


def _header(content: bytes) -> dict[str, Any]:
    size = int.from_bytes(content[:8], "little")
    if len(content) < 8 or size > len(content) - 8:
        raise ValueError("it does not start as such a file does")
    header = json.loads(content[8 : 8 + size])
    text = header.get("__metadata__", {}).get("dendrax") if isinstance(header, dict) else None
    described = json.loads(text, parse_constant=_refused) if isinstance(text, str) else None
    if not isinstance(described, dict):
        raise ValueError("it holds no description")
    return described


def _predictor(described: dict[str, Any], arrays: dict[str, np.ndarray]) -> Predictor:
    for name, array in arrays.items():
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise ValueError(f"array {name!r} holds what is not a finite number")
    encoder = None if described["encoder"] is None else encoder_from_json(described["encoder"])
    target = target_from_json(described["target"])
    model = _model(described["model"], arrays)
    units = model.biases.size if isinstance(model, LinearModel) else model.network.output.units
    if units != target.units:
        raise ValueError(f"the model has {units} output units where the target asks for {target.units}")
    if not _fits(model, encoder):
        raise ValueError("the columns of the data do not fit the inputs of the model")
    return Predictor(model, target, encoder, dict(described["about"]))


def _fits(model: Model, encoder: Encoder | None) -> bool:
    if isinstance(model, LinearModel):
        return encoder is None or model.n_inputs == len(encoder.numbers) + sum(n - 1 for n in encoder.n_codes)
    shape = model.network.input_shape
    if encoder is None:
        return not isinstance(shape, TableShape)
    return shape == TableShape(len(encoder.numbers), encoder.n_missing, encoder.n_codes)


def _model(described: dict[str, Any], arrays: dict[str, np.ndarray]) -> Model:
    if described["kind"] == "linear":
        return _linear(described, arrays)
    if described["kind"] != "network":
        raise ValueError(f"no such kind of model: {described['kind']!r}")
    return _network(described, arrays)


def _linear(described: dict[str, Any], arrays: dict[str, np.ndarray]) -> LinearModel:
    weights, biases, mean = arrays["weights"], arrays["biases"], arrays["mean"]
    if weights.ndim != 2 or biases.shape != weights.shape[1:] or mean.shape != weights.shape[:1]:
        raise ValueError("weights, biases and means do not fit each other")
    if described["output"] not in LINKS:
        raise ValueError(f"no such output units: {described['output']!r}")
    basis = None if described["basis"] is None else expansion_from_json(described["basis"])
    if basis is not None and basis.size != len(weights):
        raise ValueError(f"a basis of {basis.size} functions does not fit {len(weights)} weights")
    return LinearModel(weights, biases, described["output"], mean, basis)


def _network(described: dict[str, Any], arrays: dict[str, np.ndarray]) -> NetworkModel:
    from dendrax.core.structure import numbers, structure

    layers = [_layer(entry) for entry in described["layers"]]
    first = layers[0]
    if not isinstance(layers[-1], Dense):
        raise ValueError("the last layer is not one of units")
    shape = first.shape if isinstance(first, Columns) else tuple(int(n) for n in described["input_shape"])
    network = Network(tuple(structure(layer) for layer in layers), shape)
    params: list[dict[str, np.ndarray]] = [{} for _ in layers]
    for name, array in arrays.items():
        place, _, own = name.partition(".")
        params[int(place)][own] = array
    expected = _shapes(network)
    if [{name: a.shape for name, a in layer.items()} for layer in params] != expected:
        raise ValueError("the arrays do not fit the description of the layers")
    return NetworkModel(network, [numbers(layer) for layer in layers], params)


def _layer(entry: dict[str, Any]) -> Layer:
    given = dict(entry)
    kind = LAYERS.get(given.pop("layer"))
    if kind is None:
        raise ValueError(f"no such layer: {entry['layer']!r}")
    if kind is Columns:
        shape = given["shape"]
        given["shape"] = TableShape(int(shape["numbers"]), int(shape["missing"]), tuple(map(int, shape["levels"])))
    return kind(**given)


def _shapes(network: Network) -> list[dict[str, tuple[int, ...]]]:
    import jax

    drawn = jax.eval_shape(network.initialise, key(0))
    return [{name: a.shape for name, a in layer.items()} for layer in drawn]

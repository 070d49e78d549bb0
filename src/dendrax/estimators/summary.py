"""What a network is, at a glance: its layers, how many parameters each has, and how training ended.

parameters of a layer = the sizes of its arrays; of `Dense`: inputs × units weights + units biases
"""

from __future__ import annotations

from dataclasses import MISSING, fields
from html import escape
from typing import Any, NamedTuple

import jax
import numpy as np
from sklearn.utils import estimator_html_repr

from dendrax.core.random import key
from dendrax.estimators.options import check_options
from dendrax.estimators.parts import loss_of
from dendrax.nn.columns import Columns
from dendrax.nn.layer import Layer
from dendrax.nn.network import Network
from dendrax.predictor.functions import Absent

HEADINGS = ("layer", "output shape", "parameters")


class Row(NamedTuple):
    """A line of the table: a layer, the shape of its output for one row, and how many numbers it learns."""

    layer: str
    shape: str
    parameters: int


def output_shapes(network: Network) -> list[Any]:
    """Work out what each layer makes of one row, without computing anything."""
    shapes: list[Any] = [network.input_shape]

    def walk(drawing: Any) -> None:
        for layer in network.layers:
            shapes.append(layer.initialise(drawing, shapes[-1])[1])

    jax.eval_shape(walk, key(0))
    return shapes[1:]


def named(layer: Any) -> str:
    """Write a layer shortly: its kind, then every field that is not what it usually is."""
    if isinstance(layer, Columns):
        return "Columns"
    if not isinstance(layer, Layer):
        return f"Dense({layer})"
    part: Any = layer
    told = [_told(layer, field) for field in fields(part)]
    return f"{type(layer).__name__}({', '.join(text for text in told if text)})"


def _told(layer: Any, field: Any) -> str:
    value = getattr(layer, field.name)
    if field.default is MISSING:
        parts = isinstance(value, tuple)
        return f"[{', '.join(map(named, value))}]" if parts else f"{value!r}"
    return "" if value == field.default else f"{field.name}={getattr(value, '__name__', value)!r}"


def rows_of_network(estimator: Any) -> list[Row]:
    """List the layers of a fitted network, the inputs first and the output units last."""
    model = estimator._predictor.model
    layers, own = list(model.network.layers), getattr(estimator, "layers_", None)
    if own is not None:  # with their numbers, which a structure leaves blank
        layers[-1 - len(own) : -1] = own
    shapes = output_shapes(model.network)
    counts = [sum(np.size(array) for array in jax.tree.leaves(params)) for params in model.params]
    each = zip(layers, shapes, counts, strict=True)
    return [Row(named(layer), f"({', '.join(map(str, shape))})", count) for layer, shape, count in each]


def ended(estimator: Any) -> list[str]:
    """Say the loss, why training stopped and at which epoch."""
    options = check_options(estimator, to_fit=False)
    absent = isinstance(options["loss"], Absent)
    loss = options["loss"].name if absent else loss_of(options, estimator._classification).name
    told = [f"loss {loss}"]
    if estimator.loss_curve_:
        told[0] += f", {estimator.loss_curve_[-1]:.4g} in training at the end"
    told.append(f"stopped after epoch {estimator.n_iter_} because of: {estimator.stopped_because_}")
    told.append(f"answers with the parameters of epoch {estimator.best_epoch_}")
    return told


def before_fit(estimator: Any) -> str:
    """Say what will be trained."""
    asked = estimator.layers
    layers = f"[{', '.join(map(named, asked))}]" if isinstance(asked, (list, tuple)) else repr(asked)
    return f"not fitted yet; layers={layers}"


def text_summary(estimator: Any) -> str:
    """Write the summary of a neural estimator as text, one line a layer."""
    title = type(estimator).__name__
    if not hasattr(estimator, "_predictor"):
        return f"{title}: {before_fit(estimator)}"
    rows = rows_of_network(estimator)
    cells = [HEADINGS, *((r.layer, r.shape, f"{r.parameters:,}") for r in rows), ("total", "", f"{_total(rows):,}")]
    first, second, third = (max(map(len, column)) for column in zip(*cells, strict=True))
    lines = [f"{a:<{first}}  {b:<{second}}  {c:>{third}}".rstrip() for a, b, c in cells]
    return "\n".join([title, *lines, *ended(estimator)])


def html_summary(estimator: Any) -> str:
    """Write scikit-learn's diagram of a neural estimator, and the summary below it, as HTML."""
    return estimator_html_repr(estimator) + _html_table(estimator)


def _html_table(estimator: Any) -> str:
    if not hasattr(estimator, "_predictor"):
        return f"<p>{escape(before_fit(estimator))}</p>"
    rows = rows_of_network(estimator)
    cells = [(r.layer, r.shape, f"{r.parameters:,}") for r in rows] + [("total", "", f"{_total(rows):,}")]
    head = "".join(f"<th>{name}</th>" for name in HEADINGS)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in cells)
    told = "<br>".join(map(escape, ended(estimator)))
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table><p>{told}</p>"


def _total(rows: list[Row]) -> int:
    return sum(row.parameters for row in rows)

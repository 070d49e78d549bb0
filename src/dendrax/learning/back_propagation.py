"""Back-propagation: how hidden units learn, by hand, for any stack of `Dense` layers.

    forward    in_j = Σ_k W_kj a_k + b_j       a_j = g(in_j)         layer by layer, from a = x on
    output     Δ_i = (y_i − a_i) · g'(in_i)                          E = ½ Σ_i (y_i − a_i)²
               Δ_i = y_i − a_i                                       E cross-entropy, sigmoid or softmax units
    hidden     Δ_j = g'(in_j) · Σ_i W_ji Δ_i                         layer by layer, back to the first
    change     W_kj ← W_kj + α · a_k · Δ_j     b_j ← b_j + α · Δ_j   at the end: every Δ comes from the old W

For a batch the changes are the mean over its rows. Step units learn with g' = 1, as in `delta_rule`.
Parameters are a list with {"weights": (inputs, units), "biases": (units,)} for each layer, from the input on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from dendrax.learning.delta_rule import AnyArray, Units, activate, alike, must_have_shape, slope

Layerwise = Float[AnyArray, "..."]  # layers differ in units
Parameters = list[dict[str, Layerwise]]
GivenParameters = Sequence[Mapping[str, Any]]
HAND_LOSSES = ("squared", "cross_entropy")


class LayerChange(NamedTuple):
    """What one layer did and how it changes; for a single sample the row axis is left out.

    Attributes
    ----------
    pre_activation, activation : array, shape (rows, units)
        in_j and a_j.
    delta : array, shape (rows, units)
        Δ_j.
    weight_change : array, shape (inputs, units)
        α · a_k · Δ_j, the mean over rows.
    bias_change : array, shape (units,)
        α · Δ_j, the mean over rows.
    """

    pre_activation: Units
    activation: Units
    delta: Units
    weight_change: Float[AnyArray, "inputs units"]
    bias_change: Float[AnyArray, " units"]


class BackPropagation(NamedTuple):
    """One step of back-propagation, with everything on the way.

    Attributes
    ----------
    layers : tuple of LayerChange
        One for each layer, from the input on.
    error : array, shape (rows, units)
        Err_i = y_i − a_i of the output units.
    params : list of dict
        The parameters after the step.
    """

    layers: tuple[LayerChange, ...]
    error: Units
    params: Parameters


class BackPropagationRun(NamedTuple):
    """What a number of epochs led to.

    Attributes
    ----------
    params : list of dict
        The parameters after the last step.
    losses : ndarray of float64, shape (epochs,)
        ½ Σ Err² over the samples of each epoch, each taken before its own step.
    """

    params: Parameters
    losses: Float[np.ndarray, " epochs"]


def forward(params: GivenParameters, activations: Sequence[str], x: Layerwise) -> list[tuple[Layerwise, Layerwise]]:
    """Compute (in, a) of every layer, for rows of inputs."""
    passed: list[tuple[Layerwise, Layerwise]] = []
    for layer, name in zip(params, activations, strict=True):
        z = x @ layer["weights"] + layer["biases"][None, :]
        x = activate(name, z)
        passed.append((z, x))
    return passed


def output_delta(z: Units, error: Units, activation: str, loss: str) -> Units:
    """Compute Δ_i = −∂E/∂in_i of the output units, from in_i and y_i − a_i."""
    if loss not in HAND_LOSSES:
        raise ValueError(f"loss must be {' or '.join(map(repr, HAND_LOSSES))}; got {loss!r}")
    if loss == "squared":
        return error * slope(activation, z)
    if activation not in ("sigmoid", "softmax"):
        raise ValueError(
            f"the last activation must be sigmoid or softmax with the loss 'cross_entropy'; got {activation!r}"
        )
    return error


def deltas(
    params: GivenParameters,
    activations: Sequence[str],
    passed: Sequence[tuple[Layerwise, Layerwise]],
    last: Layerwise,
) -> list[Layerwise]:
    """Carry Δ from the output units back: Δ_j of every layer, from the first to the last."""
    found = [last]
    for above, name, (z, _) in zip(params[:0:-1], activations[-2::-1], passed[-2::-1], strict=True):
        found.append(slope(name, z) * (found[-1] @ above["weights"].T))
    return found[::-1]


def _alike(params: GivenParameters, x: Any, y: Any) -> tuple[Parameters, AnyArray, AnyArray]:
    flat = [layer[name] for layer in params for name in ("weights", "biases")]
    x, y, *flat = alike(x, y, *flat)
    return [{"weights": w, "biases": b} for w, b in zip(flat[::2], flat[1::2], strict=True)], x, y


def _check(params: Parameters, activations: Sequence[str], x: AnyArray, y: AnyArray) -> None:
    if len(activations) != len(params) or not params:
        raise ValueError(f"activations must name one for each of {len(params)} layers; got {activations}")
    rows, inputs = x.shape
    for i, layer in enumerate(params):
        units = layer["biases"].shape[0]
        must_have_shape(f"weights of layer {i + 1}", layer["weights"], (inputs, units), "(inputs, units)")
        inputs = units
    must_have_shape("y", y, (rows, inputs), "one target for each output unit of each row")


def back_propagate(
    params: GivenParameters,
    activations: Sequence[str],
    x: Any,
    y: Any,
    learning_rate: float = 0.1,
    loss: str = "squared",
) -> BackPropagation:
    """Learn from a batch: the mean of the changes that its rows ask for.

    Parameters
    ----------
    params : list of dict
        Weights, of shape (inputs, units), and biases, of shape (units,), of each layer.
    activations : list of str
        The name of g of each layer.
    x : array, shape (rows, inputs)
        The inputs.
    y : array, shape (rows, outputs)
        The activations that the output units should have.
    learning_rate : float, default=0.1
        α.
    loss : {"squared", "cross_entropy"}, default="squared"
        What is minimised.

    Returns
    -------
    BackPropagation
        Every number on the way, and the parameters after the step. Nothing is changed in place.

    Raises
    ------
    ValueError
        If a shape does not fit, or there is no such activation function or loss.

    Examples
    --------
    >>> chain = [{"weights": [[2.0]], "biases": [0.0]}, {"weights": [[3.0]], "biases": [0.0]}]
    >>> step = back_propagate(chain, ["identity", "identity"], x=[[1.0]], y=[[7.0]])
    >>> [layer.delta.item() for layer in step.layers]
    [3.0, 1.0]
    """
    own, x, y = _alike(params, x, y)
    _check(own, activations, x, y)
    passed = forward(own, activations, x)
    error = y - passed[-1][1]
    found = deltas(own, activations, passed, output_delta(passed[-1][0], error, activations[-1], loss))
    below = [x, *(a for _, a in passed)]
    layers = tuple(
        LayerChange(z, a, delta, learning_rate * (a_k.T @ delta) / len(x), learning_rate * delta.mean(axis=0))
        for a_k, (z, a), delta in zip(below, passed, found, strict=False)
    )
    after = [
        {"weights": layer["weights"] + c.weight_change, "biases": layer["biases"] + c.bias_change}
        for layer, c in zip(own, layers, strict=True)
    ]
    return BackPropagation(layers, error, after)


def back_propagate_sample(
    params: GivenParameters,
    activations: Sequence[str],
    x: Any,
    y: Any,
    learning_rate: float = 0.1,
    loss: str = "squared",
) -> BackPropagation:
    """Learn from one sample: `back_propagate` for x of shape (inputs,) and y of shape (outputs,)."""
    own, x, y = _alike(params, x, y)
    step = back_propagate(own, activations, x[None], y[None], learning_rate, loss)
    layers = tuple(LayerChange(c[0][0], c[1][0], c[2][0], c[3], c[4]) for c in step.layers)
    return BackPropagation(layers, step.error[0], step.params)


def learn_by_back_propagation(
    params: GivenParameters,
    activations: Sequence[str],
    x: Any,
    y: Any,
    learning_rate: float = 0.1,
    epochs: int = 1,
    loss: str = "squared",
) -> BackPropagationRun:
    """Walk the samples in the given order, a step for each, for some epochs.

    Parameters
    ----------
    params, activations, learning_rate, loss
        As in `back_propagate`.
    x : array, shape (samples, inputs)
        The samples' inputs.
    y : array, shape (samples, outputs)
        Their targets.
    epochs : int, default=1
        How often all samples are walked.

    Returns
    -------
    BackPropagationRun
        The parameters at the end, and the squared error of each epoch.

    Raises
    ------
    ValueError
        If a shape does not fit, or there is no such activation function or loss.
    """
    own, x, y = _alike(params, x, y)
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        for sample, target in zip(x, y, strict=True):
            step = back_propagate_sample(own, activations, sample, target, learning_rate, loss)
            own = step.params
            losses[epoch] += 0.5 * float((step.error**2).sum())
    return BackPropagationRun(own, losses)

"""The delta rule: how a single layer of units learns from one sample (x, y), by hand.

    in_i  = Σ_j W_ji x_j + b_i          a_i = g(in_i)
    Err_i = y_i − a_i                   E = ½ Σ_i Err_i²
    Δ_i   = Err_i · g'(in_i)            so that ∂E/∂W_ji = −x_j Δ_i
    W_ji ← W_ji + α · x_j · Δ_i         b_i ← b_i + α · Δ_i

A step unit (−1/+1) has no slope to follow: it learns by the perceptron form, where g' counts as 1.

Exact rather than fast: NumPy arrays and lists are computed in float64, JAX arrays in JAX's float.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from dendrax.nn.activations import HIDDEN
from dendrax.nn.activations import activation as activation_named

AnyArray = Array | np.ndarray
Units = Float[AnyArray, "*rows units"]


class DeltaStep(NamedTuple):
    """One sample's step, with everything on the way.

    Attributes
    ----------
    pre_activation, activation : array, shape (units,)
        in_i and a_i.
    error, delta : array, shape (units,)
        Err_i and Δ_i.
    weight_change : array, shape (inputs, units)
        α · x_j · Δ_i.
    bias_change : array, shape (units,)
        α · Δ_i.
    weights : array, shape (inputs, units)
        W after the step.
    biases : array, shape (units,)
        b after the step.
    """

    pre_activation: Float[AnyArray, " units"]
    activation: Float[AnyArray, " units"]
    error: Float[AnyArray, " units"]
    delta: Float[AnyArray, " units"]
    weight_change: Float[AnyArray, "inputs units"]
    bias_change: Float[AnyArray, " units"]
    weights: Float[AnyArray, "inputs units"]
    biases: Float[AnyArray, " units"]


class DeltaRun(NamedTuple):
    """What a number of epochs led to.

    Attributes
    ----------
    weights : array, shape (inputs, units)
        W after the last step.
    biases : array, shape (units,)
        b after the last step.
    losses : ndarray of float64, shape (epochs,)
        Σ E over the samples of each epoch, each taken before its own step.
    """

    weights: Float[AnyArray, "inputs units"]
    biases: Float[AnyArray, " units"]
    losses: Float[np.ndarray, " epochs"]


def alike(*values: Any) -> list[Any]:
    """Make arrays of one kind: JAX's floats where one value is a JAX array, NumPy's float64 elsewhere."""
    if any(isinstance(value, jax.Array) for value in values):
        return [jnp.asarray(value, jnp.result_type(float)) for value in values]
    return [np.asarray(value, np.float64) for value in values]


def _exactly(function: Callable[[Array], Array], z: Units) -> Units:
    if isinstance(z, np.ndarray):
        with jax.enable_x64(True):
            return np.array(function(jnp.asarray(z)))
    return function(z)


def activate(name: str, z: Units) -> Units:
    """Compute a = g(in)."""
    return _exactly(activation_named(name).function, z)


def slope(name: str, z: Units) -> Units:
    """Compute g'(in); 1 for a step unit.

    Parameters
    ----------
    name : str
        The activation function.
    z : array, shape (units,) or (rows, units)
        in_i of each unit.

    Returns
    -------
    array, of the same shape
        How fast each a_i changes with its own in_i.

    Raises
    ------
    ValueError
        For softmax: its units depend on each other.
    """
    derived = activation_named(name).slope
    if derived is None:
        raise ValueError(
            f"activation must have a slope of its own for each unit: {', '.join(HIDDEN)}; got {name!r}, "
            "which learns from the loss 'cross_entropy' in the output layer"
        )
    return _exactly(derived, z)


def must_have_shape(name: str, array: AnyArray, shape: tuple[int, ...], words: str) -> None:
    """Raise unless an array has a shape: what NumPy would broadcast is a mistake here."""
    if array.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, {words}; got shape {array.shape}")


def delta_step(
    weights: Any, biases: Any, x: Any, y: Any, activation: str = "identity", learning_rate: float = 0.1
) -> DeltaStep:
    """Learn from one sample.

    Parameters
    ----------
    weights : array, shape (inputs, units)
        W: W_ji joins input j to unit i.
    biases : array, shape (units,)
        b.
    x : array, shape (inputs,)
        The sample's inputs.
    y : array, shape (units,)
        The activations it asks for.
    activation : str, default="identity"
        The name of g; not softmax.
    learning_rate : float, default=0.1
        α.

    Returns
    -------
    DeltaStep
        Every number on the way, and the parameters after the step. Nothing is changed in place.

    Raises
    ------
    ValueError
        If a shape does not fit, or the activation function is unknown or has no slope.

    Examples
    --------
    >>> step = delta_step([[0.5], [-0.5]], [0.0], x=[1.0, 2.0], y=[1.0], learning_rate=0.1)
    >>> step.activation, step.error, step.weights.round(2).tolist()
    (array([-0.5]), array([1.5]), [[0.65], [-0.2]])
    """
    weights, biases, x, y = alike(weights, biases, x, y)
    inputs, units = weights.shape
    must_have_shape("biases", biases, (units,), "one for each unit")
    must_have_shape("x", x, (inputs,), "one number for each row of the weights")
    must_have_shape("y", y, (units,), "one target for each unit")

    z = x @ weights + biases
    a = activate(activation, z)
    error = y - a
    delta = error * slope(activation, z)
    weight_change = learning_rate * x[:, None] * delta[None, :]
    bias_change = learning_rate * delta
    return DeltaStep(z, a, error, delta, weight_change, bias_change, weights + weight_change, biases + bias_change)


def learn_by_delta_rule(
    weights: Any,
    biases: Any,
    x: Any,
    y: Any,
    activation: str = "identity",
    learning_rate: float = 0.1,
    epochs: int = 1,
) -> DeltaRun:
    """Walk the samples in the given order, a step for each, for some epochs.

    Parameters
    ----------
    weights : array, shape (inputs, units)
        W at the start.
    biases : array, shape (units,)
        b at the start.
    x : array, shape (samples, inputs)
        The samples' inputs.
    y : array, shape (samples, units)
        Their targets.
    activation : str, default="identity"
        The name of g; not softmax.
    learning_rate : float, default=0.1
        α.
    epochs : int, default=1
        How often all samples are walked.

    Returns
    -------
    DeltaRun
        The parameters at the end, and the loss of each epoch.

    Raises
    ------
    ValueError
        If a shape does not fit, or the activation function is unknown or has no slope.

    Examples
    --------
    A perceptron learns AND:

    >>> corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> both = [[-1], [-1], [-1], [1]]
    >>> learned = learn_by_delta_rule([[0], [0]], [0], corners, both, "step", 0.5, epochs=10)
    >>> learned.losses[-1]
    np.float64(0.0)
    """
    weights, biases, x, y = alike(weights, biases, x, y)
    losses = np.zeros(epochs)
    for epoch in range(epochs):
        for sample, target in zip(x, y, strict=True):
            step = delta_step(weights, biases, sample, target, activation, learning_rate)
            weights, biases = step.weights, step.biases
            losses[epoch] += 0.5 * float((step.error**2).sum())
    return DeltaRun(weights, biases, losses)

"""A network against its formula, and errors before anything compiles."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.random import key
from dendrax.nn.columns import TableShape
from dendrax.nn.dense import Dense
from dendrax.nn.layer import ShapeError
from dendrax.nn.network import network_of

NETWORK, NUMBERS = network_of([Dense(4, "tanh"), Dense(3, "relu")], (2,), 2, "softmax")
PARAMS = NETWORK.initialise(jnp.asarray(key(0)))
X = jnp.asarray(np.random.default_rng(0).normal(size=(5, 2)), jnp.float32)


def by_hand(x):
    seen = []
    for params, g in zip(PARAMS, (np.tanh, lambda z: np.maximum(z, 0), None), strict=True):
        z = x @ np.asarray(params["weights"]) + np.asarray(params["biases"])
        x = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) if g is None else g(z)
        seen.append({"in": z, "a": x})
    return seen


def test_it_is_its_formula():
    np.testing.assert_allclose(NETWORK.apply(PARAMS, NUMBERS, X), by_hand(np.asarray(X))[-1]["a"], rtol=1e-5)


def test_the_trace_is_every_in_and_a():
    for ours, theirs in zip(NETWORK.trace(PARAMS, NUMBERS, X), by_hand(np.asarray(X)), strict=True):
        np.testing.assert_allclose(ours["in"], theirs["in"], rtol=1e-4, atol=1e-6)
        np.testing.assert_allclose(ours["a"], theirs["a"], rtol=1e-4, atol=1e-6)


def test_no_hidden_layer_is_a_single_layer_of_units():
    network, numbers = network_of([], (2,), 1, "identity")
    params = network.initialise(jnp.asarray(key(0)))
    expected = np.asarray(X) @ np.asarray(params[0]["weights"])
    np.testing.assert_allclose(network.apply(params, numbers, X), expected, rtol=1e-5)


def test_a_shape_that_does_not_fit_names_the_layer():
    network, _ = network_of([Dense(3)], TableShape(2), 1, "identity")
    with pytest.raises(ShapeError, match=r"layer 1 of 2, Dense\(units=3.*rows of numbers.*got rows of shape"):
        network.initialise(jnp.asarray(key(0)))


def test_layers_draw_different_weights():
    network, _ = network_of([Dense(4), Dense(4), Dense(4)], (4,), 4, "identity")
    drawn = {np.asarray(p["weights"]).tobytes() for p in network.initialise(jnp.asarray(key(0)))}
    assert len(drawn) == 4

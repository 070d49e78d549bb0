"""A residual block against the same sum written out."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.constraints import HyperparameterError
from dendrax.core.random import key
from dendrax.core.structure import numbers, structure, whole
from dendrax.nn.dense import Dense
from dendrax.nn.dropout import Dropout
from dendrax.nn.layer import PREDICTING, Context, ShapeError
from dendrax.nn.network import network_of
from dendrax.nn.normalisation import LayerNorm
from dendrax.nn.residual import Residual

X = jnp.asarray(np.random.default_rng(0).normal(size=(7, 4)).astype(np.float32))
BLOCK = Residual([Dense(6, "tanh"), Dropout(0.3), Dense(4, "identity")])


def test_it_is_x_plus_f_of_x():
    params, shape = BLOCK.initialise(jnp.asarray(key(0)), (4,))
    assert (sorted(params), shape) == (["0.biases", "0.weights", "2.biases", "2.weights"], (4,))
    its, x = {name: np.asarray(a) for name, a in params.items()}, np.asarray(X)
    expected = x + np.tanh(x @ its["0.weights"] + its["0.biases"]) @ its["2.weights"] + its["2.biases"]
    np.testing.assert_allclose(BLOCK.apply(params, numbers(BLOCK), X, PREDICTING), expected, rtol=1e-5)


def test_dropout_inside_works_while_training_only():
    params, _ = BLOCK.initialise(jnp.asarray(key(0)), (4,))
    training = BLOCK.apply(params, numbers(BLOCK), X, Context(jnp.asarray(key(1))))
    assert not np.allclose(training, BLOCK.apply(params, numbers(BLOCK), X, PREDICTING))


def test_its_units_are_seen():
    network, its = network_of([BLOCK], (4,), 2, "softmax")
    params = network.initialise(jnp.asarray(key(2)))
    seen = network.trace(params, its, X)
    assert [layer["a"].shape for layer in seen] == [(7, 6), (7, 4), (7, 2)]
    np.testing.assert_allclose(seen[-1]["a"], network.apply(params, its, X), rtol=1e-5)
    assert [units["weights"].shape for units in network.units_of(params)] == [(4, 6), (6, 4), (4, 2)]


def test_structure_and_numbers_split_and_join():
    block = Residual([Dropout(0.25), LayerNorm(0.5), Residual([Dropout(0.125)])])
    other = Residual([Dropout(0.75), LayerNorm(0.1), Residual([Dropout(0.5)])])
    assert structure(block) == structure(other)
    assert hash(structure(block)) == hash(structure(other))
    assert numbers(block)["layers"][2] == {"layers": ({"rate": np.float32(0.125)},)}
    assert whole(structure(block), numbers(block)) == block


def test_another_shape_at_the_end_is_refused():
    with pytest.raises(ShapeError, match=r"layer 1 of 2.*must end in the shape that they start from, \(4,\).*\(5,\)"):
        network_of([Residual([5])], (4,), 2, "softmax")[0].initialise(jnp.asarray(key(0)))


@pytest.mark.parametrize("layers", [[], 3, None, ["relu"], [0], [2.5]])
def test_what_are_no_layers_is_refused(layers):
    with pytest.raises(HyperparameterError, match="layers of Residual must be"):
        Residual(layers)

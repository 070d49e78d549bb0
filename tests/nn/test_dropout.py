"""Dropout: how often, by how much, and only while training."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.constraints import HyperparameterError
from dendrax.core.random import key
from dendrax.core.structure import numbers
from dendrax.nn.dense import Dense
from dendrax.nn.dropout import Dropout
from dendrax.nn.layer import PREDICTING, Context
from dendrax.nn.network import network_of

X = jnp.ones((200, 50))


def dropped(rate, seed=0):
    layer = Dropout(rate)
    return np.asarray(layer.apply({}, numbers(layer), X, Context(jnp.asarray(key(seed)))))


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_a_share_of_activations_is_0_and_the_mean_stays(rate):
    a = dropped(rate)
    assert np.mean(a == 0) == pytest.approx(rate, abs=0.015)
    np.testing.assert_allclose(a[a != 0], 1 / (1 - rate), rtol=1e-6)
    assert a.mean() == pytest.approx(1, abs=0.1)


def test_every_step_draws_anew_and_a_key_decides():
    assert np.array_equal(dropped(0.5, 1), dropped(0.5, 1))
    assert np.mean(dropped(0.5, 1) == dropped(0.5, 2)) == pytest.approx(0.5, abs=0.03)


def test_outside_of_training_nothing_is_left_out():
    layer = Dropout(0.9)
    np.testing.assert_array_equal(layer.apply({}, numbers(layer), X, PREDICTING), X)


def test_two_layers_of_a_network_drop_different_units():
    layers = [Dropout(0.5), Dropout(0.5)]
    network, its = network_of(layers, (50,), 50, "identity")
    params = [{}, {}, {"weights": jnp.eye(50), "biases": jnp.zeros(50)}]
    a = np.asarray(network.apply(params, its, X, Context(jnp.asarray(key(0)))))
    assert np.mean(a != 0) == pytest.approx(0.25, abs=0.02)


def test_the_rate_is_a_number_of_the_program():
    network, its = network_of([Dropout(0.2), Dense(3)], (50,), 2, "identity")
    other, others = network_of([Dropout(0.7), Dense(3)], (50,), 2, "identity")
    assert network == other
    params = network.initialise(jnp.asarray(key(1)))
    run = jax.jit(network.apply)
    context = Context(jnp.asarray(key(2)))
    assert not np.allclose(run(params, its, X, context), run(params, others, X, context))
    assert run._cache_size() == 1


@pytest.mark.parametrize("rate", [-0.1, 1.0, float("nan")])
def test_what_is_no_rate_is_refused(rate):
    with pytest.raises(HyperparameterError, match="rate must be a float of 0 or more and below 1"):
        Dropout(rate)

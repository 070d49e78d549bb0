"""Normalisation by its formulas, and against PyTorch's where it is installed."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.constraints import HyperparameterError
from dendrax.core.random import key
from dendrax.core.structure import numbers
from dendrax.nn.layer import PREDICTING, ShapeError
from dendrax.nn.normalisation import LayerNorm, RMSNorm

X = np.random.default_rng(0).normal(3.0, 2.0, size=(6, 5))
GAINS, BIASES = np.linspace(0.5, 2, 5), np.linspace(-1, 1, 5)


def applied(layer, x, gains=GAINS, biases=BIASES):
    params = {"gains": jnp.float32(gains), "biases": jnp.float32(biases)}
    return np.asarray(layer.apply(params, numbers(layer), jnp.float32(x), PREDICTING))


def test_layer_norm_is_its_formula():
    expected = GAINS * (X - X.mean(1, keepdims=True)) / np.sqrt(X.var(1, keepdims=True) + 0.1) + BIASES
    np.testing.assert_allclose(applied(LayerNorm(0.1), X), expected, rtol=1e-5, atol=1e-6)


def test_rms_norm_is_its_formula():
    expected = GAINS * X / np.sqrt((X**2).mean(1, keepdims=True) + 0.1)
    np.testing.assert_allclose(applied(RMSNorm(0.1), X), expected, rtol=1e-5)


@pytest.mark.parametrize("layer", [LayerNorm(), RMSNorm()], ids=str)
def test_it_starts_neutral_and_ignores_the_scale_of_a_row(layer):
    params, shape = layer.initialise(jnp.asarray(key(0)), (5,))
    assert shape == (5,)
    assert params["gains"].tolist() == [1.0] * 5
    np.testing.assert_allclose(applied(layer, 1000 * X), applied(layer, X), rtol=1e-3, atol=1e-4)
    assert np.isfinite(applied(layer, np.zeros((2, 5)))).all()


@pytest.mark.parametrize("layer", [LayerNorm(), RMSNorm()], ids=str)
def test_rows_that_are_no_vectors_are_refused(layer):
    with pytest.raises(ShapeError, match=r"takes rows of numbers"):
        layer.initialise(jnp.asarray(key(0)), (5, 4))


def test_an_epsilon_of_0_is_refused():
    with pytest.raises(HyperparameterError, match="epsilon must be a float above 0; got 0"):
        LayerNorm(0.0)

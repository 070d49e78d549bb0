import math

import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from dendrax.core.random import key
from dendrax.nn.activations import ACTIVATIONS
from dendrax.nn.initialisers import RECTIFIERS, initial_weights

HE = sorted(RECTIFIERS)
LECUN = ["selu"]
GLOROT = [*sorted(set(ACTIVATIONS) - RECTIFIERS - {"selu"}), np.tanh]
RULES = {math.sqrt(6 / 300): HE, math.sqrt(3 / 300): LECUN, math.sqrt(6 / 500): GLOROT}
REACH = [(name, reach) for reach, names in RULES.items() for name in names]


def drawn(fan_in: int, units: int, activation: object, seed: int = 0) -> np.ndarray:
    return np.asarray(initial_weights(jnp.asarray(key(seed)), fan_in, units, activation), np.float64)


@pytest.mark.parametrize(("activation", "reach"), REACH)
def test_weights_are_uniform_in_the_range_of_the_rule(activation: object, reach: float):
    w = drawn(300, 200, activation)
    assert w.shape == (300, 200)
    assert np.abs(w).max() <= reach * (1 + 1e-6)
    assert np.abs(w).max() > 0.999 * reach
    assert stats.kstest(w.ravel(), "uniform", (-reach, 2 * reach)).pvalue > 1e-4
    np.testing.assert_allclose(w.var(), reach**2 / 3, rtol=0.02)


def test_every_activation_has_a_rule():
    assert {*HE, *LECUN, *GLOROT} == {*ACTIVATIONS, np.tanh}
    assert "relu" in HE
    assert {"identity", "sigmoid", "tanh", "step", "softmax"} < set(GLOROT)


def test_units_of_selu_keep_mean_0_and_variance_1_through_ten_layers():
    a = np.random.default_rng(0).normal(size=(500, 256))
    for layer in range(10):
        z = a @ drawn(256, 256, "selu", seed=layer)
        a = 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * np.expm1(np.minimum(z, 0)))
    assert abs(a.mean()) < 0.1
    assert 0.8 < a.var() < 1.2


def test_signals_keep_their_size_through_ten_layers_of_rectifiers():
    a = np.random.default_rng(0).normal(size=(500, 256))
    size = np.mean(a**2)
    for layer in range(10):
        a = np.maximum(a @ drawn(256, 256, "relu", seed=layer), 0)
    assert 0.5 < np.mean(a**2) / size < 2


def test_the_same_key_gives_the_same_weights():
    assert (drawn(5, 4, "relu", seed=3) == drawn(5, 4, "relu", seed=3)).all()
    assert not np.isin(drawn(5, 4, "relu", seed=3), drawn(5, 4, "relu", seed=4)).any()


def test_no_unit_equals_another():
    w = drawn(3, 50, "tanh")
    assert len(np.unique(w, axis=1).T) == 50


def test_a_layer_without_inputs_has_no_weights():
    assert drawn(0, 3, "relu").shape == (0, 3)

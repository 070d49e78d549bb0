from collections.abc import Iterator

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import config

from dendrax.core.constraints import HyperparameterError
from dendrax.core.random import key
from dendrax.core.structure import numbers, structure
from dendrax.nn.activations import ACTIVATIONS, activation
from dendrax.nn.dense import CONSTRAINTS, Dense
from dendrax.nn.initialisers import initial_weights
from dendrax.nn.layer import PREDICTING, ShapeError

KEY = jnp.asarray(key(0))


@pytest.fixture
def without_type_checks() -> Iterator[None]:
    """Meet the class as users do: annotations are checked in tests only."""
    before = config.jaxtyping_disable
    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", before)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_activations_are_g_of_the_weighted_sums(name: str):
    generator = np.random.default_rng(0)
    w, b, x = generator.normal(size=(3, 4)), generator.normal(size=4), generator.normal(size=(5, 3))
    expected = np.empty((5, 4))
    for row in range(5):
        for i in range(4):
            expected[row, i] = sum(w[j, i] * x[row, j] for j in range(3)) + b[i]
    with jax.enable_x64(True):
        layer, params = Dense(4, name), {"weights": jnp.asarray(w), "biases": jnp.asarray(b)}
        pre_activation = layer.pre_activation(params, jnp.asarray(x))
        a = layer.apply(params, {}, jnp.asarray(x), PREDICTING)
        np.testing.assert_allclose(pre_activation, expected, rtol=1e-12)
        np.testing.assert_allclose(a, activation(name).function(jnp.asarray(expected)), rtol=1e-12)


def test_the_first_weights_follow_the_activation_and_the_biases_are_zero():
    for name in ("relu", "tanh"):
        params, shape = Dense(4, name).initialise(KEY, (3,))
        assert shape == (4,)
        assert set(params) == {"weights", "biases"}
        np.testing.assert_array_equal(params["weights"], initial_weights(KEY, 3, 4, name))
        assert params["biases"].tolist() == [0, 0, 0, 0]
        assert params["biases"].dtype == jnp.float32


@pytest.mark.parametrize("shape", [(), (28, 28), (28, 28, 3), 5, {"numbers": (3,)}])
def test_a_row_that_is_not_a_vector_is_refused_with_its_shape(shape: object):
    with pytest.raises(ShapeError) as caught:
        Dense(4).initialise(KEY, shape)
    assert str(caught.value) == f"Dense takes rows of numbers, of shape (features,); got rows of shape {shape}"


@pytest.mark.parametrize(
    ("units", "name"),
    [(units, "relu") for units in CONSTRAINTS["units"][0].invalid]
    + [(4, name) for name in CONSTRAINTS["activation"][0].invalid]
    + [(True, "relu"), ("4", "relu"), (4, None), (4, "Relu")],
)
@pytest.mark.usefixtures("without_type_checks")
def test_hyper_parameters_are_checked(units: object, name: object):
    with pytest.raises(HyperparameterError, match=r"^(units|activation) must be .+; got "):
        Dense(units, name)  # type: ignore[arg-type]


@pytest.mark.usefixtures("without_type_checks")
def test_layers_that_are_the_same_are_equal_and_share_a_hash():
    assert Dense(np.int64(4)) == Dense(4)  # type: ignore[arg-type]
    assert hash(Dense(np.int64(4))) == hash(Dense(4))  # type: ignore[arg-type]
    assert type(Dense(np.int64(4)).units) is int  # type: ignore[arg-type]
    assert Dense(4) != Dense(5)
    assert Dense(4) != Dense(4, "tanh")
    assert structure(Dense(4)) == Dense(4)
    assert numbers(Dense(4)) == {}


def test_a_layer_maps_over_networks():
    params, _ = Dense(4, "tanh").initialise(KEY, (3,))
    many = jax.tree.map(lambda a: jnp.stack([a, 2 * a, -a]), params)
    x = jnp.float32(np.random.default_rng(0).normal(size=(6, 3)))
    together = jax.vmap(lambda p: Dense(4, "tanh").apply(p, {}, x, PREDICTING))(many)
    for i in range(3):
        alone = Dense(4, "tanh").apply(jax.tree.map(lambda a, i=i: a[i], many), {}, x, PREDICTING)
        np.testing.assert_allclose(together[i], alone, rtol=1e-5, atol=1e-6)

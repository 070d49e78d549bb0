import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special, stats

from dendrax.nn.activations import ACTIVATIONS, HIDDEN, activation, is_traceable

GRID = np.linspace(-6.0, 6.0, 49)  # 0 among them
CORNERS = ("relu", "step", "leaky_relu", "selu", "hard_tanh")
SMOOTH = [name for name in HIDDEN if name not in CORNERS]

FORMULAS = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "step": lambda z: np.where(z < 0, -1.0, 1.0),
    "relu": lambda z: np.maximum(z, 0),
    "gelu": lambda z: z * stats.norm.cdf(z),
    "silu": lambda z: z * special.expit(z),
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "mish": lambda z: z * np.tanh(np.log1p(np.exp(z))),
    "softsign": lambda z: z / (1 + np.abs(z)),
    "leaky_relu": lambda z: np.maximum(z, 0.01 * z),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "selu": lambda z: 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * (np.exp(z) - 1)),
    "hard_tanh": lambda z: np.clip(z, -1, 1),
    "exponential": np.exp,
    "softmax": lambda z: special.softmax(z, axis=-1),
}
IN_JAX = {
    "gelu": lambda z: jax.nn.gelu(z, approximate=False),
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
    "mish": jax.nn.mish,
    "elu": jax.nn.elu,
    "selu": jax.nn.selu,
    "leaky_relu": jax.nn.leaky_relu,
    "softsign": jax.nn.soft_sign,
}


def test_there_is_a_formula_for_every_activation():
    assert set(FORMULAS) == set(ACTIVATIONS)
    assert set(HIDDEN) == set(ACTIVATIONS) - {"softmax"}
    assert all(activation(name).name == name for name in ACTIVATIONS)
    assert [name for name in ACTIVATIONS if activation(name).slope is None] == ["softmax"]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_function_is_its_formula(name: str):
    with jax.enable_x64(True):
        found = activation(name).function(jnp.asarray(GRID.reshape(7, 7)))
        np.testing.assert_allclose(found, FORMULAS[name](GRID.reshape(7, 7)), rtol=1e-12, atol=1e-14)
        assert found.dtype == jnp.float64
    assert activation(name).function(jnp.float32(GRID)).dtype == jnp.float32


@pytest.mark.parametrize("name", IN_JAX)
def test_the_function_is_the_one_of_jax(name: str):
    z = jnp.float32(GRID)
    np.testing.assert_allclose(activation(name).function(z), IN_JAX[name](z), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", HIDDEN)
def test_the_slope_is_the_derivative_that_jax_takes(name: str):
    with jax.enable_x64(True):
        g = activation(name)
        z = jnp.asarray(GRID)
        jacobian = np.asarray(jax.jacobian(g.function)(z))
        np.testing.assert_allclose(g.slope(z), np.diagonal(jacobian), rtol=1e-12, atol=1e-14)
        assert not (jacobian - np.diag(np.diagonal(jacobian))).any()  # no unit depends on another


@pytest.mark.parametrize("name", SMOOTH)
def test_the_slope_is_what_differences_tell(name: str):
    h = 1e-5
    with jax.enable_x64(True):
        g = activation(name)
        z = jnp.asarray(GRID)
        differences = (g.function(z + h) - g.function(z - h)) / (2 * h)
        away = np.abs(GRID) > 1e-3  # second derivatives may jump at 0
        np.testing.assert_allclose(g.slope(z)[away], differences[away], rtol=1e-6, atol=1e-9)


def test_the_slopes_of_the_units_with_a_corner():
    z = jnp.float32([-2.0, -0.0, 0.0, 3.0])
    assert activation("relu").slope(z).tolist() == [0, 0, 0, 1]
    assert jnp.diagonal(jax.jacobian(activation("relu").function)(z)).tolist() == [0, 0, 0, 1]
    assert activation("step").function(z).tolist() == [-1, 1, 1, 1]
    assert activation("step").slope(z).tolist() == [1, 1, 1, 1]


def test_softmax_is_a_distribution_that_ignores_a_shift():
    z = jnp.float32([[0.0, 1.0, -2.0], [5.0, 5.0, 5.0]])
    a = activation("softmax").function(z)
    np.testing.assert_allclose(a.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(activation("softmax").function(z + 100), a, rtol=1e-5)
    np.testing.assert_allclose(a[1], 1 / 3, rtol=1e-6)


@pytest.mark.parametrize("name", [name for name in ACTIVATIONS if name != "exponential"])
def test_far_from_zero_everything_stays_finite(name: str):
    g = activation(name)
    z = jnp.float32([-1e4, -100.0, 0.0, 100.0, 1e4])
    assert jnp.isfinite(g.function(z)).all()
    assert jnp.isfinite(jax.jacobian(g.function)(z)).all()
    if g.slope is not None:
        assert jnp.isfinite(g.slope(z)).all()
        np.testing.assert_allclose(g.slope(z), jnp.diagonal(jax.jacobian(g.function)(z)), atol=1e-6)


@pytest.mark.parametrize("name", ["relu", "gelu", "silu", "softplus"])
def test_rectifiers_end_at_zero_and_at_their_input(name: str):
    low, high = activation(name).function(jnp.float32([-1e4, 1e4])).tolist()
    assert abs(low) < 1e-6
    assert math.isclose(high, 1e4, rel_tol=1e-6)


@pytest.mark.parametrize("name", ["relu", "gelu", "tanh", "softmax"])
def test_what_is_not_a_number_is_passed_on(name: str):
    assert jnp.isnan(activation(name).function(jnp.float32([jnp.nan, 1.0]))[0])


def test_functions_of_your_own():
    def cubed(z):
        return z**3

    assert activation(cubed).name == "cubed"
    assert activation(cubed).function(jnp.float32(2.0)) == 8.0
    assert is_traceable(cubed)
    for strange in (len, 1.5, lambda z: z.sum(), lambda z: z[:, :1], lambda z: z > 0, lambda z: 1 / 0, None):
        assert not is_traceable(strange)


def test_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match=r"^activation must be one of identity, .*, softmax; got 'swish'$"):
        activation("swish")

"""The first layer of a table, against the same in NumPy."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.random import key
from dendrax.core.structure import numbers, structure
from dendrax.nn.columns import Columns, TableShape, smooth_clip
from dendrax.nn.layer import PREDICTING, ShapeError

SHAPE = TableShape(2, 1, (4, 40))
LAYER = Columns(SHAPE)
X = {
    "numbers": jnp.array([[0.0, 1.0], [-2.0, 1e6]]),
    "missing": jnp.array([[True], [False]]),
    "codes": jnp.array([[3, 0], [0, 39]], jnp.int32),
}


def applied():
    params, shape = structure(LAYER).initialise(jnp.asarray(key(0)), SHAPE)
    return params, shape, np.asarray(LAYER.apply(params, numbers(LAYER), X, PREDICTING))


def test_the_inputs_are_numbers_indicators_levels():
    params, shape, out = applied()
    x = np.asarray(X["numbers"])
    assert out.shape == (2, *shape) == (2, LAYER.width)
    np.testing.assert_allclose(out[:, :2], x / np.sqrt(1 + (x / 3) ** 2), rtol=1e-6)
    np.testing.assert_array_equal(out[:, 2], [1, 0])
    np.testing.assert_array_equal(out[:, 3:6], [[0, 0, 1], [0, 0, 0]])
    np.testing.assert_array_equal(out[0, 6:], 0)
    np.testing.assert_array_equal(out[1, 6:], params["embedding_1"][38])


def test_an_unseen_level_is_all_zeros():
    _, _, out = applied()
    assert not out[1, 3:6].any()
    assert not out[0, 6:].any()


def test_smooth_clipping_is_bounded_and_keeps_small_numbers():
    x = jnp.array([[1e-3, 3.0, 1e6, -1e6]])
    np.testing.assert_allclose(smooth_clip(x, jnp.float32(3))[0], [1e-3, 3 / np.sqrt(2), 3, -3], rtol=1e-5)


def test_only_numbers():
    layer = Columns(TableShape(2))
    out = layer.apply({}, numbers(layer), {"numbers": X["numbers"]}, PREDICTING)
    assert out.shape == (2, 2)


def test_another_shape_is_refused():
    with pytest.raises(ShapeError, match="encoded columns"):
        LAYER.initialise(jnp.asarray(key(0)), (3,))


def test_the_clip_is_a_number():
    assert structure(Columns(SHAPE, clip=2.0)) == structure(Columns(SHAPE, clip=5.0))
    assert structure(Columns(SHAPE, most_levels=3)) != structure(Columns(SHAPE))

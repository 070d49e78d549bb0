"""Which rows a step sees."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.random import key
from dendrax.learning.batches import Data, Rows, epoch_order, masked, slice_of

TRAINING = jnp.array([10, 11, 12, 13, 14, 0, 0, 0], jnp.int32)
DATA = Data(Rows(jnp.zeros((20, 1)), jnp.zeros((20, 1)), jnp.ones(20)), TRAINING, None)


@pytest.mark.parametrize("shuffle", [False, True])
@pytest.mark.parametrize("batch_size", [1, 2, 3, 8, 100])
def test_every_real_row_comes_once(shuffle, batch_size):
    index, real = epoch_order(DATA, jnp.int32(5), batch_size, jnp.asarray(key(3)), shuffle)
    assert len(index) % batch_size == 0
    np.testing.assert_array_equal(real, np.arange(len(real)) < 5)
    assert sorted(np.asarray(index)[:5].tolist()) == [10, 11, 12, 13, 14]


def test_without_shuffling_the_order_is_the_given_one():
    index, _ = epoch_order(DATA, jnp.int32(5), 2, jnp.asarray(key(3)), False)
    assert np.asarray(index)[:5].tolist() == [10, 11, 12, 13, 14]


def test_epochs_differ():
    orders = {tuple(np.asarray(epoch_order(DATA, jnp.int32(5), 2, jnp.asarray(key(k)), True)[0])) for k in range(30)}
    assert len(orders) > 15


def test_empty_places_weigh_nothing():
    rows = masked(DATA.rows.at(jnp.array([1, 2])), jnp.array([1.0, 0.0]))
    assert rows.weight.tolist() == [1.0, 0.0]


def test_a_slice_is_a_batch():
    rows = Rows(jnp.arange(6.0)[:, None], jnp.arange(6.0)[:, None], jnp.arange(6.0))
    assert slice_of(rows, jnp.int32(1), 2).weight.tolist() == [2.0, 3.0]


def test_bytes_count_everything():
    assert DATA.rows.bytes == 20 * 4 * 3

"""The validation part: a partition, spread evenly."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.learning.split import held_out


@pytest.mark.parametrize("n_held", [1, 7, 50, 97])
def test_it_is_a_partition(n_held):
    training, held = held_out(np.arange(100) % 3, n_held, 0, classes=True)
    assert len(held) == n_held
    np.testing.assert_array_equal(np.sort(np.concatenate([training, held])), np.arange(100))


def test_classes_keep_their_shares():
    y = np.repeat([0, 1, 2], [700, 250, 50])
    _, held = held_out(y, 200, 1, classes=True)
    np.testing.assert_allclose(np.bincount(y[held]), [140, 50, 10], atol=1)


def test_a_class_of_one_row_trains():
    y = np.repeat([0, 1, 2], [50, 49, 1])
    for seed in range(20):
        training, _ = held_out(y, 30, seed, classes=True)
        assert 99 in training


def test_numbers_are_spread_over_their_range():
    y = np.random.default_rng(0).exponential(size=1000)
    _, held = held_out(y, 100, 2, classes=False)
    np.testing.assert_allclose(np.quantile(y[held], [0.1, 0.5, 0.9]), np.quantile(y, [0.1, 0.5, 0.9]), rtol=0.15)


def test_the_seed_decides():
    y = np.arange(100) % 2
    assert not np.array_equal(held_out(y, 20, 0, True)[1], held_out(y, 20, 1, True)[1])
    np.testing.assert_array_equal(held_out(y, 20, 0, True)[1], held_out(y, 20, 0, True)[1])

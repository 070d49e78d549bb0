"""Harmonics against their formula and the discrete Fourier transform."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.nn.harmonics import Harmonics, learn_periods

X = np.random.default_rng(0).uniform(-5, 40, size=(20, 2))


def test_they_are_their_formula_sine_and_cosine_in_turn():
    found = Harmonics(3, np.array([24.0, 7.0])).values(X)
    expected = [
        wave(2 * np.pi * k * X[:, i] / period)
        for i, period in enumerate((24.0, 7.0))
        for k in (1, 2, 3)
        for wave in (np.sin, np.cos)
    ]
    np.testing.assert_allclose(found, np.stack(expected, axis=1), atol=1e-12)


def test_they_are_orthogonal_over_a_whole_period():
    x = np.arange(24.0)[:, None]
    v = np.column_stack([np.ones(24), Harmonics(5, np.array([24.0])).values(x)])
    np.testing.assert_allclose(v.T @ v / 24, np.diag([1.0] + [0.5] * 10), atol=1e-12)


def test_a_whole_period_changes_nothing():
    waves = Harmonics(2, np.array([3.0, 5.0]))
    np.testing.assert_allclose(waves.values(X + np.array([3.0, 5.0])), waves.values(X), atol=1e-12)


def test_the_period_is_the_range_or_1():
    assert learn_periods(np.array([[2.0, 7.0], [5.0, 7.0]])).tolist() == [3.0, 1.0]


def test_the_names_say_harmonic_and_period():
    names = Harmonics(2, np.array([24.0])).names(["hour"])
    assert names == ["sin(2π·hour/24)", "cos(2π·hour/24)", "sin(2π·2·hour/24)", "cos(2π·2·hour/24)"]


@pytest.mark.loose_promotion
def test_they_are_computed_by_jax_too():
    waves = Harmonics(2, np.array([24.0, 7.0]))
    np.testing.assert_allclose(waves.values(jnp.asarray(X, jnp.float32)), waves.values(X), atol=1e-4)

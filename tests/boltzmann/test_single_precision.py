"""Weights beyond float32: the law depends on w/T alone, so any unit of energy gives the same samples, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax import BoltzmannMachine
from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.importance import estimate
from dendrax.boltzmann.links import all_pairs
from dendrax.boltzmann.sampler import Chains
from dendrax.boltzmann.single_precision import temperatures32, weights32

RNG = np.random.default_rng(0)
W, THETA = RNG.normal(size=10), RNG.normal(size=5)


def network(size):
    return SymmetricNetwork(all_pairs(5), size * W, size * THETA)


@pytest.mark.parametrize("power", [-1000, -140, 3, 130, 1000])
def test_any_unit_of_energy_gives_the_same_samples(power):
    one, other = Chains(network(1.0), 50, seed=0), Chains(network(2.0**power), 50, seed=0)
    schedule = np.array([2.0, 1.0, 0.5, 0.5, 0.1])
    one.sweep(schedule)
    other.sweep(schedule * 2.0**power)
    np.testing.assert_array_equal(one.states(), other.states())
    found = [estimate(network(2.0**p), 0.8 * 2.0**p, steps=5, chains=8) for p in (0, power)]
    assert found[0] == found[1]


def test_ordinary_weights_and_temperatures_are_rounded_as_float32_is():
    w, theta = weights32(network(1.0))
    t = temperatures32(network(1.0), np.array([0.0, 0.3]))
    k = np.float32(W[0]) / w[0]
    np.testing.assert_array_equal(k * w, W.astype(np.float32))
    np.testing.assert_array_equal(k * theta, THETA.astype(np.float32))
    np.testing.assert_array_equal(k * t, np.float32([0.0, 0.3]))


def test_temperatures_above_0_stay_above_0_and_finite():
    t = temperatures32(network(1.0), np.array([0.0, 5e-324, 1e308]))
    assert t[0] == 0
    assert (t[1:] > 0).all()
    assert np.isfinite(t).all()
    assert (temperatures32(network(0.0), np.array([1.0])) == 1).all()


@pytest.mark.parametrize("size", [1e39, 1e-42])
def test_a_machine_of_huge_or_tiny_weights_follows_its_law(size):
    machine = BoltzmannMachine.from_energy(size * np.array([[0, 1.0], [1.0, 0]]), [0.0, -size], temperature=size)
    drawn = machine.sample(20_000, sweeps=20, random_state=0)
    p = np.exp([0.0, -1.0, 0.0, 0.0])  # of 00, 01, 10, 11
    np.testing.assert_allclose(np.bincount(drawn @ [2, 1], minlength=4) / 20_000, p / p.sum(), atol=0.015)

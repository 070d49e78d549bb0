"""Annealed importance sampling against enumeration, from both sides."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.exact import log_partition
from dendrax.boltzmann.importance import estimate
from dendrax.boltzmann.links import Lattice, all_pairs


@pytest.mark.parametrize("states", ["01", "±1"])
@pytest.mark.parametrize(("graph", "scale"), [("dense", 0.5), ("lattice", 0.6)])
def test_both_estimates_are_within_four_standard_errors(graph, states, scale):
    rng = np.random.default_rng(3)
    links = all_pairs(14) if graph == "dense" else Lattice(4, 4).links()
    n = 14 if graph == "dense" else 16
    net = SymmetricNetwork(links, scale * rng.normal(size=len(links)), rng.normal(size=n), states)
    exact, found = log_partition(net, 1.5), estimate(net, 1.5, steps=400, chains=256, seed=1)
    assert abs(found.low - exact) < 4 / np.sqrt(found.effective[0])
    assert abs(found.value - exact) < 4 * found.error
    assert abs(found.high - exact) < 4 / np.sqrt(found.effective[1])
    assert found.error < 0.1
    assert min(found.effective) > 100
    assert found.value == pytest.approx((found.low + found.high) / 2)
    assert found.error > abs(found.high - found.low) / 2
    assert found.chains == 256
    assert found.doubt is None


def test_a_short_walk_is_below_and_above():
    """The logarithm of a mean of few, bad weights: forward too low, reverse too high, on average over seeds."""
    rng = np.random.default_rng(0)
    links = all_pairs(12)
    net = SymmetricNetwork(links, 1.5 * rng.normal(size=len(links)), rng.normal(size=12), "±1")
    exact = log_partition(net)
    found = [estimate(net, steps=4, chains=8, seed=seed, settling=300) for seed in range(20)]
    assert np.mean([f.low for f in found]) < exact < np.mean([f.high for f in found])


def test_independent_units_need_no_sampling():
    net = SymmetricNetwork(np.zeros((0, 2), np.int32), np.zeros(0), np.array([1.0, -2.0, 0.3]), "±1")
    found = estimate(net, 0.7, steps=3, chains=8)
    assert found.value == pytest.approx(log_partition(net, 0.7), abs=1e-6)
    assert found.effective == pytest.approx((8, 8))


def test_a_long_chain_and_its_closed_form():
    """Z = 2 (2 cosh J)^(n − 1) of n spins in a row."""
    n, j = 60, 0.5
    links = np.stack([np.arange(n - 1), np.arange(1, n)], axis=1).astype(np.int32)
    found = estimate(SymmetricNetwork(links, np.full(n - 1, j), np.zeros(n), "±1"), steps=500, chains=64, seed=2)
    exact = np.log(2) + (n - 1) * np.log(2 * np.cosh(j))
    assert abs(found.value - exact) < 4 * found.error
    assert found.error < 0.1


def test_many_units_without_links_are_exact():
    theta = np.random.default_rng(1).normal(size=200)
    found = estimate(SymmetricNetwork(np.zeros((0, 2), np.int32), np.zeros(0), theta), 0.7, steps=3, chains=8)
    assert found.value == pytest.approx(np.log1p(np.exp(theta / 0.7)).sum(), rel=1e-12)
    assert found.error == 0

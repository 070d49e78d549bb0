"""The energy against its sum, written out; both states are one law."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.boltzmann.energy import SymmetricNetwork, probability_on
from dendrax.boltzmann.exact import all_states, law
from dendrax.boltzmann.links import Lattice, all_pairs

RNG = np.random.default_rng(0)
STATES = ["01", "±1"]


def network(n=6, states="01", links=None, scale=1.0):
    links = all_pairs(n) if links is None else links
    return SymmetricNetwork(links, scale * RNG.normal(size=len(links)), scale * RNG.normal(size=n), states)


@pytest.mark.parametrize("states", STATES)
@pytest.mark.parametrize("links", [None, Lattice(2, 3, periodic=False).links(), np.zeros((0, 2), np.int32)])
def test_the_energy_is_the_sum_over_pairs_and_units(states, links):
    net = network(states=states, links=links)
    s = all_states(6, net.off)
    w = net.matrix.toarray()
    expected = [
        -sum(w[i, j] * row[i] * row[j] for i in range(6) for j in range(i + 1, 6)) - net.biases @ row for row in s
    ]
    np.testing.assert_allclose(net.energy(s), expected, atol=1e-12)


@pytest.mark.parametrize("states", STATES)
def test_the_gap_is_the_difference_of_two_energies(states):
    net = network(states=states)
    s = all_states(6, net.off)[RNG.permutation(64)[:10]]
    for i in range(6):
        on, off = s.copy(), s.copy()
        on[:, i], off[:, i] = 1, net.off
        np.testing.assert_allclose(net.energy_gaps(s)[:, i], net.energy(off) - net.energy(on), atol=1e-12)


@pytest.mark.parametrize("states", STATES)
def test_the_log_odds_of_a_unit_are_its_gap_over_the_temperature(states):
    net, t = network(states=states), 0.7
    s = all_states(6, net.off)
    p = law(net, t)
    for i in range(6):
        flipped = np.arange(64) ^ (1 << (5 - i))
        on = s[:, i] == 1
        log_odds = np.log(p[on]) - np.log(p[flipped[on]])
        np.testing.assert_allclose(log_odds, net.energy_gaps(s)[on, i] / t, atol=1e-10)
        share = p[on] / (p[on] + p[flipped[on]])
        np.testing.assert_allclose(probability_on(net.energy_gaps(s)[on, i], t), share, atol=1e-12)


@pytest.mark.parametrize("states", STATES)
def test_both_states_have_the_same_law(states):
    net = network(states=states)
    other = net.in_states("±1" if states == "01" else "01")
    np.testing.assert_allclose(law(other, 0.8), law(net, 0.8), atol=1e-12)
    back = other.in_states(states)
    np.testing.assert_allclose(back.weights, net.weights, atol=1e-12)
    np.testing.assert_allclose(back.biases, net.biases, atol=1e-12)


def test_at_temperature_zero_a_unit_follows_the_sign():
    np.testing.assert_array_equal(probability_on(np.array([-1e-300, 0.0, 1e300]), 0.0), [0, 0.5, 1])

"""The two halves against the plain sum over all states."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.exact import all_states, given, law, log_partition, moments
from dendrax.boltzmann.links import all_pairs
from dendrax.boltzmann.marginal import log_weight

RNG = np.random.default_rng(0)


def network(n, states="01", density=1.0):
    links = all_pairs(n)
    links = links[RNG.random(len(links)) < density]
    return SymmetricNetwork(links, RNG.normal(size=len(links)), RNG.normal(size=n), states)


@pytest.mark.parametrize("states", ["01", "±1"])
@pytest.mark.parametrize(("n", "t"), [(1, 1.0), (2, 0.5), (7, 2.0), (10, 1.0)])
def test_every_mean_is_the_sum_over_states(n, states, t):
    net = network(n, states)
    s = all_states(n, net.off)
    weights = np.exp(-net.energy(s) / t)
    p = weights / weights.sum()
    found = moments(net, t)
    assert found.log_partition == pytest.approx(np.log(weights.sum()), abs=1e-10)
    np.testing.assert_allclose(law(net, t), p, atol=1e-12)
    np.testing.assert_allclose(found.means, p @ s, atol=1e-12)
    np.testing.assert_allclose(found.correlations, (s.T * p) @ s, atol=1e-12)


def test_large_weights_do_not_overflow():
    net = network(8)
    large = SymmetricNetwork(net.links, 1e4 * net.weights, 1e4 * net.biases)
    assert log_partition(large) == pytest.approx(-large.energy(all_states(8)).min(), rel=1e-6)


def test_pieces_do_not_change_the_sum(monkeypatch):
    net = network(11)
    whole = log_partition(net)
    monkeypatch.setattr("dendrax.boltzmann.exact.PIECE", 64)
    assert log_partition(net) == pytest.approx(whole, abs=1e-12)
    assert moments(net).means.shape == (11,)


def test_too_many_units_and_no_temperature_are_refused():
    with pytest.raises(ValueError, match="at most 28 units to enumerate; got 29"):
        log_partition(network(29, density=0.1))
    with pytest.raises(ValueError, match="temperature must be above 0"):
        log_partition(network(3), 0.0)


@pytest.mark.parametrize("states", ["01", "±1"])
def test_the_network_of_the_free_units_is_the_conditional_law(states):
    net = network(6, states)
    s, p = all_states(6, net.off), law(net)
    fits = (s[:, 1] == 1) & (s[:, 4] == net.off)
    np.testing.assert_allclose(law(given(net, np.array([1, 4]), np.array([1, net.off]))), p[fits] / p[fits].sum())


@pytest.mark.parametrize("states", ["01", "±1"])
@pytest.mark.parametrize("density", [0.0, 0.5, 1.0])
def test_hidden_units_are_summed_out(states, density):
    net = network(8, states, density)
    v = all_states(5, net.off)
    expected = np.logaddexp.reduce(-net.energy(all_states(8, net.off)).reshape(32, 8) / 1.7, axis=1)
    np.testing.assert_allclose(log_weight(net, v, 1.7), expected, atol=1e-10)


def test_many_linked_hidden_units_are_refused():
    with pytest.raises(ValueError, match="at most 20; got 21"):
        log_weight(network(22), np.zeros((1, 1)))

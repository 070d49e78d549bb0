"""The sampler against Boltzmann's law: its kernel on few units, its histogram, Kaufman's energy of a torus."""

from __future__ import annotations

import jax
import numpy as np
import pytest
from scipy.stats import chisquare

from dendrax.boltzmann import gibbs, sampler
from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.exact import all_states, law
from dendrax.boltzmann.gibbs import Moment
from dendrax.boltzmann.links import Lattice, all_pairs
from dendrax.boltzmann.sampler import Chains
from dendrax.boltzmann.wiring import lay_out, wire
from dendrax.core.random import key

RING = np.array([[0, 1], [1, 2], [2, 3], [3, 4], [0, 4]], np.int32)  # an odd cycle: three colours
GRAPHS = {
    "dense": (all_pairs(6), 6),
    "lattice": (Lattice(2, 3, periodic=False).links(), 6),
    "ring": (RING, 5),
    "alone": (np.zeros((0, 2), np.int32), 3),
    "coloured": (Lattice(4, 3).links(), 12),
}


def network(graph, states="01", seed=0, scale=0.7):
    links, n = GRAPHS[graph]
    rng = np.random.default_rng(seed)
    return SymmetricNetwork(links, scale * rng.normal(size=len(links)), rng.normal(size=n), states)


def code(states):
    return (states > 0) @ (1 << np.arange(states.shape[1])[::-1])


@pytest.mark.parametrize("states", ["01", "±1"])
@pytest.mark.parametrize("graph", ["dense", "lattice", "ring"])
@pytest.mark.parametrize("temperature", [0.6, 2.0])
def test_a_sweep_keeps_boltzmann_s_law(graph, states, temperature):
    """π K = π, with K built from the probabilities that the sampler itself computes, unit after unit."""
    net = network(graph, states)
    n, s = net.n_units, all_states(net.n_units, net.off)
    order = lay_out(net.links, n, net.off)[1].order
    kernel = np.eye(2**n)
    for i in order:
        on = (np.arange(2**n) | (1 << (n - 1 - i)), np.arange(2**n) & ~(1 << (n - 1 - i)))
        p = 1 / (1 + np.exp(-net.energy_gaps(s)[:, i] / temperature))
        step = np.zeros((2**n, 2**n))
        step[np.arange(2**n), on[0]], step[np.arange(2**n), on[1]] = p, 1 - p
        kernel = kernel @ step
    pi = law(net, temperature)
    np.testing.assert_allclose(pi @ kernel, pi, atol=1e-12)
    # one sweep of the sampler, from one state, has the row of that kernel as its law
    chains = Chains(net, 20_000, seed=5, start=np.tile(s[3], (20_000, 1)))
    chains.sweep(np.array([temperature]))
    counts = np.bincount(code(chains.states()), minlength=2**n)
    expected = 20_000 * kernel[3]
    likely = expected > 5
    rest = [counts[~likely].sum()], [expected[~likely].sum()]
    if rest[1][0] > 5:
        observed, wanted = np.r_[counts[likely], rest[0]], np.r_[expected[likely], rest[1]]
    else:
        observed, wanted = counts[likely], expected[likely]
    assert chisquare(observed, wanted * observed.sum() / wanted.sum()).pvalue > 1e-4


@pytest.mark.parametrize("states", ["01", "±1"])
@pytest.mark.parametrize("graph", list(GRAPHS))
def test_many_chains_fill_the_histogram_of_the_law(graph, states):
    net, n = network(graph, states), 50_000
    p = law(net, 1.3)
    chains = Chains(net, n, seed=11)
    chains.sweep(np.full(40, 1.3))
    found = chains.states()
    counts = np.bincount(code(found), minlength=len(p))
    likely = n * p > 5
    assert chisquare(counts[likely], n * p[likely] * counts[likely].sum() / (n * p[likely].sum())).pvalue > 1e-4
    assert abs(mean_energy_z(net, found, 1.3)) < 4


def mean_energy_z(net, states, temperature):
    """How many standard errors the mean energy is off that of the law."""
    p, e = law(net, temperature), net.energy(all_states(net.n_units, net.off))
    mean, variance = p @ e, p @ e**2 - (p @ e) ** 2
    return (net.energy(states).mean() - mean) / np.sqrt(variance / len(states))


def test_these_tests_would_see_a_temperature_three_percent_off():
    net = network("dense", "±1")
    chains = Chains(net, 100_000, seed=11)
    chains.sweep(np.full(40, 1.3 * 1.03))
    assert abs(mean_energy_z(net, chains.states(), 1.3)) > 4


@pytest.mark.parametrize(("beta", "energy"), [(0.3, None), (0.4, -1.1060831), (0.4406868, None)])
def test_the_energy_of_a_torus_is_kaufman_s(beta, energy):
    size = 16 if energy is None else 64
    expected = kaufman(size, beta) if energy is None else energy
    links = Lattice(size, size).links()
    net = SymmetricNetwork(links, np.ones(len(links)), np.zeros(size * size), "±1")
    chains = Chains(net, 64, seed=2)
    chains.sweep(np.full(400 if size == 64 else 2000, 1 / beta))
    means = []
    for _ in range(20):
        chains.sweep(np.full(20, 1 / beta))
        means.append(net.energy(chains.states()) / net.n_units)
    of_chain = np.mean(means, axis=0)
    assert abs(of_chain.mean() - expected) < 3.5 * of_chain.std(ddof=1) / np.sqrt(len(of_chain))


def kaufman(size, beta):
    """u of a size × size torus, by the derivative of Kaufman's log Z (1949)."""

    def log_z(b):
        m = n = size
        c = np.cosh(2 * b) / np.tanh(2 * b)
        g = lambda k: np.arccosh(c - np.cos(np.pi * k / n)) if k else 2 * b + np.log(np.tanh(b))  # noqa: E731
        odd = np.array([g(2 * k + 1) for k in range(n)])
        even = np.array([g(2 * k) for k in range(n)])
        terms = [
            np.log(2 * np.cosh(m * odd / 2)).sum(),
            np.log(2 * np.abs(np.sinh(m * odd / 2))).sum(),
            np.log(2 * np.cosh(m * even / 2)).sum(),
            np.log(2 * np.abs(np.sinh(m * even / 2))).sum(),
        ]
        signs = [1, 1, 1, np.prod(np.sign(np.sinh(m * even / 2)))]
        top = max(terms)
        total = sum(sign * np.exp(t - top) for sign, t in zip(signs, terms, strict=True))
        return -np.log(2) + 0.5 * m * n * np.log(2 * np.sinh(2 * b)) + top + np.log(total)

    step = 1e-5
    return -(log_z(beta + step) - log_z(beta - step)) / (2 * step) / size**2


def test_kaufman_s_formula_agrees_with_enumeration():
    links = Lattice(4, 4).links()
    net = SymmetricNetwork(links, np.ones(len(links)), np.zeros(16), "±1")
    p = law(net, 1 / 0.4)
    assert kaufman(4, 0.4) == pytest.approx(p @ net.energy(all_states(16, -1)) / 16, abs=1e-6)


def test_clamped_units_never_move():
    net = network("dense", "±1")
    given = np.array([1, np.nan, -1, np.nan, np.nan, 1])
    chains = Chains(net, 500, seed=0, given=given)
    for _ in range(5):
        chains.sweep(np.full(3, 5.0))
        assert (chains.states()[:, [0, 2, 5]] == [1, -1, 1]).all()
    assert len(np.unique(chains.states(), axis=0)) == 8


def test_clamped_units_condition_the_law():
    net = network("dense")
    given = np.array([1, np.nan, np.nan, np.nan, 0, np.nan])
    chains = Chains(net, 50_000, seed=1, given=given)
    chains.sweep(np.full(60, 1.0))
    s, p = all_states(6), law(net)
    fits = (s[:, 0] == 1) & (s[:, 4] == 0)
    counts = np.bincount(code(chains.states()), minlength=64)
    assert counts[~fits].sum() == 0
    assert chisquare(counts[fits], 50_000 * p[fits] / p[fits].sum()).pvalue > 1e-4


@pytest.mark.parametrize("graph", ["dense", "lattice", "ring"])
def test_a_chain_is_the_same_beside_any_others_and_cut_anywhere(graph):
    net = network(graph)
    many, few = Chains(net, 100, seed=3), Chains(net, 5, seed=3)
    many.sweep(np.full(30, 1.0))
    for n in (1, 12, 17):
        few.sweep(np.full(n, 1.0))
    np.testing.assert_array_equal(many.states()[:5], few.states())
    again, other = Chains(net, 100, seed=3), Chains(net, 100, seed=4)
    again.sweep(np.full(30, 1.0))
    other.sweep(np.full(30, 1.0))
    np.testing.assert_array_equal(again.states(), many.states())
    assert (other.states() != many.states()).any()


@pytest.mark.parametrize("states", ["01", "±1"])
@pytest.mark.parametrize("graph", ["dense", "lattice", "ring"])
def test_at_temperature_zero_the_energy_never_rises_and_ties_stay(graph, states):
    net = network(graph, states)
    chains = Chains(net, 64, seed=0)
    energies = [net.energy(chains.states())]
    for _ in range(10):
        chains.sweep(np.zeros(1))
        energies.append(net.energy(chains.states()))
    assert (np.diff(energies, axis=0) <= 1e-6).all()
    alone = SymmetricNetwork(np.zeros((0, 2), np.int32), np.zeros(0), np.zeros(9), states)
    tied = Chains(alone, 7, seed=1)
    before = tied.states()
    tied.sweep(np.zeros(3))
    np.testing.assert_array_equal(tied.states(), before)


def test_a_colour_for_two_linked_units_is_refused_for_it_breaks_the_law():
    links, n = GRAPHS["lattice"]
    with pytest.raises(ValueError, match="colours of linked units must differ"):
        lay_out(links, n, 0, colours=np.zeros(n, int))


def test_temperatures_and_weights_compile_nothing(compilations):
    net = network("lattice")
    plan, layout = lay_out(net.links, 6, 0)
    moment = Moment(np.float32(0), np.float32(1), key(0), np.arange(8, dtype=np.uint32), np.ones((6, 1), bool))
    ends = np.int32(0), np.int32(5), np.int32(0)

    def once(scale, t):
        wiring = wire(plan, layout, np.float32(scale) * net.weights.astype(np.float32), net.biases.astype(np.float32))
        s = gibbs.begin(plan, key(1), moment.chains, np.zeros((6, 1), np.float32), moment.free)
        return jax.block_until_ready(gibbs.sweeps(plan, wiring, s, np.full(64, t, np.float32), *ends, moment))

    once(1.0, 1.0)
    before = compilations.count
    once(2.0, 0.5)
    assert compilations.count == before


def test_a_long_run_needs_no_schedule_of_its_length(monkeypatch):
    net, seen = SymmetricNetwork(all_pairs(3), np.ones(3), np.zeros(3)), []
    one, other = Chains(net, 9, seed=3), Chains(net, 9, seed=3)
    one.sweep(np.full(10, 0.7))
    monkeypatch.setattr(sampler, "LONGEST", 4)
    plain = other.sweep
    monkeypatch.setattr(other, "sweep", lambda t: (seen.append(len(t)), plain(t)))
    other.sweep_at(0.7, 10)
    assert seen == [4, 4, 2]
    np.testing.assert_array_equal(one.states(), other.states())

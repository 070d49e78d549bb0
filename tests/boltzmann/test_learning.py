"""Maximum likelihood: the rule is the slope of the likelihood, and learning finds what the closed forms say."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.boltzmann.clamped_rows import rows_of
from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.exact import all_states, law, log_partition
from dendrax.boltzmann.exact_learning import highest, learn, log_likelihood, problem
from dendrax.boltzmann.learning_run import run
from dendrax.boltzmann.links import all_pairs
from dendrax.boltzmann.marginal import log_weight
from dendrax.boltzmann.sampled_learning import Numbers, Program, pair_means, start
from dendrax.boltzmann.wiring import lay_out
from dendrax.core.random import key
from dendrax.learning.outcome import DivergenceError

RNG = np.random.default_rng(0)


def bipartite(v, h):
    return np.array([(i, v + j) for i in range(v) for j in range(h)], np.int32)


def mean_likelihood(net, X, weights=None, t=1.0):
    return np.average(log_weight(net, X, t) - log_partition(net, t), weights=weights)


@pytest.mark.parametrize("off", [0, -1])
@pytest.mark.parametrize("links", [all_pairs(6), bipartite(4, 2)])
def test_the_likelihood_is_that_of_enumeration_and_its_slope_that_of_the_rule(off, links):
    X, weights = all_states(4, off)[RNG.integers(16, size=9)], RNG.random(9)
    task = problem(X, weights, links, 2, off, 0.0)
    w, theta = RNG.normal(size=len(links)), RNG.normal(size=6)
    params = {"weights": jnp.float32(w / 1.4), "biases": jnp.float32(theta / 1.4)}
    net = SymmetricNetwork(links, w, theta, "01" if off == 0 else "±1")
    assert float(log_likelihood(task, params)) == pytest.approx(mean_likelihood(net, X, weights, 1.4), abs=1e-5)
    slope = jax.grad(lambda p: log_likelihood(task, p))(params)
    s, p = all_states(6, off), law(net, 1.4)
    q = np.zeros(64)
    for row, weight in zip(X, weights, strict=True):
        fits = (s[:, :4] == row).all(axis=1)
        q[fits] += weight / weights.sum() * p[fits] / p[fits].sum()
    i, j = links.T
    np.testing.assert_allclose(slope["weights"], (q - p) @ (s[:, i] * s[:, j]), atol=1e-5)
    np.testing.assert_allclose(slope["biases"], (q - p) @ s, atol=1e-5)


@pytest.mark.parametrize("states", ["01", "±1"])
def test_without_hidden_units_the_law_itself_is_found(states):
    n, links = 5, all_pairs(5)
    net = SymmetricNetwork(links, RNG.normal(size=10), RNG.normal(size=5), states)
    task = problem(all_states(n, net.off), law(net), links, 0, net.off, 0.0)
    best, reached, _ = learn(task, key(0), np.float32(0.01), np.float32(1e-6), np.int32(500))
    np.testing.assert_allclose(best["weights"], net.weights, atol=5e-3)
    np.testing.assert_allclose(best["biases"], net.biases, atol=5e-3)
    assert float(reached[0]) == pytest.approx(law(net) @ np.log(law(net)), abs=1e-5)


def test_the_start_that_is_kept_is_the_highest_weight_decay_included():
    reached, weights = jnp.array([-1.0, jnp.nan, -1.5]), jnp.array([[3.0, 4.0], [0.0, 0.0], [0.0, 1.0]])
    assert int(highest(reached, weights, jnp.float32(0))) == 0
    assert int(highest(reached, weights, jnp.float32(0.1))) == 2


@pytest.mark.loose_promotion
def test_exact_learning_does_not_mind_64_bits():
    X, weights = all_states(3), np.arange(1, 9)
    task = problem(X, weights, bipartite(3, 1), 1, 0, 0.01)
    with jax.enable_x64(True):
        _, reached, _ = learn(task, key(0), np.float32(0.3), np.float32(1e-5), np.int32(50), restarts=2)
    _, alone, _ = learn(task, key(0), np.float32(0.3), np.float32(1e-5), np.int32(50), restarts=2)
    np.testing.assert_allclose(reached, alone, atol=1e-4)


def learned(X, links, n_hidden, off, steps, **numbers):
    plan, layout = lay_out(links, X.shape[1] + n_hidden, off)
    fields = {"rate": 0.1, "decay": 0.0, "sweeps": 3, "clamped": 3, "centred": 1.0} | numbers
    rows = rows_of(layout, X, np.ones(len(X)), n_hidden)
    program = Program(plan, n_hidden > 0 or bool(np.isnan(X).any()))
    values = Numbers(
        np.float32(fields["rate"]),
        np.float32(fields["decay"]),
        np.int32(steps),
        np.int32(fields["sweeps"]),
        np.int32(fields["clamped"]),
        np.float32(fields["centred"]),
    )
    state = start(program, layout, rows, key(1), 256, np.float32(0.3 if n_hidden else 0.01))
    state, _, reason = run(program, layout, rows, values, state)
    assert reason == "steps"
    states = "01" if off == 0 else "±1"
    return SymmetricNetwork(links, np.asarray(state.weights, float), np.asarray(state.biases, float), states)


@pytest.mark.parametrize("off", [0, -1])
def test_sampled_learning_comes_near_the_exact_optimum(off):
    links = all_pairs(6)
    true = SymmetricNetwork(links, 0.7 * RNG.normal(size=15), 0.5 * RNG.normal(size=6), "01" if off == 0 else "±1")
    X = all_states(6, off)[RNG.choice(64, size=2000, p=law(true))]
    task = problem(X, np.ones(2000), links, 0, off, 0.0)
    _, reached, _ = learn(task, key(0), np.float32(0.01), np.float32(1e-5), np.int32(500))
    found = mean_likelihood(learned(X, links, 0, off, 1500), X)
    assert float(reached[0]) - 0.01 < found < float(reached[0]) + 1e-4


def test_hidden_units_find_what_pairs_cannot_tell():
    """Three units of even parity: independent in pairs, so that only a hidden unit can learn them."""
    X = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    alone = problem(X, np.ones(4), all_pairs(3), 0, 0, 0.0)
    _, without, _ = learn(alone, key(0), np.float32(0.01), np.float32(1e-5), np.int32(300))
    assert float(without[0]) == pytest.approx(-3 * np.log(2), abs=1e-4)
    task = problem(X, np.ones(4), bipartite(3, 3), 3, 0, 1e-3)
    _, within, _ = learn(task, key(0), np.float32(0.3), np.float32(1e-5), np.int32(300), restarts=8)
    assert float(within.max()) > -2 * np.log(2) - 0.1


def test_a_hidden_unit_joins_visible_ones_that_are_not_linked():
    X = np.array([[0.0, 0, 0, 0], [1, 1, 1, 1]])
    found = mean_likelihood(learned(X, bipartite(4, 1), 1, 0, 2000, rate=0.3), X)
    assert -np.log(2) - 0.1 < found < -np.log(2) + 1e-6


def test_a_missing_state_is_a_hidden_unit_of_its_row():
    links = all_pairs(3)
    true = SymmetricNetwork(links, np.array([2.0, -1.5, 0.5]), np.array([0.3, -0.4, 0.2]))
    X = all_states(3)[RNG.choice(8, size=4000, p=law(true))]
    X[RNG.random(X.shape) < 0.2] = np.nan
    found = learned(X, links, 0, 0, 1500)
    assert abs(law(found) - law(true)).max() < 0.03


@pytest.mark.parametrize("density", [0.02, 1.0])
def test_pair_means_are_the_sums_over_chains(density):
    links = all_pairs(40)
    links = links[RNG.random(len(links)) < density]
    _, layout = lay_out(links, 40, -1)
    s, weights = RNG.choice([-1.0, 1.0], size=(40, 30)), RNG.random(30)
    means, pairs = pair_means(layout, (jnp.float32(s[layout.order]),), jnp.float32(weights))
    np.testing.assert_allclose(means, s[layout.order] @ weights, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(pairs, (s[links[:, 0]] * s[links[:, 1]]) @ weights, rtol=1e-4, atol=1e-4)


def test_flipping_every_unit_learns_as_well():
    X = all_states(5)[RNG.choice(32, size=500, p=RNG.dirichlet(np.ones(32)))] * 1.0
    X[:, 0] = RNG.random(500) < 0.97
    one = mean_likelihood(learned(X, all_pairs(5), 0, 0, 1000), X)
    other = mean_likelihood(learned(1 - X, all_pairs(5), 0, 0, 1000), 1 - X)
    assert one == pytest.approx(other, abs=0.01)


def test_weights_that_run_away_are_refused_with_advice():
    with pytest.raises(DivergenceError, match="give a smaller learning_rate"):
        learned(np.array([[0.0, 1.0], [1.0, 1.0]]), all_pairs(2), 0, 0, 200, rate=1e6)

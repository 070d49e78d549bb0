"""`BoltzmannMachine` as a user meets it."""

from __future__ import annotations

import pickle
import warnings

import jax
import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from dendrax import BoltzmannMachine
from dendrax.boltzmann import Lattice, geometric
from dendrax.boltzmann.exact import all_states, law
from dendrax.core.constraints import HyperparameterError
from dendrax.estimators.symmetric_options import CONSTRAINTS

RNG = np.random.default_rng(0)
W = np.triu(RNG.normal(size=(6, 6)), 1)
W += W.T
THETA = RNG.normal(size=6)


@pytest.mark.parametrize("states", ["01", "±1"])
def test_energy_gap_and_probability_are_the_course_s(states):
    machine = BoltzmannMachine.from_energy(W, THETA, states=states, temperature=0.8)
    off = 0 if states == "01" else -1
    s = all_states(6, off)[37]
    assert machine.energy(s) == pytest.approx(-(0.5 * s @ W @ s + THETA @ s))
    on, down = s.copy(), s.copy()
    on[2], down[2] = 1, off
    gap = machine.energy(down) - machine.energy(on)
    assert machine.energy_gap(s, 2) == pytest.approx(gap)
    assert machine.probability_on(s, 2) == pytest.approx(1 / (1 + np.exp(-gap / 0.8)))
    assert machine.energy_gap(s).shape == (6,)
    assert machine.energy(np.array([s, s])).shape == (2,)
    np.testing.assert_array_equal(machine.thresholds, -THETA)


def test_a_law_of_few_units_is_learned_and_sampled():
    X = all_states(4)[RNG.choice(16, p=RNG.dirichlet(np.ones(16)), size=3000)]
    machine = BoltzmannMachine(random_state=0).fit(X)
    assert machine.stopped_because_ == "converged"
    data, model = X.mean(axis=0), machine.sample(20_000, random_state=1)
    np.testing.assert_allclose(model.mean(axis=0), data, atol=0.02)
    np.testing.assert_allclose(model.T @ model / 20_000, X.T @ X / 3000, atol=0.02)
    assert machine.score(X) == pytest.approx(machine.score_samples(X).mean())
    assert np.exp(machine.score_samples(all_states(4))).sum() == pytest.approx(1)


def test_weights_of_rows_are_rows_repeated():
    X = all_states(3)[RNG.integers(8, size=20)]
    weights = RNG.integers(0, 3, size=20)
    one = BoltzmannMachine(random_state=0).fit(X, sample_weight=weights)
    other = BoltzmannMachine(random_state=0).fit(np.repeat(X, weights, axis=0))
    np.testing.assert_allclose(one.weights_, other.weights_, atol=1e-3)


def test_hidden_units_any_graph_and_sampled_learning():
    parity = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    links = [(i, 3 + j) for i in range(3) for j in range(3)]
    exact = BoltzmannMachine(3, links, random_state=0).fit(parity)
    assert exact.score(parity) > -2 * np.log(2) - 0.05
    X = np.array([[0, 0, 0, 0], [1, 1, 1, 1]])
    star = [(i, 4) for i in range(4)]
    sampled = BoltzmannMachine(1, star, learning="sampled", learning_rate=0.3, random_state=0).fit(X)
    assert sampled.stopped_because_ == "steps"
    assert sampled.score(X) > -np.log(2) - 0.1
    assert sampled.sample(5).shape == (5, 5)


@pytest.mark.parametrize("temperature", [1e-6, 0.5, 1e5])
@pytest.mark.parametrize("learning", ["exact", "sampled"])
def test_the_same_law_is_learned_at_every_temperature(learning, temperature):
    X = np.repeat(all_states(3), [12, 1, 4, 2, 1, 3, 2, 12], axis=0)

    def fitted(t):
        options = {"learning": learning, "max_steps": 300, "weight_decay": 0.01, "random_state": 0}
        return BoltzmannMachine(temperature=t, **options).fit(X)

    warm, plain = fitted(temperature), fitted(1.0)
    np.testing.assert_allclose(warm.weights_, temperature * plain.weights_, rtol=1e-12)
    np.testing.assert_allclose(warm.biases_, temperature * plain.biases_, rtol=1e-12)
    assert warm.score(X) == pytest.approx(plain.score(X), abs=1e-9)
    assert warm.score(X) > -3 * np.log(2) + 0.2


def test_weights_beyond_every_float_are_refused():
    with pytest.raises(ValueError, match="not finite, at temperature 1e"):
        BoltzmannMachine(temperature=1e308, random_state=0).fit([[0], [1], [1], [1], [1], [1], [1], [1]])


def test_completion_follows_the_conditional_law():
    machine = BoltzmannMachine.from_energy(W, THETA)
    X = np.tile([1, np.nan, 0, np.nan, 1, 1], (20_000, 1))
    found = machine.complete(X, sweeps=40, random_state=0)
    assert (found[:, [0, 2, 4, 5]] == [1, 0, 1, 1]).all()
    s, p = all_states(6), law(machine.network_)
    fits = (s[:, [0, 2, 4, 5]] == [1, 0, 1, 1]).all(axis=1)
    expected = (p[fits] / p[fits].sum()).reshape(2, 2)
    counts = np.histogram2d(found[:, 1], found[:, 3], bins=2)[0] / 20_000
    np.testing.assert_allclose(counts, expected, atol=0.02)


def test_columns_have_names():
    X = pd.DataFrame(all_states(3)[RNG.integers(8, size=30)], columns=["rain", "wet", "slip"])
    machine = BoltzmannMachine(random_state=0).fit(X)
    given = machine.sample(50, given={"wet": 1, 2: 0}, random_state=0)
    assert (given[:, 1] == 1).all()
    assert (given[:, 2] == 0).all()
    assert machine.energy_gap([0, 0, 0], "slip") == pytest.approx(machine.biases_[2])


def test_patterns_are_stored_and_recalled():
    patterns = RNG.choice([-1, 1], size=(5, 100))
    machine = BoltzmannMachine(states="±1").store(patterns)
    noisy = patterns.copy()
    noisy[:, :8] *= -1
    np.testing.assert_array_equal(machine.recall(noisy), patterns)
    np.testing.assert_array_equal(machine.recall(noisy[0]), patterns[0])
    binary = BoltzmannMachine().store((patterns + 1) // 2)
    np.testing.assert_array_equal(binary.recall((noisy + 1) // 2), (patterns + 1) // 2)
    assert (machine.energy(machine.recall(noisy)) <= machine.energy(noisy)).all()


def test_a_qubo_problem_is_solved_to_its_minimum():
    Q = RNG.normal(size=(14, 14))
    both = -(Q + Q.T)
    machine = BoltzmannMachine.from_energy(both - np.diag(np.diag(both)), -np.diag(Q), random_state=0)
    x = all_states(14)
    best = np.einsum("si,ij,sj->s", x, Q, x).min()
    for schedule in (None, geometric(5, 0.05, 300)):
        found = machine.anneal(schedule, 32)
        assert found[0] @ Q @ found[0] == pytest.approx(best)
        assert (np.diff(machine.energy(found)) >= -1e-9).all()
    clamped = machine.anneal(given={3: 1})[0]
    assert clamped @ Q @ clamped == pytest.approx(np.einsum("si,ij,sj->s", x, Q, x)[x[:, 3] == 1].min())


def test_a_large_lattice_has_an_estimated_likelihood():
    lattice = Lattice(8, 8)
    links = lattice.links()
    matrix = csr_array((np.full(len(links), 0.3), links.T), shape=(64, 64))
    machine = BoltzmannMachine.from_energy(matrix + matrix.T, states="±1", random_state=0)
    # the energy of a torus is between that of a chain of plaquettes and the exact bound: check against many more steps
    first = machine.log_partition_
    assert machine.log_partition_error_ < 0.05
    from dendrax.boltzmann.importance import estimate

    longer = estimate(machine.network_, 1.0, steps=8000, chains=256, seed=9)
    assert abs(first - longer.value) < 4 * np.hypot(machine.log_partition_error_, longer.error)


def test_an_estimate_that_few_chains_carry_is_doubted():
    weights = np.triu(4 * np.random.default_rng(5).normal(size=(32, 32)), 1)
    machine = BoltzmannMachine.from_energy(weights + weights.T, states="±1", random_state=0)
    with pytest.warns(UserWarning, match=r"log Z is uncertain: .* from below, .* from above, .* of 128"):
        kept = machine._partition()
    assert kept.doubt is not None
    assert (kept.value, kept.error) == (machine.log_partition_, machine.log_partition_error_)


def test_both_states_answer_alike():
    machine = BoltzmannMachine.from_energy(W, THETA, states="±1", temperature=1.3)
    binary = machine.in_states("01")
    s = all_states(6, -1)
    np.testing.assert_allclose(machine.score_samples(s), binary.score_samples((s + 1) / 2), atol=1e-10)


def test_it_is_cloned_pickled_and_seeded():
    X = all_states(4)[RNG.integers(16, size=60)]
    machine = BoltzmannMachine(1, random_state=3, learning="sampled", max_steps=50).fit(X)
    again = clone(machine).fit(X)
    np.testing.assert_array_equal(again.weights_, machine.weights_)
    other = pickle.loads(pickle.dumps(machine))
    np.testing.assert_array_equal(other.sample(7), machine.sample(7))
    with pytest.raises(NotFittedError):
        BoltzmannMachine().sample()


def invalid():
    for name, allowed in CONSTRAINTS.items():
        for value in {repr(v): v for constraint in allowed for v in constraint.invalid}.values():
            if not any(constraint.allows(value) for constraint in allowed):
                yield pytest.param(name, value, id=f"{name}-{value!r}")


@pytest.mark.parametrize(("name", "value"), list(invalid()))
def test_hyper_parameters_are_checked(name, value):
    with pytest.raises(HyperparameterError, match=f"{name} must be"):
        BoltzmannMachine(**{name: value}).fit([[0, 1], [1, 0]])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m: m.fit([[0, 2]]), "X must hold only 0 and 1, the states of units, or NaN.*got 2.0 in row 0, unit 1"),
        (lambda m: m.fit([[0.5, 1]]), "got 0.5"),
        (lambda m: m.fit([["a"]]), "must hold numbers"),
        (lambda m: m.fit(np.zeros((0, 3))), "at least one row"),
        (lambda m: m.fit(np.zeros((3, 0))), "at least one row"),
        (lambda m: m.fit([[0, 1]], sample_weight=[-1.0]), "sample_weight must be 0 or more"),
        (lambda m: m.energy([0, 1]), "s must have shape"),
        (lambda m: m.energy([0] * 5 + [7]), "got 7"),
        (lambda m: m.energy_gap([0] * 6, 6), "i must name a unit from 0 to 5; got 6"),
        (lambda m: m.sample(given={9: 1}), "given must name a unit from 0 to 5; got 9"),
        (lambda m: m.sample(given={0: 0.3}), "must hold only 0 and 1"),
        (lambda m: m.sample(given={0: 1, np.int64(0): 1, "a": 1}), "got 'a'"),
        (lambda m: m.sample(0), "n must be"),
        (lambda m: m.sample(sweeps=0), "sweeps must be"),
        (lambda m: m.anneal([]), "schedule must be"),
        (lambda m: m.anneal([1.0, -0.1]), "schedule must be"),
        (lambda m: m.anneal([np.nan]), "schedule must be"),
        (lambda m: m.recall([0] * 4), "patterns must have shape"),
        (lambda m: m.set_params(random_state=True, links="dense").fit([[0, 1]]), "random_state must be"),
        (lambda m: m.set_params(links="dense", n_hidden=2**24).fit([[0, 1]]), "not 'dense', above 20000 units"),
        (lambda m: m.complete([[np.nan, 2, 0, 0, 0, 0]]), "got 2"),
        (lambda m: m.set_params(n_hidden=1).store([[0, 1]]), "n_hidden must be 0"),
        (lambda m: m.set_params(temperature=0.0).fit([[0, 1]]), "temperature must be above 0 to fit"),
        (lambda m: m.set_params(links=[(0, 5)]).fit([[0, 1]]), "links must name units"),
        (
            lambda m: m.set_params(learning="exact", links="dense").fit([[0] * 20, [1] * 20]),
            "learning must be 'sampled'",
        ),
        (lambda m: m.set_params(learning="exact", links="dense").fit([[0, np.nan]]), "got missing states"),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    machine = BoltzmannMachine.from_energy(W, THETA)
    with pytest.raises(ValueError, match=words):
        call(machine)


@pytest.mark.parametrize(
    ("weights", "biases", "words"),
    [
        (W + np.triu(W), None, "symmetric"),
        (W + np.eye(6), None, "diagonal"),
        (W, THETA[:3], "biases must be 6"),
        (W, np.full(6, np.nan), "biases must be 6 finite"),
        (W, THETA * 1j, "biases must be 6 finite numbers.*got complex128"),
        (np.zeros((0, 0)), None, "at least one unit"),
        (1e300 * W, THETA, "below 1e"),
    ],
)
def test_weights_of_one_s_own_are_checked(weights, biases, words):
    with pytest.raises(ValueError, match=words):
        BoltzmannMachine.from_energy(weights, biases)


def test_constant_columns_and_a_graph_without_links_are_learned():
    X = np.array([[1, 0, 1], [1, 0, 0], [1, 0, 1]])
    machine = BoltzmannMachine(links=[], weight_decay=0.0, random_state=0).fit(X)
    assert np.exp(machine.score_samples(X[:1]))[0] == pytest.approx(2 / 3, abs=0.01)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert machine.sample(4).shape == (4, 3)


@pytest.mark.loose_promotion
@pytest.mark.parametrize("learning", ["exact", "sampled"])
def test_it_does_not_mind_64_bits(learning):
    X = np.repeat(all_states(3), [3, 1, 1, 2, 1, 1, 1, 4], axis=0)
    ring = np.full(30, 0.3), (np.arange(30), (np.arange(30) + 1) % 30)
    matrix = csr_array(ring, shape=(30, 30))

    def work():
        machine = BoltzmannMachine(1, [(0, 3), (1, 3), (2, 3)], learning=learning, max_steps=40, random_state=0).fit(X)
        other = BoltzmannMachine.from_energy(matrix + matrix.T, states="±1", random_state=0)
        return machine.weights_, machine.sample(5), machine.complete(X[:3]), other.log_partition_

    with jax.enable_x64(True):
        wide = work()
    for one, plain in zip(wide, work(), strict=True):
        np.testing.assert_allclose(one, plain, rtol=1e-3, atol=1e-3)

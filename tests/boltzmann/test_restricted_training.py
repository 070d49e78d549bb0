from __future__ import annotations

from dataclasses import replace

import jax
import numpy as np
import pytest
from bars import EXACT, EXACTLY, NUMBERS, OPTIMUM, PLAN, X, data_of, learned, start_of

from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.restricted_likelihood import log_likelihood
from dendrax.boltzmann.restricted_training import advance
from dendrax.learning.outcome import DivergenceError

DATA = data_of(X)


def mean_likelihood(params: Params, x: np.ndarray = X) -> float:
    return float(log_likelihood(PLAN.visible, params, x, np.full(len(x), 1 / len(x), np.float32)))


def test_exact_learning_reaches_the_optimum_of_bars_and_stripes():
    found = learned(EXACT, EXACTLY._replace(max_epochs=np.int32(1000)), DATA)
    assert OPTIMUM - 0.01 < mean_likelihood(found.params) < OPTIMUM + 1e-4
    assert found.stopped_because == "epochs"


@pytest.mark.parametrize("learning", ["pcd", "cd"])
def test_chains_learn_bars_and_stripes(learning):
    plan = replace(PLAN, learning=learning, chains=100 if learning == "pcd" else 0)
    found = learned(plan, NUMBERS._replace(max_epochs=np.int32(4000), judge_every=np.int32(100)), DATA)
    assert mean_likelihood(found.params) > -3.5  # independent units: −6.24
    assert mean_likelihood(found.params) == pytest.approx(float(found.state.best_score), abs=1e-3)


def test_what_is_watched_is_the_exact_likelihood():
    found = learned(PLAN, NUMBERS._replace(max_epochs=np.int32(30)), DATA)
    curve = found.progress.log_likelihood
    assert len(curve) == 30
    assert [i for i, value in enumerate(curve) if np.isfinite(value)] == [9, 19, 29]
    assert curve[-1] == pytest.approx(mean_likelihood(found.state.learner.params), abs=1e-4)
    np.testing.assert_allclose(found.progress.learning_rate, 0.1 * (1 - np.arange(30) / 30), rtol=1e-5)


def test_ones_and_zeros_are_learned_alike():
    numbers = NUMBERS._replace(max_epochs=np.int32(2000), judge_every=np.int32(2000))
    same, turned = (mean_likelihood(learned(PLAN, numbers, data_of(x), seed=1).params, x) for x in (X[:12], 1 - X[:12]))
    assert turned == pytest.approx(same, abs=0.15)


def test_cutting_the_calls_elsewhere_changes_no_bit():
    plan = replace(PLAN, batch_size=5)
    numbers, parts = NUMBERS, start_of(PLAN, NUMBERS, X)
    whole = advance(plan, parts, DATA, numbers, np.int32(11))
    for steps in (1, 3, 5, 2):
        parts = advance(plan, parts, DATA, numbers, np.int32(steps))
    for a, b in zip(jax.tree.leaves(whole), jax.tree.leaves(parts), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_same_seed_gives_the_same_bits_and_another_one_does_not():
    numbers = NUMBERS._replace(max_epochs=np.int32(20))
    one, two, other = (learned(PLAN, numbers, DATA, seed=seed).params for seed in (0, 0, 1))
    np.testing.assert_array_equal(one.weights, two.weights)
    assert np.abs(one.weights - other.weights).max() > 1e-4


def test_a_row_of_weight_two_counts_as_two_rows():
    numbers = EXACTLY._replace(max_epochs=np.int32(60))
    weight = np.ones(16, np.float32)
    weight[:4] = 2
    twice = np.concatenate([X, X[:4]])
    mean = weight / weight.mean()
    weighted = learned(EXACT, numbers, data_of(X, mean))
    plan, more = replace(EXACT, batch_size=20), numbers._replace(rows=np.int32(20), monitored_rows=np.int32(20))
    start = start_of(plan, more, X)  # from the same machines
    repeated = advance(plan, start, data_of(twice), more, np.int32(60))
    score = mean_likelihood(weighted.params, twice)
    assert score == pytest.approx(float(repeated.best_score), abs=2e-3)


def test_rows_of_weight_zero_teach_nothing():
    junk = np.concatenate([X, np.ones((4, 9), np.float32)])
    weight = np.float32([1] * 16 + [0] * 4)
    plan = replace(EXACT, batch_size=20)
    numbers = EXACTLY._replace(max_epochs=np.int32(300), rows=np.int32(20), monitored_rows=np.int32(20))
    found = learned(plan, numbers, data_of(junk, weight))
    assert mean_likelihood(found.params) > -2.75


@pytest.mark.parametrize("plan", [EXACT, PLAN])
def test_holes_are_summed_out(plan):
    """Two units that always agree: with a third of the values missing, agreement is still what is learned."""
    rng = np.random.default_rng(0)
    x = np.repeat(rng.integers(0, 2, (400, 1)), 2, axis=1).astype(np.float32)
    known = np.ones((400, 2), bool)
    known[rng.random(400) < 0.4, 1] = False
    plan = replace(plan, visible=replace(plan.visible, plain=2), n_hidden=2, batch_size=400, holes=True)
    exact = plan.learning == "exact"
    chains = NUMBERS._replace(learning_rate=np.float32(0.5), spread=np.float32(0.1))
    numbers = (EXACTLY if exact else chains)._replace(
        rows=np.int32(400),
        monitored_rows=np.int32(400),
        max_epochs=np.int32(400 if exact else 2000),
        judge_every=np.int32(400),
    )
    params = learned(plan, numbers, data_of(np.where(known, x, 0.5).astype(np.float32), known=known)).params
    agree = np.float32([[0, 0], [1, 1]])
    share = np.exp([float(log_likelihood(plan.visible, params, row[None], np.ones(1, np.float32))) for row in agree])
    assert share.sum() > 0.97
    np.testing.assert_allclose(share, [1 - x.mean(), x.mean()], atol=0.08)


def test_probabilities_are_drawn_each_time():
    """A unit that is 0.3 in every row is on three times in ten, and independent of the others."""
    x = np.float32([[0.3, 0.0], [0.3, 1.0]])
    plan = replace(PLAN, visible=replace(PLAN.visible, plain=2), n_hidden=2, batch_size=2, probabilities=True)
    numbers = NUMBERS._replace(rows=np.int32(2), monitored_rows=np.int32(2), max_epochs=np.int32(4000))
    params = learned(plan, numbers._replace(learning_rate=np.float32(0.05)), data_of(x)).params
    states = np.float32([[0, 0], [1, 0], [0, 1], [1, 1]])
    p = np.exp([float(log_likelihood(plan.visible, params, row[None], np.ones(1, np.float32))) for row in states])
    np.testing.assert_allclose(p, [0.35, 0.15, 0.35, 0.15], atol=0.04)


def test_learning_stops_when_held_out_rows_say_so():
    plan, data = replace(PLAN, batch_size=12), data_of(np.random.default_rng(0).permutation(X), held=4)
    numbers = NUMBERS._replace(
        rows=np.int32(12), monitored_rows=np.int32(12), validation_rows=np.int32(4), patience=np.int32(5),
        max_epochs=np.int32(20_000),
    )  # fmt: skip
    found = learned(plan, numbers, data)
    assert found.stopped_because == "patience"
    curve = np.array(found.progress.validation_log_likelihood)
    assert found.state.best_epoch == np.nanargmax(curve) + 1
    assert len(curve) == found.state.best_epoch + 50
    np.testing.assert_allclose(
        found.progress.free_energy_gap[9], found.progress.log_likelihood[9] - curve[9], atol=1e-4
    )


@pytest.mark.parametrize("centred", [True, False])
def test_weight_decay_holds_the_likelihood_back(centred):
    """At the top of mean ln p − ½ λ Σ W² the slope of the likelihood is λ W, and that of the biases 0."""
    numbers = EXACTLY._replace(max_epochs=np.int32(4000), weight_decay=np.float32(0.02), decay=np.float32(0.9))
    found = learned(replace(EXACT, restarts=1, centred=centred), numbers, DATA)
    params = found.state.learner.params
    slope = jax.grad(lambda p: log_likelihood(PLAN.visible, p, X, np.full(16, 1 / 16, np.float32)))(params)
    np.testing.assert_allclose(slope.weights, 0.02 * params.weights, atol=2e-4)
    np.testing.assert_allclose(slope.visible_biases, 0, atol=2e-4)
    np.testing.assert_allclose(slope.hidden_biases, 0, atol=2e-4)
    assert np.abs(params.weights).max() > 1


@pytest.mark.parametrize("plan", [PLAN, EXACT])
def test_a_rate_without_reason_ends_with_advice(plan):
    numbers = (NUMBERS if plan is PLAN else EXACTLY)._replace(learning_rate=np.float32(1e6))
    with pytest.raises(
        DivergenceError, match=r"learning diverged in epoch 1: .*give a smaller learning_rate than 1e\+06"
    ):
        learned(plan, numbers, DATA)


def test_numbers_compile_nothing(compilations):
    learned(PLAN, NUMBERS._replace(max_epochs=np.int32(2)), DATA)
    before = compilations.count
    changed = {
        "learning_rate": 0.2,
        "momentum": 0.5,
        "decay": 0.5,
        "offset_share": 0.1,
        "weight_decay": 0.1,
        "spread": 0.1,
        "tolerance": 0.1,
    }
    numbers = NUMBERS._replace(**{name: np.float32(value) for name, value in changed.items()})
    numbers = numbers._replace(k=(np.float32(2), np.float32(5)), max_epochs=np.int32(3), judge_every=np.int32(1))
    learned(PLAN, numbers, DATA)
    assert compilations.count == before


@pytest.mark.parametrize("plan", [PLAN, EXACT])
def test_a_run_is_two_programs(plan, compilations):
    plan = replace(plan, n_hidden=7)
    before = compilations.count
    learned(plan, NUMBERS._replace(max_epochs=np.int32(100)), DATA)
    assert compilations.count == before + 2  # one draws the start, one learns

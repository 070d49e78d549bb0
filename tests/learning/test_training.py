"""The compiled program against a plain loop, and what must never change a bit."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from problems import Problem, same_bits

from dendrax.core.random import fold, shuffled
from dendrax.learning import stopping
from dendrax.learning.optimisers import Adam, AdamW, Sgd
from dendrax.learning.schedules import Cosine
from dendrax.learning.state import RING
from dendrax.learning.training import advance, all_finite
from dendrax.nn.layer import PREDICTING
from dendrax.nn.losses import Squared

EXPLOSIVE = {"loss": Squared(), "output": "identity"}  # squared errors of unbounded units grow without end


def steps(problem: Problem, n: int):
    return advance(problem.plan, problem.first, problem.data, problem.numbers, np.int32(n))


def plain_loop(problem: Problem, epochs: int, rule: optax.GradientTransformation, rate, decay=0.0, batch=16):
    """The same training, written as a textbook would: Python loops, optax with fixed numbers."""
    n, state = problem.rows, problem.first
    params, memory, losses = state.params, rule.init(state.params), []
    with jax.numpy_dtype_promotion("standard"):
        for epoch in range(epochs):
            key = fold(fold(state.key, epoch), 0)
            order = np.asarray(shuffled(key, jnp.arange(n, dtype=jnp.int32), jnp.int32(n)))
            total = 0.0
            for start in range(0, n, batch):
                rows = order[start : start + batch]

                def loss(p, rows=rows):
                    z = problem.plan.network.pre_output(p, problem.numbers.network, problem.x[rows], PREDICTING)
                    each = optax.softmax_cross_entropy_with_integer_labels(z, problem.y[rows])
                    pull = sum(0.5 * decay * (layer["weights"] ** 2).sum() for layer in p)
                    return (problem.w[rows] * each).sum() / len(rows) + pull, each

                (_, each), gradient = jax.value_and_grad(loss, has_aux=True)(params)
                total += float((problem.w[rows] * each).sum())
                direction, memory = rule.update(gradient, memory, params)
                time = (epoch + start / batch / -(-n // batch)) / float(problem.numbers.max_epochs)
                alpha = np.float32(rate(time))
                params = jax.tree.map(lambda w, d, alpha=alpha: w - alpha * d, params, direction)
            losses.append(total / n)
    return params, losses


@pytest.mark.parametrize(
    ("optimiser", "rule"),
    [
        (Sgd(), optax.identity()),
        (Sgd(momentum=0.7), optax.trace(0.7)),
        (Adam(), optax.scale_by_adam()),
        (Adam(decay_1=0.5, decay_2=0.9), optax.scale_by_adam(0.5, 0.9)),
    ],
    ids=["sgd", "momentum", "adam", "other adam"],
)
@pytest.mark.parametrize("decay", [0.0, 0.3])
def test_three_epochs_equal_a_plain_loop(optimiser, rule, decay):
    weights = np.random.default_rng(1).uniform(0.2, 3.0, 100)
    problem = Problem(optimiser=optimiser, weights=weights, weight_decay=decay)
    state = steps(problem, 3 * 7)
    params, losses = plain_loop(problem, 3, rule, lambda t: 1e-2, decay)
    assert int(state.epoch) == 3
    np.testing.assert_allclose(state.history.training[:3], losses, rtol=1e-5)
    for ours, theirs in zip(jax.tree.leaves(state.params), jax.tree.leaves(params), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-6)


def test_adamw_decays_beside_the_gradient():
    problem = Problem(optimiser=AdamW(), weight_decay=0.3)
    rule = optax.chain(
        optax.scale_by_adam(),
        optax.add_decayed_weights(0.3, mask=lambda p: [{"weights": True, "biases": False} for _ in p]),
    )
    first = problem.first
    rule_params = list(first.params)
    assert len(rule_params) == 2
    params, _ = plain_loop(problem, 2, _as_tuple(rule), lambda t: 1e-2)
    for ours, theirs in zip(jax.tree.leaves(steps(problem, 14).params), jax.tree.leaves(params), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-6)


def _as_tuple(rule: optax.GradientTransformation) -> optax.GradientTransformation:
    def update(gradient, memory, params):
        direction, memory = rule.update(list(gradient), memory, list(params))
        return tuple(direction), memory

    return optax.GradientTransformation(lambda params: rule.init(list(params)), update)


def test_the_cosine_schedule_reaches_every_step():
    problem = Problem(optimiser=Sgd(), schedule=Cosine(warm=0.25), max_epochs=4)

    def rate(t):
        t = t + 0.5 / 28  # the middle of the step
        return 1e-2 * min(1.0, t / 0.25) * 0.5 * (1 + np.cos(np.pi * t))

    params, _ = plain_loop(problem, 4, optax.identity(), rate)
    state = steps(problem, 10**6)
    assert int(state.stopped) == stopping.EPOCHS
    for ours, theirs in zip(jax.tree.leaves(state.params), jax.tree.leaves(params), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-6)


@pytest.mark.parametrize("cuts", [(1,) * 30, (13, 17), (5, 1, 24), (7, 7, 7, 7, 2)])
@pytest.mark.parametrize("held", [0, 20])
def test_cutting_the_calls_elsewhere_never_changes_a_bit(cuts, held):
    problem = Problem(held=held)
    whole, state = steps(problem, 30), problem.first
    for cut in cuts:
        state = advance(problem.plan, state, problem.data, problem.numbers, np.int32(cut))
    assert same_bits(state, whole)


@pytest.mark.parametrize("batch_size", [1, 16, 100, 4096])
def test_gathering_an_epoch_or_a_batch_is_the_same(batch_size):
    a = steps(Problem(batch_size=batch_size), 20)
    b = steps(Problem(batch_size=batch_size, gather=False), 20)
    for p, q in zip(jax.tree.leaves(a.params), jax.tree.leaves(b.params), strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-5, atol=1e-6)


def test_weight_two_equals_a_row_twice():
    once = Problem(rows=64, batch_size=64, shuffle=False, optimiser=Sgd(), weights=np.full(64, 2.0))
    twice = Problem(rows=64, batch_size=64, shuffle=False, optimiser=Sgd(), learning_rate=2e-2)
    for p, q in zip(jax.tree.leaves(steps(once, 5).params), jax.tree.leaves(steps(twice, 5).params), strict=True):
        np.testing.assert_allclose(p, q, rtol=1e-5, atol=1e-7)


def test_the_validation_loss_is_that_of_the_held_out_rows():
    problem = Problem(held=20, weights=np.random.default_rng(0).uniform(0.5, 2.0, 120))
    state = steps(problem, 7)
    z = problem.plan.network.pre_output(state.params, problem.numbers.network, problem.x[100:120], PREDICTING)
    each = optax.softmax_cross_entropy_with_integer_labels(z, problem.y[100:120])
    expected = np.average(each, weights=problem.w[100:120])
    np.testing.assert_allclose(state.history.validation[0], expected, rtol=1e-5)


def test_large_validation_parts_are_scored_in_chunks():
    problem = Problem(rows=64, held=9001, batch_size=64)
    state = steps(problem, 1)
    z = problem.plan.network.pre_output(state.params, problem.numbers.network, problem.x[64:9065], PREDICTING)
    expected = optax.softmax_cross_entropy_with_integer_labels(z, problem.y[64:9065]).mean()
    np.testing.assert_allclose(state.history.validation[0], expected, rtol=1e-5)


def test_the_best_epoch_is_kept():
    state = steps(Problem(held=20, learning_rate=0.3), 70)
    validation = np.asarray(state.history.validation[:10])
    assert int(state.best_epoch) == validation.argmin() + 1
    again = steps(Problem(held=20, learning_rate=0.3), 7 * int(state.best_epoch))
    assert same_bits(again.params, state.best_params)


def test_divergence_goes_back_to_the_best_at_half_the_rate_and_then_gives_up():
    problem = Problem(learning_rate=1e30, optimiser=Sgd(), recoveries=2, **EXPLOSIVE)
    state = steps(problem, 10**4)
    assert int(state.stopped) == stopping.DIVERGED
    assert int(state.halvings) == 3
    np.testing.assert_allclose(state.history.learning_rate[:3], [1e30, 5e29, 2.5e29])
    assert all(np.isfinite(a).all() for a in jax.tree.leaves(state.params))


def test_a_recovered_run_goes_on():
    problem = Problem(learning_rate=1e3, optimiser=Sgd(), recoveries=50, **EXPLOSIVE)
    state = steps(problem, 7 * 200)
    assert 5 < int(state.halvings) < 20
    assert float(state.history.training[199]) < 0.5


@pytest.mark.parametrize("epochs", [1, 2])
def test_an_explosion_in_the_last_epoch_is_seen_where_nothing_is_held_out(epochs):
    """One step an epoch: the loss of the second is the first that tells of it."""
    state = steps(Problem(learning_rate=1e12, batch_size=128, max_epochs=epochs), 10)
    assert int(state.stopped) == stopping.DIVERGED
    assert int(state.epoch) == epochs


def test_an_explosion_after_good_epochs_goes_back_to_the_best_of_them():
    good = steps(Problem(max_epochs=20), 7 * 19)
    numbers = Problem(max_epochs=20, learning_rate=1e12).numbers
    problem = Problem(max_epochs=20)
    state = advance(problem.plan, good, problem.data, numbers, np.int32(7))
    assert (int(state.stopped), int(state.epoch)) == (stopping.EPOCHS, 20)
    assert 0 < int(state.best_epoch) < 20
    assert same_bits(state.params, good.best_params)


def test_the_ring_holds_the_last_epochs():
    problem = Problem(rows=64, batch_size=64)
    state = steps(problem, RING + 3)
    assert int(state.epoch) == RING + 3
    assert np.isfinite(state.history.training).all()


def test_the_same_seed_gives_the_same_bits_and_another_does_not():
    assert same_bits(steps(Problem(), 9), steps(Problem(), 9))
    other = Problem()
    other.key = other.key + np.uint32(1)
    assert not same_bits(steps(other, 9).params, steps(Problem(), 9).params)


def test_the_state_survives_a_call():
    problem = Problem()
    state = problem.first
    advance(problem.plan, state, problem.data, problem.numbers, np.int32(3))
    assert np.isfinite(np.asarray(state.params[0]["weights"])).all()


def test_padding_changes_nothing():
    small, rng = Problem(rows=100), np.random.default_rng(3)
    noisy = small.data.rows._replace(x=small.data.rows.x.at[100:].set(rng.normal(size=(4, 5)).astype(np.float32)))
    a = advance(small.plan, small.first, small.data, small.numbers, np.int32(14))
    b = advance(small.plan, small.first, small.data._replace(rows=noisy), small.numbers, np.int32(14))
    assert same_bits(a, b)


@pytest.mark.parametrize("size", [1, 100, 4095, 4096, 128 * 128])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_one_number_that_is_not_finite_is_seen_in_an_array_of_any_size(size, bad):
    fine = {"weights": jnp.zeros(size), "biases": jnp.ones(3)}
    assert all_finite(fine)
    for place in (0, size - 1):
        assert not all_finite(fine | {"weights": fine["weights"].at[place].set(bad)})
    assert not all_finite(fine | {"weights": jnp.full(size, bad)})

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_machines import BINARY, CATEGORICAL, DISCRETE, GAUSSIAN, LABELLED, MIXED, law, machine, visible_states

from dendrax.boltzmann import restricted_likelihood
from dendrax.boltzmann.restricted import Params, free_energy
from dendrax.boltzmann.restricted_likelihood import (
    enumerated_units,
    is_enumerable,
    known_log_weights,
    log_likelihood,
    log_partition,
    smaller_side,
    states,
)
from dendrax.boltzmann.visible_units import Visible


@pytest.mark.parametrize("visible", DISCRETE)
@pytest.mark.parametrize("n_hidden", [2, 3, 6])
@pytest.mark.parametrize("table", [2**18, 16])
def test_the_likelihood_is_that_of_all_states(visible, n_hidden, table, monkeypatch):
    monkeypatch.setattr(restricted_likelihood, "TABLE", table)
    params = machine(visible, n_hidden)
    v, _, joint = law(visible, params)
    weight = np.arange(len(v), dtype=np.float32)
    ours = log_likelihood(visible, params, jnp.asarray(v), jnp.asarray(weight))
    assert float(ours) == pytest.approx(weight @ np.log(joint.sum(axis=1)), rel=1e-5)


@pytest.mark.parametrize("visible", [GAUSSIAN, MIXED])
def test_the_density_of_gaussian_units_is_one_in_all(visible):
    params = machine(visible)
    grid = np.arange(-30, 30, 0.1, np.float32)
    plain = np.stack([a.ravel() for a in np.meshgrid(*[grid] * visible.plain)], axis=1)
    blocks = visible_states(Visible("binary", 0, visible.levels)) if visible.levels else np.zeros((1, 0), np.float32)
    rows = np.concatenate([np.repeat(plain, len(blocks), axis=0), np.tile(blocks, (len(plain), 1))], axis=1)
    density = np.exp(
        np.asarray(-free_energy(visible, params, jnp.asarray(rows)) - log_partition(visible, params), float)
    )
    assert density.sum() * 0.1**visible.plain == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("visible", [BINARY, CATEGORICAL, GAUSSIAN, MIXED])
def test_the_gradient_is_that_of_finite_differences(visible):
    params = machine(visible)
    rng = np.random.default_rng(0)
    v = jnp.asarray(rng.normal(size=(5, visible.size)), jnp.float32)
    weight = jnp.full(5, 0.2)
    direction = jax.tree.map(lambda a: jnp.asarray(rng.normal(size=a.shape), jnp.float32), params)

    def along(t: float) -> float:
        moved = jax.tree.map(lambda a, d: a + np.float32(t) * d, params, direction)
        return float(log_likelihood(visible, moved, v, weight))

    gradient = jax.grad(lambda p: log_likelihood(visible, p, v, weight))(params)
    slope = sum(float((g * d).sum()) for g, d in zip(gradient, direction, strict=True))
    assert slope == pytest.approx((along(1e-2) - along(-1e-2)) / 2e-2, rel=1e-3, abs=2e-3)


def test_the_gradient_is_the_difference_of_two_expectations():
    params = machine(BINARY)
    v, h, joint = law(BINARY, params)
    row = v[5:6]
    given = joint[5] / joint[5].sum()
    gradient = jax.grad(lambda p: log_likelihood(BINARY, p, jnp.asarray(row), jnp.ones(1)))(params)
    np.testing.assert_allclose(
        gradient.weights, np.outer(given @ h, row[0]) - np.einsum("vh,hj,vi->ji", joint, h, v), atol=1e-5
    )
    np.testing.assert_allclose(gradient.visible_biases, row[0] - joint.sum(axis=1) @ v, atol=1e-5)
    np.testing.assert_allclose(gradient.hidden_biases, (given - joint.sum(axis=0)) @ h, atol=1e-5)


def test_the_smaller_side_is_enumerated():
    wide = Visible("binary", 30)
    assert (enumerated_units(wide, 20), enumerated_units(BINARY, 500)) == (20, 4)
    assert (enumerated_units(LABELLED, 500), enumerated_units(GAUSSIAN, 500)) == (500, 500)
    assert is_enumerable(wide, 24)
    assert not is_enumerable(wide, 25)
    params = machine(BINARY, 6)
    visible, turned = smaller_side(BINARY, params)
    assert turned.weights.shape == (4, 6)
    assert float(log_partition(BINARY, params)) == pytest.approx(float(log_partition(visible, turned)), rel=1e-6)


def test_free_units_have_the_partition_sum_of_a_product():
    params = Params(jnp.zeros((18, 40)), jnp.ones(40), jnp.full(18, -2.0), jnp.zeros(0))
    expected = 40 * np.log1p(np.e) + 18 * np.log1p(np.exp(-2.0))
    assert float(log_partition(Visible("binary", 40), params)) == pytest.approx(expected, rel=1e-6)


def test_states_are_counted_through():
    np.testing.assert_array_equal(states(2), [[0, 0], [1, 0], [0, 1], [1, 1]])
    assert states(0).shape == (1, 0)


@pytest.mark.parametrize("visible", DISCRETE)
@pytest.mark.parametrize("table", [2**18, 16])
def test_holes_are_summed_out(visible, table, monkeypatch):
    monkeypatch.setattr(restricted_likelihood, "TABLE", table)
    params = machine(visible)
    v, _, joint = law(visible, params)
    known = np.ones(visible.size, bool)
    known[: visible.plain // 2] = False
    known[visible.size - visible.levels[-1] if visible.levels else visible.size - 1 :] = False
    ours = known_log_weights(visible, params, jnp.asarray(v), jnp.asarray(np.broadcast_to(known, v.shape)))
    same = (v[:, None, known] == v[None, :, known]).all(axis=2)
    expected = np.log(same @ joint.sum(axis=1)) + float(log_partition(visible, params))
    np.testing.assert_allclose(ours, expected, rtol=1e-5)


def test_holes_of_gaussian_units_are_integrated_out():
    params = machine(GAUSSIAN)
    grid = np.arange(-30, 30, 0.05, np.float32)
    rows = np.stack([np.full_like(grid, 0.7), grid], axis=1)
    expected = np.log(np.exp(np.asarray(-free_energy(GAUSSIAN, params, jnp.asarray(rows)), float)).sum() * 0.05)
    known = jnp.asarray([[True, False]])
    ours = known_log_weights(GAUSSIAN, params, jnp.asarray([[0.7, 3.0]], jnp.float32), known)
    assert float(ours[0]) == pytest.approx(expected, abs=1e-4)

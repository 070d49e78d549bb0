from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_machines import (
    BINARY,
    CATEGORICAL,
    DISCRETE,
    GAUSSIAN,
    LABELLED,
    MIXED,
    energies,
    hidden_states,
    law,
    machine,
)

from dendrax.boltzmann.restricted import (
    clamped,
    drawn_hidden,
    energy,
    first_params,
    free_energy,
    hidden_inputs,
    hidden_means,
    swept,
    visible_inputs,
)
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import key

ALL = [*DISCRETE, GAUSSIAN, MIXED]
MANY = 100_000


def rows_of(visible: Visible, n: int = 6) -> np.ndarray:
    rng = np.random.default_rng(1)
    plain = (
        rng.normal(size=(n, visible.plain)) if visible.kind == "gaussian" else rng.integers(0, 2, (n, visible.plain))
    )
    blocks = [np.eye(levels)[rng.integers(0, levels, n)] for levels in visible.levels]
    return np.concatenate([plain, *blocks], axis=1).astype(np.float32)


@pytest.mark.parametrize("visible", ALL)
def test_the_energy_is_that_of_the_formula(visible):
    params, v = machine(visible), rows_of(visible)
    h = hidden_states(3)[:6]
    expected = np.diag(energies(params, v, h))
    np.testing.assert_allclose(energy(visible, params, jnp.asarray(v), jnp.asarray(h)), expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("visible", ALL)
def test_the_free_energy_sums_the_hidden_units_out(visible):
    params, v = machine(visible), rows_of(visible)
    expected = -np.log(np.exp(-energies(params, v, hidden_states(3))).sum(axis=1))
    np.testing.assert_allclose(free_energy(visible, params, jnp.asarray(v)), expected, rtol=1e-5, atol=1e-5)


def test_log_odds_of_a_unit_are_its_energy_gap():
    params = machine(BINARY)
    v, h = rows_of(BINARY), hidden_states(3)[2:8]
    on_h = np.asarray(hidden_inputs(params, jnp.asarray(v)))
    on_v = np.asarray(visible_inputs(params, jnp.asarray(h)))
    for j in range(3):
        off, on = h.copy(), h.copy()
        off[:, j], on[:, j] = 0, 1
        gap = np.diag(energies(params, v, off)) - np.diag(energies(params, v, on))
        np.testing.assert_allclose(on_h[:, j], gap, atol=1e-5)
    for i in range(4):
        off, on = v.copy(), v.copy()
        off[:, i], on[:, i] = 0, 1
        gap = np.diag(energies(params, off, h)) - np.diag(energies(params, on, h))
        np.testing.assert_allclose(on_v[:, i], gap, atol=1e-5)


@pytest.mark.parametrize("visible", DISCRETE)
def test_one_sweep_keeps_the_law(visible):
    """K(v → v') = Σ_h p(h | v) p(v' | h), from the conditionals of the program: π K = π."""
    params = machine(visible)
    v, h, joint = law(visible, params)
    p_on = np.asarray(hidden_means(params, jnp.asarray(v)), np.float64)
    h_given_v = np.prod(np.where(h[None] == 1, p_on[:, None], 1 - p_on[:, None]), axis=2)
    means = np.asarray(visible.means(visible_inputs(params, jnp.asarray(h)), params.precisions), np.float64)
    plain, blocks = means[:, : visible.plain], means[:, visible.plain :]
    on = v[:, None, : visible.plain] == 1
    v_given_h = np.prod(np.where(on, plain[None], 1 - plain[None]), axis=2)
    v_given_h *= np.prod(np.where(v[:, None, visible.plain :] == 1, blocks[None], 1.0), axis=2)
    law_of_v = joint.sum(axis=1)
    np.testing.assert_allclose(law_of_v @ h_given_v @ v_given_h.T, law_of_v, atol=1e-6)


def chi_square(drawn: np.ndarray, states: np.ndarray, probability: np.ndarray) -> float:
    """Compare counts of states with a law: the deviation in standard errors."""
    match = (drawn[:, None] == states[None]).all(axis=2)
    assert match.any(axis=1).all(), "a state that cannot be"
    expected = len(drawn) * probability
    statistic = ((match.sum(axis=0) - expected) ** 2 / expected).sum()
    free = len(states) - 1
    return (statistic - free) / np.sqrt(2 * free)


@pytest.mark.parametrize("visible", DISCRETE)
def test_many_chains_settle_in_the_law_and_a_wrong_law_is_noticed(visible):
    params = machine(visible)
    v, _, joint = law(visible, params)
    start = jnp.zeros((MANY, 3))
    drawn = np.asarray(jax.jit(swept, static_argnums=0)(visible, params, start, jnp.int32(60), jnp.asarray(key(1))))
    assert abs(chi_square(drawn, v, joint.sum(axis=1))) < 4
    hotter = params._replace(
        **{name: getattr(params, name) / 1.03 for name in ("weights", "visible_biases", "hidden_biases")}
    )
    assert chi_square(drawn, v, law(visible, hotter)[2].sum(axis=1)) > 4


def test_gaussian_units_have_the_moments_of_their_mixture():
    params = machine(GAUSSIAN)
    h = hidden_states(3)
    w, b, c, _ = (np.asarray(a, np.float64) for a in params)
    variance = 1 / np.exp(np.asarray(params.log_precisions, np.float64))
    x = b + h @ w
    weight = np.exp(h @ c + (0.5 * x**2 * variance).sum(axis=1))
    weight /= weight.sum()
    mean = weight @ (x * variance)
    second = weight @ ((x * variance) ** 2 + variance)
    start = jnp.zeros((MANY, 3))
    drawn = np.asarray(jax.jit(swept, static_argnums=0)(GAUSSIAN, params, start, jnp.int32(200), jnp.asarray(key(2))))
    error = np.sqrt((second - mean**2) / MANY)
    assert (np.abs(drawn.mean(axis=0) - mean) < 4 * error).all()
    np.testing.assert_allclose((drawn.astype(np.float64) ** 2).mean(axis=0), second, rtol=0.02)


@pytest.mark.parametrize("visible", [BINARY, CATEGORICAL, LABELLED])
def test_completion_draws_from_the_conditional_law(visible):
    params = machine(visible)
    v, _, joint = law(visible, params)
    known = np.zeros(visible.size, bool)
    known[: max(visible.plain - 2, 0) or visible.levels[0]] = True
    fits = (v[:, known] == v[-1, known]).all(axis=1)
    conditional = joint.sum(axis=1)[fits] / joint.sum(axis=1)[fits].sum()
    start = jnp.asarray(np.tile(v[-1], (MANY // 4, 1)))
    drawn, means = jax.jit(clamped, static_argnums=0)(
        visible, params, start, jnp.asarray(np.broadcast_to(known, start.shape)), jnp.int32(60), jnp.asarray(key(3))
    )
    assert abs(chi_square(np.asarray(drawn), v[fits], conditional)) < 4
    np.testing.assert_array_equal(np.asarray(drawn)[:, known], start[:, known])
    np.testing.assert_allclose(np.asarray(means).mean(axis=0), conditional @ v[fits], atol=0.005)


def test_the_same_key_gives_the_same_bits_whatever_the_number_of_chains():
    params = machine(BINARY)
    run = jax.jit(swept, static_argnums=0)
    few, many = (
        np.asarray(run(BINARY, params, jnp.zeros((n, 3)), jnp.int32(20), jnp.asarray(key(4)))) for n in (7, 50)
    )
    np.testing.assert_array_equal(few, many[:7])


def test_hidden_units_are_on_as_often_as_their_means():
    means = jnp.broadcast_to(jnp.asarray([0.0, 0.2, 1.0])[None], (MANY, 3))
    drawn = np.asarray(drawn_hidden(means, jnp.asarray(key(5)))).mean(axis=0)
    assert drawn[0] == 0
    assert drawn[2] == 1
    assert abs(drawn[1] - 0.2) < 4 * np.sqrt(0.16 / MANY)


@pytest.mark.parametrize("visible", ALL)
def test_the_first_machine_has_the_means_of_the_data(visible):
    means = rows_of(visible, 50).mean(axis=0)
    params = first_params(visible, 3, jnp.asarray(means), jnp.float32(0), jnp.asarray(key(6)))
    own = visible.means(visible_inputs(params, jnp.zeros((1, 3))), params.precisions)[0]
    np.testing.assert_allclose(own, means, atol=0.002)

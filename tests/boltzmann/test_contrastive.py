from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from small_machines import BINARY, CATEGORICAL, GAUSSIAN, LABELLED, MIXED, law, machine

from dendrax.boltzmann.contrastive import Offsets, centred, contrast, contrastive_gradient, filled, is_gone
from dendrax.boltzmann.restricted import Params, hidden_means, visible_inputs
from dendrax.boltzmann.restricted_likelihood import log_likelihood
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import key

CHAINS = 100_000
DATA = {
    BINARY: np.float32([[0, 1, 1, 0], [1, 1, 0, 0], [1, 0, 1, 1]]),
    CATEGORICAL: np.float32([[1, 0, 0, 0, 1], [0, 1, 0, 1, 0], [0, 0, 1, 1, 0]]),
    LABELLED: np.float32([[0, 1, 1, 1, 0, 0], [1, 0, 1, 0, 1, 0], [1, 1, 0, 0, 0, 1]]),
    GAUSSIAN: np.float32([[0.1, 1.0], [-0.5, 0.3], [1.2, -0.4]]),
    MIXED: np.float32([[0.1, 1, 0, 0], [-0.5, 0, 1, 0], [1.2, 0, 0, 1]]),
}
WEIGHT = np.float32([0.2, 0.5, 0.1])
gradient_of = jax.jit(contrastive_gradient, static_argnums=0)


def means_of(visible: Visible) -> jnp.ndarray:
    return jnp.asarray(DATA[visible].mean(axis=0))


def exact_gradient(visible: Visible, params: Params) -> Params:
    v, weight = jnp.asarray(DATA[visible]), jnp.asarray(WEIGHT)
    return jax.grad(lambda p: log_likelihood(visible, p, v, weight))(params)


@pytest.mark.parametrize("shape", [(CHAINS, 3), (3, CHAINS // 5, 3)])
@pytest.mark.parametrize("visible", DATA)
def test_persistent_chains_estimate_the_exact_gradient(visible, shape):
    params = machine(visible)
    v, weight = jnp.asarray(DATA[visible]), jnp.asarray(WEIGHT)
    found = gradient_of(
        visible, params, v, weight, jnp.zeros(shape), jnp.int32(60), jnp.asarray(key(0)), means_of(visible)
    )
    for ours, exact in zip(found.gradient, exact_gradient(visible, params), strict=True):
        np.testing.assert_allclose(ours, exact, atol=0.02)
    np.testing.assert_allclose(found.means.visible, WEIGHT @ DATA[visible] / 0.8, rtol=1e-5)
    expected = WEIGHT @ np.asarray(hidden_means(params, v)) / 0.8
    np.testing.assert_allclose(found.means.hidden, expected, rtol=1e-5)


def test_chains_from_the_data_forget_them_after_many_sweeps():
    params, many = machine(BINARY), CHAINS // 3
    v = jnp.asarray(np.tile(DATA[BINARY], (many, 1)))
    weight = jnp.asarray(np.tile(WEIGHT / many, many).astype(np.float32))
    found = gradient_of(BINARY, params, v, weight, None, jnp.int32(100), jnp.asarray(key(1)), means_of(BINARY))
    for ours, exact in zip(found.gradient, exact_gradient(BINARY, params), strict=True):
        np.testing.assert_allclose(ours, exact, atol=0.02)


def test_one_sweep_from_the_data_is_the_rule_of_contrastive_divergence():
    """CD-1 in expectation, by enumeration: ⟨hv⟩ at the data less ⟨hv⟩ after v → h → v'."""
    params, many = machine(BINARY), CHAINS // 3
    v, h, _ = law(BINARY, params)
    on = np.asarray(hidden_means(params, jnp.asarray(DATA[BINARY])), float)
    h_given = np.prod(np.where(h[None] == 1, on[:, None], 1 - on[:, None]), axis=2)
    p_v = np.asarray(jax.nn.sigmoid(visible_inputs(params, jnp.asarray(h))), float)
    v_given = np.prod(np.where(v[None] == 1, p_v[:, None], 1 - p_v[:, None]), axis=2)
    after = WEIGHT @ h_given @ v_given
    means = np.asarray(hidden_means(params, jnp.asarray(v)), float)
    expected = np.einsum("n,nj,ni->ji", WEIGHT, on, DATA[BINARY]) - np.einsum("n,nj,ni->ji", after, means, v)
    rows = jnp.asarray(np.tile(DATA[BINARY], (many, 1)))
    weight = jnp.asarray(np.tile(WEIGHT / many, many).astype(np.float32))
    found = gradient_of(BINARY, params, rows, weight, None, jnp.int32(1), jnp.asarray(key(2)), means_of(BINARY))
    np.testing.assert_allclose(found.gradient.weights, expected, atol=0.01)


def test_chains_go_on_where_they_were():
    params = machine(BINARY)
    v, weight, chains = jnp.asarray(DATA[BINARY]), jnp.asarray(WEIGHT), jnp.ones((CHAINS, 3))
    found = gradient_of(BINARY, params, v, weight, chains, jnp.int32(1), jnp.asarray(key(3)), means_of(BINARY))
    states, _, _ = law(BINARY, params)
    p_v = np.asarray(jax.nn.sigmoid(visible_inputs(params, jnp.ones((1, 3)))), float)[0]
    v_given = np.prod(np.where(states == 1, p_v, 1 - p_v), axis=1)
    expected = v_given @ np.asarray(hidden_means(params, jnp.asarray(states)), float)
    np.testing.assert_allclose(np.asarray(found.chains).mean(axis=0), expected, atol=0.01)


@pytest.mark.parametrize("visible", DATA)
def test_the_contrast_is_the_slope_of_the_energy(visible):
    from dendrax.boltzmann.restricted import free_energy

    params, v = machine(visible), jnp.asarray(DATA[visible])
    slope = jax.grad(lambda p: -(jnp.asarray(WEIGHT) @ free_energy(visible, p, v)))(params)
    ours = contrast(visible, params, v, hidden_means(params, v), jnp.asarray(WEIGHT))
    for a, b in zip(ours, slope, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_the_centred_gradient_is_that_of_moved_variables():
    """In the machine E = −(v−μ)b' − (h−ν)c' − (h−ν)W(v−μ) the plain gradient is the centred one, read in b and c."""
    params = machine(BINARY)
    offsets = Offsets(jnp.asarray(DATA[BINARY].mean(axis=0)), jnp.asarray([0.3, 0.6, 0.2], jnp.float32))

    def plain(moved: Params) -> Params:
        w = moved.weights
        return moved._replace(
            visible_biases=moved.visible_biases - offsets.hidden @ w,
            hidden_biases=moved.hidden_biases - w @ offsets.visible,
        )

    start = params._replace(
        visible_biases=params.visible_biases + offsets.hidden @ params.weights,
        hidden_biases=params.hidden_biases + params.weights @ offsets.visible,
    )
    v, weight = jnp.asarray(DATA[BINARY]), jnp.full(3, 1 / 3)
    of_moved = jax.grad(lambda m: log_likelihood(BINARY, plain(m), v, weight))(start)
    read = plain(of_moved)
    ours = centred(jax.grad(lambda p: log_likelihood(BINARY, p, v, weight))(params), offsets)
    for a, b in zip(ours, read, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.mark.parametrize("visible", [BINARY, LABELLED])
def test_holes_are_drawn_given_what_is_known(visible):
    params = machine(visible)
    v, _, joint = law(visible, params)
    known = np.zeros(visible.size, bool)
    known[:2] = True
    fits = (v[:, :2] == v[-1, :2]).all(axis=1)
    expected = joint.sum(axis=1)[fits] @ v[fits] / joint.sum(axis=1)[fits].sum()
    rows = jnp.asarray(np.tile(np.where(known, v[-1], 0), (CHAINS, 1)).astype(np.float32))
    offsets = Offsets(jnp.asarray(joint.sum(axis=1) @ v, jnp.float32), jnp.zeros(3))
    drawn = filled(visible, params, rows, jnp.asarray(np.broadcast_to(known, rows.shape)), offsets, jnp.asarray(key(4)))
    np.testing.assert_allclose(np.asarray(drawn).mean(axis=0), expected, atol=0.02)


def test_offsets_move_by_a_share():
    moved = Offsets(jnp.zeros(2), jnp.ones(1)).moved(Offsets(jnp.ones(2), jnp.zeros(1)), jnp.float32(0.25))
    np.testing.assert_allclose(moved.visible, 0.25)
    np.testing.assert_allclose(moved.hidden, 0.75)


def test_a_machine_that_is_gone_is_noticed():
    params = machine(BINARY)
    assert not is_gone(params, 100.0)
    assert is_gone(params._replace(visible_biases=params.visible_biases.at[0].set(jnp.nan)), 100.0)
    assert is_gone(params._replace(weights=params.weights.at[0, 0].set(-101.0)), 100.0)

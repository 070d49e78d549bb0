from __future__ import annotations

import math

import jax.numpy as jnp
import numpy as np
import pytest
from small_machines import BINARY, CATEGORICAL, DISCRETE, GAUSSIAN, LABELLED, MIXED, law, machine

from dendrax.boltzmann.annealed_importance import (
    base_of,
    estimate,
    log_base_partition,
    log_weights,
)
from dendrax.boltzmann.log_mean import log_mean
from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.restricted_likelihood import log_partition
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import key

MEANS = {BINARY: [0.5] * 4, CATEGORICAL: [0.3, 0.3, 0.4, 0.5, 0.5], LABELLED: [0.5] * 3 + [0.3, 0.3, 0.4]}
MEANS |= {GAUSSIAN: [0.0] * 2, MIXED: [0.0, 0.3, 0.3, 0.4]}


@pytest.mark.parametrize("visible", [*DISCRETE, GAUSSIAN, MIXED])
def test_both_ways_find_the_enumerated_sum(visible):
    params = machine(visible)
    exact = float(log_partition(visible, params))
    start = np.zeros((2000, 3), np.float32)
    found = estimate(visible, params, np.float32(MEANS[visible]), start, key(0), temperatures=300)
    assert found.chains == 2000
    assert min(found.effective) > 1000
    error = 4 / math.sqrt(min(found.effective))
    assert abs(found.low - exact) < error
    assert abs(found.high - exact) < error
    assert abs(found.value - exact) < 4 * found.error + 1e-4
    assert found.doubt is None


def test_the_mean_weight_is_right_with_very_few_temperatures():
    """⟨w⟩ = Z(1)/Z(0) whatever the number of steps; only the spread grows."""
    params = machine(BINARY)
    base = base_of(BINARY, jnp.full(4, 0.5))
    v, _, joint = law(BINARY, params)
    own = np.random.default_rng(0).choice(len(v), 100_000, p=joint.sum(axis=1))
    exact = float(log_partition(BINARY, params)) - float(log_base_partition(BINARY, base, 3))
    start, means = v[own], np.full(4, 0.5, np.float32)
    for forward, expected in ((True, exact), (False, -exact)):
        drawn, _ = log_weights(BINARY, params, means, start, np.int32(3), np.bool_(forward), key(1))
        found = log_mean(np.asarray(drawn))
        assert abs(found.value - expected) < 4 * found.error
        assert found.error < 0.02


def test_a_machine_without_links_needs_no_walk():
    visible = Visible("binary", 5)
    means = np.float32([0.1, 0.5, 0.9, 0.3, 0.4])
    base = base_of(visible, jnp.asarray(means))
    params = Params(jnp.zeros((2, 5)), base.biases, jnp.zeros(2), jnp.zeros(0))
    found = estimate(visible, params, means, np.zeros((10, 2), np.float32), key(2), temperatures=3)
    assert found.value == pytest.approx(float(log_partition(visible, params)), abs=1e-5)
    assert found.error < 1e-5


def test_the_two_ways_bracket_the_sum_of_a_hard_machine():
    visible = Visible("binary", 16)
    rng = np.random.default_rng(3)
    params = Params(*(jnp.asarray(3 * rng.normal(size=s), jnp.float32) for s in ((12, 16), 16, 12, 0)))
    exact = float(log_partition(visible, params))
    found = estimate(
        visible, params, np.full(16, 0.5, np.float32), np.zeros((100, 12), np.float32), key(4), temperatures=6
    )
    assert found.low < exact < found.high
    assert found.doubt is not None


def test_one_program_serves_any_number_of_temperatures(compilations):
    params, start = machine(BINARY), np.zeros((8, 3), np.float32)
    estimate(BINARY, params, np.full(4, 0.5, np.float32), start, key(0), temperatures=2)
    before = compilations.count
    estimate(BINARY, params, np.full(4, 0.5, np.float32), start, key(1), temperatures=7, settling=3)
    assert compilations.count == before

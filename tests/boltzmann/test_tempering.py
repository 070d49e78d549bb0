from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.stats import chi2
from small_machines import BINARY, DISCRETE, energies, law, machine

from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.tempering import betas, tempered
from dendrax.boltzmann.visible_units import Visible, base_inputs
from dendrax.core.random import key

run = partial(jax.jit, static_argnums=0)(tempered)
SWEEPS, SEED = jnp.int32(30), jnp.asarray(key(0))


def two_hills() -> tuple[Visible, Params]:
    """Twelve units that are all on or all off, held by two hidden units: a wall of 17 nats between."""
    weights = np.full((2, 12), 3.0, np.float32)
    visible_biases = np.full(12, -3.0, np.float32) + np.float32(0.02)
    return Visible("binary", 12), Params(
        jnp.asarray(weights), jnp.asarray(visible_biases), jnp.full(2, -18.0), jnp.zeros(0)
    )


def started(replicas: int, chains: int, hidden: int) -> jnp.ndarray:
    return jnp.zeros((replicas, chains, hidden), jnp.float32)


@pytest.mark.parametrize("visible", DISCRETE)
def test_every_temperature_keeps_its_law(visible):
    """Chi-square of the pairs (v, h) at each β against their enumeration."""
    params, chains = machine(visible), 40_000
    means = jnp.full(visible.size, 0.5 if not visible.levels else 1 / 3, jnp.float32)
    found = run(visible, params, means, started(3, chains, 3), SWEEPS, SEED)
    v, h, _ = law(visible, params)
    b0 = np.asarray(base_inputs(visible, means), np.float64)
    for r, beta in enumerate(np.asarray(betas(3))):
        log_p = -beta * energies(params, v, h) + (1 - beta) * (v @ b0)[:, None]
        p = np.exp(log_p - log_p.max()).ravel()
        p /= p.sum()
        where = {row.tobytes(): i for i, row in enumerate(v)}
        at = np.array([where[row.tobytes()] for row in np.asarray(found.v[r])])
        pairs = at * len(h) + np.asarray(found.h[r], int) @ [4, 2, 1]
        counts = np.bincount(pairs, minlength=len(p))
        many = p * chains >= 5
        expected = np.append(p[many], p[~many].sum()) * chains
        seen = np.append(counts[many], counts[~many].sum())
        statistic = np.sum((seen - expected) ** 2 / np.maximum(expected, 1e-9))
        assert chi2.sf(statistic, len(expected) - 1) > 1e-4


def test_a_wall_is_crossed():
    """All chains start on the hill of the dark; alone they stay, in tempering each hill gets its share."""
    visible, params = two_hills()
    v, _, p = law(visible, params)
    bright = p[v.mean(axis=1) > 0.5].sum()
    assert 0.2 < bright < 0.8
    means = jnp.full(12, 0.5, jnp.float32)
    alone, together = (
        float(
            (
                run(visible, params, means, started(replicas, 400, 2), jnp.int32(1000), SEED).v[0].mean(axis=1) > 0.5
            ).mean()
        )
        for replicas in (1, 10)
    )
    assert alone < 0.05
    assert together == pytest.approx(bright, abs=0.1)


def test_the_same_key_gives_the_same_bits():
    params, means = machine(BINARY), jnp.full(4, 0.5, jnp.float32)
    one, two = (run(BINARY, params, means, started(3, 50, 3), SWEEPS, SEED) for _ in range(2))
    np.testing.assert_array_equal(one.v, two.v)
    np.testing.assert_array_equal(one.h, two.h)

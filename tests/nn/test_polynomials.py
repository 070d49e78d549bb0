"""Orthogonal polynomials against their definition, the powers themselves and exact fractions."""

from __future__ import annotations

from fractions import Fraction

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dendrax.nn.polynomials import learn_polynomials

RNG = np.random.default_rng(0)
COLUMNS = {
    "uniform": RNG.uniform(0, 1, 200),
    "far from 0": 1e9 + RNG.uniform(0, 3, 200),
    "large": RNG.normal(size=200) * 1e30,
    "small": RNG.normal(size=200) * 1e-30,
    "skewed": RNG.lognormal(0, 3, 200),
    "negative": -RNG.uniform(3, 9, 200),
}
WEIGHTS = RNG.uniform(0.5, 2, 200)


@pytest.mark.parametrize("name", COLUMNS)
@pytest.mark.parametrize("intercept", [True, False])
@pytest.mark.parametrize("degree", [1, 5, 40])
def test_they_are_orthogonal_over_the_rows(name, intercept, degree):
    x = COLUMNS[name]
    p = learn_polynomials(x, WEIGHTS, degree, intercept)
    v = p.values(x)
    v = np.column_stack([np.ones(200), v]) if intercept else v
    np.testing.assert_allclose(v.T @ (WEIGHTS[:, None] * v) / WEIGHTS.sum(), np.eye(v.shape[1]), atol=2e-6)
    assert p.size == degree or name in ("far from 0", "negative")


@pytest.mark.parametrize("intercept", [True, False])
def test_the_raw_weights_are_those_of_the_powers(intercept):
    x = np.round(COLUMNS["negative"], 3)
    p = learn_polynomials(x, WEIGHTS, 6, intercept)
    weights = RNG.normal(size=(p.size, 2))
    raw, constant = p.raw(weights, 6)
    assert raw.shape == (6, 2)
    exact = [
        [sum(Fraction(b) * Fraction(v) ** (k + 1) for k, b in enumerate(column)) + Fraction(c) for v in x.tolist()]
        for column, c in zip(raw.T.tolist(), constant.tolist(), strict=True)
    ]
    np.testing.assert_allclose(np.array(exact, float).T, p.values(x) @ weights, rtol=1e-6, atol=1e-7)
    if not intercept:
        np.testing.assert_array_equal(constant, 0)


def test_through_the_origin_they_are_0_there():
    p = learn_polynomials(COLUMNS["negative"], WEIGHTS, 4, intercept=False)
    np.testing.assert_array_equal(p.values(np.zeros(2)), 0)


@pytest.mark.parametrize(("distinct", "size"), [(1, 0), (2, 1), (4, 3)])
def test_a_column_of_few_numbers_has_few_powers(distinct, size):
    x = np.arange(60.0) % distinct
    assert learn_polynomials(x, np.ones(60), 8, intercept=True).size == size
    assert learn_polynomials(x, np.ones(60), 8, intercept=False).size == size


def test_a_wild_number_ends_the_powers_before_rounding_makes_them_up():
    x = np.append(RNG.normal(size=99), 1e9)
    p = learn_polynomials(x, np.ones(100), 20, intercept=True)
    assert 1 <= p.size < 20
    v = p.values(x)
    np.testing.assert_allclose(v.T @ v / 100, np.eye(p.size), atol=1e-6)


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=30), st.booleans())
@settings(max_examples=60, deadline=None)
def test_whatever_the_column_they_are_finite(numbers, intercept):
    x = np.array(numbers)
    with np.errstate(over="raise", invalid="raise"):
        p = learn_polynomials(x, np.ones(len(x)), 5, intercept)
        assert np.isfinite(p.values(x)).all()
    assert p.size < max(len(set(numbers)) + 1, 2)


def test_they_are_computed_by_jax_too():
    x = COLUMNS["uniform"]
    p = learn_polynomials(x, WEIGHTS, 5, intercept=True)
    np.testing.assert_allclose(p.values(jnp.asarray(x, jnp.float32)), p.values(x), atol=1e-4)

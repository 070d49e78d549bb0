"""L-BFGS against closed forms and SciPy."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize, rosen

from dendrax.learning.descent import Pull
from dendrax.learning.lbfgs import LBFGS, Curvature, inverse_hessian_times, line_search


def descend(loss, params, steps, memory=10, decay=0.0):
    optimiser = LBFGS(memory)
    step = jax.jit(lambda p, m: optimiser.step({}, loss, p, m, jnp.float32(1), Pull(jnp.float32(decay))))
    kept, values = optimiser.start(params), []
    for _ in range(steps):
        params, kept, value = step(params, kept)
        values.append(float(value))
    return params, values


def test_a_quadratic_is_solved():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(30, 6)).astype(np.float32), rng.normal(size=30).astype(np.float32)

    def loss(p):
        return 0.5 * jnp.sum((jnp.asarray(a) @ p["weights"] + p["biases"] - b) ** 2)

    params, _ = descend(loss, {"weights": jnp.zeros(6), "biases": jnp.zeros(())}, 30)
    expected = np.linalg.lstsq(np.c_[a, np.ones(30)], b, rcond=None)[0]
    np.testing.assert_allclose(np.r_[params["weights"], params["biases"]], expected, atol=1e-4)


def test_decay_is_that_of_ridge_regression():
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=(20, 3)).astype(np.float32), rng.normal(size=20).astype(np.float32)
    params, values = descend(
        lambda p: 0.5 * jnp.sum((jnp.asarray(a) @ p["weights"] - b) ** 2), {"weights": jnp.zeros(3)}, 25, decay=2.0
    )
    expected = np.linalg.solve(a.T @ a + 2.0 * np.eye(3), a.T @ b)
    np.testing.assert_allclose(params["weights"], expected, atol=1e-4)
    assert values[-1] == pytest.approx(0.5 * np.sum((a @ expected - b) ** 2), rel=1e-4)


def test_rosenbrock_s_valley_is_followed_to_its_end():
    start = np.array([-1.2, 1.0, 0.5], np.float32)

    def loss(p):
        x = p["weights"]
        return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)

    params, values = descend(loss, {"weights": jnp.asarray(start)}, 120)
    assert minimize(rosen, start, method="L-BFGS-B").success
    np.testing.assert_allclose(params["weights"], 1.0, atol=2e-3)
    assert all(later <= earlier for earlier, later in itertools.pairwise(values))


def test_the_inverse_hessian_agrees_with_the_newest_pair():
    rng = np.random.default_rng(2)
    h = np.diag([1.0, 2.0, 5.0]).astype(np.float32)
    s = rng.normal(size=(3, 3)).astype(np.float32)
    y = s @ h
    rho = 1 / (s * y).sum(axis=1)
    memory = Curvature(*map(jnp.asarray, (s, y, rho)), jnp.float32(0), jnp.zeros(3), jnp.bool_(True))
    np.testing.assert_allclose(inverse_hessian_times(memory, jnp.asarray(y[-1])), s[-1], rtol=1e-4)


def test_at_the_bottom_it_stays():
    params, values = descend(lambda p: jnp.sum(p["weights"] ** 2), {"weights": jnp.zeros(2)}, 5)
    np.testing.assert_array_equal(params["weights"], 0.0)
    assert values == [0.0] * 5


@pytest.mark.parametrize(
    ("energy", "expected"),
    [
        (lambda v: ((v + 1) ** 2).sum(), 0.5),  # from 0 to −8, −4 and −2, too far, then to −1
        (lambda v: v.sum(), 4.0),
        (lambda v: jnp.where(v > -0.3, v, jnp.nan).sum(), 0.125),
        (lambda v: -v.sum(), 0.0),
    ],
    ids=["halved", "at once", "nan", "never"],
)
def test_the_first_length_that_brings_enough_is_taken(energy, expected):
    w, d = jnp.zeros(1), jnp.full(1, 2.0)
    found = line_search(energy, w, d, energy(w), jnp.float32(2), jnp.float32(4))
    assert float(found) == expected


def test_a_length_is_judged_once():
    """A loop over several searches that judged in its condition, too, could judge otherwise there, and never end."""

    def search(first):
        w = jnp.ones(3)
        return line_search(lambda v: jnp.cos(v).sum(), w, w, jnp.cos(w).sum(), jnp.float32(1), first)

    (loop,) = [e for e in jax.make_jaxpr(jax.vmap(search))(jnp.ones(2)).eqns if e.primitive.name == "while"]
    assert str(loop.params["body_jaxpr"]).count("cos") == 1
    assert "cos" not in str(loop.params["cond_jaxpr"])

"""Optimisers by their formulas, with numbers traced."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from dendrax.core.constraints import HyperparameterError
from dendrax.core.structure import numbers, structure
from dendrax.learning.descent import clipped
from dendrax.learning.optimisers import OPTIMISERS, Adam, AdamW, Nesterov, RMSprop, Sgd

PARAMS = ({"weights": jnp.array([[1.0, -2.0]]), "biases": jnp.array([3.0, 4.0])},)
GRADIENTS = [({"weights": jnp.array([[0.5, k]]), "biases": jnp.array([-k, 2.0])},) for k in (1.0, -0.3, 0.2)]


def directions(optimiser, decay=0.0):
    memory, seen = optimiser.start(PARAMS), []
    for gradient in GRADIENTS:
        direction, memory = optimiser.direction(numbers(optimiser), gradient, memory, PARAMS, jnp.float32(decay))
        seen.append(direction[0])
    return seen


def test_plain_gradient_descent_is_the_gradient():
    for direction, gradient in zip(directions(Sgd()), GRADIENTS, strict=True):
        np.testing.assert_array_equal(direction["weights"], gradient[0]["weights"])


def test_momentum_adds_up():
    v = np.zeros((1, 2))
    for direction, gradient in zip(directions(Sgd(momentum=0.9)), GRADIENTS, strict=True):
        v = 0.9 * v + np.asarray(gradient[0]["weights"])
        np.testing.assert_allclose(direction["weights"], v, rtol=1e-6)


def test_adam_is_its_formula():
    m = s = np.zeros(2)
    for t, (direction, gradient) in enumerate(zip(directions(Adam(0.8, 0.9, 1e-3)), GRADIENTS, strict=True), 1):
        g = np.asarray(gradient[0]["biases"])
        m, s = 0.8 * m + 0.2 * g, 0.9 * s + 0.1 * g**2
        expected = (m / (1 - 0.8**t)) / (np.sqrt(s / (1 - 0.9**t)) + 1e-3)
        np.testing.assert_allclose(direction["biases"], expected, rtol=1e-5)


@pytest.mark.parametrize("optimiser", [Sgd(), Adam(), AdamW()], ids=str)
def test_decay_pulls_weights_never_biases(optimiser):
    free, pulled = directions(optimiser)[0], directions(optimiser, 0.5)[0]
    assert not np.allclose(free["weights"], pulled["weights"])
    np.testing.assert_array_equal(free["biases"], pulled["biases"])


def test_decay_of_sgd_is_that_of_half_the_square():
    pulled = directions(Sgd(), 0.5)[0]["weights"]
    np.testing.assert_allclose(pulled, GRADIENTS[0][0]["weights"] + 0.5 * PARAMS[0]["weights"])


@pytest.mark.parametrize("name", [name for name in OPTIMISERS if name != "lbfgs"])
def test_numbers_compile_nothing_and_change_the_answer(name):
    traced = []
    wide = ({"weights": jnp.ones((1, 400))},)
    second = ({"weights": jnp.linspace(-20.0, 20.0, 400)[None, :]},)

    def direction(structure, its):
        traced.append(structure)
        _, memory = structure.direction(its, wide, structure.start(wide), wide, jnp.float32(0))
        return structure.direction(its, second, memory, wide, jnp.float32(0))[0]

    program = jax.jit(direction, static_argnums=0)
    kind, answers = OPTIMISERS[name], []
    fields = list(numbers(kind()))
    for changed in (None, *fields):
        optimiser = kind() if changed is None else kind(**{changed: 0.37})
        answers.append(np.asarray(program(structure(optimiser), numbers(optimiser))[0]["weights"]))
    assert len(traced) == 1
    assert all(not np.allclose(answers[0], other) for other in answers[1:])


def test_nesterov_looks_ahead():
    v = np.zeros((1, 2))
    for direction, gradient in zip(directions(Nesterov(momentum=0.9)), GRADIENTS, strict=True):
        g = np.asarray(gradient[0]["weights"])
        v = 0.9 * v + g
        np.testing.assert_allclose(direction["weights"], g + 0.9 * v, rtol=1e-6)


def test_rmsprop_is_its_formula():
    s = np.zeros(2)
    for direction, gradient in zip(directions(RMSprop(0.8, 1e-3)), GRADIENTS, strict=True):
        g = np.asarray(gradient[0]["biases"])
        s = 0.8 * s + 0.2 * g**2
        np.testing.assert_allclose(direction["biases"], g / (np.sqrt(s) + 1e-3), rtol=1e-5)


PEERS = {
    "sgd": optax.identity(),
    "nesterov": optax.trace(0.9, nesterov=True),
    "rmsprop": optax.scale_by_rms(0.9, 1e-8, eps_in_sqrt=False),
    "adam": optax.scale_by_adam(),
    "adamw": optax.scale_by_adam(),
    "lion": optax.scale_by_lion(),
}


@pytest.mark.loose_promotion
@pytest.mark.parametrize("name", PEERS)
def test_optax_goes_the_same_way(name):
    memory = PEERS[name].init(PARAMS)
    for direction, gradient in zip(directions(OPTIMISERS[name]()), GRADIENTS, strict=True):
        expected, memory = PEERS[name].update(gradient, memory, PARAMS)
        for part in ("weights", "biases"):
            np.testing.assert_allclose(direction[part], expected[0][part], rtol=2e-5)


@pytest.mark.parametrize("bound", [0.1, 1.0, 1e6])
def test_clipping_shortens_and_never_turns(bound):
    gradient = GRADIENTS[0]
    short = clipped(gradient, jnp.float32(bound))
    flat = np.concatenate([np.ravel(a) for a in jax.tree.leaves(gradient)])
    expected = flat * min(1, bound / np.linalg.norm(flat))
    np.testing.assert_allclose(np.concatenate([np.ravel(a) for a in jax.tree.leaves(short)]), expected, rtol=1e-5)


def test_clipping_nothing_is_nothing():
    assert all(not np.any(a) for a in jax.tree.leaves(clipped(jax.tree.map(jnp.zeros_like, PARAMS), jnp.float32(1))))


@pytest.mark.parametrize("make", [lambda: Adam(decay_1=1.0), lambda: RMSprop(epsilon=0.0), lambda: Sgd(momentum=-0.1)])
def test_what_makes_no_optimiser_is_refused(make):
    with pytest.raises(HyperparameterError, match="must be a float"):
        make()


@pytest.mark.parametrize("name", [name for name in OPTIMISERS if name != "lbfgs"])
def test_under_a_steady_gradient_its_length_is_remembered(name):
    optimiser = OPTIMISERS[name]()
    its, gradient = numbers(optimiser), GRADIENTS[0]

    def turned(_, memory):
        return optimiser.direction(its, gradient, memory, PARAMS, jnp.float32(0))[1]

    memory = jax.lax.fori_loop(0, 2000, turned, optimiser.start(PARAMS))
    expected = np.sqrt(sum(float((a**2).sum()) for a in jax.tree.leaves(gradient)))
    assert float(optimiser.length(its, memory)) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    "optimiser",
    [Sgd(), Sgd(momentum=0.9), *(OPTIMISERS[name]() for name in ("nesterov", "rmsprop", "adam", "adamw", "lion"))],
    ids=str,
)
def test_after_one_step_the_length_is_that_of_the_gradient(optimiser):
    _, memory = optimiser.direction(numbers(optimiser), GRADIENTS[0], optimiser.start(PARAMS), PARAMS, jnp.float32(0))
    length = optimiser.length(numbers(optimiser), memory)
    assert float(length) == pytest.approx(np.sqrt(0.25 + 1 + 1 + 4), rel=1e-5)

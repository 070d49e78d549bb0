"""Optimisers by their formulas, with numbers traced."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.structure import numbers, structure
from dendrax.learning.optimisers import OPTIMISERS, Adam, AdamW, Sgd

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


@pytest.mark.parametrize("name", OPTIMISERS)
def test_numbers_compile_nothing_and_change_the_answer(name):
    traced = []

    def direction(structure, its, gradient):
        traced.append(structure)
        memory = structure.start(PARAMS)
        _, memory = structure.direction(its, gradient, memory, PARAMS, jnp.float32(0))
        return structure.direction(its, GRADIENTS[1], memory, PARAMS, jnp.float32(0))[0]

    program = jax.jit(direction, static_argnums=0)
    kind, answers = OPTIMISERS[name], []
    fields = list(numbers(kind()))
    for changed in (None, *fields):
        optimiser = kind() if changed is None else kind(**{changed: 0.37})
        answers.append(np.asarray(program(structure(optimiser), numbers(optimiser), GRADIENTS[0])[0]["weights"]))
    assert len(traced) == 1
    assert all(not np.allclose(answers[0], other) for other in answers[1:])

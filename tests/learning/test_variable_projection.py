"""Variable projection: its gradient against finite differences, its minimum against the fixed basis and a known one."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.basis import Gaussian, Powers, Sigmoidal
from dendrax.learning.variable_projection import Task, energy, moved, projected, trained
from dendrax.nn.expansion import Block, Expansion

RNG = np.random.default_rng(0)
X = RNG.uniform(-3, 3, size=(120, 2))
WEIGHTS = RNG.uniform(0.5, 2, 120)
CURVE = np.tanh(5 * X[:, 0]) + (np.abs(X[:, 0] - 1) < 0.5)
CODES = np.digitize(CURVE, [-0.5, 1.1])
TARGETS = {
    "identity": np.column_stack([CURVE, X[:, 1] ** 2]),
    "sigmoid": (CURVE > 0.5)[:, None].astype(float),
    "softmax": np.eye(3)[CODES],
}


def expansion() -> Expansion:
    parts = [
        (Powers(2), (1,), False),
        (Gaussian(3), (0,), True),
        (Sigmoidal(2), (0, 1), True),
        (Gaussian(2), (1,), False),
    ]
    blocks = [Block(i, part.learn(X[:, list(i)], WEIGHTS, True), moves) for part, i, moves in parts]
    return Expansion(tuple(blocks), 2)


def task(output: str, penalty: float, intercept: bool = True) -> Task:
    return Task(X, TARGETS[output], WEIGHTS, output, penalty, intercept)


@pytest.mark.parametrize("output", TARGETS)
@pytest.mark.parametrize("penalty", [0.5, 5.0])
@pytest.mark.parametrize("intercept", [True, False])
def test_the_gradient_is_that_of_finite_differences(output, penalty, intercept):
    given, where = task(output, penalty, intercept), RNG.normal(size=2 * (3 + 4)) * 0.2
    _, gradient = projected(given, expansion(), where)
    h = 1e-4
    numeric = [
        (projected(given, expansion(), where + d)[0] - projected(given, expansion(), where - d)[0]) / (2 * h)
        for d in h * np.eye(len(where))
    ]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-4, atol=1e-5 * np.abs(numeric).max())


def test_without_a_penalty_too():
    given = Task(X[:, :1], TARGETS["identity"][:, :1], WEIGHTS, "identity", 0.0, True)
    start = Expansion((Block((0,), Gaussian(3).learn(X[:, :1], WEIGHTS, True), True),), 1)
    _, gradient = projected(given, start, np.zeros(6))
    h = 1e-5
    numeric = [(projected(given, start, d)[0] - projected(given, start, -d)[0]) / (2 * h) for d in h * np.eye(6)]
    np.testing.assert_allclose(gradient, numeric, rtol=1e-6, atol=1e-6 * np.abs(numeric).max())


@pytest.mark.parametrize("output", TARGETS)
def test_training_lowers_the_loss_clearly(output):
    given = task(output, 0.1)
    before, _ = energy(given, expansion().values(X))
    new, steps, _ = trained(given, expansion(), max_steps=100, tolerance=1e-6)
    after, _ = energy(given, new.values(X))
    assert after < 0.5 * before
    assert steps > 1


def test_only_what_is_trainable_moves():
    new, _, _ = trained(task("identity", 0.1), expansion(), max_steps=5, tolerance=0.0)
    for old, block in zip(expansion().blocks, new.blocks, strict=True):
        same = np.array_equal(
            block.functions.values(X[:, list(block.inputs)]), old.functions.values(X[:, list(old.inputs)])
        )
        assert same is not old.trainable


@pytest.mark.parametrize("basis", [Gaussian(2, 2.0), Sigmoidal(2, 1.0)])
def test_functions_that_made_the_data_are_found_again(basis):
    x = np.linspace(0, 10, 200)[:, None]
    start = Expansion((Block((0,), basis.learn(x, np.ones(200), True), True),), 1)
    truth = moved(start, np.array([0.3, -0.5, 0.3, -0.3]))
    y = truth.values(x) @ np.array([[2.0], [-1.0]]) + 3
    new, _, converged = trained(Task(x, y, np.ones(200), "identity", 0.0, True), start, max_steps=500, tolerance=1e-12)
    assert converged
    np.testing.assert_allclose(new.blocks[0].functions.centres, truth.blocks[0].functions.centres, rtol=1e-2, atol=1e-2)
    np.testing.assert_allclose(new.blocks[0].functions.widths, truth.blocks[0].functions.widths, rtol=1e-2)


def test_widths_stay_near_their_first():
    first, far = expansion(), moved(expansion(), np.full(14, 50.0))
    for old, new in zip(first.blocks[1:3], far.blocks[1:3], strict=True):
        np.testing.assert_allclose(new.functions.widths / old.functions.widths, np.exp(2))

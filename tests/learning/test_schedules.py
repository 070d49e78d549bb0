"""Schedules by their formulas."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.constraints import HyperparameterError
from dendrax.core.structure import numbers
from dendrax.learning.schedules import SCHEDULES, Constant, Cosine, InverseScaling, OneCycle, Step


def share(schedule, t, epoch=0.0):
    return float(schedule.share(numbers(schedule), jnp.float32(t), jnp.float32(epoch)))


@pytest.mark.parametrize(("t", "drops"), [(0.0, 0), (0.24, 0), (0.26, 1), (0.51, 2), (0.99, 3)])
def test_step_drops(t, drops):
    assert share(Step(factor=0.5, every=0.25), t) == pytest.approx(0.5**drops)


@pytest.mark.parametrize(("t", "expected"), [(0.0, 0.1), (0.2, 0.55), (0.4, 1.0), (0.7, 0.51), (1.0, 0.02)])
def test_one_cycle_rises_and_falls(t, expected):
    assert share(OneCycle(warm=0.4, start=0.1, end=0.02), t) == pytest.approx(expected, abs=1e-6)


def test_inverse_scaling_counts_epochs():
    assert [share(InverseScaling(0.5), 0.3, e) for e in (0, 3, 8)] == pytest.approx([1, 1 / 2, 1 / 3])


@pytest.mark.parametrize(
    "make", [lambda: Cosine(warm=2.0), lambda: Step(factor=-1.0), lambda: Step(every=0.0), lambda: InverseScaling(-0.1)]
)
def test_what_makes_no_schedule_is_refused(make):
    with pytest.raises(HyperparameterError, match=r"must be a float"):
        make()


def test_constant():
    assert share(Constant(), 0.3) == 1.0


@pytest.mark.parametrize("t", [0.0, 0.05, 0.1, 0.5, 0.9, 1.0])
def test_cosine(t):
    assert share(Cosine(warm=0.1), t) == pytest.approx(min(1, t / 0.1) * 0.5 * (1 + np.cos(np.pi * t)), abs=1e-6)


def test_no_warm_up():
    assert share(Cosine(warm=0.0), 1e-3) == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_share_is_between_0_and_1(name):
    assert all(0 <= share(SCHEDULES[name](), t) <= 1 for t in np.linspace(0, 1, 21))

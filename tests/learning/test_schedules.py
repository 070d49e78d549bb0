"""Schedules by their formulas."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.core.structure import numbers
from dendrax.learning.schedules import SCHEDULES, Constant, Cosine


def share(schedule, t):
    return float(schedule.share(numbers(schedule), jnp.float32(t)))


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

"""The clock of a run, and how long its calls to the device last."""

from __future__ import annotations

import math

import pytest

from dendrax.learning import clock
from dendrax.learning.clock import GROWTH, SECONDS, Clock, next_budget


def test_calls_at_a_steady_speed_last_as_long_as_they_aim_at():
    budget, speed = 1, 1234.0  # steps a second
    for _ in range(5):
        budget = next_budget(budget, budget / speed)
    assert budget / speed == pytest.approx(SECONDS, abs=1 / speed)


@pytest.mark.parametrize(
    ("done", "seconds", "left", "most", "expected"),
    [
        (100, 0.1, math.inf, 10**6, 300),
        (100, 0.1, 0.05, 10**6, 50),
        (100, 1e-9, math.inf, 10**6, GROWTH * 100),
        (100, 0.0, math.inf, 10**6, GROWTH * 100),
        (100, 1e-9, math.inf, 70, 70),
        (1, 60.0, math.inf, 10**6, 1),
        (100, 0.1, -2.0, 10**6, 1),
    ],
    ids=["aim", "limit near", "growth", "no time", "most", "slow", "late"],
)
def test_a_call_is_filled_within_its_bounds(done, seconds, left, most, expected):
    assert next_budget(done, seconds, left, most) == expected


def test_the_clock_runs_against_its_limit(monkeypatch):
    now = [10.0]
    monkeypatch.setattr(clock.time, "monotonic", lambda: now[0])
    limited, free = Clock(8.0), Clock()
    now[0] = 12.0
    assert (limited.passed, limited.left, limited.share) == (2.0, 6.0, 0.25)
    assert (free.passed, free.left, free.share) == (2.0, math.inf, 0.0)
    now[0] = 19.0
    assert limited.left == -1.0

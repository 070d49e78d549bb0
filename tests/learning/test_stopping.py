"""The stopping rule against scikit-learn's words for it."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.learning import stopping


def walk(scores, tolerance):
    progress, seen = stopping.begin(), []
    for score in scores:
        progress = stopping.after_epoch(progress, jnp.float32(score), jnp.float32(tolerance))
        seen.append((float(progress.best), int(progress.stale)))
    return seen


def test_progress_counts_only_beyond_the_tolerance():
    assert walk([1.0, 0.95, 0.93, 0.8], 0.1) == [
        (1.0, 0),
        (pytest.approx(0.95), 1),
        (pytest.approx(0.93), 2),
        (pytest.approx(0.8), 0),
    ]


def test_a_score_that_is_not_finite_is_no_progress():
    assert walk([1.0, np.inf, np.inf], 0.0) == [(1.0, 0), (1.0, 1), (1.0, 2)]


@pytest.mark.parametrize(
    ("epoch", "stale", "diverged", "validated", "expected"),
    [
        (3, 0, False, False, stopping.RUNNING),
        (3, 5, False, False, stopping.CONVERGED),
        (3, 5, False, True, stopping.PATIENCE),
        (9, 0, False, False, stopping.EPOCHS),
        (9, 5, False, True, stopping.PATIENCE),
        (9, 5, True, True, stopping.DIVERGED),
    ],
)
def test_the_verdict(epoch, stale, diverged, validated, expected):
    progress = stopping.Progress(jnp.float32(1), jnp.int32(stale))
    whole = jnp.int32
    found = stopping.verdict(progress, whole(epoch), whole(9), whole(5), jnp.array(diverged), validated)
    assert int(found) == expected


def test_every_reason_has_a_word():
    assert set(stopping.REASONS) == set(range(1, 8))

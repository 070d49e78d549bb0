from __future__ import annotations

import os
import signal
from dataclasses import replace

import numpy as np
import pytest
from bars import NUMBERS, PLAN, X, data_of, learned

from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.restricted_estimates import Estimates
from dendrax.boltzmann.restricted_run import Progress
from dendrax.learning.state import RING

DATA = data_of(X)
LONG = NUMBERS._replace(max_epochs=np.int32(10**8), judge_every=np.int32(10**8))


def test_an_interrupt_ends_learning_with_what_there_is():
    asked: list[int] = []

    def interrupt(epoch: int, progress: Progress, seconds: float) -> None:
        if not asked:
            asked.append(epoch)
            os.kill(os.getpid(), signal.SIGINT)

    found = learned(PLAN, LONG, DATA, watch=interrupt)
    assert found.stopped_because == "interrupted"
    assert np.isfinite(found.params.weights).all()
    assert len(found.progress.learning_rate) == int(found.state.epoch) > 0


def test_the_rate_falls_with_the_clock():
    found = learned(PLAN, LONG, DATA, time_limit=1.0)
    assert found.stopped_because == "time"
    rates = found.progress.learning_rate
    assert rates[0] == pytest.approx(0.1, rel=1e-3)
    assert rates[-1] < 0.06  # as old as the last call, of half a second at most
    assert (np.diff(rates) <= 0).all()


def test_estimates_are_asked_for_after_whole_epochs():
    asked: list[int] = []

    def estimating(params: object) -> tuple[float, float]:
        asked.append(1)
        return -float(len(asked)), np.nan

    found = learned(PLAN, NUMBERS, DATA, estimates=Estimates(estimating, 70))
    assert len(asked) == 4
    curve = np.array(found.progress.log_likelihood)
    assert curve[[69, 139, 209, 279]].tolist() == [-1, -2, -3, -4]


def test_learning_stops_where_estimates_make_no_progress_and_the_best_is_kept():
    plan, seen = replace(PLAN, enumerated=False), []
    scores = [-6.0, -5.0, -5.5, -4.99, -7.0, -8.0]

    def estimating(params: Params) -> tuple[float, float]:
        seen.append(np.asarray(params.weights))
        return 0.0, scores[len(seen) - 1]

    found = learned(plan, NUMBERS, DATA, estimates=Estimates(estimating, 10, patience=3, tolerance=0.1))
    assert found.stopped_because == "patience"
    assert int(found.state.epoch) == 50  # two beyond the last progress, at -5, is better but no progress
    assert (int(found.state.best_epoch), float(found.state.best_score)) == (40, np.float32(-4.99))
    np.testing.assert_array_equal(found.params.weights, seen[3])


def test_no_epoch_is_lost_from_the_curves():
    found = learned(PLAN, NUMBERS._replace(max_epochs=np.int32(3 * RING)), DATA)
    assert len(found.progress.learning_rate) == 3 * RING
    assert np.isfinite(found.progress.learning_rate).all()


def test_the_bar_shows_the_last_known_likelihood():
    nan = np.nan
    known = Progress(True, [-1.0, -2.0, nan], [nan, -3.0, nan], [0.5, 0.6, 0.7])
    assert known.validation == [-3.0]
    assert Progress(True).validation == []
    assert Progress(False, [nan], [nan], [0.5]).validation == [0.5]

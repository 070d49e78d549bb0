"""The host's side: curves, clock, Ctrl-C, divergence, checkpoints."""

from __future__ import annotations

import signal
import threading
import time

import jax
import numpy as np
import pytest
from problems import Problem, same_bits

from dendrax.learning import checkpoint
from dendrax.learning.interrupt import Interrupt
from dendrax.learning.optimisers import Sgd
from dendrax.learning.outcome import Curves, DivergenceError
from dendrax.learning.run import run
from dendrax.learning.state import RING
from dendrax.learning.training import advance
from dendrax.nn.losses import Squared


def go(problem: Problem, **options):
    return run(problem.plan, problem.first, problem.data, problem.numbers, **options)


def test_every_epoch_is_in_the_curves():
    outcome = go(Problem(rows=64, batch_size=64, max_epochs=3 * RING + 5))
    assert outcome.stopped_because == "epochs"
    assert len(outcome.curves.training) == 3 * RING + 5
    assert np.isfinite(outcome.curves.training).all()


def test_the_run_equals_one_call():
    problem = Problem(held=20, max_epochs=50)
    outcome = go(problem)
    whole = advance(problem.plan, problem.first, problem.data, problem.numbers, np.int32(10**6))
    assert same_bits(outcome.state, whole)
    np.testing.assert_array_equal(outcome.curves.validation, np.asarray(whole.history.validation[:50]))


def test_the_best_parameters_are_given_where_rows_are_held_out():
    outcome = go(Problem(held=20, max_epochs=30, learning_rate=0.3))
    assert same_bits(outcome.params, outcome.state.best_params)
    assert not same_bits(outcome.params, outcome.state.params)


def test_the_last_parameters_are_given_otherwise():
    outcome = go(Problem(max_epochs=3))
    assert same_bits(outcome.params, outcome.state.params)


def test_training_converges():
    outcome = go(Problem(tolerance=1e-2, patience=5))
    assert outcome.stopped_because == "converged"


def test_patience_ends_a_run_that_is_judged():
    assert go(Problem(held=20, patience=5)).stopped_because == "patience"


def test_the_time_limit_ends_a_run():
    start = time.monotonic()
    outcome = go(Problem(), time_limit=0.3)
    assert outcome.stopped_because == "time"
    assert time.monotonic() - start < 10


def test_divergence_is_an_error_with_advice():
    with pytest.raises(DivergenceError, match=r"halving learning_rate 5 times from 1e\+30; give a smaller"):
        go(Problem(learning_rate=1e30, optimiser=Sgd(), loss=Squared(), output="identity"))


def test_ctrl_c_keeps_what_there_is():
    Interrupt.forget()
    problem = Problem(held=20)
    go(Problem(held=20, max_epochs=1))
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    outcome = go(problem)
    assert outcome.stopped_because == "interrupted"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert int(outcome.state.best_epoch) > 0


def test_ctrl_c_twice_stops_at_once():
    Interrupt.forget()
    with Interrupt() as interrupt:
        signal.raise_signal(signal.SIGINT)
        assert interrupt.asked
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_no_handler_off_the_main_thread():
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.append(go(Problem(max_epochs=2))))
    thread.start()
    thread.join()
    assert outcomes[0].stopped_because == "epochs"


@pytest.mark.parametrize("held", [0, 20])
def test_a_resumed_run_is_the_straight_run_bit_for_bit(tmp_path, held):
    straight, problem = go(Problem(held=held, max_epochs=40)), Problem(held=held, max_epochs=40)
    half = advance(problem.plan, problem.first, problem.data, problem.numbers, np.int32(101))
    curves, path = Curves(), tmp_path / "state"
    curves.read(half)
    checkpoint.save(path, problem.plan, half, problem.data, problem.numbers, curves)
    state, seen = checkpoint.load(path, problem.plan, problem.first, problem.data, problem.numbers)
    assert same_bits(state, half)
    outcome = run(problem.plan, state, problem.data, problem.numbers, curves=Curves(**seen))
    assert same_bits(outcome.state, straight.state)
    assert outcome.curves == straight.curves


def test_the_checkpoint_of_another_run_is_refused(tmp_path):
    problem, path = Problem(max_epochs=2), tmp_path / "state"
    go(problem, checkpoint=path)
    others = (Problem(max_epochs=3), Problem(learning_rate=0.5, max_epochs=2), Problem(seed=1, max_epochs=2))
    for other in others:
        with pytest.raises(checkpoint.CheckpointError, match="another run"):
            checkpoint.load(path, other.plan, other.first, other.data, other.numbers)


def test_the_watcher_sees_the_run():
    seen = []
    go(Problem(max_epochs=20), watch=lambda epoch, curves, seconds: seen.append((epoch, len(curves.training))))
    assert seen[-1] == (20, 20)
    assert all(epoch == length for epoch, length in seen)


def test_arrays_of_an_outcome_are_numpy():
    assert all(isinstance(a, np.ndarray) for a in jax.tree.leaves(go(Problem(max_epochs=1)).params))

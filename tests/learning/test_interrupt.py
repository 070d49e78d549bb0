"""Ctrl-C in one training, and in those that follow it at once."""

from __future__ import annotations

import signal

import pytest

from dendrax.learning import interrupt
from dendrax.learning.interrupt import Interrupt


@pytest.fixture(autouse=True)
def _nothing_before():
    Interrupt.forget()
    yield
    Interrupt.forget()


def ctrl_c():
    signal.raise_signal(signal.SIGINT)


def test_ctrl_c_in_training_that_follows_at_once_raises():
    with Interrupt() as first:
        ctrl_c()
    assert first.asked
    for _ in range(3):  # a search goes on for as long as it likes
        with Interrupt() as next_one:
            pass
        assert not next_one.asked
    with pytest.raises(KeyboardInterrupt), Interrupt():
        ctrl_c()
    with Interrupt() as after:  # the search is over: a new beginning
        ctrl_c()
    assert after.asked


def test_ctrl_c_in_training_that_begins_later_is_the_first(monkeypatch):
    with Interrupt():
        ctrl_c()
    monkeypatch.setattr(interrupt, "AT_ONCE", 0.0)
    with Interrupt() as later:
        ctrl_c()
    assert later.asked


def test_training_after_one_that_nobody_interrupted_follows_nothing():
    with Interrupt():
        pass
    with Interrupt() as second:
        ctrl_c()
    assert second.asked

"""Learning as a user meets it: weight decay against another optimiser, scikit-learn's searches, and an early end."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Binarizer

from dendrax import BoltzmannMachine
from dendrax.boltzmann.exact import all_states
from dendrax.learning.interrupt import Interrupt

X = np.repeat(all_states(3), [3, 1, 1, 2, 1, 1, 1, 4], axis=0)
WEIGHTS = np.arange(1.0, len(X) + 1)


def penalised(u, decay):
    """−J of all three pairs and biases, by enumeration."""
    i, j = np.triu_indices(3, 1)

    def goodness(s):
        return (s[:, i] * s[:, j]) @ u[:3] + s @ u[3:]

    likelihood = np.average(goodness(X), weights=WEIGHTS) - np.logaddexp.reduce(goodness(all_states(3)))
    return 0.5 * decay * (u[:3] ** 2).sum() - likelihood


@pytest.mark.parametrize("decay", [0.01, 0.3])
@pytest.mark.parametrize("temperature", [1.0, 7.0])
def test_weight_decay_finds_the_maximum_that_another_optimiser_finds(decay, temperature):
    machine = BoltzmannMachine(weight_decay=decay, temperature=temperature, random_state=0)
    machine.fit(X, sample_weight=WEIGHTS)
    found = np.concatenate([machine.weights_, machine.biases_]) / temperature
    np.testing.assert_allclose(found, minimize(penalised, np.zeros(6), decay, tol=1e-8).x, atol=1e-3)


def test_sampled_learning_takes_weights_of_rows_as_rows_repeated():
    weights = np.arange(len(X)) % 4
    options = {"learning": "sampled", "max_steps": 200, "random_state": 0}
    one = BoltzmannMachine(**options).fit(X, sample_weight=weights)
    other = BoltzmannMachine(**options).fit(np.repeat(X, weights, axis=0))
    np.testing.assert_allclose(one.weights_, other.weights_, atol=1e-3)


def test_it_is_searched_at_the_end_of_a_pipeline():
    rows = X + np.random.default_rng(0).uniform(-0.4, 0.4, size=X.shape)
    pipeline = make_pipeline(Binarizer(threshold=0.5), BoltzmannMachine(random_state=0))
    search = GridSearchCV(pipeline, {"boltzmannmachine__weight_decay": [0.1, 1e4]}, cv=2).fit(rows)
    assert search.best_params_ == {"boltzmannmachine__weight_decay": 0.1}
    assert search.score(rows) == pytest.approx(BoltzmannMachine(weight_decay=0.1, random_state=0).fit(X).score(X))


def test_a_time_limit_ends_learning_with_what_it_has():
    machine = BoltzmannMachine(learning="sampled", max_steps=10**8, time_limit=0.2, random_state=0).fit(X)
    assert machine.stopped_because_ == "time"
    assert 0 < machine.n_steps_ < 10**8
    assert np.isfinite(machine.score(X))


def test_ctrl_c_ends_learning_with_what_it_has(monkeypatch):
    Interrupt.forget()

    def press(*_):
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("dendrax.boltzmann.learning_run.require_finite", press)
    machine = BoltzmannMachine(learning="sampled", max_steps=10**8, random_state=0)
    with pytest.warns(UserWarning, match="learning was interrupted after step") as seen:
        machine.fit(X)
    Interrupt.forget()
    assert seen[0].filename == __file__
    assert machine.stopped_because_ == "interrupted"
    assert 0 < machine.n_steps_ < 10**8

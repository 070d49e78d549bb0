"""Rows for a restricted machine in one fit or in parts: what must be, what stays, and that nothing is half done."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dendrax import RestrictedBoltzmannMachine
from dendrax.core.constraints import HyperparameterError
from dendrax.learning.outcome import DivergenceError

RNG = np.random.default_rng(0)
ALL = np.array(list(itertools.product((0.0, 1.0), repeat=4)))
ROWS = ALL[RNG.choice(16, 200, p=RNG.dirichlet(np.full(16, 0.3)))]
OTHER = np.tile([1.0, 0.0, 1.0, 0.0], (200, 1))


@pytest.mark.parametrize(("learning", "restarts"), [("pcd", "auto"), ("exact", 3)])
def test_parts_go_on_from_the_machine_that_fit_kept(learning, restarts):
    options = {"learning": learning, "restarts": restarts, "max_epochs": 40, "learning_rate": 0.2}
    machine = RestrictedBoltzmannMachine(3, likelihood_every=1, random_state=0, **options).fit(ROWS)
    weights, before, score = machine.components_, machine.score(OTHER), machine.score(ROWS)
    machine.partial_fit(ROWS)
    assert not np.array_equal(machine.components_, weights)
    assert machine.score(ROWS) > score - 0.3
    for _ in range(30):
        machine.partial_fit(OTHER)
    assert machine.score(OTHER) > before + 0.5


@pytest.mark.parametrize(("fraction", "rows"), [(0.99, 10), (0.001, 10), (0.5, 1), (0.001, 2)])
def test_rows_are_left_to_learn_from_and_to_judge_by(fraction, rows):
    machine = RestrictedBoltzmannMachine(2, max_epochs=2, validation_fraction=fraction, random_state=0)
    machine.fit(ROWS[:rows])
    assert np.isfinite(machine.history_["free_energy_gap"][-1]) == (rows > 1)


@pytest.mark.parametrize("size", [1e308, 1e-310])
@pytest.mark.parametrize("visible", ["binary", "gaussian"])
def test_only_the_ratios_of_weights_count(size, visible):
    machine = RestrictedBoltzmannMachine(2, visible=visible, max_epochs=2, random_state=0)
    equal = machine.fit(ROWS).components_
    np.testing.assert_allclose(machine.fit(ROWS, sample_weight=np.full(200, size)).components_, equal, rtol=1e-4)
    assert machine.score(ROWS, sample_weight=np.full(200, size)) == pytest.approx(machine.score(ROWS), abs=1e-5)


@pytest.mark.parametrize("weight", [[-1.0] * 200, [np.nan] * 200, [0.0] * 200, [1.0] * 3])
def test_weights_of_a_score_are_checked(weight):
    machine = RestrictedBoltzmannMachine(2, max_epochs=1, random_state=0).fit(ROWS)
    with pytest.raises(ValueError, match="weight"):
        machine.score(ROWS, sample_weight=weight)


def test_a_fit_that_fails_changes_nothing():
    machine = RestrictedBoltzmannMachine(2, max_epochs=3, random_state=0).fit(ROWS)
    before, history, epochs = machine.components_, machine.history_, machine.n_iter_
    with pytest.raises(DivergenceError):
        machine.set_params(learning_rate=1e6, visible="gaussian").fit(np.hstack([ROWS, ROWS]) * 3.0)
    with pytest.raises(ValueError, match="from 0 to 1"):
        machine.set_params(learning_rate="auto", visible="binary").fit(np.full((5, 7), 3.0))
    assert machine.n_features_in_ == 4
    assert machine.components_ is before
    assert machine.history_ is history
    assert machine.n_iter_ == epochs
    with pytest.raises(DivergenceError):
        machine.set_params(learning_rate=1e9).partial_fit(ROWS)
    machine.set_params(learning_rate=0.1).partial_fit(ROWS)
    assert len(machine.history_["log_likelihood"]) == machine.n_iter_ == epochs + 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("n_hidden", 5),
        ("visible", "gaussian"),
        ("learning", "cd"),
        ("chains", 7),
        ("replicas", 2),
        ("random_state", 1),
        ("labels", True),
    ],
)
def test_what_must_stay_is_named(name, value):
    machine = RestrictedBoltzmannMachine(3, random_state=0).partial_fit(ROWS)
    machine.set_params(**{name: value})
    with pytest.raises(HyperparameterError, match=f"^{name} must stay .* while partial_fit goes on"):
        machine.partial_fit(ROWS, ROWS[:, 0])


def test_classes_stay_and_are_for_labels():
    with pytest.raises(ValueError, match="classes must be None unless labels=True"):
        RestrictedBoltzmannMachine(3).partial_fit(ROWS, classes=[0, 1])
    machine = RestrictedBoltzmannMachine(3, labels=True, random_state=0)
    machine.partial_fit(ROWS, ROWS[:, 0].astype(int), classes=[0, 1, 2])
    machine.partial_fit(ROWS, ROWS[:, 0].astype(int), classes=[2, 1, 0])
    with pytest.raises(ValueError, match=r"classes must be those of the first call, \[0, 1, 2\]; got \[0, 1\]"):
        machine.partial_fit(ROWS, ROWS[:, 0].astype(int), classes=[0, 1])

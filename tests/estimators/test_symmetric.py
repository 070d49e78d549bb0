"""What a fitted symmetric network is: its arrays, its hyper-parameters, its columns, the same law in other states."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest

from dendrax import BoltzmannMachine
from dendrax.boltzmann.exact import all_states
from dendrax.core.constraints import HyperparameterError

W = np.array([[0.0, 1.5, -0.5], [1.5, 0.0, 2.0], [-0.5, 2.0, 0.0]])
THETA = np.array([0.3, -0.2, 0.1])
S = all_states(3)
CALLS = {
    "energy": lambda m: m.energy(S),
    "energy_gap": lambda m: m.energy_gap(S),
    "probability_on": lambda m: m.probability_on(S),
    "thresholds": lambda m: m.thresholds,
    "in_states": lambda m: m.in_states("±1"),
    "sample": lambda m: m.sample(2, sweeps=1),
    "anneal": lambda m: m.anneal([1.0], 2),
    "recall": lambda m: m.recall(S),
    "complete": lambda m: m.complete(S),
    "score": lambda m: m.score(S),
    "score_samples": lambda m: m.score_samples(S),
    "log_partition_": lambda m: m.log_partition_,
}
TABLE = pd.DataFrame(S, columns=["a", "b", "c"])
WITH_ROWS = {
    "energy": lambda m, t: m.energy(t),
    "energy_gap": lambda m, t: m.energy_gap(t),
    "probability_on": lambda m, t: m.probability_on(t),
    "recall": lambda m, t: m.recall(t),
    "complete": lambda m, t: m.complete(t, random_state=0),
    "score": lambda m, t: m.score(t),
    "score_samples": lambda m, t: m.score_samples(t),
}


def own(**options):
    return BoltzmannMachine.from_energy(W, THETA, random_state=0, **options)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("value", [-1, np.nan, "hot", None, np.inf, True])
def test_a_temperature_that_cannot_be_is_refused_by_every_method(call, value):
    with pytest.raises(HyperparameterError, match="temperature must be"):
        CALLS[call](own().set_params(temperature=value))


def test_a_temperature_may_be_any_real_number():
    for call in ("probability_on", "score_samples", "sample"):
        found = CALLS[call](own(temperature=Fraction(1, 2)))
        np.testing.assert_array_equal(found, CALLS[call](own(temperature=0.5)))


@pytest.mark.parametrize("call", WITH_ROWS)
@pytest.mark.parametrize(
    ("table", "words"),
    [
        (TABLE[["b", "a", "c"]], "'a' at place 0; got 'b'"),
        (TABLE.rename(columns={"c": "d"}), "'c' at place 2; got 'd'"),
        (TABLE[["a", "b"]], "'c' at place 2; got no more columns"),
    ],
)
def test_tables_of_other_columns_are_refused(call, table, words):
    machine = BoltzmannMachine(random_state=0, max_steps=3).fit(TABLE)
    with pytest.raises(ValueError, match=f"must have the columns of fit in their order, {words}"):
        WITH_ROWS[call](machine, table)
    np.testing.assert_array_equal(WITH_ROWS[call](machine, TABLE), WITH_ROWS[call](machine, S))


def test_hidden_units_may_have_columns_of_any_name():
    machine = BoltzmannMachine(1, random_state=0, max_steps=3).fit(TABLE[["a", "b"]])
    np.testing.assert_array_equal(machine.energy(TABLE), machine.energy(S))
    with pytest.raises(ValueError, match="columns of fit"):
        machine.energy(TABLE[["c", "a", "b"]])


def test_other_states_keep_all_that_is_known():
    machine = BoltzmannMachine(random_state=0).fit(TABLE)
    other = machine.in_states("±1")
    assert list(other.feature_names_in_) == ["a", "b", "c"]
    assert (other.n_steps_, other.stopped_because_) == (machine.n_steps_, machine.stopped_because_)
    for states in ("ab", None, 1):
        with pytest.raises(HyperparameterError, match="states must be '01', '±1'"):
            machine.in_states(states)


def test_arrays_of_the_model_are_its_own_and_read_only():
    biases = THETA.copy()
    machine = BoltzmannMachine.from_energy(W, biases)
    biases[:] = 9
    np.testing.assert_array_equal(machine.biases_, THETA)
    for name in ("links_", "weights_", "biases_"):
        with pytest.raises(ValueError, match="read-only"):
            getattr(machine, name)[0] = 5


def test_steps_and_reasons_belong_to_the_last_learning():
    machine = own()
    assert machine.n_steps_ == 0
    assert BoltzmannMachine(random_state=0).fit(S).n_steps_ > 0
    machine = BoltzmannMachine(random_state=0).fit(S).store(S[:2])
    assert machine.n_steps_ == 0
    assert not hasattr(machine, "stopped_because_")


def test_a_fit_that_fails_leaves_the_machine_as_it_was():
    machine = BoltzmannMachine(random_state=0).fit(TABLE)
    with pytest.raises(ValueError, match="links must name"):
        machine.set_params(links=[(0, 9)]).fit(TABLE.rename(columns={"c": "d"}))
    assert list(machine.feature_names_in_) == ["a", "b", "c"]


@pytest.mark.parametrize("temperature", [0, 1e-320])
@pytest.mark.parametrize("call", ["score", "score_samples", "log_partition_"])
def test_likelihoods_without_a_law_are_refused(call, temperature):
    with pytest.raises(
        ValueError, match="temperature must be above 0, and 2e-290 or more by its weights, for Boltzmann"
    ):
        CALLS[call](own(temperature=temperature))
    large = BoltzmannMachine.from_energy(np.zeros((40, 40)), temperature=0)
    with pytest.raises(ValueError, match="temperature must be above 0, for Boltzmann"):
        _ = large.log_partition_


def test_units_follow_the_sign_of_their_gap_where_it_is_cold():
    for temperature in (0, 1e-320):
        machine = own(temperature=temperature)
        np.testing.assert_array_equal(machine.probability_on(S), machine.energy_gap(S) > 0)

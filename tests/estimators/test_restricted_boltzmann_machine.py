"""The restricted Boltzmann machine as an estimator, against enumeration and against what it was drawn from."""

from __future__ import annotations

import itertools
import pickle

import numpy as np
import pandas as pd
import pytest
from bars import OPTIMUM, bars_and_stripes
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from dendrax import RestrictedBoltzmannMachine
from dendrax.core.constraints import HyperparameterError
from dendrax.estimators.restricted_options import CONSTRAINTS
from dendrax.learning.outcome import DivergenceError

X = bars_and_stripes(3)
ALL = np.array(list(itertools.product((0.0, 1.0), repeat=4)))
RNG = np.random.default_rng(0)
SMALL = ALL[RNG.choice(16, 300, p=RNG.dirichlet(np.full(16, 0.3)))]
EXACT = {"learning": "exact", "max_epochs": 200, "random_state": 0}
HIDDEN = np.array(list(itertools.product((0.0, 1.0), repeat=3)))


@pytest.fixture(scope="module")
def small() -> RestrictedBoltzmannMachine:
    return RestrictedBoltzmannMachine(3, **EXACT).fit(SMALL)


def pairs(machine: RestrictedBoltzmannMachine) -> np.ndarray:
    """Compute p(v, h) of all states by the formula, from the fitted attributes."""
    b, c, w = (
        np.asarray(a, float) for a in (machine.intercept_visible_, machine.intercept_hidden_, machine.components_)
    )
    weight = np.exp((ALL @ b)[:, None] + (HIDDEN @ c)[None] + ALL @ w.T @ HIDDEN.T)
    return weight / weight.sum()


def test_bars_and_stripes_are_learned_to_the_optimum():
    machine = RestrictedBoltzmannMachine(9, learning="exact", max_epochs=1000, random_state=0).fit(X)
    assert OPTIMUM - 0.01 < machine.log_likelihood_ < OPTIMUM + 1e-4
    assert machine.score(X) == pytest.approx(machine.log_likelihood_, abs=1e-5)
    assert machine.log_likelihood_error_ == 0
    assert machine.log_likelihood_bracket_ == (machine.log_likelihood_, machine.log_likelihood_)


def test_scores_and_hidden_units_are_those_of_the_formula(small):
    joint = pairs(small)
    np.testing.assert_allclose(small.score_samples(ALL), np.log(joint.sum(axis=1)), atol=1e-4)
    np.testing.assert_allclose(small.transform(ALL), joint @ HIDDEN / joint.sum(axis=1)[:, None], atol=1e-4)
    difference = small.free_energy(ALL) + small.score_samples(ALL)
    np.testing.assert_allclose(difference, -small.log_partition_.value, atol=1e-4)
    assert small.log_partition_.chains == 0


def test_the_law_is_that_of_the_data(small):
    share = (SMALL[:, None] == ALL[None]).all(axis=2).mean(axis=0)
    reached, best = small.score(SMALL), share[share > 0] @ np.log(share[share > 0])
    assert best - 0.05 < reached <= best + 1e-4


def test_holes_are_summed_out_of_a_score(small):
    row = np.array([[1, np.nan, 0, np.nan]])
    fits = (ALL[:, 0] == 1) & (ALL[:, 2] == 0)
    assert small.score_samples(row)[0] == pytest.approx(np.log(pairs(small).sum(axis=1)[fits].sum()), abs=1e-4)


def test_completions_follow_the_conditional_law(small):
    rows = np.tile([1, np.nan, 0, np.nan], (5000, 1))
    law = pairs(small).sum(axis=1)
    fits = (ALL[:, 0] == 1) & (ALL[:, 2] == 0)
    mean = law[fits] @ ALL[fits] / law[fits].sum()
    drawn = small.complete(rows, sweeps=100, random_state=1)
    np.testing.assert_array_equal(drawn[:, [0, 2]], rows[:, [0, 2]])
    np.testing.assert_allclose(drawn.mean(axis=0), mean, atol=0.03)
    expected = small.complete(rows[:1], expected=True, sweeps=20_000, random_state=1)
    np.testing.assert_allclose(expected[0], mean, atol=0.03)


def test_draws_follow_the_law_and_hold_what_is_given(small):
    law = pairs(small).sum(axis=1)
    drawn = small.sample(5000, sweeps=200, random_state=2)
    np.testing.assert_allclose((drawn[:, None] == ALL[None]).all(axis=2).mean(axis=0), law, atol=0.03)
    held = small.sample(2000, given={0: 1, 3: np.arange(2000) % 2}, sweeps=50, random_state=2)
    np.testing.assert_array_equal(held[:, 0], 1)
    np.testing.assert_array_equal(held[:, 3], np.arange(2000) % 2)
    np.testing.assert_array_equal(small.sample(5, random_state=3), small.sample(5, random_state=3))


def test_the_mixture_has_the_same_law(small):
    mixture = small.mixture()
    given = np.prod(np.where(ALL[:, None] == 1, mixture.means[None], 1 - mixture.means[None]), axis=2)
    np.testing.assert_allclose(given @ mixture.weights, pairs(small).sum(axis=1), atol=1e-5)
    with pytest.raises(ValueError, match=r"a mixture must have at most 2\^16 components; got 2\^17"):
        RestrictedBoltzmannMachine(17, max_epochs=1, random_state=0).fit(SMALL).mixture()


def test_reconstructions_go_there_and_back(small):
    h = small.transform(SMALL[:5]).astype(float)
    means = 1 / (1 + np.exp(-(h @ small.components_ + small.intercept_visible_)))
    np.testing.assert_allclose(small.reconstruct(SMALL[:5]), means, atol=1e-5)


def test_classes_have_their_exact_conditional():
    y = np.where(SMALL[:, 0] == SMALL[:, 1], "same", "other")
    machine = RestrictedBoltzmannMachine(4, labels=True, **EXACT).fit(SMALL, y)
    assert machine.classes_.tolist() == ["other", "same"]
    assert machine.score(SMALL, y) == 1.0
    b, c, w = (
        np.asarray(a, float) for a in (machine.intercept_visible_, machine.intercept_hidden_, machine.components_)
    )
    rows = np.concatenate([np.repeat(ALL, 2, axis=0), np.tile(np.eye(2), (16, 1))], axis=1)
    joint = np.exp(rows @ b + np.logaddexp(0, c + rows @ w.T).sum(axis=1)).reshape(16, 2)
    np.testing.assert_allclose(machine.predict_proba(ALL), joint / joint.sum(axis=1, keepdims=True), atol=1e-4)
    log_z = machine.log_partition_.value
    np.testing.assert_allclose(machine.score_samples(ALL), np.log(joint.sum(axis=1)) - log_z, atol=1e-3)
    drawn = machine.sample(200, label="same", sweeps=50)
    assert (drawn[:, 0] == drawn[:, 1]).mean() > 0.95
    with pytest.raises(AttributeError, match="predict"):
        _ = RestrictedBoltzmannMachine(4).predict


def test_gaussian_columns_have_a_density_in_the_units_of_the_data():
    rng = np.random.default_rng(1)
    centre = np.array([[-2.0, 30.0], [3.0, 10.0]])[rng.integers(0, 2, 2000)]
    rows = centre + rng.normal(size=centre.shape) * [0.5, 2.0]
    machine = RestrictedBoltzmannMachine(
        2, visible="gaussian", learning="exact", learning_rate=0.3, max_epochs=1500, random_state=0
    ).fit(rows)
    truth = np.mean(np.logaddexp.reduce([
        np.log(0.5) - 0.5 * (((rows - c) / [0.5, 2.0]) ** 2).sum(axis=1) - np.log(2 * np.pi * 1.0)
        for c in ([-2.0, 30.0], [3.0, 10.0])
    ], axis=0))  # fmt: skip
    assert truth - 0.05 < machine.score(rows) < truth + 0.01
    np.testing.assert_allclose(machine.variance_, [0.25, 4.0], rtol=0.3)
    drawn = machine.sample(2000, sweeps=300, random_state=0)
    np.testing.assert_allclose(drawn.mean(axis=0), rows.mean(axis=0), atol=1.0)
    np.testing.assert_allclose(np.corrcoef(drawn.T)[0, 1], np.corrcoef(rows.T)[0, 1], atol=0.1)


def test_categories_and_tables():
    rng = np.random.default_rng(2)
    kind = rng.integers(0, 3, 600)
    table = pd.DataFrame(
        {"animal": np.array(["cat", "cow", "hen"])[kind], "legs": np.array([4, 4, 2])[kind]}, dtype=object
    )
    machine = RestrictedBoltzmannMachine(4, visible="categorical", **EXACT).fit(table)
    assert machine.score(table) == pytest.approx(-np.log(3), abs=0.05)
    assert [levels.tolist() for levels in machine.levels_] == [["cat", "cow", "hen"], [2.0, 4.0]]
    hole = pd.DataFrame({"animal": [None, "hen"], "legs": [2, np.nan]}, dtype=object)
    filled = machine.complete(hole, expected=True, random_state=0)
    assert filled.tolist() == [["hen", 2], ["hen", 2.0]]
    cows = machine.sample(50, given={"animal": "cow"}, random_state=0)
    assert (cows[:, 0] == "cow").all()
    assert (cows[:, 1] == 4).mean() > 0.9


def test_a_stack_in_a_pipeline_classifies_digits():
    images, y = load_digits(return_X_y=True)
    layers = [RestrictedBoltzmannMachine(n, max_epochs=300, random_state=0) for n in (64, 32)]
    stack = make_pipeline(*layers, LogisticRegression(max_iter=2000))
    stack.fit(images[::2] / 16, y[::2])
    assert stack.score(images[1::2] / 16, y[1::2]) > 0.8


def test_parallel_tempering_learns_and_keeps_chains_of_the_machine():
    machine = RestrictedBoltzmannMachine(9, replicas=4, max_epochs=6000, random_state=0).fit(X)
    assert machine.log_likelihood_ > -2.85
    patterns = {row.tobytes() for row in X.astype(float)}
    drawn = machine.sample(100, sweeps=1, random_state=0)  # one sweep from where the chains stand
    assert np.mean([row.tobytes() in patterns for row in drawn]) > 0.6  # 14 of 512 states


def test_the_likelihood_is_estimated_where_it_cannot_be_enumerated():
    images = (load_digits().data[:400] > 7).astype(float)
    machine = RestrictedBoltzmannMachine(30, max_epochs=20, likelihood_every=10, random_state=0).fit(images)
    curve = np.array(machine.history_["log_likelihood"])
    assert np.isfinite(curve).nonzero()[0].tolist() == [9, 19]
    low, high = machine.log_likelihood_bracket_
    assert low - 0.3 < machine.log_likelihood_ < high + 0.3
    assert machine.log_likelihood_ == pytest.approx(curve[-1], abs=1.0)
    assert machine.score(images) == pytest.approx(machine.log_likelihood_, abs=1e-3)
    first = machine.log_partition_
    assert machine.log_partition_ is first  # kept
    assert machine.estimate_log_partition(temperatures=200, seed=1) is not first
    with pytest.warns(UserWarning, match="the log-likelihood is not to be trusted: "):
        RestrictedBoltzmannMachine(60, learning_rate=1.0, max_epochs=60, random_state=0).fit(
            images
        ).estimate_log_partition(temperatures=2)


def test_learning_stops_on_the_estimated_likelihood_of_rows_held_out():
    images = (load_digits().data[:150] > 7).astype(float)
    machine = RestrictedBoltzmannMachine(
        40, likelihood_every=60, patience=2, validation_fraction=0.3, max_epochs=2000, random_state=0
    ).fit(images)
    curve = np.array(machine.history_["validation_log_likelihood"])
    best = int(np.nanargmax(curve)) + 1
    assert machine.stopped_because_ == "patience"
    assert machine.n_iter_ == best + 120
    assert np.isfinite(curve).nonzero()[0].tolist() == list(range(59, machine.n_iter_, 60))


def test_the_exact_likelihood_is_taken_as_often_as_is_asked():
    machine = RestrictedBoltzmannMachine(9, max_epochs=20, likelihood_every=5, random_state=0).fit(X)
    curve = np.array(machine.history_["log_likelihood"])
    assert np.isfinite(curve).nonzero()[0].tolist() == [4, 9, 14, 19]
    assert curve[-1] == pytest.approx(machine.score(X), abs=1e-3)


def test_the_gap_of_free_energy_is_watched_on_rows_held_out():
    images = (load_digits().data[:1200] > 7).astype(float)
    machine = RestrictedBoltzmannMachine(40, max_epochs=5, random_state=0).fit(images)
    assert np.isfinite(machine.history_["free_energy_gap"]).all()
    assert np.isnan(machine.history_["log_likelihood"]).all()
    assert list(machine.history_frame().columns) == ["free_energy_gap", "learning_rate", "largest_weight"]


def test_parts_learn_too():
    machine = RestrictedBoltzmannMachine(9, learning_rate=0.1, random_state=0)
    for _ in range(30):
        machine.partial_fit(X)
    before = machine.score(X)
    for _ in range(300):
        machine.partial_fit(X)
    assert machine.n_iter_ == 330
    assert machine.score(X) > before > -6.5


@pytest.mark.parametrize("name", ["k", "chains"])
def test_parts_know_no_end_to_grow_to(name):
    with pytest.raises(HyperparameterError, match=f"{name} must be one int in partial_fit"):
        RestrictedBoltzmannMachine(9, **{name: (1, 5)}).partial_fit(X)


def test_chains_grow_in_number():
    machine = RestrictedBoltzmannMachine(9, chains=(50, 200), max_epochs=60, random_state=0).fit(X)
    assert machine._model.chains.shape == (200, 9)


def test_the_same_seed_gives_the_same_machine_and_pickles_keep_it():
    one, two = (RestrictedBoltzmannMachine(5, max_epochs=20, random_state=3).fit(SMALL) for _ in range(2))
    np.testing.assert_array_equal(one.components_, two.components_)
    again = pickle.loads(pickle.dumps(one))
    np.testing.assert_array_equal(again.transform(SMALL), one.transform(SMALL))
    assert again.score(SMALL) == one.score(SMALL)


def test_weights_count_rows():
    weight = np.where(SMALL[:, 0] == 1, 2.0, 1.0)
    twice = np.concatenate([SMALL, SMALL[SMALL[:, 0] == 1]])
    weighted = RestrictedBoltzmannMachine(3, **EXACT).fit(SMALL, sample_weight=weight)
    repeated = RestrictedBoltzmannMachine(3, **EXACT).fit(twice)
    assert weighted.score(twice) == pytest.approx(repeated.score(twice), abs=1e-3)
    assert weighted.log_likelihood_ == pytest.approx(weighted.score(SMALL, sample_weight=weight), abs=1e-4)


def test_constant_columns_and_probabilities_are_learned():
    rows = np.column_stack([np.ones(100), np.zeros(100), np.full(100, 0.25)])
    machine = RestrictedBoltzmannMachine(2, max_epochs=1000, learning_rate=0.05, random_state=0).fit(rows)
    drawn = machine.sample(2000, sweeps=50, random_state=0)
    np.testing.assert_allclose(drawn.mean(axis=0), [1, 0, 0.25], atol=0.04)


def invalid() -> list[tuple[str, object]]:
    cases = [(name, v) for name, allowed in CONSTRAINTS.items() for c in allowed for v in c.invalid]
    return [(n, v) for n, v in cases if not any(c.allows(v) for c in CONSTRAINTS[n])]


@pytest.mark.parametrize(("name", "value"), invalid())
def test_an_invalid_value_is_refused_by_name(name, value):
    with pytest.raises(HyperparameterError, match=rf"^{name} must be .*; got "):
        RestrictedBoltzmannMachine(**{name: value}).fit(SMALL)


def test_every_hyperparameter_has_a_constraint():
    assert set(RestrictedBoltzmannMachine().get_params()) - {"random_state"} == set(CONSTRAINTS)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"chains": 10, "learning": "cd"}, "chains must be 'auto' unless learning is 'pcd'; got 10"),
        ({"chains": (20, 10)}, r"chains must not become fewer; got \(20, 10\)"),
        ({"likelihood_every": 50, "max_epochs": 20}, "likelihood_every must be at most max_epochs, 20, .*; got 50"),
        ({"replicas": 4, "learning": "cd"}, "replicas must be 1 unless learning is 'pcd'; got 4"),
        ({"restarts": 2}, "restarts must be 'auto' unless learning is 'exact'; got 2"),
        ({"k": 2, "learning": "exact"}, "k must be 1 with learning='exact'"),
    ],
)
def test_an_option_that_cannot_apply_is_refused(options, words):
    with pytest.raises(HyperparameterError, match=words):
        RestrictedBoltzmannMachine(2, **options).fit(SMALL)


def test_what_cannot_be_enumerated_is_refused_where_it_must_be():
    wide = (np.random.default_rng(0).random((20, 30)) < 0.5).astype(float)
    with pytest.raises(HyperparameterError, match="learning must be 'pcd' or 'cd' where no side has 24 units or fewer"):
        RestrictedBoltzmannMachine(25, learning="exact").fit(wide)
    with pytest.raises(
        HyperparameterError,
        match="patience must be None, or likelihood_every given in fit",
    ):
        RestrictedBoltzmannMachine(25, patience=3).fit(wide)
    machine = RestrictedBoltzmannMachine(25, max_epochs=1, random_state=0).fit(wide)
    with pytest.raises(ValueError, match="X must have no holes where more than 24 hidden units are summed out"):
        machine.score_samples(np.where(np.eye(20, 30) == 1, np.nan, wide))


def test_bad_rows_and_questions_are_refused(small):
    with pytest.raises(ValueError, match=r"X must hold values from 0 to 1 .*got -1 in column 2"):
        RestrictedBoltzmannMachine(2).fit(np.where(np.arange(4) == 2, -ALL, ALL))
    with pytest.raises(ValueError, match="infinity"):
        RestrictedBoltzmannMachine(2).fit([[np.inf, 0.0]])
    with pytest.raises(HyperparameterError, match="sweeps must be an int from 1 to"):
        small.sample(1, sweeps=0)
    with pytest.raises(ValueError, match="given must hold names of columns or places from 0 to 3; got 4"):
        small.sample(1, given={4: 1})
    with pytest.raises(HyperparameterError, match="label must be None unless labels=True"):
        small.sample(1, label=1)
    with pytest.raises(ValueError, match=r"X must hold values from 0 to 1 .*got 2 in column 0"):
        small.sample(1, given={0: 2})


def test_divergence_ends_with_advice():
    with pytest.raises(DivergenceError, match="give a smaller learning_rate than"):
        RestrictedBoltzmannMachine(5, learning_rate=1e5, random_state=0).fit(SMALL)


def test_similar_fits_share_their_programs(compilations):
    RestrictedBoltzmannMachine(5, max_epochs=2, random_state=0).fit(SMALL)
    before = compilations.count
    RestrictedBoltzmannMachine(5, max_epochs=4, learning_rate=0.2, k=3, random_state=1).fit(SMALL[:290])
    assert compilations.count == before

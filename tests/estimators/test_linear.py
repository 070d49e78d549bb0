"""Linear estimators: bases against the same functions by hand, solvers against each other, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler

from dendrax import LinearClassifier, LinearRegressor
from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal
from dendrax.core.constraints import HyperparameterError
from dendrax.data.tables import DataError
from dendrax.learning.outcome import DivergenceError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 2)) + np.array([0, 3])
Y = np.sin(2 * X[:, 0]) + 0.3 * X[:, 1] + 0.05 * RNG.normal(size=120)
WEIGHTS = np.random.default_rng(1).uniform(0.5, 1.5, 120)
LABELS = np.where(X[:, 0] ** 2 + (X[:, 1] - 3) ** 2 < 1.2, "in", "out")
TABLE = pd.DataFrame(
    {
        "kind": RNG.choice(["a", "b"], 120),
        "age": np.where(RNG.random(120) < 0.1, np.nan, X[:, 0]),
        "hour": RNG.integers(0, 24, 120),
        "flag": RNG.random(120) < 0.5,
    }
)


def powers(x, degree):
    return np.column_stack([x[:, i] ** k for i in range(x.shape[1]) for k in range(1, degree + 1)])


def test_powers_are_least_squares_in_the_powers():
    model = LinearRegressor(Powers(3)).fit(X, Y)
    peer = LinearRegression().fit(powers(X, 3), Y)
    np.testing.assert_allclose(model.coef_, peer.coef_, rtol=1e-8)
    assert model.intercept_ == pytest.approx(peer.intercept_, rel=1e-8)
    np.testing.assert_allclose(model.predict(X), peer.predict(powers(X, 3)), rtol=1e-9)
    assert model.get_feature_names_out().tolist() == ["x0", "x0^2", "x0^3", "x1", "x1^2", "x1^3"]


def test_without_an_intercept_too():
    model = LinearRegressor(Powers(3), fit_intercept=False).fit(X, Y)
    peer = LinearRegression(fit_intercept=False).fit(powers(X, 3), Y)
    np.testing.assert_allclose(model.coef_, peer.coef_, rtol=1e-7)
    assert model.intercept_ == 0


@pytest.mark.parametrize("basis", [Gaussian(5), Sigmoidal(4), Fourier(2), Gaussian(3, width=1) + Fourier(1, period=3)])
def test_another_basis_is_ridge_on_its_functions(basis):
    model = LinearRegressor(basis, penalty=2.0).fit(X, np.column_stack([Y, -Y]))
    phi = model._predictor.model.expansion.values(X)
    scaled = StandardScaler().fit_transform(phi)
    peer = Ridge(alpha=2.0).fit(scaled, np.column_stack([Y, -Y]))
    np.testing.assert_allclose(model.predict(X), peer.predict(scaled), rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(phi @ model.coef_.T + model.intercept_, model.predict(X), rtol=1e-8, atol=1e-9)


def test_a_degree_of_40_on_dates_in_seconds_stays_exact():
    x = 1.7e9 + np.linspace(0, 3e7, 400)[:, None]
    t = (x[:, 0] - 1.715e9) / 1.5e7
    y = np.polynomial.chebyshev.chebval(t, RNG.normal(size=41))
    model = LinearRegressor(Powers(40)).fit(x, y)
    np.testing.assert_allclose(model.predict(x), y, atol=1e-6)


def test_a_straight_line_far_from_0_keeps_its_digits():
    x = 1e12 + np.arange(50.0)[:, None]
    model = LinearRegressor().fit(x, x[:, 0] - 1e12)
    np.testing.assert_allclose(model.predict(x), np.arange(50.0), atol=1e-9)


def test_classes_with_powers_are_those_of_the_peer():
    model = LinearClassifier(Powers(2)).fit(X, LABELS)
    assert model.score(X, LABELS) > 0.95 > 0.9 > LinearClassifier().fit(X, LABELS).score(X, LABELS)
    phi = model._predictor.model.expansion.values(X)
    scaled = StandardScaler().fit_transform(phi)
    peer = LogisticRegression(C=1.0, tol=1e-9, max_iter=5000).fit(scaled, LABELS)
    np.testing.assert_allclose(model.predict_proba(X), peer.predict_proba(scaled), atol=1e-4)


def test_columns_by_name_and_the_rest_as_they_are():
    basis = Powers(2, columns=["age"]) + Fourier(2, period=24, columns=["hour"])
    model = LinearRegressor(basis).fit(TABLE, Y)
    waves = [f"{wave}(2π·{k}hour/24)" for k in ("", "2·") for wave in ("sin", "cos")]
    levels = [f"kind={v}" for v in model._predictor.encoder.categories[0].levels]
    assert model.get_feature_names_out().tolist() == ["age", "age^2", *waves, "flag", *levels]
    age = TABLE["age"].fillna(np.sort(TABLE["age"].dropna())[(TABLE["age"].notna().sum() + 1) // 2 - 1])
    angle = 2 * np.pi * TABLE["hour"] / 24
    plain = np.column_stack([age, age**2, np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)])
    plain = np.column_stack([plain, TABLE["flag"], TABLE["kind"] == "b"])
    np.testing.assert_allclose(model.predict(TABLE), LinearRegression().fit(plain, Y).predict(plain), rtol=1e-8)
    assert model.coef_.shape == model.get_feature_names_out().shape


def test_columns_by_place():
    by_place = LinearRegressor(Powers(2, columns=[1])).fit(TABLE, Y)
    by_name = LinearRegressor(Powers(2, columns=["age"])).fit(TABLE, Y)
    np.testing.assert_array_equal(by_place.coef_, by_name.coef_)
    model = LinearRegressor(Gaussian(3, columns=[1])).fit(X, Y)
    assert model.get_feature_names_out()[-1] == "x0"


@pytest.mark.parametrize(
    ("basis", "message"),
    [
        (Powers(2, columns=["agee"]), "names column 'agee'; the data has 'kind', 'age', 'hour', 'flag'"),
        (Powers(2, columns=["kind"]), "takes columns of numbers; column 'kind' is of kind category"),
        (Powers(2, columns=[4]), "must name places from 0 to 3; got 4"),
        (Powers(2, columns=["age", 1]), "names a column twice"),
    ],
)
def test_columns_that_do_not_fit_are_named(basis, message):
    with pytest.raises(DataError, match=message):
        LinearRegressor(basis).fit(TABLE, Y)


def test_a_table_without_numbers_has_nothing_for_a_basis():
    with pytest.raises(DataError, match=r"Gaussian\(3\) takes columns of numbers; the data has none"):
        LinearRegressor(Gaussian(3)).fit(TABLE[["kind"]], Y)


@pytest.mark.parametrize("basis", [None, Powers(3), Gaussian(3, width=0.5, columns=[0]) + Powers(1)])
@pytest.mark.parametrize("penalty", [0.0, 1.0])
def test_gradient_descent_reaches_the_exact_solution(basis, penalty):
    exact = LinearRegressor(basis, penalty=penalty).fit(X, Y)
    found = LinearRegressor(basis, penalty=penalty, solver="gradient").fit(X, Y)
    assert found.stopped_because_ == "converged"
    np.testing.assert_allclose(found.predict(X), exact.predict(X), rtol=1e-5, atol=1e-6)
    assert not hasattr(exact, "n_iter_")


def test_gradient_descent_of_classes_reaches_newton():
    X_iris, y = load_iris(return_X_y=True)
    exact, found = (LinearClassifier(solver=solver).fit(X_iris, y) for solver in ("exact", "gradient"))
    assert found.stopped_because_ == "converged"
    np.testing.assert_allclose(found.predict_proba(X_iris), exact.predict_proba(X_iris), atol=1e-6)


def test_a_learning_rate_that_is_too_large_names_the_bound():
    z = (X - X.mean(axis=0)) / X.std(axis=0)
    highest = np.linalg.eigvalsh(np.column_stack([z, np.ones(120)]).T @ np.column_stack([z, np.ones(120)]) / 120)[-1]
    with pytest.raises(DivergenceError, match=rf"below 2/λmax = {2 / highest:.6g} .* got 3 "):
        LinearRegressor(solver="gradient", learning_rate=3.0).fit(X, Y)
    assert LinearRegressor(solver="gradient", learning_rate=1.9 / highest).fit(X, Y).stopped_because_ == "converged"


def test_the_perceptron_separates_what_is_separable():
    X_iris, y = load_iris(return_X_y=True)
    X_iris, y = X_iris[y < 2], np.array(["setosa", "versicolor"])[y[y < 2]]
    model = LinearClassifier(loss="perceptron").fit(X_iris, y)
    assert model.score(X_iris, y) == 1
    assert model.stopped_because_ == "converged"
    assert 1 <= model.n_iter_ < 10
    sign = X_iris @ model.coef_[0] + model.intercept_[0] >= 0
    np.testing.assert_array_equal(model.classes_[sign.astype(int)], y)


def test_the_perceptron_takes_several_classes_and_a_basis():
    corners = np.array([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    y = np.repeat([0, 1, 2], 40)
    rows = corners[y] + RNG.uniform(-1, 1, size=(120, 2))
    model = LinearClassifier(loss="perceptron").fit(rows, y)
    assert model.score(rows, y) == 1
    assert model.coef_.shape == (3, 2)
    ring = LinearClassifier(Powers(2), loss="perceptron", max_epochs=10_000)
    clear = np.abs(X[:, 0] ** 2 + (X[:, 1] - 3) ** 2 - 1.2) > 0.3
    assert ring.fit(X[clear], LABELS[clear]).score(X[clear], LABELS[clear]) == 1


@pytest.mark.parametrize("y", [[0, 1, 0, 1], ["a", "b", "c", "c"]])
def test_logarithms_of_probabilities_are_those_of_the_probabilities(y):
    rows = np.array([[0.0], [1.0], [2.0], [3.0]])
    model = LinearClassifier().fit(rows, y)
    np.testing.assert_allclose(np.exp(model.predict_log_proba(rows)), model.predict_proba(rows), rtol=1e-14)
    assert np.isneginf(model.predict_log_proba([[1e9], [-1e9]])).any()  # and no warning


def test_the_perceptron_gives_no_probabilities():
    model = LinearClassifier(loss="perceptron", max_epochs=5).fit(X, LABELS)
    assert not hasattr(model, "predict_proba")
    assert not hasattr(model, "predict_log_proba")
    assert hasattr(LinearClassifier(), "predict_proba")
    with pytest.raises(AttributeError, match="has no attribute 'predict_proba'"):
        _ = model.predict_proba
    assert model._predictor.methods == ("predict",)


def mse(model):
    return float(((model.predict(X[:, :1]) - np.tanh(5 * X[:, 0])) ** 2).mean())


@pytest.mark.parametrize("kind", [Gaussian, Sigmoidal])
def test_a_trainable_basis_is_far_better_than_a_fixed_one(kind):
    y = np.tanh(5 * X[:, 0])
    fixed, learned = (LinearRegressor(kind(3, trainable=t)).fit(X[:, :1], y) for t in (False, True))
    assert mse(learned) < 0.25 * mse(fixed)
    assert learned.n_iter_ > 1
    assert fixed.get_feature_names_out().tolist() != learned.get_feature_names_out().tolist()


def test_a_trainable_basis_of_classes():
    y = np.where(np.abs(X[:, 0] - 0.3) < 0.3, "near", "far")
    fixed, learned = (LinearClassifier(Gaussian(2, trainable=t), penalty=0.1).fit(X[:, :1], y) for t in (False, True))
    assert learned.score(X[:, :1], y) > fixed.score(X[:, :1], y) + 0.1


def test_the_first_steps_of_training_count_weight_2_as_the_row_twice():
    counts = RNG.integers(0, 4, 120)
    model = LinearRegressor(Sigmoidal(3, trainable=True), max_epochs=2, penalty=0.1)
    weighted = clone(model).fit(X, Y, sample_weight=counts).predict(X)
    repeated = clone(model).fit(np.repeat(X, counts, axis=0), np.repeat(Y, counts)).predict(X)
    np.testing.assert_allclose(weighted, repeated, rtol=1e-7, atol=1e-9)


TRAINED = Gaussian(2, trainable=True)
REFUSED = [
    (LinearRegressor, {"learning_rate": 0.1}, "learning_rate must be left out with solver='exact'"),
    (LinearRegressor, {"max_epochs": 5}, "max_epochs must be left out with solver='exact'"),
    (LinearRegressor, {"tolerance": 0.1}, "tolerance must be left out with solver='exact'"),
    (
        LinearRegressor,
        {"basis": TRAINED, "learning_rate": 0.1},
        "learning_rate must be left out with a trainable basis",
    ),
    (LinearRegressor, {"basis": TRAINED, "solver": "gradient"}, "solver must be left out with a trainable basis"),
    (LinearClassifier, {"loss": "perceptron", "penalty": 0.1}, "penalty must be left out with loss='perceptron'"),
    (LinearClassifier, {"loss": "perceptron", "tolerance": 0.1}, "tolerance must be left out with loss='perceptron'"),
    (LinearClassifier, {"loss": "perceptron", "solver": "gradient"}, "solver must be left out with loss='perceptron'"),
    (LinearClassifier, {"loss": "perceptron", "basis": TRAINED}, "basis must not be trainable with loss='perceptron'"),
]


@pytest.mark.parametrize(("kind", "options", "message"), REFUSED)
def test_what_cannot_apply_is_refused(kind, options, message):
    with pytest.raises(HyperparameterError, match=message):
        kind(**options).fit(X, LABELS if kind is LinearClassifier else Y)


def test_a_basis_can_be_searched_and_piped():
    search = GridSearchCV(LinearRegressor(), {"basis": [None, Powers(9), Gaussian(8)]}, cv=3).fit(X[:, :1], Y)
    assert search.best_params_["basis"] in (Powers(9), Gaussian(8))
    piped = make_pipeline(PolynomialFeatures(2, include_bias=False), LinearRegressor(Powers(2))).fit(X, Y)
    assert piped.score(X, Y) > LinearRegressor().fit(X, Y).score(X, Y)
    assert clone(LinearRegressor(Powers(2) + Gaussian(3))).basis == Powers(2) + Gaussian(3)


def test_fitting_again_forgets_the_steps_of_before():
    model = LinearRegressor(solver="gradient").fit(X, Y)
    assert model.n_iter_ > 0
    model.set_params(solver="exact").fit(X, Y)
    assert not hasattr(model, "n_iter_")
    assert not hasattr(model, "stopped_because_")


@pytest.mark.parametrize("size", [1e-300, 1e300, 1e308])
@pytest.mark.parametrize(
    ("make", "y"),
    [
        (lambda: LinearRegressor(), Y),
        (lambda: LinearRegressor(solver="gradient"), Y),
        (lambda: LinearClassifier(penalty=0.0, max_epochs=50, solver="gradient"), LABELS),
        (lambda: LinearClassifier(Powers(2), loss="perceptron", max_epochs=10), LABELS),
    ],
)
def test_weights_of_any_size_teach_the_same(make, y, size):
    plain = make().fit(X, y, WEIGHTS)
    scaled = make().fit(X, y, WEIGHTS * size)
    np.testing.assert_allclose(scaled.coef_, plain.coef_, rtol=1e-9)


def test_huge_weights_leave_the_penalty_nothing_and_tiny_ones_everything():
    free = LinearRegressor().fit(X, Y)
    np.testing.assert_allclose(LinearRegressor(penalty=1.0).fit(X, Y, np.full(120, 1e308)).coef_, free.coef_, rtol=1e-9)
    for make, y in ((LinearRegressor(penalty=1.0), Y), (LinearClassifier(), LABELS)):
        np.testing.assert_allclose(make.fit(X, y, np.full(120, 1e-308)).coef_, 0, atol=1e-90)


def test_class_weights_of_any_size():
    equal = LinearClassifier(class_weight={"in": 1e308, "out": 1e308}, penalty=0.0, solver="gradient", max_epochs=30)
    plain = LinearClassifier(penalty=0.0, solver="gradient", max_epochs=30).fit(X, LABELS)
    np.testing.assert_allclose(equal.fit(X, LABELS, np.full(120, 1e308)).coef_, plain.coef_, rtol=1e-9)
    uneven = LinearClassifier(class_weight={"in": 1e300, "out": 1}).fit(X, LABELS)
    assert (uneven.predict(X) == "in").all()
    assert np.isfinite(uneven.predict_proba(X)).all()


def test_class_weights_of_0_are_named():
    with pytest.raises(ValueError, match=r"class_weight must be above 0 for a class of y; got {'in': 0, 'out': 0}"):
        LinearClassifier(class_weight={"in": 0, "out": 0}).fit(X, LABELS)
    three = np.r_[LABELS, ["other"] * 5]
    model = LinearClassifier(class_weight={"other": 0}).fit(np.r_[X, X[:5]], three)
    np.testing.assert_array_equal(model.coef_, LinearClassifier().fit(X, LABELS).coef_)


def test_levels_that_memory_cannot_hold_are_refused_before_they_are_written_out(monkeypatch):
    monkeypatch.setattr("dendrax.estimators.linear.memory", lambda: 1e6)
    table = pd.DataFrame({"name": [f"n{i}" for i in range(300)]})
    with pytest.raises(DataError, match=r"got 300 rows of 300 columns, which take 0\.0036 GB of 0\.001 GB"):
        LinearRegressor().fit(table, np.arange(300.0))
    LinearRegressor().fit(table[:20], np.arange(20.0))

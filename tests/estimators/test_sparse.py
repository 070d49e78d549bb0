"""Sparse matrices are answered as their dense forms are."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from scipy import sparse

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor
from dendrax.data.tables import DataError
from dendrax.estimators import sparse as module

FORMS = [sparse.csr_array, sparse.csc_array, sparse.coo_array, sparse.csr_matrix, sparse.csc_matrix, sparse.coo_matrix]
SMALL = {"layers": [4], "max_epochs": 3, "random_state": 0}
ESTIMATORS = [NeuralClassifier(**SMALL), NeuralRegressor(**SMALL), LinearClassifier(), LinearRegressor()]
METHODS = ["predict", "predict_proba", "trace"]


def names(estimator):
    return type(estimator).__name__


@pytest.fixture
def rows():
    random = np.random.default_rng(0)
    X = random.normal(size=(60, 5)) * (random.random((60, 5)) < 0.4)
    X[3, 2] = np.nan
    return X, (np.nan_to_num(X[:, 0] - X[:, 1]) > 0).astype(int)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("estimator", ESTIMATORS, ids=names)
def test_a_sparse_matrix_teaches_and_is_answered_as_its_dense_form(estimator, form, rows):
    X, y = rows
    of_dense = estimator.fit(X, y)
    expected = {name: getattr(of_dense, name)(X) for name in METHODS if hasattr(of_dense, name)}
    fitted = estimator.fit(form(X), y)
    for name, value in expected.items():
        answer = getattr(fitted, name)(form(X))
        if name == "trace":
            for of_layer, wanted in zip(answer, value, strict=True):
                np.testing.assert_array_equal(of_layer["a"], wanted["a"])
        else:
            np.testing.assert_array_equal(answer, value)


@pytest.mark.parametrize("kind", [NeuralClassifier, NeuralRegressor])
def test_part_by_part_and_with_a_sparse_validation_part(kind, rows):
    X, y = rows
    told = {"X_val": X[:20], "y_val": y[:20]}
    by_dense = kind(**SMALL).partial_fit(X, y).partial_fit(X, y, **told)
    told["X_val"] = sparse.csc_array(X[:20])
    by_sparse = kind(**SMALL).partial_fit(sparse.coo_array(X), y).partial_fit(sparse.csr_matrix(X), y, **told)
    np.testing.assert_array_equal(by_sparse.predict(X), by_dense.predict(X))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=names)
def test_rows_are_written_out_some_at_a_time(estimator, rows, monkeypatch):
    X, y = rows
    estimator.fit(X, y)
    monkeypatch.setattr(module, "CELLS", 7 * X.shape[1])
    for name in METHODS:
        if not hasattr(estimator, name):
            continue
        whole, parts = getattr(estimator, name)(X), getattr(estimator, name)(sparse.csr_array(X))
        if name == "trace":
            whole, parts = (np.concatenate([layer["a"] for layer in of], axis=1) for of in (whole, parts))
        assert parts.shape == whole.shape
        np.testing.assert_allclose(parts, whole, rtol=1e-5, atol=1e-6)


def test_predicting_many_rows_takes_less_memory_than_their_dense_form(monkeypatch):
    monkeypatch.setattr(module, "CELLS", 2**17)
    columns, rows = 200, 20_000
    model = LinearRegressor(penalty=1.0).fit(np.eye(3, columns), np.arange(3.0))
    X = sparse.random_array((rows, columns), density=1e-3, rng=np.random.default_rng(0), format="csr")
    tracemalloc.start()
    try:
        answers = model.predict(X)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answers.shape == (rows,)
    assert peak < rows * columns * 8 / 3
    np.testing.assert_allclose(answers, X @ model.coef_ + model.intercept_, atol=1e-12)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=names)
def test_what_memory_cannot_hold_is_refused_before_it_is_taken(estimator):
    X = sparse.csr_array((4, 10**13))
    with pytest.raises(DataError, match=r"X must fit in memory .* shape \(4, 10000000000000\), 3.2e\+05 GB of"):
        estimator.fit(X, [0, 1, 0, 1])


def test_memory_that_the_machine_refuses_is_told_the_same_way(monkeypatch):
    monkeypatch.setattr(module, "memory", lambda: float("inf"))
    with pytest.raises(DataError, match=r"X must fit in memory .* partial_fit"):
        LinearRegressor().fit(sparse.csr_array((4, 10**15)), np.arange(4.0))


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=names)
def test_infinite_numbers_are_refused(estimator, rows):
    X, y = rows
    X = np.nan_to_num(X)
    estimator.fit(sparse.csr_array(X), y)
    X[0, 0] = np.inf
    for form in (sparse.csr_array, sparse.coo_matrix):
        with pytest.raises(ValueError, match="infinity"):
            estimator.predict(form(X))
        with pytest.raises(ValueError, match="infinity"):
            estimator.fit(form(X), y)


def test_holes_are_refused_where_nothing_is_prepared(rows):
    X, y = rows
    with pytest.raises(ValueError, match="NaN"):
        NeuralClassifier(**SMALL, prepare=None).fit(sparse.csr_array(X), y)
    fitted = NeuralClassifier(**SMALL, prepare=None).fit(sparse.csr_array(np.nan_to_num(X)), y)
    with pytest.raises(ValueError, match="NaN"):
        fitted.predict(sparse.csr_array(X))


def test_another_number_of_columns_is_refused(rows):
    X, y = rows
    with pytest.raises(ValueError, match="4 features, but LinearClassifier is expecting 5 features"):
        LinearClassifier().fit(X, y).predict(sparse.csr_array(X[:, :4]))

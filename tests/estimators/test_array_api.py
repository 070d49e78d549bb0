"""Arrays of other libraries count as NumPy's; answers are NumPy's."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn import config_context

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor
from dendrax.data.tables import DataError
from dendrax.estimators.array_api import as_numpy

X = np.random.default_rng(0).normal(size=(40, 3)).astype(np.float32)
LABELS = (X[:, 0] > 0).astype(np.int32)
WEIGHTS = np.linspace(1, 2, 40, dtype=np.float32)
SMALL = {"layers": [3], "max_epochs": 2, "random_state": 0}
ESTIMATORS = [NeuralClassifier(**SMALL), NeuralRegressor(**SMALL), LinearClassifier(), LinearRegressor()]


def from_torch(array):
    return pytest.importorskip("torch").from_numpy(array)


def from_strict(array):
    return pytest.importorskip("array_api_strict").asarray(array)


@pytest.fixture(params=[jnp.asarray, from_torch, from_strict], ids=["jax", "torch", "array_api_strict"])
def made(request):
    return request.param


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda estimator: type(estimator).__name__)
def test_they_teach_and_are_answered_as_numpy_arrays_are(estimator, made):
    y = LABELS if hasattr(estimator, "predict_proba") else X[:, 1]
    expected = estimator.fit(X, y, sample_weight=WEIGHTS).predict(X)
    fitted = estimator.fit(made(X), made(y), sample_weight=made(WEIGHTS))
    for answers in (fitted.predict(made(X)), fitted.predict(X)):
        assert type(answers) is np.ndarray
        assert answers.flags.writeable
        np.testing.assert_array_equal(answers, expected)


def test_a_validation_part_and_parts(made):
    by_numpy = NeuralRegressor(**SMALL).fit(X, X[:, 1], X_val=X[:9], y_val=X[:9, 1])
    fitted = NeuralRegressor(**SMALL).fit(made(X), made(X[:, 1]), X_val=made(X[:9]), y_val=made(X[:9, 1].copy()))
    assert fitted.validation_curve_ == by_numpy.validation_curve_
    np.testing.assert_array_equal(
        NeuralRegressor(**SMALL).partial_fit(made(X), made(X[:, 1].copy())).predict(X),
        NeuralRegressor(**SMALL).partial_fit(X, X[:, 1]).predict(X),
    )


def test_holes_and_infinite_numbers(made):
    holed = X.copy()
    holed[2, 1] = np.nan
    fitted = LinearRegressor().fit(made(holed), made(LABELS))
    np.testing.assert_array_equal(fitted.predict(made(holed)), LinearRegressor().fit(holed, LABELS).predict(holed))
    holed[2, 1] = np.inf
    with pytest.raises(ValueError, match="infinity"):
        fitted.predict(made(holed))


def test_bfloat16_of_jax_is_read():
    rounded = jnp.asarray(X, jnp.bfloat16)
    np.testing.assert_array_equal(as_numpy(rounded, "X"), np.asarray(rounded.astype(jnp.float32)))


def test_a_tensor_under_differentiation_is_refused():
    torch = pytest.importorskip("torch")
    with pytest.raises(DataError, match=r"X must be an array that NumPy can read; got a torch\.Tensor: .*detach"):
        LinearRegressor().fit(torch.ones(3, 2, requires_grad=True), [1.0, 2.0, 3.0])


def test_while_scikit_learn_dispatches(made, monkeypatch):
    array = made(X)
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    expected = LinearClassifier().fit(X, LABELS).predict(X)
    try:
        with config_context(array_api_dispatch=True):
            answers = (
                LinearClassifier().fit(array, made(LABELS), sample_weight=made(np.ones(40, np.float32))).predict(array)
            )
    except RuntimeError as error:  # SciPy was imported before
        pytest.skip(str(error))
    np.testing.assert_array_equal(answers, expected)

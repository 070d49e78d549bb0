"""What users hand in: kinds of inputs and targets that NumPy would misread."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import sparse

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor
from dendrax.basis import Powers
from dendrax.data.tables import DataError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X @ [1, 2, -1]
DAYS = np.arange(180).reshape(60, 3).astype("M8[D]")


@pytest.mark.parametrize("kind", ["dok_matrix", "dok_array", "lil_array", "coo_matrix"])
def test_a_sparse_matrix_of_any_kind_is_no_table(kind):
    make = getattr(sparse, kind)
    model = LinearRegressor().fit(make(X), Y)
    np.testing.assert_array_equal(model.coef_, LinearRegressor().fit(X, Y).coef_)
    np.testing.assert_allclose(model.predict(make(X)), Y, atol=1e-12)


@pytest.mark.parametrize("make", [LinearClassifier, NeuralClassifier])
@pytest.mark.parametrize("missing", [pd.NA, pd.NaT, None, np.nan], ids=str)
def test_a_missing_label_of_any_kind_is_refused(make, missing):
    y = np.where(Y > 0, "a", "b").astype(object)
    y[3] = missing
    with pytest.raises(ValueError, match="y contains NaN: every row must have a label"):
        make().fit(X, y)


def test_a_label_that_is_no_time_is_refused():
    y = np.where(Y > 0, np.datetime64("2026-01-01"), np.datetime64("2026-01-02"))
    y[3] = np.datetime64("NaT")
    with pytest.raises(ValueError, match="y contains NaT: every row must have a label"):
        LinearClassifier().fit(X, y)


@pytest.mark.parametrize("make", [LinearRegressor, lambda: NeuralRegressor([2], max_epochs=1, random_state=0)])
def test_times_do_not_pass_for_numbers(make):
    model = make().fit(X, Y)
    for times in (DAYS, DAYS - DAYS[0, 0]):
        message = f"must hold numbers; got {times.dtype}".replace("[", r"\[")
        with pytest.raises(DataError, match=f"X {message}.*: give a DataFrame"):
            make().fit(times, Y)
        with pytest.raises(DataError, match=f"X {message}.*: give a DataFrame"):
            model.predict(times)
        for y in (times[:, 0], times[:, :2], pd.DataFrame(times[:, :2])):
            with pytest.raises(DataError, match=r"y must hold numbers; got .*: subtract a date"):
                make().fit(X, y)


OBJECTS = {
    "datetime": DAYS.astype(object),
    "Timestamp": pd.DataFrame(DAYS).astype(object).to_numpy(),
    "timedelta": (DAYS - DAYS[0, 0]).astype(object),
    "list": DAYS.astype(object).tolist(),
}


@pytest.mark.parametrize("times", OBJECTS.values(), ids=OBJECTS)
@pytest.mark.parametrize("make", [LinearRegressor, lambda: NeuralRegressor([2], max_epochs=1, random_state=0)])
def test_times_among_objects_are_named_and_a_table_is_asked_for(make, times):
    with pytest.raises(
        DataError, match=r"X must hold numbers; got the (date|Timestamp|timedelta) .*: give a DataFrame"
    ):
        make().fit(times, Y)
    with pytest.raises(DataError, match=r"y must hold numbers; got the .*: subtract a date"):
        make().fit(X, [row[0] for row in times])


def test_objects_that_are_numbers_are_numbers_and_uneven_rows_are_refused():
    np.testing.assert_array_equal(LinearRegressor().fit(X.astype(object), Y).coef_, LinearRegressor().fit(X, Y).coef_)
    with pytest.raises(ValueError, match="inhomogeneous"):
        LinearRegressor().fit([[1.0, 2.0], [3.0]], [1.0, 2.0])


@pytest.mark.parametrize("empty", [pd.DataFrame(index=range(60)), pl.DataFrame(), {}], ids=lambda t: type(t).__module__)
def test_a_table_without_columns_is_named_as_such(empty):
    with pytest.raises(DataError, match="X must have a column; got a table without columns"):
        LinearRegressor().fit(empty, Y)


def test_a_record_batch_is_a_table():
    batch = pa.RecordBatch.from_arrays([pa.array(X[:, 0]), pa.array(X[:, 1])], names=["a", "b"])
    model = LinearRegressor().fit(batch, Y)
    assert model.feature_names_in_.tolist() == ["a", "b"]
    np.testing.assert_array_equal(model.predict(batch), LinearRegressor().fit(X[:, :2], Y).predict(X[:, :2]))


def test_powers_beyond_float64_are_refused_and_those_within_answered():
    model = LinearRegressor(Powers(20)).fit(X, Y)
    assert np.isfinite(model.predict(np.full((1, 3), 1e10))).all()
    with pytest.raises(DataError, match="rows must lie nearer to the training data"):
        model.predict(np.full((1, 3), 1e20))

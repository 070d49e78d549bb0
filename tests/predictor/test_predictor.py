"""Rows as the user has them in, answers as the user knows them out."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest

from dendrax import predictor as room
from dendrax.data.tables import DataError


def test_answers_are_outputs_decoded(make, kind, target):
    model, X = make(kind, target)
    outputs = np.asarray(model.outputs(X), np.float64)
    answers = model.predict(X)
    if target in ("number", "numbers"):
        expected = outputs * model.target.scale + model.target.centre
        np.testing.assert_allclose(answers, expected[:, 0] if target == "number" else expected, rtol=1e-5)
        assert model.methods == ("predict",)
        with pytest.raises(AttributeError, match="a model of numbers has no predict_proba"):
            model.predict_proba(X)
        return
    p = model.predict_proba(X)
    expected = outputs if target == "three" else np.concatenate([1 - outputs, outputs], axis=1)
    np.testing.assert_allclose(p, expected, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(p.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(answers, model.target.labels[p.argmax(axis=1)])
    assert answers.dtype == model.target.labels.dtype
    assert len(set(answers.tolist())) > 1
    assert model.methods == ("predict", "predict_proba")


def test_an_answer_does_not_depend_on_the_other_rows(make, kind):
    model, X = make(kind, "three")
    whole = model.predict_proba(X)
    rows = [X.take(np.array([i])) if kind.endswith("table") else X[i : i + 1] for i in range(60)]
    np.testing.assert_allclose(np.concatenate([model.predict_proba(r) for r in rows]), whole, rtol=0, atol=1e-6)


def test_answers_are_fresh_and_writable(make, kind):
    model, X = make(kind, "three")
    first = model.predict_proba(X)
    kept = first.copy()
    first[:] = 0
    np.testing.assert_array_equal(model.predict_proba(X), kept)


def test_a_pickle_answers_the_same(make, kind):
    model, X = make(kind, "numbers", estimator="mine")
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.about == {"estimator": "mine"}


@pytest.mark.parametrize("kind", ["network_of_table", "linear_of_table"])
def test_tables_of_any_make_answer_the_same(make, kind):
    model, table = make(kind, "two")
    expected = model.predict_proba(table)
    frame = pd.DataFrame(table.columns)
    backwards = frame[list(frame)[::-1]].assign(beside="unseen")
    mapping = {name: column.tolist() for name, column in table.columns.items()}
    for X in (frame, backwards, pl.DataFrame(mapping), table.columns):
        np.testing.assert_array_equal(model.predict_proba(X), expected)


@pytest.mark.parametrize("kind", ["network_of_table", "linear_of_table"])
def test_what_a_table_lacks_is_named(make, kind):
    model, table = make(kind, "two")
    with pytest.raises(DataError, match="the table must have the columns 'size', 'few'; it has 'flag', 'many'"):
        model.predict(table.without(["size", "few"]))
    with pytest.raises(DataError, match="column 'size' must hold numbers; got 'green' in row 2"):
        model.predict(pd.DataFrame(table.columns).assign(size=table.columns["few"]))
    with pytest.raises(DataError, match="column 'size' must hold finite numbers"):
        model.predict(pd.DataFrame(table.columns).assign(size=np.inf))
    with pytest.raises(ValueError, match=r"X must be a table with the columns \['size', 'flag', 'few', 'many'\]"):
        model.predict(np.zeros((3, 4)))


@pytest.mark.parametrize("kind", ["network_of_table", "linear_of_table"])
def test_unseen_levels_and_holes_are_answered(make, kind):
    model, table = make(kind, "three")
    frame = pd.DataFrame(table.columns).head(3).assign(few=["blue", None, "red"], many="nowhere", size=np.nan)
    assert np.isfinite(model.predict_proba(frame)).all()


@pytest.mark.parametrize("kind", ["network_of_array", "network_of_numbers", "linear_of_array"])
def test_arrays_lists_and_unnamed_frames_answer_the_same(make, kind):
    model, X = make(kind, "three")
    expected = model.predict_proba(X)
    for same in (X.tolist(), pd.DataFrame(X), pl.DataFrame(X)):
        np.testing.assert_array_equal(model.predict_proba(same), expected)


@pytest.mark.parametrize("kind", ["network_of_array", "linear_of_array"])
def test_an_array_of_another_width_is_refused(make, kind):
    model, X = make(kind, "three")
    with pytest.raises(ValueError, match=r"X must have shape \(rows, 3\); got \(60, 2\)"):
        model.predict(X[:, :2])


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1e300])
@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")
def test_plain_numbers_must_be_finite(make, bad):
    model, X = make("network_of_numbers", "two")
    with pytest.raises(ValueError, match="X must hold finite numbers that float32 can hold; got NaN or infinity"):
        model.predict(np.where(X > 1, bad, X))


def test_no_rows_have_no_answers(make, kind, target):
    model, X = make(kind, target)
    none = X.take(np.arange(0)) if kind.endswith("table") else X[:0]
    assert len(model.predict(none)) == 0


def test_a_saved_predictor_is_read_back(make, kind, target, tmp_path):
    model, X = make(kind, target, target_name="y")
    model.save(tmp_path / "m.dendrax")
    again = room.read(tmp_path / "m.dendrax")
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    assert again.methods == model.methods
    assert again.about == {"target_name": "y"}


def test_the_room_names_what_it_holds():
    assert room.Predictor.__name__ == "Predictor"
    with pytest.raises(AttributeError, match=r"module 'dendrax\.predictor' has no attribute 'nothing'"):
        _ = room.nothing


def test_a_row_at_fault_is_counted_among_all_rows(monkeypatch):
    from dendrax import NeuralRegressor
    from dendrax.predictor import predictor as module

    X = np.random.default_rng(0).normal(size=(100, 2))
    arrays = NeuralRegressor([2], max_epochs=1, random_state=0).fit(X, X[:, 0])._predictor
    tables = NeuralRegressor([2], max_epochs=1, random_state=0).fit({"a": X[:, 0], "b": X[:, 1]}, X[:, 0])._predictor
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 10)
    X[94, 1] = np.inf
    with pytest.raises(DataError, match=r"in row 95$"):
        arrays.predict(X)
    with pytest.raises(DataError, match=r"in row 95$"):
        tables.predict({"a": X[:, 0], "b": X[:, 1]})
    text = [str(v) for v in X[:, 0].tolist()]
    text[73] = "oops"
    with pytest.raises(DataError, match=r"got 'oops' in row 74$"):
        tables.predict({"a": text, "b": X[:, 0]})

import json

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder

from dendrax.basis import Fourier, Gaussian, Powers
from dendrax.data.columns import Dropped, encoder_from_json
from dendrax.data.design import design_matrix, feature_names, learn_design, learn_expansion
from dendrax.data.tables import DataError, Table, as_table


@pytest.fixture(name="frame")
def rows_of_every_kind():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"x": rng.normal(size=42), "kind": rng.choice(list("abc"), 42), "n": rng.integers(0, 9, 42)})
    frame.loc[::5, "x"] = np.nan
    frame.loc[1, "x"] = 1e9
    return frame


def test_the_inputs_are_those_of_imputation_and_1_of_k(frame):
    table = as_table(frame)
    encoder = learn_design(table)
    levels = [list(encoder.categories[0].levels)]
    peer = make_column_transformer(
        (SimpleImputer(strategy="median"), ["x"]),
        ("passthrough", ["n"]),
        (OneHotEncoder(categories=levels, sparse_output=False, handle_unknown="ignore"), ["kind"]),
    ).fit(frame)
    new = frame.iloc[:8].assign(kind=[*"abcab", "unseen", "c", "a"])
    for rows in (frame, new):
        np.testing.assert_array_equal(design_matrix(encoder, as_table(rows)), peer.transform(rows))
    assert feature_names(encoder) == ["x", "n", *(f"kind={level}" for level in levels[0])]


def test_an_array_is_taken_as_it_is_but_for_holes():
    x = np.array([[1e300, 7], [np.nan, 7], [3, 7], [5, 7]])
    encoder = learn_design(x)
    found = design_matrix(encoder, x)
    np.testing.assert_array_equal(found, [[1e300, 7], [5, 7], [3, 7], [5, 7]])
    assert np.isnan(x[1, 0])
    assert not np.shares_memory(found, x)
    assert feature_names(encoder) == ["x0", "x1"]


@pytest.mark.parametrize("kind", ["float32", ">f8", "int8", "bool"])
def test_the_inputs_are_float64_whatever_comes(kind):
    x = np.asfortranarray(np.array([[0, 1], [1, 1], [1, 0]], kind))
    found = design_matrix(learn_design(x), x)
    assert found.dtype == np.dtype(np.float64)
    np.testing.assert_array_equal(found, x.astype(np.float64))


def test_no_constant_and_no_identifier_is_dropped():
    table = as_table({"id": np.arange(30), "c": np.ones(30), "name": [f"n{i}" for i in range(30)], "k": ["x"] * 30})
    encoder = learn_design(table)
    assert not any(isinstance(column, Dropped) for column in encoder.columns)
    assert design_matrix(encoder, table).shape == (30, 1 + 1 + 30 + 1)


def test_weight_2_equals_the_row_twice():
    x = np.array([[1.0], [2], [np.nan], [9]])
    times = np.array([1, 1, 1, 3])
    weighted, repeated = learn_design(x, times * 1.0), learn_design(np.repeat(x, times, axis=0))
    assert weighted.numbers[0].centre == repeated.numbers[0].centre == 9
    np.testing.assert_array_equal(design_matrix(weighted, x), design_matrix(repeated, x))


def test_through_json_nothing_changes(frame):
    encoder = learn_design(as_table(frame))
    again = encoder_from_json(json.loads(json.dumps(encoder.to_json())))
    np.testing.assert_array_equal(design_matrix(again, as_table(frame)), design_matrix(encoder, as_table(frame)))


def test_infinite_numbers_are_refused():
    with pytest.raises(DataError, match="column 'x1' must hold finite numbers; got an infinite one in row 3"):
        design_matrix(learn_design(np.eye(3)), np.diag([1, 2, np.inf])[:, [0, 2, 1]])


def test_dates_of_a_linear_model():
    days = np.array(["2024-01-01", "2024-01-02", "2024-01-04", "NaT"], "M8[D]")
    table = Table({"d": days, "x": np.array([1.0, 2.0, 3.0, 4.0])})
    encoder = learn_design(table)
    matrix = design_matrix(encoder, table)
    assert feature_names(encoder)[0] == "d"
    assert matrix.shape == (4, len(feature_names(encoder))) == (4, 6)
    assert np.array_equal(matrix[3], [0, 0, 0, 0, 0, 4])
    steps = np.diff(matrix[:3, 0])
    assert steps[1] == pytest.approx(2 * steps[0])


def test_a_basis_takes_the_numbers_and_leaves_the_rest(frame):
    table = as_table(frame)
    encoder = learn_design(table)
    x, ones = design_matrix(encoder, table), np.ones(len(frame))
    every = learn_expansion(Fourier(1, period=2), encoder, x, ones, True)
    assert [block.inputs for block in every.blocks] == [(0, 1)]
    levels = [f"kind={level}" for level in encoder.categories[0].levels]
    assert feature_names(encoder, every)[4:] == levels
    np.testing.assert_array_equal(every.values(x)[:, 4:], x[:, 2:])
    some = learn_expansion(Powers(2, columns=["n"]) + Fourier(1, columns=[0, "n"]), encoder, x, ones, True)
    assert [block.inputs for block in some.blocks] == [(1,), (0, 1)]
    assert feature_names(encoder, some)[:2] == ["n", "n^2"]


def test_only_a_trainable_part_is_to_be_trained():
    encoder = learn_design(np.eye(3))
    found = learn_expansion(Gaussian(2, trainable=True) + Gaussian(2), encoder, np.eye(3), np.ones(3), True)
    assert [block.trainable for block in found.blocks] == [True, False]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["y"], r"^Powers\(2, columns=\('y',\)\) names column 'y'; the data has 'x', 'kind', 'n'$"),
        (["kind"], "takes columns of numbers; column 'kind' is of kind category"),
        ([3], "must name places from 0 to 2; got 3"),
        ([-1], "must name places from 0 to 2; got -1"),
        ([0, "x"], "names a column twice"),
    ],
)
def test_columns_that_a_basis_cannot_take_are_named(frame, columns, message):
    table = as_table(frame)
    encoder = learn_design(table)
    with pytest.raises(DataError, match=message):
        learn_expansion(Powers(2, columns=columns), encoder, design_matrix(encoder, table), np.ones(42), True)


def test_a_basis_refuses_numbers_whose_differences_overflow():
    x = np.array([[1e308], [-1e308], [0.0]])
    with pytest.raises(DataError, match=r"Gaussian\(2\) takes numbers within ±1e\+300; got 1e\+308: change the unit"):
        learn_expansion(Gaussian(2), learn_design(x[2:]), x, np.ones(3), True)

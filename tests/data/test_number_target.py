"""Targets of numbers against NumPy's statistics, and against what output units can answer."""

import json

import numpy as np
import pytest

from dendrax.data.described_target import target_from_json
from dendrax.data.number_target import as_they_are, learn_numbers
from dendrax.data.tables import DataError


def through_json(target):
    return target_from_json(json.loads(json.dumps(target.to_json(), allow_nan=False)))


@pytest.mark.parametrize("shape", [(50,), (50, 1), (50, 3)])
def test_numbers_are_standardised_and_come_back_in_their_shape(shape):
    y = np.random.default_rng(0).normal(1e6, 3, shape)
    target = learn_numbers(y)
    encoded = target.encode(y, "identity")
    columns = y.reshape(50, -1)
    assert (encoded.dtype, encoded.shape, target.units) == (np.float32, columns.shape, columns.shape[1])
    np.testing.assert_allclose(encoded, (columns - columns.mean(0)) / columns.std(0), rtol=1e-5, atol=1e-6)
    assert target.decode(encoded).dtype == np.float64
    answer = target.decode((columns - target.centre) / target.scale)
    assert answer.shape == shape
    np.testing.assert_allclose(answer, y, rtol=1e-15)


def test_the_statistics_are_weighted():
    rng = np.random.default_rng(0)
    y, times = rng.integers(0, 99, (40, 2)), rng.integers(1, 4, 40)
    weighted, repeated = learn_numbers(y, times * 1.0), learn_numbers(np.repeat(y, times, axis=0))
    np.testing.assert_array_equal(weighted.centre, repeated.centre)
    np.testing.assert_allclose(weighted.scale, repeated.scale, rtol=1e-14)
    np.testing.assert_array_equal(learn_numbers(y, np.full(40, 2.0)).scale, learn_numbers(y).scale)


@pytest.mark.parametrize("value", [0, 5, 0.1, -1e100])
def test_a_constant_number_is_scaled_by_1(value):
    target = learn_numbers(np.full(7, value))
    assert target.scale.tolist() == [1]
    np.testing.assert_allclose(target.decode(np.zeros((2, 1))), [value] * 2, rtol=1e-15)


def test_numbers_may_stay_as_they_are():
    y = np.array([[1.5, -2], [0, 4]])
    target = as_they_are(y)
    assert target.encode(y, "identity").tolist() == y.tolist()
    assert target.decode(y).tolist() == y.tolist()
    assert as_they_are(y[:, 0]).decode(y[:, :1]).tolist() == [1.5, 0]


def test_the_number_of_outputs_must_fit():
    with pytest.raises(ValueError, match="y must hold 2 numbers a row; got 3"):
        learn_numbers(np.ones((4, 2))).encode(np.ones((4, 3)), "identity")


@pytest.mark.parametrize("y", [np.array([0.1, 1 / 3, 1e100]), np.array([[1, 2], [5e-324, 4]])])
def test_a_target_of_numbers_goes_through_json_to_the_bit(y):
    target = learn_numbers(y / 2)
    again = through_json(target)
    np.testing.assert_array_equal(again.centre, target.centre)
    np.testing.assert_array_equal(again.scale, target.scale)
    assert again.flat == target.flat


@pytest.mark.parametrize("output", ["relu", "softplus", "exponential", "silu", "gelu", "mish", "elu", "selu"])
def test_targets_of_units_from_0_on_are_scaled_and_not_shifted(output):
    y = np.array([[0.0, 5.0], [4.0, np.nan], [2.0, 7.0]])
    target = learn_numbers(y, np.array([1.0, 1.0, 2.0]), output)
    assert (target.centre.tolist(), target.scale.tolist()) == ([0, 0], [2, 19 / 3])
    coded = target.encode(y, output)
    assert (coded[~np.isnan(coded)] >= 0).all()
    np.testing.assert_allclose(target.decode(coded), y, rtol=1e-6)


@pytest.mark.parametrize("size", [1e-320, 1e308])
def test_targets_of_any_size_are_scaled(size):
    assert learn_numbers(np.array([1, 1]) * size, None, "relu").encode(np.array([size]), "relu") == 1


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "tanh", "softsign", "hard_tanh", "step"])
def test_targets_of_bounded_units_stay_as_they_are(output):
    y = np.array([[1.0, 0.0], [0.25, 0.75]]) if output != "step" else np.array([[1.0, -1.0], [-1.0, -1.0]])
    target = learn_numbers(y, None, output)
    np.testing.assert_array_equal(target.encode(y, output), y)
    np.testing.assert_array_equal(target.decode(y), y)


@pytest.mark.parametrize(
    ("output", "y", "message"),
    [
        ("sigmoid", [0.5, 1.5], "y must hold numbers from 0 to 1 with output_activation='sigmoid'; got 1.5"),
        ("sigmoid", [-1e-9, 1], "numbers from 0 to 1 .*; got -1e-09"),
        ("tanh", [0.5, -1.5], r"y must hold numbers from −1 to \+1 with output_activation='tanh'; got -1.5"),
        ("step", [1, 0], r"y must hold −1 and \+1 only with output_activation='step'; got 0"),
        ("relu", [3, -2], "y must hold numbers of 0 and more with output_activation='relu'; got -2"),
        ("softmax", [[0.5, 0.5], [0.5, 0.6]], r"rows of numbers from 0 to 1 that sum to 1 .*; got \[0.5, 0.6\]"),
        ("softmax", [[0.5, 0.5], [-0.5, 1.5]], r"that sum to 1 .*; got \[-0.5, 1.5\]"),
        ("softmax", [[0.5, 0.5], [1, np.nan]], r"that sum to 1 .*; got \[1.0, nan\]"),
    ],
)
def test_targets_that_units_cannot_reach_are_refused_prepared_or_not(output, y, message):
    y = np.array(y)
    with pytest.raises(DataError, match=message):
        learn_numbers(y, None, output).encode(y, output)
    with pytest.raises(DataError, match=message):
        as_they_are(y).encode(y, output)


def test_what_is_missing_is_reached():
    y = np.array([[0.5, np.nan], [np.nan, 1.0]])
    np.testing.assert_array_equal(learn_numbers(y, None, "sigmoid").encode(y, "sigmoid"), y)

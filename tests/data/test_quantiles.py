import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data.quantiles import NORMAL_RANGE, centre_and_scale, quantiles

SHARES = (0.25, 0.5, 0.75)
NUMBER = st.one_of(st.floats(-1e6, 1e6), st.integers(-3, 3).map(float), st.just(float("nan")))
ROWS = st.lists(st.tuples(NUMBER, st.integers(1, 4)), min_size=1, max_size=30)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40))
def test_quantiles_invert_the_distribution_function(numbers):
    x = np.array(numbers)[:, None]
    expected = np.quantile(x, SHARES, axis=0, method="inverted_cdf")
    assert np.array_equal(quantiles(x, SHARES), expected)
    assert np.array_equal(quantiles(x, SHARES, np.ones(len(x))), expected)


@given(ROWS, st.sampled_from([1.0, 1e-13, 1e13, 1 / 3, 0.1]))
def test_a_weight_counts_rows_whatever_its_unit(rows, unit):
    x, weights = np.array([r[0] for r in rows])[:, None], np.array([r[1] for r in rows])
    repeated = quantiles(np.repeat(x, weights, axis=0), SHARES)
    assert np.array_equal(quantiles(x, SHARES, weights * unit), repeated, equal_nan=True)


@given(ROWS)
def test_weight_two_is_the_row_twice(rows):
    x, weights = np.array([r[0] for r in rows])[:, None], np.array([float(r[1]) for r in rows])
    weighted = centre_and_scale(x, weights)
    repeated = centre_and_scale(np.repeat(x, weights.astype(int), axis=0), None)
    np.testing.assert_array_equal(weighted[0], repeated[0])
    np.testing.assert_allclose(weighted[1], repeated[1], rtol=1e-12)


def test_the_median_of_an_odd_column_is_numpys():
    x = np.random.default_rng(0).normal(size=(101, 3))
    centre, scale = centre_and_scale(x, None)
    assert np.array_equal(centre, np.median(x, axis=0))
    low, high = np.quantile(x, [0.25, 0.75], axis=0, method="inverted_cdf")
    assert np.array_equal(scale, (high - low) / NORMAL_RANGE)


def test_the_scale_of_a_normal_column_is_its_deviation():
    x = np.random.default_rng(0).normal(3.0, 2.0, size=(100_000, 1))
    assert centre_and_scale(x, None)[1][0] == pytest.approx(2.0, rel=0.02)


def test_where_the_quartiles_meet_the_deviation_scales():
    x = np.array([[0.0]] * 9 + [[10.0]])
    assert centre_and_scale(x, None)[1][0] == pytest.approx(x.std())


@pytest.mark.parametrize("value", [0.1, 0.0, -1e300, 1 / 3])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_constant_column_is_scaled_by_one(value, weighted):
    x = np.full((7, 1), value)
    weights = np.arange(1.0, 8.0) / 3 if weighted else None
    assert centre_and_scale(x, weights) == (value, 1.0)


def test_missing_numbers_are_left_out():
    x = np.array([[1.0, np.nan], [np.nan, np.nan], [3.0, np.nan], [5.0, np.nan]])
    centre, scale = centre_and_scale(x, None)
    assert centre.tolist() == [3.0, 0.0]
    assert scale.tolist() == [4.0 / NORMAL_RANGE, 1.0]


def test_no_rows_have_no_quantiles():
    assert np.isnan(quantiles(np.empty((0, 2)), SHARES)).all()

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dendrax.data.quantiles import NORMAL_RANGE, centre_and_scale, quantiles

AT = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)
numbers = st.lists(st.floats(-1e9, 1e9) | st.integers(-3, 3).map(float), min_size=1, max_size=30)


def reference(column, at, weights=None):
    known = ~np.isnan(column)
    w = None if weights is None else weights[known]
    return np.quantile(column[known], at, method="inverted_cdf", weights=w)


@pytest.fixture(name="x")
def columns_with_holes():
    rng = np.random.default_rng(0)
    x = np.round(rng.normal(size=(41, 4)) * 5)
    x[rng.random(x.shape) < 0.2] = np.nan
    return x


def test_quantiles_are_those_of_numpy(x):
    found = quantiles(x, AT)
    for i, column in enumerate(x.T):
        np.testing.assert_array_equal(found[:, i], reference(column, AT))


@pytest.mark.parametrize("unit", [1.0, 1e-12, 1e12])
def test_weighted_quantiles_are_those_of_numpy_in_any_unit_of_weight(x, unit):
    weights = np.random.default_rng(1).uniform(0.1, 3, len(x))
    found = quantiles(x, AT, weights * unit)
    for i, column in enumerate(x.T):
        np.testing.assert_array_equal(found[:, i], reference(column, AT, weights))


@settings(max_examples=60, deadline=None)
@given(numbers)
def test_of_an_odd_number_of_rows_the_centre_is_the_median(cells):
    x = np.array(cells[: len(cells) - 1 + len(cells) % 2])[:, None]
    assert quantiles(x, [0.5])[0, 0] == np.median(x)


@settings(max_examples=60, deadline=None)
@given(numbers, st.data())
def test_weights_are_repeated_rows(cells, data):
    times = np.array(data.draw(st.lists(st.integers(1, 3), min_size=len(cells), max_size=len(cells))))
    x = np.array(cells)[:, None]
    repeated = quantiles(np.repeat(x, times, axis=0), AT)
    np.testing.assert_array_equal(quantiles(x, AT, times.astype(float)), repeated)


def test_weights_of_a_tenth_add_up_to_a_half():
    x = np.arange(1.0, 11.0)[:, None]
    assert quantiles(x, [0.5], np.full(10, 0.1))[0, 0] == quantiles(x, [0.5])[0, 0] == 5


@pytest.mark.parametrize("weights", [None, np.ones(3)])
def test_an_empty_column_has_no_quantiles_and_counts_as_centre_0_scale_1(weights):
    x = np.array([[np.nan, 1.0], [np.nan, 2.0], [np.nan, 3.0]])
    assert np.isnan(quantiles(x, (0.25, 0.5), weights)[:, 0]).all()
    centre, scale = centre_and_scale(x, weights)
    assert (centre[0], scale[0]) == (0, 1)
    assert (centre[1], scale[1]) == (2, 2 / NORMAL_RANGE)


def test_of_a_normal_column_the_scale_is_the_deviation():
    centre, scale = centre_and_scale(np.random.default_rng(0).normal(7, 3, (100_000, 1)), None)
    np.testing.assert_allclose([centre[0], scale[0]], [7, 3], rtol=0.02)


def test_where_the_quartiles_meet_the_scale_is_the_deviation():
    x = np.array([0.0, 0, 0, 0, 0, 0, 0, 0, 0, 10, np.nan])[:, None]
    assert centre_and_scale(x, None)[1][0] == np.nanstd(x)
    weights = np.ones(len(x))
    weights[-2] = 2
    np.testing.assert_allclose(centre_and_scale(x, weights)[1][0], np.std([0] * 9 + [10, 10]))


@pytest.mark.parametrize("column", [[4.0, 4, 4], [0.0], [-1.7e308, 1.7e308, 1.7e308], [5e-324, 5e-324]])
def test_the_scale_is_finite_and_positive_whatever_comes(column):
    centre, scale = centre_and_scale(np.array(column)[:, None], None)
    assert np.isfinite(centre).all()
    assert np.isfinite(scale).all()
    assert (scale > 0).all()

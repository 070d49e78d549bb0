from __future__ import annotations

import numpy as np
import pytest

from dendrax.boltzmann.visible_coding import learn_coding
from dendrax.boltzmann.visible_units import Visible

ONES = np.ones(3)


def test_binary_columns_are_taken_as_they_are():
    X = np.array([[0, 1.0], [0.25, np.nan], [1, 0]])
    coding = learn_coding("binary", X, ONES, None)
    v, known = coding.encode(X)
    np.testing.assert_array_equal(v, [[0, 1], [0.25, 0], [1, 0]])
    np.testing.assert_array_equal(known, [[True, True], [True, False], [True, True]])
    assert coding.visible == Visible("binary", 2)


@pytest.mark.parametrize("value", [-0.1, 1.5, 255.0])
def test_what_is_no_probability_is_refused(value):
    X = np.array([[0.0, 0.0], [0.0, value]])
    with pytest.raises(ValueError, match=rf"X must hold values from 0 to 1 .*got {value:g} in column 1"):
        learn_coding("binary", X, np.ones(2), None).encode(X)


def test_gaussian_columns_are_standardised_by_their_weights():
    X = np.array([[1.0, 5.0], [3.0, 5.0], [np.nan, 5.0]])
    coding = learn_coding("gaussian", X, np.array([1.0, 3.0, 1.0]), None)
    np.testing.assert_allclose(coding.mean, [2.5, 5.0])
    np.testing.assert_allclose(coding.scale, [np.sqrt(0.75), 1.0])  # a constant column has scale 1
    np.testing.assert_allclose(coding.decode(coding.encode(X)[0])[:2], X[:2], rtol=1e-6)
    assert coding.log_scale() == pytest.approx(0.5 * np.log(0.75))


def test_a_constant_column_of_large_numbers_is_constant():
    coding = learn_coding("gaussian", np.full((3, 1), 1e9 + 0.1), ONES, None)
    assert coding.scale == 1.0


@pytest.mark.parametrize("texts", [True, False])
def test_categories_become_blocks_and_come_back(texts):
    X = np.array([["b", "x"], ["a", None], ["b", "y"]], object) if texts else np.array([[2.0, 7], [1, np.nan], [2, 9]])
    coding = learn_coding("categorical", X, ONES, None)
    v, known = coding.encode(X)
    np.testing.assert_array_equal(v, [[0, 1, 1, 0], [1, 0, 0, 0], [0, 1, 0, 1]])
    np.testing.assert_array_equal(known[1], [True, True, False, False])
    assert (coding.decode(v)[[0, 2]] == X[[0, 2]]).all()
    np.testing.assert_array_equal(coding.known(X), [[True, True], [True, False], [True, True]])
    with pytest.raises(ValueError, match="column 0 must hold a value that was there in fit; got "):
        coding.encode(np.array([["c", "x"]], object) if texts else np.array([[3.0, 7]]))


def test_texts_and_numbers_together_are_refused():
    with pytest.raises(ValueError, match="column 0 must hold texts or numbers, not both"):
        learn_coding("categorical", np.array([["a"], [1]], object), np.ones(2), None)
    with pytest.raises(ValueError, match="column 0 must hold a value in some row"):
        learn_coding("categorical", np.array([[np.nan], [np.nan]]), np.ones(2), None)


def test_labels_are_a_block_at_the_end():
    X = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 0.0]])
    coding = learn_coding("binary", X, ONES, np.array(["no", "yes"]))
    v, known = coding.encode(X, np.array(["yes", "no", "no"]))
    np.testing.assert_array_equal(v[:, 2:], [[0, 1], [1, 0], [1, 0]])
    assert known.all()
    assert not coding.encode(X)[1][:, 2:].any()
    np.testing.assert_array_equal(coding.decode(v), X)
    assert coding.visible == Visible("binary", 2, (2,))
    with pytest.raises(ValueError, match="y must hold a value that was there in fit; got 'perhaps'"):
        coding.encode(X, np.array(["yes", "no", "perhaps"]))


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e160, 1e307])
def test_gaussian_columns_of_any_size_are_standardised(size):
    X = np.array([[-1.0], [2.0], [5.0]])
    coding = learn_coding("gaussian", X * size, ONES, None)
    np.testing.assert_allclose(coding.scale / size, np.sqrt(6), rtol=1e-12)
    np.testing.assert_allclose(coding.encode(X * size)[0], (X - 2) / np.sqrt(6), rtol=1e-6, atol=1e-7)


def test_a_narrow_column_of_large_numbers_is_not_constant():
    x = 1e9 + 1e-4 * np.random.default_rng(0).normal(size=(500, 1))
    coding = learn_coding("gaussian", x, np.ones(500), None)
    np.testing.assert_allclose(coding.scale, 1e-4, rtol=0.1)
    assert coding.encode(x)[0].std() == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("value", [1e39, np.inf, -np.inf])
def test_what_is_too_far_away_is_refused_by_the_name_of_its_column(value):
    coding = learn_coding("gaussian", np.array([[1.0, 2.0], [2.0, 4.0]]), np.ones(2), None, ("length", "width"))
    with pytest.raises(ValueError, match=r"X must lie within 1e.15 standard deviations .* in column 'width'"):
        coding.encode(np.array([[1.0, value]]))

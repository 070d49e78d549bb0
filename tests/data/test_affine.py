"""Centring and scaling against the formula in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from dendrax.data.affine import Affine


def exactly(x, centre, scale):
    return float((Fraction(float(x)) - Fraction(float(centre))) / Fraction(float(scale)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
@pytest.mark.parametrize("rows", [1, 64, 65, 200])
def test_it_is_its_formula(dtype, rows):
    rng = np.random.default_rng(rows)
    centre, scale = np.array([1000.1, -3.3, 0.0]), np.array([0.7, 2e4, 1.0])
    x = (rng.normal(size=(rows, 3)) * scale + centre).astype(dtype)
    scaled = Affine(centre, scale).scaling(rows, x.dtype)(x)
    expected = [[exactly(*cell) for cell in zip(row, centre, scale, strict=True)] for row in x]
    np.testing.assert_allclose(scaled, expected, rtol=4e-7, atol=1e-12)


def test_a_centre_that_float32_cannot_hold_loses_nothing():
    centre, scale = np.array([1.6e9 + 0.3]), np.array([50.0])
    x = np.float32(1.6e9) + np.arange(-3, 4, dtype=np.float32)[:, None] * 128
    scaled = Affine(centre, scale).scaling(7, x.dtype)(x)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled[:, 0], [exactly(v, centre[0], scale[0]) for v in x[:, 0]], rtol=3e-7)


@pytest.mark.parametrize(("centre", "scale"), [(1e35, 1.0), (0.0, 1e35), (0.0, 1e-35)])
def test_what_float32_cannot_scale_is_scaled_in_float64(centre, scale):
    scaled = Affine(np.array([centre]), np.array([scale])).scaling(1, np.dtype(np.float32))(np.ones((1, 1), np.float32))
    assert scaled.dtype == np.float64
    np.testing.assert_allclose(scaled, (1 - centre) / scale, rtol=1e-12)


def test_fewer_rows_than_announced_are_scaled_too():
    scaling = Affine(np.array([1.0]), np.array([2.0])).scaling(100, np.dtype(float))
    np.testing.assert_array_equal(scaling(np.array([[3.0]])), [[1.0]])

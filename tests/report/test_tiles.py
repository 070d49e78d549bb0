from __future__ import annotations

import numpy as np
import pytest

from dendrax.report.tiles import as_pictures, draw_tiles, extent, tiled

PICTURES = np.random.default_rng(0).normal(size=(7, 2, 3))


@pytest.mark.parametrize(("columns", "across"), [(None, 3), (1, 1), (4, 4), (20, 7)])
def test_every_pixel_is_where_the_rule_says(columns: int | None, across: int) -> None:
    pixels = tiled(PICTURES, columns)
    lines = -(-7 // across)
    assert pixels.shape == (lines * 3 - 1, across * 4 - 1)
    for (k, i, j), value in np.ndenumerate(PICTURES):
        assert pixels[k // across * 3 + i, k % across * 4 + j] == value
    assert (~np.isnan(pixels)).sum() == PICTURES.size


def test_rows_are_read_line_by_line() -> None:
    pictures = as_pictures([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, np.nan, 12]], (2, 3))
    np.testing.assert_array_equal(pictures[1], [[7, 8, 9], [10, np.nan, 12]])


def test_what_is_shown_is_a_copy() -> None:
    rows = np.zeros((1, 4))
    as_pictures(rows, (2, 2))[:] = 1
    assert not rows.any()


@pytest.mark.parametrize("shape", [(28, 28), (2, 2), (6,), 6, (2.0, 3.0), (-2, -3), None, "23"])
def test_a_shape_with_other_pixels_is_refused(shape: object) -> None:
    with pytest.raises(ValueError, match=r"^shape must have 6 pixels, as a pair \(height, width\); got "):
        as_pictures(np.zeros((2, 6)), shape)


def test_what_are_no_rows_of_pixels_is_refused() -> None:
    for rows in (np.zeros(6), np.zeros((0, 6)), np.zeros((1, 2, 3))):
        with pytest.raises(ValueError, match=r"^truth must have the shape \(pictures, pixels\), .* got \("):
            as_pictures(rows, (2, 3), "truth")
    for rows in ([["a", "b"]], [[1, 2], [3]], object()):
        with pytest.raises(ValueError, match=r"^rows must be numbers, as many pixels in each row; got (list|object)$"):
            as_pictures(rows, (1, 2))
    with pytest.raises(ValueError, match=r"^rows must be finite, or NaN"):
        as_pictures([[np.inf, 0]], (1, 2))


def test_the_extent_is_of_known_pixels() -> None:
    assert extent(np.array([[[np.nan, -3.0, 2.0]]])) == (-3, 2)
    assert extent(np.full((1, 1, 2), np.nan)) == (0, 1)


def test_columns_must_be_some() -> None:
    with pytest.raises(ValueError, match=r"^columns must be None or an int of 1 or more; got 0"):
        tiled(PICTURES, 0)


def test_the_first_line_is_drawn_on_top_and_holes_in_their_own_colour() -> None:
    from matplotlib.colors import to_rgba

    image = draw_tiles(np.array([[0.0, 1.0], [np.nan, 0.5]]), (0, 1), "gray", None, {})
    image.figure.canvas.draw()
    colours = image.to_rgba(image.get_array())
    np.testing.assert_allclose(colours[0], [[0, 0, 0, 1], [1, 1, 1, 1]])
    np.testing.assert_allclose(colours[1, 0], to_rgba("#d8c98f"))
    low, high = (image.axes.transData.transform((0, i))[1] for i in (0, 1))
    assert low > high  # pixels of the screen are counted from below


def test_options_go_to_imshow() -> None:
    image = draw_tiles(np.zeros((2, 2)), (0, 1), "gray", None, {"cmap": "viridis", "vmax": 3})
    assert image.get_clim() == (0, 3)
    assert image.get_cmap().name == "viridis"


def test_a_scale_of_the_users_own_takes_the_place_of_the_limits():
    from matplotlib.colors import LogNorm

    norm = LogNorm(0.1, 10)
    image = draw_tiles(np.ones((2, 2)), (0.0, 1.0), "gray", None, {"norm": norm})
    assert image.norm is norm


@pytest.mark.parametrize(
    ("value", "limits"), [(1.0, (0.0, 1.0)), (0.0, (0.0, 1.0)), (5.0, (0.0, 5.0)), (-2.0, (-2.0, 1.0))]
)
def test_pictures_of_one_value_are_seen_against_0_and_1(value, limits):
    assert extent(np.full((1, 2, 2), value)) == limits

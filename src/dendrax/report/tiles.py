"""Many pictures as one: pictures of h × w pixels side by side, line by line, with a line of NaN between neighbours.

Pixel (i, j) of picture k  →  pixel ((k div columns)(h + 1) + i, (k mod columns)(w + 1) + j)
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dendrax.core.constraints import Exactly, Whole, check
from dendrax.report.axes import axes_for

EMPTY = "#d8c98f"  # the colour of what is NaN: gaps between pictures, pixels that nobody knows


def as_pictures(rows: Any, shape: Any, name: str = "rows") -> np.ndarray:
    """Read rows of pixels as pictures.

    Parameters
    ----------
    rows : array of shape (pictures, pixels)
        Pixels line by line; NaN where one is not known.
    shape : pair of int
        Height and width.
    name : str, default="rows"
        What messages call the rows.

    Returns
    -------
    ndarray of float64, shape (pictures, height, width)
        A copy.

    Raises
    ------
    ValueError
        If rows are no table of numbers, there are none, or the shape has another number of pixels.

    Examples
    --------
    >>> as_pictures([[1, 2, 3, 4, 5, 6]], (2, 3)).tolist()
    [[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]
    """
    try:
        pixels = np.array(rows, np.float64)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{name} must be numbers, as many pixels in each row; got {type(rows).__name__}") from fault
    if pixels.ndim != 2 or not pixels.size:
        raise ValueError(f"{name} must have the shape (pictures, pixels), and neither may be 0; got {pixels.shape}")
    if np.isinf(pixels).any():
        raise ValueError(f"{name} must be finite, or NaN where a pixel is not known; got infinity")
    height, width = _height_and_width(shape, pixels.shape[1])
    return pixels.reshape(len(pixels), height, width)


def _height_and_width(shape: Any, n_pixels: int) -> tuple[int, int]:
    pair = isinstance(shape, (tuple, list)) and len(shape) == 2 and all(Whole(1).allows(side) for side in shape)
    if not pair or shape[0] * shape[1] != n_pixels:
        raise ValueError(f"shape must have {n_pixels} pixels, as a pair (height, width); got {shape!r}")
    return int(shape[0]), int(shape[1])


def extent(pictures: np.ndarray) -> tuple[float, float]:
    """Find the lowest and the highest pixel; where there is one value or none, the range takes in 0 and 1.

    Examples
    --------
    >>> extent(np.array([[[2.0, np.nan, 5.0]]]))
    (2.0, 5.0)
    """
    known = pictures[~np.isnan(pictures)]
    low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
    return (low, high) if low < high else (min(low, 0.0), max(high, 1.0))


def tiled(pictures: np.ndarray, columns: int | None = None) -> np.ndarray:
    """Lay pictures side by side.

    Parameters
    ----------
    pictures : ndarray, shape (pictures, height, width)
        In reading order.
    columns : int, optional
        Pictures a line; as many as make a square of them, by default.

    Returns
    -------
    ndarray of float64, shape (lines (height + 1) − 1, columns (width + 1) − 1)
        NaN between pictures, and where the last line is not full.

    Examples
    --------
    >>> tiled(np.array([[[1.0]], [[2.0]], [[3.0]]]), columns=2)
    array([[ 1., nan,  2.],
           [nan, nan, nan],
           [ 3., nan, nan]])
    """
    check("columns", columns, (Exactly(None), Whole(1)))
    count, height, width = pictures.shape
    across = min(columns or math.ceil(math.sqrt(count)), count)
    lines = math.ceil(count / across)
    tiles = np.full((lines * across, height + 1, width + 1), np.nan)
    tiles[:count, :height, :width] = pictures
    grid = tiles.reshape(lines, across, height + 1, width + 1).transpose(0, 2, 1, 3)
    return grid.reshape(lines * (height + 1), across * (width + 1))[:-1, :-1]


def draw_tiles(pixels: np.ndarray, limits: tuple[float, float], colours: str, ax: Any, options: dict[str, Any]) -> Any:
    """Draw pixels as they lie: the first line on top, every pixel a square, NaN in a colour of its own.

    Parameters
    ----------
    pixels : ndarray, shape (height, width)
        What is drawn.
    limits : pair of float
        The values at both ends of the colour scale.
    colours : str
        The colour map, unless the options have one.
    ax : matplotlib axes or None
        Where; None opens a figure.
    options : dict
        For `matplotlib.axes.Axes.imshow`.

    Returns
    -------
    AxesImage
        The picture; its `axes` and their `figure` are where it was drawn.
    """
    ax = axes_for(ax)
    chosen = {"cmap": colours, "vmin": limits[0], "vmax": limits[1], "interpolation": "nearest", "origin": "upper"}
    if options.get("norm") is not None:  # a scale of its own
        del chosen["vmin"], chosen["vmax"]
    image = ax.imshow(pixels, **{**chosen, **options})
    image.set_cmap(image.get_cmap().with_extremes(bad=EMPTY))
    ax.set_axis_off()
    return image

"""Displays of many pictures: how they are drawn, whatever they show."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from dendrax.report.tiles import draw_tiles, tiled


class TiledDisplay:
    """Pictures side by side on one scale of colours; each kind of display says which.

    Attributes
    ----------
    pictures : ndarray of float64, shape (pictures, height, width)
        What is drawn.
    limits : tuple of float
        The values at both ends of the scale.
    """

    COLOURS = "gray"
    pictures: np.ndarray
    limits: tuple[float, float]

    def plot(self, ax: Any = None, *, columns: int | None = None, **options: Any) -> Self:
        """Draw the pictures.

        Parameters
        ----------
        ax : matplotlib axes, optional
            Where to draw; a new figure, by default.
        columns : int, optional
            Pictures a line; as many as make a square of them, by default.
        **options
            For `matplotlib.axes.Axes.imshow`.

        Returns
        -------
        self
            With `ax_`, `figure_` and `image_`.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.image_ = draw_tiles(tiled(self.pictures, columns), self.limits, self.COLOURS, ax, options)
        self.ax_, self.figure_ = self.image_.axes, self.image_.figure
        return self

"""Filters: the weights W_j of a hidden unit as a picture, the weight of each pixel in its place.

    colour of pixel i in picture j = W_ji on one scale for all units, −m … 0 … m,   m = max |W|

so that 0 is white, red turns the unit on, blue off, and pale filters are weak.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from dendrax.core.constraints import Exactly, Whole, check
from dendrax.report.tiled_display import TiledDisplay
from dendrax.report.tiles import as_pictures


class FiltersDisplay(TiledDisplay):
    """Weights of hidden units as pictures, on one scale that is symmetric about 0.

    Parameters
    ----------
    weights : array of shape (hidden units, pixels)
        W.
    shape : pair of int
        Height and width of a picture.

    Attributes
    ----------
    pictures : ndarray of float64, shape (hidden units, height, width)
        What is shown.
    limits : tuple of float
        −m and m, the ends of the scale.
    ax_, figure_ : matplotlib axes and figure
        Where `plot` drew.
    image_ : matplotlib.image.AxesImage
        What it drew; `figure_.colorbar(image_)` adds the scale.

    Examples
    --------
    >>> from dendrax.report import FiltersDisplay
    >>> FiltersDisplay([[0.5, -2.0], [1.0, 0.0]], shape=(2, 1)).limits
    (-2.0, 2.0)
    """

    COLOURS = "RdBu_r"

    def __init__(self, weights: Any, *, shape: tuple[int, int]) -> None:
        self.pictures = as_pictures(weights, shape, "weights")
        if np.isnan(self.pictures).any():
            raise ValueError("weights must be finite; got NaN")
        most = float(np.abs(self.pictures).max()) or 1.0
        self.limits = -most, most

    @classmethod
    def from_estimator(
        cls, estimator: Any, n: int | None = 64, *, shape: tuple[int, int], columns: int | None = None, ax: Any = None,
        **options: Any,
    ) -> Self:  # fmt: skip
        """Show the weights between the hidden units of a machine and its pixels.

        Parameters
        ----------
        estimator : RestrictedBoltzmannMachine or BoltzmannMachine
            A fitted machine; its visible units are the pixels.
        n : int or None, default=64
            The first n hidden units; None shows all.
        shape : pair of int
            Height and width of a picture.
        columns : int, optional
            Pictures a line; as many as make a square of them, by default.
        ax : matplotlib axes, optional
            Where to draw; a new figure, by default.
        **options
            For `matplotlib.axes.Axes.imshow`.

        Returns
        -------
        FiltersDisplay
            Drawn.

        Raises
        ------
        ValueError
            If the shape does not have the pixels of the machine, or it has no hidden units.
        ImportError
            If matplotlib is not installed.
        """
        check("n", n, (Exactly(None), Whole(1)))
        return cls(weights_of(estimator)[:n], shape=shape).plot(ax, columns=columns, **options)


def weights_of(machine: Any) -> np.ndarray:
    """Take the weights between hidden units and columns.

    Parameters
    ----------
    machine : RestrictedBoltzmannMachine or BoltzmannMachine
        A fitted machine.

    Returns
    -------
    ndarray, shape (hidden units, columns)
        W; without the units of labels.

    Raises
    ------
    ValueError
        If a column is more than one unit, or there is no hidden unit.
    """
    if getattr(machine, "visible", None) == "categorical":
        raise ValueError("filters must have one unit a column; got categorical columns")
    if not hasattr(machine, "n_features_in_"):
        raise ValueError("filters must be those of a fitted machine; got one before fit")
    visible = machine.n_features_in_
    if hasattr(machine, "components_"):
        return machine.components_[:, :visible]
    if not machine.n_hidden:
        raise ValueError("filters must belong to hidden units; got a machine without any")
    weights = np.zeros((len(machine.biases_) - visible, visible))
    i, j = machine.links_.T
    between = (i < visible) & (j >= visible)
    weights[j[between] - visible, i[between]] = machine.weights_[between]
    return weights

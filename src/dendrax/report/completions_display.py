"""Completions: above each other what was known of a picture, how the machine completed it, and, if told, the truth."""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from dendrax.report.images_display import check_expected
from dendrax.report.tiled_display import TiledDisplay
from dendrax.report.tiles import as_pictures, extent, tiled


class CompletionsDisplay(TiledDisplay):
    """Pictures with holes, and the same pictures whole.

    Parameters
    ----------
    given : array of shape (pictures, pixels)
        Pixels line by line; NaN where one is not known.
    completed : array of shape (pictures, pixels)
        The same without holes.
    shape : pair of int
        Height and width of a picture.
    truth : array of shape (pictures, pixels), optional
        What the pictures were before they had holes.

    Attributes
    ----------
    given, completed, truth : ndarray of float64, shape (pictures, height, width)
        As they came; `truth` may be None.
    pictures : ndarray of float64, shape (pictures, 2 height + 1 or 3 height + 2, width)
        What is shown: each of them above each other.
    limits : tuple of float
        Black and white: the lowest and the highest pixel of all.
    ax_, figure_ : matplotlib axes and figure
        Where `plot` drew.
    image_ : matplotlib.image.AxesImage
        What it drew.

    Examples
    --------
    >>> from dendrax.report import CompletionsDisplay
    >>> display = CompletionsDisplay([[1, np.nan]], [[1, 0]], shape=(1, 2))
    >>> display.completed.tolist(), display.limits
    ([[[1.0, 0.0]]], (0.0, 1.0))
    """

    def __init__(self, given: Any, completed: Any, *, shape: tuple[int, int], truth: Any = None) -> None:
        self.given = as_pictures(given, shape, "given")
        self.completed = as_pictures(completed, shape, "completed")
        self.truth = None if truth is None else as_pictures(truth, shape, "truth")
        for name, pictures in (("completed", self.completed), ("truth", self.truth)):
            if pictures is not None and len(pictures) != len(self.given):
                raise ValueError(f"{name} must have {len(self.given)} rows, as given; got {len(pictures)}")
        parts = [part for part in (self.given, self.completed, self.truth) if part is not None]
        self.pictures = np.stack([tiled(np.stack(each), columns=1) for each in zip(*parts, strict=True)])
        self.limits = extent(self.pictures)

    @classmethod
    def from_estimator(
        cls, estimator: Any, X: Any, *, shape: tuple[int, int], truth: Any = None, expected: bool = False,
        sweeps: int = 1000, columns: int | None = None, random_state: Any = None, ax: Any = None, **options: Any,
    ) -> Self:  # fmt: skip
        """Let a machine fill the holes of rows, and show both.

        Parameters
        ----------
        estimator : RestrictedBoltzmannMachine or BoltzmannMachine
            A fitted machine; its visible units are the pixels.
        X : array of shape (pictures, pixels)
            Rows with NaN where a pixel is not known.
        shape : pair of int
            Height and width of a picture.
        truth : array of shape (pictures, pixels), optional
            What the rows were before they had holes; shown below.
        expected : bool, default=False
            Whether holes are filled with the means of all completions, in place of one that is drawn.
        sweeps : int, default=1000
            How long the chains run.
        columns : int, optional
            Pictures a line; as many as make a square of them, by default.
        random_state : int, RandomState, Generator or None, default=None
            None takes that of the machine.
        ax : matplotlib axes, optional
            Where to draw; a new figure, by default.
        **options
            For `matplotlib.axes.Axes.imshow`.

        Returns
        -------
        CompletionsDisplay
            Drawn.

        Raises
        ------
        ValueError
            If the shape does not have the pixels of the machine, or the truth is of other rows.
        ImportError
            If matplotlib is not installed.
        """
        check_expected(estimator, expected)
        means = {"expected": True} if expected else {}
        completed = estimator.complete(X, sweeps=sweeps, random_state=random_state, **means)
        return cls(X, completed, shape=shape, truth=truth).plot(ax, columns=columns, **options)

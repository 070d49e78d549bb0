"""Rows as pictures on one scale: h·w numbers are h lines of w pixels, the lowest black, the highest white."""

from __future__ import annotations

from typing import Any, Self

from dendrax.core.constraints import FLAG, Exactly, HyperparameterError, Real, Such, Whole, check
from dendrax.report.tiled_display import TiledDisplay
from dendrax.report.tiles import as_pictures, extent


def _rise(limits: Any) -> bool:
    pair = isinstance(limits, (tuple, list)) and len(limits) == 2 and all(Real().allows(limit) for limit in limits)
    return pair and limits[0] < limits[1]


LIMITS = Exactly(None), Such(_rise, "a pair of finite floats, the lower one first")


class ImagesDisplay(TiledDisplay):
    """Pictures side by side, such as data, or what a machine draws.

    Parameters
    ----------
    rows : array of shape (pictures, pixels)
        Pixels line by line; NaN where one is not known.
    shape : pair of int
        Height and width of a picture.
    limits : pair of float, optional
        What is black and what is white; the lowest and the highest pixel of all, by default.

    Attributes
    ----------
    pictures : ndarray of float64, shape (pictures, height, width)
        What is shown.
    limits : tuple of float
        Black and white.
    ax_, figure_ : matplotlib axes and figure
        Where `plot` drew.
    image_ : matplotlib.image.AxesImage
        What it drew.

    Examples
    --------
    >>> from dendrax.report import ImagesDisplay
    >>> display = ImagesDisplay([[0, 1, 1, 0], [1, 0, 0, 1]], shape=(2, 2))
    >>> display.pictures[0].tolist(), display.limits
    ([[0.0, 1.0], [1.0, 0.0]], (0.0, 1.0))
    """

    def __init__(self, rows: Any, *, shape: tuple[int, int], limits: tuple[float, float] | None = None) -> None:
        self.pictures = as_pictures(rows, shape)
        check("limits", limits, LIMITS)
        self.limits = extent(self.pictures) if limits is None else (float(limits[0]), float(limits[1]))

    @classmethod
    def from_estimator(
        cls, estimator: Any, n: int = 25, *, shape: tuple[int, int], expected: bool = False, sweeps: int = 1000,
        columns: int | None = None, random_state: Any = None, ax: Any = None, **options: Any,
    ) -> Self:  # fmt: skip
        """Let a machine draw rows, and show them.

        Parameters
        ----------
        estimator : RestrictedBoltzmannMachine or BoltzmannMachine
            A fitted machine; its visible units are the pixels.
        n : int, default=25
            How many pictures, each from a chain of its own.
        shape : pair of int
            Height and width of a picture.
        expected : bool, default=False
            Whether the means of the pixels are shown, by `reconstruct`, in place of what was drawn.
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
        ImagesDisplay
            Drawn.

        Raises
        ------
        ValueError
            If the shape does not have the pixels of the machine, or it has no means to show.
        ImportError
            If matplotlib is not installed.
        """
        check("n", n, (Whole(1),))
        check_expected(estimator, expected)
        rows = estimator.sample(n, sweeps=sweeps, random_state=random_state)
        rows = estimator.reconstruct(rows) if expected else rows[:, : estimator.n_features_in_]
        return cls(rows, shape=shape).plot(ax, columns=columns, **options)


def check_expected(machine: Any, expected: bool) -> None:
    """Raise where means are wanted of a machine that knows only samples."""
    check("expected", expected, FLAG)
    if expected and not hasattr(machine, "reconstruct"):
        name = type(machine).__name__
        raise HyperparameterError(f"expected must be False unless the machine can compute means; got True for a {name}")

"""The state of a lattice: unit i of h × w is the square in line i div w, column i mod w; on is black, off is white."""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.boltzmann.energy import STATES
from dendrax.boltzmann.links import Lattice
from dendrax.core.constraints import OneOf, check
from dendrax.report.tiles import as_pictures, draw_tiles


class LatticeDisplay:
    """A state of units that stand on a grid.

    Parameters
    ----------
    state : array of shape (units,)
        Row by row.
    shape : pair of int
        Height and width of the grid.
    states : "01" or "±1", default="±1"
        What a unit is when it is off and on.
    energy : float, optional
        E of the state; the title has E a unit.
    temperature : float, optional
        T; for the title.

    Attributes
    ----------
    state : ndarray of float64, shape (height, width)
        What is shown.
    ax_, figure_ : matplotlib axes and figure
        Where `plot` drew.
    image_ : matplotlib.image.AxesImage
        What it drew.

    Examples
    --------
    >>> from dendrax.report import LatticeDisplay
    >>> LatticeDisplay([1, -1, -1, 1, 1, 1], shape=(2, 3), temperature=2.3, energy=-9.0).title
    'T = 2.3, E = -1.500 a unit'
    """

    def __init__(
        self, state: Any, *, shape: tuple[int, int], states: str = "±1", energy: float | None = None,
        temperature: float | None = None,
    ) -> None:  # fmt: skip
        check("states", states, (OneOf(tuple(STATES)),))
        self.state = as_pictures(np.asarray(state)[None], shape, "state")[0]
        self.limits = float(STATES[states]), 1.0
        if not np.isin(self.state, self.limits).all():
            raise ValueError(f"state must hold {self.limits[0]:g} and 1 alone, the states {states!r}; got others")
        self.energy, self.temperature = energy, temperature

    @classmethod
    def from_estimator(
        cls, estimator: Any, state: Any = None, *, shape: tuple[int, int] | None = None, sweeps: int = 200,
        random_state: Any = None, ax: Any = None, **options: Any,
    ) -> LatticeDisplay:  # fmt: skip
        """Show a state of a machine, with its temperature and its energy.

        Parameters
        ----------
        estimator : BoltzmannMachine
            A fitted machine.
        state : array of shape (units,), optional
            Row by row; one that the machine draws, by default.
        shape : pair of int, optional
            Height and width of the grid; where the links of the machine are a `Lattice`, those of the lattice.
        sweeps : int, default=200
            How long the chain runs where a state is drawn.
        random_state : int, RandomState, Generator or None, default=None
            The randomness of a state that is drawn; None takes that of the machine.
        ax : matplotlib axes, optional
            Where to draw; a new figure, by default.
        **options
            For `matplotlib.axes.Axes.imshow`.

        Returns
        -------
        LatticeDisplay
            Drawn.

        Raises
        ------
        ValueError
            If the shape does not have as many units as the machine, or is not given and not known.
        ImportError
            If matplotlib is not installed.
        """
        links = estimator.links
        if shape is None and not isinstance(links, Lattice):
            raise ValueError("shape must be given, (height, width), unless links are a Lattice; got None")
        place = (links.height, links.width) if shape is None else shape
        if state is None:
            state = estimator.sample(1, sweeps=sweeps, random_state=random_state)[0]
        known = {"states": estimator.states, "energy": estimator.energy(state), "temperature": estimator.temperature}
        return cls(state, shape=place, **known).plot(ax, **options)

    @property
    def title(self) -> str:
        """The temperature, and the energy a unit, where they are known."""
        known = [] if self.temperature is None else [f"T = {self.temperature:g}"]
        known += [] if self.energy is None else [f"E = {self.energy / self.state.size:.3f} a unit"]
        return ", ".join(known)

    def plot(self, ax: Any = None, **options: Any) -> LatticeDisplay:
        """Draw the state.

        Parameters
        ----------
        ax, **options
            As for `from_estimator`.

        Returns
        -------
        self
            With `ax_`, `figure_` and `image_`.
        """
        self.image_ = draw_tiles(self.state, self.limits, "gray_r", ax, options)
        self.ax_, self.figure_ = self.image_.axes, self.image_.figure
        self.ax_.set_title(self.title)
        return self

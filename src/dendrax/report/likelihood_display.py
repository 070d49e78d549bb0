"""The learning curve of a restricted machine: (1/n) Σ ln p(row) after each epoch, of rows learned and of rows held out.

Only epochs in which the likelihood was computed count: with the exact one where it can be enumerated, else with the
estimate that `likelihood_every` asks for.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.report.axes import axes_for

CURVES = {"log_likelihood": "rows learned", "validation_log_likelihood": "rows held out"}  # names in the history


class LikelihoodDisplay:
    """The likelihood of rows over the epochs of learning.

    Parameters
    ----------
    history : dict of list
        `history_` of a machine: log_likelihood, and validation_log_likelihood where rows were held out; NaN where
        nothing was measured.

    Attributes
    ----------
    curves : dict of str to (ndarray of int64, ndarray of float64)
        What is shown, by name: epochs from 1 on, and nats a row.
    ax_, figure_ : matplotlib axes and figure
        Where `plot` drew.
    lines_ : dict of str to matplotlib.lines.Line2D
        What it drew.

    Examples
    --------
    >>> from dendrax.report import LikelihoodDisplay
    >>> display = LikelihoodDisplay({"log_likelihood": [-2.0, np.nan, -1.0]})
    >>> [values.tolist() for values in display.curves["rows learned"]]
    [[1, 3], [-2.0, -1.0]]
    """

    def __init__(self, history: dict[str, Any]) -> None:
        measured = {label: _measured(history[name]) for name, label in CURVES.items() if name in history}
        self.curves = {label: curve for label, curve in measured.items() if len(curve[0])}
        if not self.curves:
            raise ValueError(
                "history must hold a log_likelihood; got none: likelihood_every=… has it estimated in learning"
            )

    @classmethod
    def from_estimator(cls, estimator: Any, *, ax: Any = None, **options: Any) -> LikelihoodDisplay:
        """Show how a machine learned.

        Parameters
        ----------
        estimator : RestrictedBoltzmannMachine
            A fitted machine.
        ax : matplotlib axes, optional
            Where to draw; a new figure, by default.
        **options
            For `matplotlib.axes.Axes.plot`.

        Returns
        -------
        LikelihoodDisplay
            Drawn.

        Raises
        ------
        ValueError
            If the likelihood was never computed while the machine learned.
        ImportError
            If matplotlib is not installed.
        """
        return cls(getattr(estimator, "history_", {})).plot(ax, **options)

    def plot(self, ax: Any = None, **options: Any) -> LikelihoodDisplay:
        """Draw the curves.

        Parameters
        ----------
        ax, **options
            As for `from_estimator`.

        Returns
        -------
        self
            With `ax_`, `figure_` and `lines_`.
        """
        self.ax_ = axes_for(ax)
        self.figure_ = self.ax_.figure
        self.lines_ = {
            label: self.ax_.plot(*curve, **{"label": label, **options})[0] for label, curve in self.curves.items()
        }
        self.ax_.set(xlabel="epoch", ylabel="nats a row")
        self.ax_.legend()
        return self


def _measured(values: Any) -> tuple[np.ndarray, np.ndarray]:
    numbers = np.asarray(values, np.float64)
    places = np.flatnonzero(~np.isnan(numbers))
    return places + 1, numbers[places]

"""A loss curve in the terminal."""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence

HEIGHT = 10
MARKS, APART = 6, 10  # marks behind the first one at most, and the columns from one to the next


def width_for(epochs: int) -> int:
    """Choose the width, in columns, at which marks fall on whole epochs.

    Examples
    --------
    >>> [width_for(epochs) for epochs in (2, 3, 6, 8, 300)]
    [60, 60, 50, 35, 60]
    """
    steps = epochs - 1
    if steps <= MARKS:
        return APART * steps * (MARKS // steps)
    return round(APART * steps / -(-steps // MARKS))


def drawn(training: Sequence[float], validation: Sequence[float] | None, what: str = "loss") -> str:
    """Draw the loss by epoch.

    Parameters
    ----------
    training : sequence of float
        The training loss of each epoch.
    validation : sequence of float or None
        The validation loss after each epoch.
    what : str, default="loss"
        What it is called.

    Returns
    -------
    str
        Some lines of text; none where there is no curve to draw.
    """
    import plotille

    curves = {"training": training} if validation is None else {"training": training, "validation": validation}
    points = {
        name: [(epoch, loss) for epoch, loss in enumerate(curve, 1) if math.isfinite(loss)]
        for name, curve in curves.items()
    }
    losses = [loss for curve in points.values() for _, loss in curve]
    if len(training) < 2 or not losses:
        return ""
    figure = plotille.Figure()
    figure.width, figure.height = width_for(len(training)), HEIGHT
    figure.color_mode = "names"
    figure.with_colors = sys.stdout.isatty()
    figure.x_label, figure.y_label = "epoch", what
    figure.set_x_limits(1, len(training))
    top = sorted(losses)[int(0.98 * (len(losses) - 1))]
    low = min(losses)
    figure.set_y_limits(low, top if top > low else low + 1.0)
    few = len(training) - 1 <= MARKS  # some marks are between two epochs
    figure.x_ticks_fkt = lambda value, _: "" if few and f"{value:.1f}"[-1] != "0" else f"{value:.0f}"
    figure.y_ticks_fkt = lambda value, _: f"{value:.3g}"
    for (name, curve), colour in zip(points.items(), ("blue", "yellow"), strict=False):
        figure.plot(*zip(*curve, strict=True), lc=colour, label=name)
    return str(figure.show(legend=len(curves) > 1))

"""Where a picture is drawn: on axes that the user has, or on new ones. matplotlib is loaded here and not before."""

from __future__ import annotations

from typing import Any

MISSING = "pictures need matplotlib, which is not installed: pip install 'dendrax[pictures]'"


def axes_for(ax: Any = None) -> Any:
    """Take the axes given, or open a figure with one pair of axes.

    Parameters
    ----------
    ax : matplotlib axes, optional
        Where to draw.

    Returns
    -------
    matplotlib axes
        `ax`, or the axes of a new figure.

    Raises
    ------
    ImportError
        If matplotlib is not installed; the message names the extra.
    """
    try:
        from matplotlib import pyplot
    except ModuleNotFoundError as absent:
        raise ImportError(MISSING) from absent
    return pyplot.subplots(layout="constrained")[1] if ax is None else ax

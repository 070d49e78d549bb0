"""The clock of a run, and how many steps fill its next call to the device.

steps of the next call = steps / seconds of the last one · min(0.3 s, what is left),    from 1 to 16 times the last
"""

from __future__ import annotations

import math
import time

import numpy as np

SECONDS = 0.3  # that a call aims at: between two calls Ctrl-C is noticed, and the bar is drawn
FIRST = 16  # steps of the first call, whose speed is not known yet
GROWTH = 16
MOST = 2**31 - 1  # what a step counter of the device holds


class Clock:
    """Seconds since it was made, against a limit.

    Parameters
    ----------
    limit : float, optional
        Seconds that the run may take.

    Examples
    --------
    >>> clock = Clock()
    >>> clock.left, clock.share
    (inf, 0.0)
    """

    def __init__(self, limit: float | None = None) -> None:
        self.limit, self.began = math.inf if limit is None else limit, time.monotonic()

    @property
    def passed(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        """Seconds to the limit."""
        return self.limit - self.passed

    @property
    def share(self) -> float:
        """The share of the limit that is over; 0 without one."""
        return self.passed / self.limit


def next_budget(done: int, seconds: float, left: float = math.inf, most: int = MOST) -> int:
    """Say how many steps fill the next call, after a call of so many steps and seconds.

    Parameters
    ----------
    done : int
        Steps of the last call.
    seconds : float
        That it took.
    left : float, optional
        Seconds to the end of the run; no call is to go beyond it.
    most : int, optional
        The most steps of a call.

    Returns
    -------
    int
        1 or more.

    Examples
    --------
    >>> next_budget(100, 0.1), next_budget(100, 0.001), next_budget(100, 0.1, left=0.05), next_budget(1, 9.0)
    (300, 1600, 50, 1)
    """
    speed = done / max(seconds, 1e-6)
    return int(np.clip(speed * min(SECONDS, max(left, 0.0)), 1, min(done * GROWTH, most)))

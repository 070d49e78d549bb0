"""What is known of ln Z: its value, exact or between two estimates, and whether to trust it.

forward    from a law whose Z is known to that of the machine: ln Z comes out too low, while few chains carry it
reverse    from the machine back: ln Z comes out too high
"""

from __future__ import annotations

import math
from typing import NamedTuple

WIDE, FEW = 1.0, 0.1  # nats between the two ways, share of effective chains


class LogPartition(NamedTuple):
    """ln Z, exactly or between two estimates.

    Attributes
    ----------
    value : float
        ln Z; where it is estimated, the middle of the two ways.
    error : float
        Its standard error, and half of what lies between the ways; 0 where it is exact.
    low, high : float
        ln Z by the forward and by the reverse way.
    effective : tuple of float
        The effective number of chains of the two ways; infinite where ln Z is exact.
    chains : int
        The chains of each way; 0 where ln Z is exact.
    """

    value: float
    error: float
    low: float
    high: float
    effective: tuple[float, float]
    chains: int

    @property
    def doubt(self) -> str | None:
        """Say why not to trust it, if so: a tenth of the chains must carry it, and the ways must meet within a nat."""
        if self.chains and min(self.effective) < FEW * self.chains:
            return f"only {min(self.effective):.1f} of {self.chains} chains carry the estimate"
        if abs(self.high - self.low) > WIDE:
            return f"the two ways are {abs(self.high - self.low):.1f} nats apart"
        return None


def exactly(value: float) -> LogPartition:
    """Write an exact ln Z."""
    return LogPartition(value, 0.0, value, value, (math.inf, math.inf), 0)

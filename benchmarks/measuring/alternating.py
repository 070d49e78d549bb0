"""Take turns, and keep each one's median: what slows the machine for a while slows everybody.

round 1: a b c     round 2: c b a     round 3: a b c     …
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from statistics import median


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def alternating(arms: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Measure all arms in turn, there and back, and return each one's median.

    Parameters
    ----------
    arms : mapping of str to callable
        Each does its work once and returns what it measured.
    rounds : int
        How often each is asked.
    """
    measured: dict[str, list[float]] = {name: [] for name in arms}
    for i in range(rounds):
        for name in list(arms) if i % 2 == 0 else list(arms)[::-1]:
            measured[name].append(arms[name]())
    return {name: median(values) for name, values in measured.items()}


def installed(*packages: str) -> set[str]:
    """Say which of the peers can be imported, and print which cannot."""
    here = {package for package in packages if find_spec(package) is not None}
    for package in packages:
        if package not in here:
            print(f"{package} is not installed: it is left out")
    return here

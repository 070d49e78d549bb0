"""Pictures are drawn into memory, and every figure is closed after its test."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest


@pytest.fixture(autouse=True)
def _no_window() -> Iterator[None]:
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    yield
    pyplot.close("all")


@pytest.fixture(scope="session")
def machine():
    """Learn pictures of 2 × 3 pixels, the upper line as the lower one, with a class for the first pixel."""
    from dendrax import RestrictedBoltzmannMachine

    lines = np.arange(40)[:, None] % 8 >> np.arange(3) & 1
    machine = RestrictedBoltzmannMachine(5, learning="exact", labels=True, max_epochs=300, random_state=0)
    return machine.fit(np.tile(lines, 2), lines[:, 0])


@pytest.fixture(scope="session")
def graph():
    """Learn four units, two of them joined to hidden ones."""
    from dendrax import BoltzmannMachine

    links = [(0, 1), (0, 4), (3, 4), (2, 5), (4, 5)]
    return BoltzmannMachine(2, links, max_steps=3, random_state=0).fit(np.eye(4, dtype=int))

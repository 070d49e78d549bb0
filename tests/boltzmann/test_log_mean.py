"""The logarithm of a mean, from logarithms."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.boltzmann.log_mean import log_mean


def test_the_log_of_a_mean():
    u = np.random.default_rng(0).lognormal(size=1000)
    value, error, effective = log_mean(np.log(u) + 500)
    assert value == pytest.approx(np.log(u.mean()) + 500)
    assert error == pytest.approx(u.std(ddof=1) / u.mean() / np.sqrt(1000))
    assert effective == pytest.approx(u.sum() ** 2 / (u**2).sum())

"""Hebb's rule: its sum, and what a network remembers of how many patterns."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.boltzmann.hebb import store
from dendrax.boltzmann.links import Lattice, all_pairs
from dendrax.boltzmann.recall import recall

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("links", [all_pairs(12), Lattice(3, 4).links()])
def test_weights_are_the_mean_products(links):
    s = RNG.choice([-1, 1], size=(5, 12))
    expected = [sum(row[i] * row[j] for row in s) / 12 for i, j in links]
    np.testing.assert_allclose(store(s, links).weights, expected, atol=1e-12)


@pytest.mark.parametrize(("load", "least", "most"), [(0.05, 0.995, 1.0), (0.10, 0.97, 1.0), (0.25, 0.0, 0.7)])
def test_recall_is_good_below_the_capacity_and_fails_above(load, least, most):
    """Mean overlaps at n = 400 with a tenth of the units flipped; the capacity is 0.138 n."""
    n = 400
    patterns = RNG.choice([-1, 1], size=(int(load * n), n))
    noisy = np.where(RNG.random(patterns.shape) < 0.1, -patterns, patterns)
    found, rested = recall(store(patterns, all_pairs(n)), noisy)
    assert rested
    assert least <= (found * patterns).mean() <= most

"""Falling downhill in float64: ties stay, and nothing that has come to rest can fall further."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.hebb import store
from dendrax.boltzmann.links import Lattice, all_pairs
from dendrax.boltzmann.recall import recall

RNG = np.random.default_rng(0)


def fallen(patterns, s):
    """Fall by Hebb's rule in whole numbers, n w_ij = Σ_p s_i s_j, one unit after the other."""
    w, s = patterns.T @ patterns, s.copy()
    np.fill_diagonal(w, 0)
    before, ties = None, 0
    while before is None or (s != before).any():
        before = s.copy()
        for i in range(len(w)):
            inputs = s @ w[i]
            ties += (inputs == 0).sum()
            s[:, i] = np.where(inputs == 0, s[:, i], np.sign(inputs))
    return s, ties


@pytest.mark.parametrize("states", ["01", "±1"])
@pytest.mark.parametrize("n", [49, 99])
def test_units_whose_inputs_cancel_stay(n, states):
    patterns, start = RNG.choice([-1, 1], size=(4, n)), RNG.choice([-1, 1], size=(200, n))
    net = store(patterns, all_pairs(n)).in_states(states)
    found, rested = recall(net, np.where(start == 1, 1, net.off))
    expected, ties = fallen(patterns, start)
    assert rested
    assert ties > 100
    np.testing.assert_array_equal(np.where(found == 1, 1, -1), expected)


@pytest.mark.parametrize("states", ["01", "±1"])
@pytest.mark.parametrize(
    ("links", "n"), [(all_pairs(30), 30), (Lattice(5, 6).links(), 30), (Lattice(5, 5).links(), 25)]
)
@pytest.mark.parametrize("size", [1e-42, 1.0, 1e39])
def test_no_single_unit_can_lower_the_energy(links, n, states, size):
    net = SymmetricNetwork(links, size * RNG.normal(size=len(links)), size * RNG.normal(size=n), states)
    start = RNG.choice([net.off, 1], size=(50, n))
    found, rested = recall(net, start)
    gaps = net.energy_gaps(found)
    assert rested
    assert (np.where(found == 1, gaps, -gaps) >= 0).all()
    assert (net.energy(found) <= net.energy(start)).all()
    assert set(np.unique(found)) == {net.off, 1}


def test_rows_fall_alone(monkeypatch):
    net = SymmetricNetwork(all_pairs(12), RNG.normal(size=66), RNG.normal(size=12), "±1")
    start = RNG.choice([-1.0, 1.0], size=(9, 12))
    whole, _ = recall(net, start)
    monkeypatch.setattr("dendrax.boltzmann.recall.PIECE", 25)
    np.testing.assert_array_equal(recall(net, start)[0], whole)
    for row, expected in zip(start, whole, strict=True):
        np.testing.assert_array_equal(recall(net, row[None])[0][0], expected)

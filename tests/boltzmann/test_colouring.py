"""No two linked units share a colour, whatever the graph; few colours where few are enough."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.boltzmann.colouring import colour, require_colouring
from dendrax.boltzmann.links import Lattice, all_pairs


@given(st.integers(1, 20), st.floats(0, 1), st.integers(0, 2**32 - 1))
def test_linked_units_differ(n, density, seed):
    rng = np.random.default_rng(seed)
    links = all_pairs(n)
    links = links[rng.random(len(links)) < density]
    colours = colour(links, n)
    require_colouring(colours, links)
    degrees = np.bincount(links.ravel(), minlength=n)
    assert set(colours.tolist()) == set(range(colours.max() + 1))
    assert colours.max() <= degrees.max()


@pytest.mark.parametrize(
    ("links", "n", "expected"),
    [
        (Lattice(4, 6).links(), 24, 2),
        (Lattice(5, 7, periodic=False).links(), 35, 2),
        (Lattice(3, 3).links(), 9, 4),  # 3 would do
        (np.array([(i, 5 + j) for i in range(5) for j in range(4)]), 9, 2),
        (all_pairs(7), 7, 7),
        (np.zeros((0, 2), np.int32), 4, 1),
    ],
)
def test_few_colours_are_enough(links, n, expected):
    assert colour(links, n).max() + 1 == expected


def test_a_wrong_colouring_is_refused():
    with pytest.raises(ValueError, match="units 1 and 2 both have colour 1"):
        require_colouring(np.array([0, 1, 1]), np.array([[0, 1], [1, 2]]))

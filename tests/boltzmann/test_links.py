"""Graphs, in every way they can be written, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import coo_array, csr_array

from dendrax.boltzmann.links import Lattice, all_pairs, read_links, read_matrix
from dendrax.core.constraints import HyperparameterError


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 5), (2, 2), (3, 3), (2, 5), (4, 6)])
@pytest.mark.parametrize("periodic", [True, False])
def test_a_lattice_joins_neighbours(height, width, periodic):
    expected = set()
    for r in range(height):
        for c in range(width):
            for dr, dc in ((0, 1), (1, 0)):
                there = (r + dr, c + dc)
                if periodic:
                    there = (there[0] % height, there[1] % width)
                if there[0] < height and there[1] < width:
                    pair = tuple(sorted((r * width + c, there[0] * width + there[1])))
                    if pair[0] != pair[1]:
                        expected.add(pair)
    assert list(map(tuple, Lattice(height, width, periodic).links().tolist())) == sorted(expected)


def test_one_graph_in_every_way():
    pairs = [(0, 1), (1, 2), (0, 3)]
    matrix = np.zeros((4, 4))
    for i, j in pairs:
        matrix[i, j] = matrix[j, i] = 2.0
    for links in (pairs, np.array(pairs)[:, ::-1], matrix, csr_array(matrix), coo_array(matrix), matrix.astype(bool)):
        assert read_links(links, 4).tolist() == [[0, 1], [0, 3], [1, 2]]
    assert read_links([[0, 1], [1, 0]], 2).tolist() == [[0, 1]]
    assert read_links(np.zeros((2, 2)), 2).shape == (0, 2)
    assert read_links([(1, 0)], 2).tolist() == [[0, 1]]
    assert read_links("dense", 3).tolist() == all_pairs(3).tolist()
    assert read_links([], 3).shape == (0, 2)
    assert read_links(Lattice(2, 2), 4).tolist() == [[0, 1], [0, 2], [1, 3], [2, 3]]


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ([(0, 0)], "unit 0 with itself"),
        ([(0, 1), (1, 0)], "0 and 1 more than once"),
        ([(0, 4)], "units from 0 to 3; got 4"),
        ([(-1, 0)], "got -1"),
        ([(0.0, 1.0)], "links must be"),
        ([0, 1, 2], "links must be"),
        ("ring", "links must be"),
        (Lattice(3, 3), "must join 4 units"),
        (np.triu(np.ones((4, 4)), 1), "links must be symmetric"),
        (np.eye(4), "links must be 0 on the diagonal"),
    ],
)
def test_what_is_no_graph_is_refused(links, words):
    with pytest.raises(ValueError, match=words):
        read_links(links, 4)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ([[0, 1], [1, 0], [0, 0]], "square"),
        ([[0, np.nan], [np.nan, 0]], "finite; got nan between units"),
        ([[0, np.inf], [np.inf, 0]], "finite; got inf"),
        ([[0, 1.0], [2.0, 0]], "symmetric; got 1 from 0 to 1 and 2 back"),
        ([[0, 1.0], [0, 0]], "symmetric"),
        ([["a", "b"], ["c", "d"]], "numbers"),
    ],
)
def test_what_are_no_weights_is_refused(matrix, words):
    with pytest.raises(ValueError, match=words):
        read_matrix(np.array(matrix))


def test_a_lattice_is_checked():
    with pytest.raises(HyperparameterError, match="height must be an int"):
        Lattice(0, 3)


def test_entries_that_are_there_twice_are_added_in_full_numbers():
    one = np.array([100, 100, 100, 100], np.int8), ([0, 0, 1, 1], [1, 1, 0, 0])
    matrix = coo_array(one, shape=(2, 2))
    assert read_matrix(matrix)[1].tolist() == [200.0]
    assert matrix.nnz == 4

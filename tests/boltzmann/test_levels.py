"""Levels of a column: holes of every kind are none, and only texts, numbers and truths are."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from dendrax.boltzmann.levels import codes_of, is_hole, levels_of


def test_holes_of_every_kind_are_no_levels():
    column = np.array(["b", None, pd.NA, pd.NaT, float("nan"), "a"], object)
    np.testing.assert_array_equal(is_hole(column), [False, True, True, True, True, False])
    np.testing.assert_array_equal(levels_of(column, "column 0"), ["a", "b"])
    np.testing.assert_array_equal(is_hole(np.array(["2020", "NaT"], "M8[D]")), [False, True])


def test_codes_are_places_among_the_levels():
    np.testing.assert_array_equal(codes_of("y", np.array([3, 1, 3]), np.array([1, 2, 3])), [2, 0, 2])
    with pytest.raises(ValueError, match="y must hold a value that was there in fit; got 4"):
        codes_of("y", np.array([4]), np.array([1, 2, 3]))


@pytest.mark.parametrize(
    "column",
    [
        np.array([b"a", b"b"]),
        np.array([b"1"], object),
        np.array(["2020"], "M8[D]"),
        np.array([datetime.date(2020, 1, 1)], object),
        np.array([1j]),
    ],
)
def test_what_a_file_cannot_hold_is_refused(column):
    with pytest.raises(ValueError, match="the column must hold texts or numbers"):
        levels_of(column, "the column")

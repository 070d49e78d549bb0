from __future__ import annotations

import numpy as np
import pytest

from dendrax import BoltzmannMachine, RestrictedBoltzmannMachine
from dendrax.report import FiltersDisplay
from dendrax.report.filters_display import weights_of
from dendrax.report.tiles import tiled


def test_filters_are_the_weights_in_their_places(machine) -> None:
    display = FiltersDisplay.from_estimator(machine, None, shape=(2, 3), columns=2)
    shown = display.image_.get_array().filled(np.nan)
    np.testing.assert_array_equal(shown, tiled(machine.components_[:, :6].reshape(5, 2, 3), 2))
    assert shown[3, 5] == machine.components_[3, 1]  # unit 3: second line, second place; pixel 1 of its first line


def test_the_scale_is_one_for_all_and_symmetric(machine) -> None:
    display = FiltersDisplay.from_estimator(machine, 3, shape=(2, 3))
    low, high = display.image_.get_clim()
    assert -low == high == abs(machine.components_[:3, :6]).max()
    red, green, blue, _ = display.image_.to_rgba(np.array([[0.0]]))[0, 0]
    assert red == pytest.approx(green, abs=0.01) == pytest.approx(blue, abs=0.01)  # 0 has no colour


def test_weights_of_zero_have_a_scale() -> None:
    assert FiltersDisplay(np.zeros((2, 4)), shape=(2, 2)).plot().image_.get_clim() == (-1, 1)


def test_units_of_labels_are_no_pixels(machine) -> None:
    assert machine.components_.shape == (5, 8)
    np.testing.assert_array_equal(weights_of(machine), machine.components_[:, :6])


def test_filters_of_any_graph_are_the_links_from_hidden_to_visible_units(graph) -> None:
    weight = {tuple(link): w for link, w in zip(graph.links_.tolist(), graph.weights_, strict=True)}
    expected = np.zeros((2, 4))
    expected[0, 0], expected[0, 3], expected[1, 2] = weight[0, 4], weight[3, 4], weight[2, 5]
    np.testing.assert_array_equal(weights_of(graph), expected)


def test_what_has_no_filters_is_refused(machine) -> None:
    with pytest.raises(ValueError, match=r"^shape must have 6 pixels, .* got \(3, 3\)"):
        FiltersDisplay.from_estimator(machine, shape=(3, 3))
    with pytest.raises(ValueError, match=r"^filters must belong to hidden units"):
        FiltersDisplay.from_estimator(BoltzmannMachine(states="±1").store([[1, -1]]), shape=(1, 2))
    for machine, match in (
        (RestrictedBoltzmannMachine(visible="categorical"), "^filters must have one unit a column; got categorical"),
        (RestrictedBoltzmannMachine(), "^filters must be those of a fitted machine; got one before fit"),
    ):
        with pytest.raises(ValueError, match=match):
            FiltersDisplay.from_estimator(machine, shape=(1, 1))
    with pytest.raises(ValueError, match=r"^weights must be finite; got NaN"):
        FiltersDisplay([[np.nan]], shape=(1, 1))

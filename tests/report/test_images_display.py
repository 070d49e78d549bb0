from __future__ import annotations

import numpy as np
import pytest

from dendrax.report import ImagesDisplay
from dendrax.report.tiles import tiled


@pytest.mark.loose_promotion
def test_samples_are_shown_as_they_are_drawn(machine) -> None:
    display = ImagesDisplay.from_estimator(machine, 6, shape=(2, 3), columns=3, random_state=5, sweeps=20)
    rows = machine.sample(6, random_state=5, sweeps=20)
    np.testing.assert_array_equal(display.image_.get_array().filled(np.nan), tiled(rows.reshape(6, 2, 3), 3))
    assert display.figure_ is display.ax_.figure
    assert display.image_.get_clim() == (0, 1)


@pytest.mark.loose_promotion
def test_means_are_those_of_what_is_drawn(machine) -> None:
    display = ImagesDisplay.from_estimator(machine, 2, shape=(2, 3), expected=True, random_state=5, sweeps=20)
    np.testing.assert_array_equal(
        display.pictures.reshape(2, 6), machine.reconstruct(machine.sample(2, random_state=5, sweeps=20))
    )


@pytest.mark.loose_promotion
def test_hidden_units_of_any_graph_are_not_shown(graph) -> None:
    display = ImagesDisplay.from_estimator(graph, 3, shape=(2, 2), random_state=1, sweeps=4)
    np.testing.assert_array_equal(display.pictures.reshape(3, 4), graph.sample(3, random_state=1, sweeps=4)[:, :4])
    with pytest.raises(ValueError, match=r"expected must be False unless the machine can .* got True for a Boltz"):
        ImagesDisplay.from_estimator(graph, shape=(2, 2), expected=True)


def test_axes_of_the_user_are_drawn_on() -> None:
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(1, 2)
    display = ImagesDisplay(np.eye(4), shape=(2, 2), limits=(-1, 2))
    assert display.plot(axes[1]) is display
    assert (display.ax_, display.figure_) == (axes[1], figure)
    assert display.image_.get_clim() == (-1, 2)
    assert len(pyplot.get_fignums()) == 1


@pytest.mark.parametrize("limits", [(1, 0), (0, np.inf), (0,), 3, "01"])
def test_limits_must_rise(limits: object) -> None:
    with pytest.raises(ValueError, match=r"^limits must be None or a pair of finite floats, .* first; got "):
        ImagesDisplay(np.eye(4), shape=(2, 2), limits=limits)


def test_a_shape_of_other_pixels_is_refused_before_anything_is_drawn(machine) -> None:
    from matplotlib import pyplot

    with pytest.raises(ValueError, match=r"^shape must have 6 pixels, .* got \(28, 28\)"):
        ImagesDisplay.from_estimator(machine, 1, shape=(28, 28), sweeps=1)
    assert not pyplot.get_fignums()

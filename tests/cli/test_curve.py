import itertools
import math

import pytest

from dendrax.cli.curve import HEIGHT, drawn


@pytest.mark.parametrize("training", [[], [0.5], [math.nan, math.inf]])
def test_no_curve_is_drawn_from_fewer_than_two_epochs_or_no_finite_loss(training):
    assert drawn(training, None) == ""


def test_the_axes_span_the_epochs_and_the_losses():
    lines = drawn([4.0, 2.0, 1.0], [5.0, 3.0, 2.0]).splitlines()
    marks = [line.split("|")[0].strip() for line in lines if "|" in line and line.split("|")[0].strip()]
    heights = [float(mark) for mark in marks if mark.replace(".", "", 1).isdigit()]
    assert min(heights) == 1.0
    assert heights == sorted(heights, reverse=True)
    assert len(heights) >= HEIGHT
    assert "training" in lines[-2] + lines[-1]
    assert "validation" in lines[-2] + lines[-1]


@pytest.mark.parametrize("epochs", [2, 3, 4, 5, 6, 7, 8, 13, 14, 20, 60, 61, 300, 1000])
def test_every_mark_of_the_axis_is_another_epoch(epochs):
    lines = drawn([1 / k for k in range(1, epochs + 1)], None).splitlines()
    axis = next(place for place, line in enumerate(lines) if "(epoch)" in line)
    marks = [int(mark) for mark in lines[axis + 1].split("|")[1].split()]
    between = {after - before for before, after in itertools.pairwise(marks)}
    assert marks[0] == 1
    assert epochs - max(between) < marks[-1] <= epochs
    assert min(between) >= 1
    assert max(between) - min(between) <= (epochs > 7)  # the same steps, but for rounding
    if epochs <= 7:
        assert marks == list(range(1, epochs + 1))


def test_a_loss_that_never_changes_is_a_line_along_the_bottom():
    lines = drawn([2.0, 2.0], None).splitlines()
    marked = [line.split("|", 1) for line in lines if "|" in line and line[0] != "-"]
    inked = {mark.strip() for mark, row in marked if any("\u2800" < cell <= "\u28ff" for cell in row)}
    assert inked == {"2"}

from __future__ import annotations

import numpy as np
import pytest

from dendrax.report import CompletionsDisplay

WHOLE = np.array([[0, 1, 1, 0, 1, 1], [1, 0, 0, 1, 0, 0]], float)
HALVES = np.where(np.arange(6) < 3, WHOLE, np.nan)


@pytest.mark.loose_promotion
@pytest.mark.parametrize("expected", [False, True])
def test_what_is_known_stands_above_what_is_completed_and_the_truth(machine, expected: bool) -> None:
    drawing = {"expected": expected, "random_state": 3, "sweeps": 50}
    display = CompletionsDisplay.from_estimator(machine, HALVES, shape=(2, 3), truth=WHOLE, columns=2, **drawing)
    completed = machine.complete(HALVES, **drawing)
    shown = display.image_.get_array().filled(np.nan)
    assert shown.shape == (8, 7)
    for k, left in enumerate((0, 4)):
        for top, rows in ((0, HALVES), (3, completed), (6, WHOLE)):
            np.testing.assert_array_equal(shown[top : top + 2, left : left + 3], rows[k].reshape(2, 3))
    assert display.image_.get_clim() == (0, 1)


def test_without_a_truth_there_are_two() -> None:
    display = CompletionsDisplay(HALVES, WHOLE, shape=(2, 3)).plot(columns=1)
    assert display.truth is None
    assert display.image_.get_array().shape == (11, 3)
    assert display.figure_ is display.ax_.figure


def test_rows_must_be_of_the_same_pictures() -> None:
    with pytest.raises(ValueError, match=r"^truth must have 2 rows, as given; got 1"):
        CompletionsDisplay(HALVES, WHOLE, shape=(2, 3), truth=WHOLE[:1])
    with pytest.raises(ValueError, match=r"^shape must have 6 pixels, .* got \(2, 2\)"):
        CompletionsDisplay(HALVES, WHOLE, shape=(2, 2))

from __future__ import annotations

import numpy as np
import pytest

from dendrax.report import LikelihoodDisplay


def test_the_curve_is_that_of_the_history(machine) -> None:
    display = LikelihoodDisplay.from_estimator(machine)
    (line,) = display.ax_.lines
    epochs, values = line.get_data()
    history = np.array(machine.history_["log_likelihood"])
    assert len(epochs) == (~np.isnan(history)).sum() > 5
    np.testing.assert_array_equal(values, history[epochs - 1])
    assert values[-1] == pytest.approx(machine.log_likelihood_, abs=0.05)
    assert display.ax_.get_legend().get_texts()[0].get_text() == "rows learned"


def test_rows_held_out_have_a_curve_of_their_own() -> None:
    history = {"log_likelihood": [-3.0, -2.0], "validation_log_likelihood": [np.nan, -2.5], "free_energy_gap": [0, 1]}
    lines = LikelihoodDisplay(history).plot(color="black").lines_
    assert {label: line.get_xydata().tolist() for label, line in lines.items()} == {
        "rows learned": [[1, -3], [2, -2]],
        "rows held out": [[2, -2.5]],
    }


@pytest.mark.parametrize("history", [{}, {"log_likelihood": [np.nan, np.nan]}])
def test_a_history_without_likelihood_is_refused(history: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError, match=r"^history must hold a log_likelihood; got none: likelihood_every="):
        LikelihoodDisplay(history)

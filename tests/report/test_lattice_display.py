from __future__ import annotations

import numpy as np
import pytest

from dendrax import BoltzmannMachine
from dendrax.boltzmann import Lattice
from dendrax.report import LatticeDisplay

STATE = np.array([1, -1, -1, 1, 1, 1])


def magnet() -> BoltzmannMachine:
    w = np.zeros((6, 6))
    i, j = Lattice(2, 3, periodic=False).links().T
    w[i, j] = w[j, i] = 1
    return BoltzmannMachine.from_energy(w, states="±1", temperature=2.5, random_state=0)


def test_units_stand_where_the_lattice_has_them() -> None:
    display = LatticeDisplay.from_estimator(magnet(), STATE, shape=(2, 3))
    np.testing.assert_array_equal(display.image_.get_array(), [[1, -1, -1], [1, 1, 1]])
    # of the seven pairs of neighbours four agree, three do not: E = −(4 − 3)
    assert display.ax_.get_title() == "T = 2.5, E = -0.167 a unit"
    black, white = display.image_.to_rgba(np.array([[1.0, -1.0]]))[0]
    assert (black[0], white[0]) == (0, 1)


@pytest.mark.loose_promotion
def test_a_lattice_knows_its_shape_and_a_state_is_drawn() -> None:
    machine = BoltzmannMachine(links=Lattice(2, 3, periodic=False), states="01", random_state=0).store([STATE > 0])
    display = LatticeDisplay.from_estimator(machine, random_state=4, sweeps=7)
    np.testing.assert_array_equal(display.state, machine.sample(1, random_state=4, sweeps=7).reshape(2, 3))
    assert display.image_.get_clim() == (0, 1)


def test_what_is_no_state_of_a_lattice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^shape must be given, .* unless links are a Lattice; got None"):
        LatticeDisplay.from_estimator(magnet(), STATE)
    with pytest.raises(ValueError, match=r"^shape must have 6 pixels, .* got \(3, 3\)"):
        LatticeDisplay.from_estimator(magnet(), STATE, shape=(3, 3))
    with pytest.raises(ValueError, match=r"^state must hold -1 and 1 alone, the states '±1'"):
        LatticeDisplay([0, 1], shape=(1, 2))


def test_the_title_says_what_is_known() -> None:
    assert LatticeDisplay(STATE, shape=(2, 3)).plot().ax_.get_title() == ""
    assert LatticeDisplay(STATE, shape=(3, 2), temperature=0).title == "T = 0"

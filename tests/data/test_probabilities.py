"""Activations as probabilities: by hand."""

import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.data.probabilities import SIGNED, normalised, shares
from dendrax.nn.activations import ACTIVATIONS


@pytest.mark.parametrize("output", ACTIVATIONS)
def test_units_that_reach_from_minus_1_to_1_are_the_signed_ones(output):
    ends = np.asarray(ACTIVATIONS[output].function(jnp.float32([[-1e9, 1e9]])), float)
    assert (output in SIGNED) == (ends.round(6).tolist() == [[-1, 1]])


def test_signs_are_shifted_and_everything_else_is_cut_off():
    a = np.array([[-1.0, -0.5, 0.5, 2.0]])
    for output in SIGNED:
        assert shares(a, output).tolist() == [[0, 0.25, 0.75, 1]]
    assert shares(a, "identity").tolist() == shares(a, "relu").tolist() == [[0, 0, 0.5, 1]]
    assert shares(a, "sigmoid") is a


def test_rows_sum_to_1():
    assert normalised(np.array([[1.0, 3.0], [0.0, 0.0]])).tolist() == [[0.25, 0.75], [0.5, 0.5]]

"""The bound that is named is the bound: below it gradient descent converges, above it diverges."""

from __future__ import annotations

import re

import numpy as np
import pytest

from dendrax import NeuralRegressor
from dendrax.learning.outcome import DivergenceError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 3)) * [1.0, 2.0, 5.0]
Y = X @ [1.0, -1.0, 0.5]
PLAIN = {"optimiser": "sgd", "validation_fraction": 0, "prepare": None, "random_state": 0, "batch_size": None}


def diverged(rate, **options):
    model = NeuralRegressor([], learning_rate=rate, max_epochs=2000, **(PLAIN | options))
    with pytest.raises(DivergenceError, match="training diverged") as caught:
        model.fit(X, Y)
    return str(caught.value)


def test_the_bound_is_named_and_true():
    message = diverged(100.0)
    bound = float(re.search(r"2/λmax = ([0-9.e-]+)", message).group(1))
    rows = np.c_[X, np.ones(50)]
    assert bound == pytest.approx(2 / np.linalg.eigvalsh(rows.T @ rows / 50)[-1], rel=1e-2)
    alone = float(re.search(r"2/max\|x\|² = ([0-9.e-]+)", message).group(1))
    assert alone == pytest.approx(2 / (rows**2).sum(axis=1).max(), rel=1e-2)
    below = NeuralRegressor([], learning_rate=0.9 * bound, max_epochs=2000, **PLAIN).fit(X, Y)
    assert below.score(X, Y) > 0.99
    recovered = NeuralRegressor([], learning_rate=1.2 * bound, max_epochs=2000, **PLAIN).fit(X, Y)
    assert max(recovered.history_["learning_rate"]) > min(recovered.history_["learning_rate"])  # it had to halve


@pytest.mark.parametrize("options", [{"optimiser": "nesterov"}, {"loss": "huber"}])
def test_where_there_is_no_bound_none_is_named(options):
    assert "λmax" not in diverged(1e6 if "optimiser" in options else 1e38, **options)


def test_prepared_columns_have_a_bound_of_their_own():
    message = diverged(1e3, prepare="auto")
    assert 0.1 < float(re.search(r"2/λmax = ([0-9.e-]+)", message).group(1)) < 2

"""Changing a number compiles nothing; a cold fit is two programs."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from dendrax import NeuralClassifier, NeuralRegressor

NUMBERS = {
    "learning_rate": 0.01,
    "max_epochs": 7,
    "tolerance": 0.1,
    "patience": 3,
    "weight_decay": 0.3,
    "random_state": 5,
    "time_limit": 30.0,
}


def table(rows: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(rows)
    X = rng.normal(size=(rows, 6))
    return X, (X[:, 0] + X[:, 1] > 0).astype(int)


def small(**options: object) -> NeuralClassifier:
    return NeuralClassifier([9], **({"max_epochs": 5, "random_state": 0} | options))


def test_a_cold_fit_is_two_programs(compilations):
    jax.clear_caches()
    small().fit(*table(300))
    assert compilations.count == 2


@pytest.mark.parametrize("name", NUMBERS)
def test_changing_a_number_compiles_nothing(compilations, name):
    small().fit(*table(300))
    before = compilations.count
    small(**{name: NUMBERS[name]}).fit(*table(300))
    assert compilations.count == before


def test_momentum_compiles_nothing(compilations):
    small(optimiser="sgd", momentum=0.1).fit(*table(300))
    before = compilations.count
    small(optimiser="sgd", momentum=0.9).fit(*table(300))
    assert compilations.count == before


def test_class_weights_compile_nothing(compilations):
    small().fit(*table(300))
    before = compilations.count
    small(class_weight={0: 1.0, 1: 3.0}).fit(*table(300))
    small(class_weight="balanced").fit(*table(300))
    assert compilations.count == before


def test_rows_within_a_bucket_compile_nothing(compilations):
    small().fit(*table(289))
    before = compilations.count
    for rows in (290, 300, 319, 320):
        small().fit(*table(rows))
    assert compilations.count == before
    small().fit(*table(321))
    assert compilations.count > before


def test_a_size_compiles(compilations):
    small().fit(*table(300))
    before = compilations.count
    NeuralClassifier([10], max_epochs=5).fit(*table(300))
    assert compilations.count == before + 2


def test_prediction_compiles_once_for_nearby_sizes(compilations):
    X, y = table(300)
    model = NeuralRegressor([9], max_epochs=3).fit(X, y)
    model.predict(X[:100])
    before = compilations.count
    for rows in (97, 98, 104):
        model.predict(X[:rows])
    assert compilations.count == before

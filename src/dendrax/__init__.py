"""Neural networks that learn from patterns, at the speed of the machine.

Names are loaded when they are first used: importing this package loads neither JAX nor scikit-learn.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dendrax.estimators.boltzmann_machine import BoltzmannMachine
    from dendrax.estimators.linear_classifier import LinearClassifier
    from dendrax.estimators.linear_regressor import LinearRegressor
    from dendrax.estimators.neural_classifier import NeuralClassifier
    from dendrax.estimators.neural_regressor import NeuralRegressor
    from dendrax.estimators.restricted_boltzmann_machine import RestrictedBoltzmannMachine
    from dendrax.estimators.saving import load

__version__ = "0.1.0.dev0"

_HOMES = {
    "BoltzmannMachine": "dendrax.estimators.boltzmann_machine",
    "LinearClassifier": "dendrax.estimators.linear_classifier",
    "LinearRegressor": "dendrax.estimators.linear_regressor",
    "NeuralClassifier": "dendrax.estimators.neural_classifier",
    "NeuralRegressor": "dendrax.estimators.neural_regressor",
    "RestrictedBoltzmannMachine": "dendrax.estimators.restricted_boltzmann_machine",
    "load": "dendrax.estimators.saving",
}

__all__ = [
    "BoltzmannMachine",
    "LinearClassifier",
    "LinearRegressor",
    "NeuralClassifier",
    "NeuralRegressor",
    "RestrictedBoltzmannMachine",
    "load",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'dendrax' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

"""How good predictions are; smaller is better.

classification    −mean ln p(truth)        p clipped at 1e-6 and normalised; a class never trained on has 1e-6
regression        √mean (ŷ − y)² / σ(y)    of the test part: 1 is a model that knows its mean only
"""

from __future__ import annotations

from typing import Any

import numpy as np

SMALLEST = 1e-6


def log_loss(probability: np.ndarray, classes: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Compute the log-loss in nats, and the accuracy.

    Parameters
    ----------
    probability : array of shape (rows, classes)
        What the model says.
    classes : array of shape (classes,)
        The class of each column.
    y : array of shape (rows,)
        The truth.
    """
    p = np.clip(np.asarray(probability, np.float64), SMALLEST, None)
    p /= p.sum(axis=1, keepdims=True)
    is_truth = np.asarray(y)[:, None] == np.asarray(classes)[None, :]
    at_truth = np.where(is_truth.any(axis=1), (p * is_truth).sum(axis=1), SMALLEST)
    return float(-np.log(at_truth).mean()), float((np.asarray(classes)[p.argmax(axis=1)] == y).mean())


def relative_error(prediction: np.ndarray, y: np.ndarray) -> float:
    """Compute the root mean square error in units of the target's standard deviation."""
    error = np.asarray(prediction, np.float64).reshape(-1) - y
    return float(np.sqrt((error**2).mean()) / y.std())


def judge(model: Any, X: Any, y: np.ndarray, task: str) -> tuple[float, float | str]:
    """Score a fitted model on the test part: its loss, and for classes its accuracy."""
    if task == "regression":
        return relative_error(model.predict(X), y), ""
    return log_loss(model.predict_proba(X), model.classes_, y)

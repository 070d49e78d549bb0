"""What a network is measured by: the linear model, and the trivial one that answers every row the same.

classes    the share of each class in training
numbers    the mean of training
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.cli import scores
from dendrax.cli.held_out import Parts
from dendrax.data.tables import Table
from dendrax.data.targets import learn_classes

WIDEST = 2000  # inputs of a linear model that is fitted for comparison


def linear_model(X: Table, y: np.ndarray, classes: bool) -> Any:
    """Fit the linear model, and give its predictor; None where it would be too wide."""
    from dendrax import LinearClassifier, LinearRegressor

    if design_width(X) > WIDEST:
        return None
    return (LinearClassifier() if classes else LinearRegressor(penalty=1.0)).fit(X, y)._predictor


def beside(parts: Parts, classes: bool) -> dict[str, scores.Scores]:
    """Score the trivial and the linear model on the same rows."""
    assert parts.test_X is not None
    assert parts.test_y is not None
    result: dict[str, scores.Scores] = {}
    linear = linear_model(parts.X, parts.y, classes)
    if linear is not None:
        result["linear model"] = scores.scores(linear, parts.test_X, parts.test_y)
    if not classes:
        middle = np.full(len(parts.test_y), parts.y.mean())
        trivial = scores.number_scores(middle, np.asarray(parts.test_y, np.float64))
    else:
        target = learn_classes(parts.y)
        shares = np.bincount(target.codes(parts.y)) / len(parts.y)
        everyone = np.tile(shares, (len(parts.test_y), 1))
        trivial = scores.class_scores(everyone, target.codes(parts.test_y))
    return result | {"trivial model": trivial}


def design_width(X: Table) -> int:
    """Count the inputs of a linear model of a table: its numbers, and every level of its categories."""
    return sum(len(set(c.tolist())) if c.dtype.kind == "O" else 1 for c in X.columns.values())

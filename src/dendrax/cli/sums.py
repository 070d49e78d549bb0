"""Scores of rows that come in batches: sums that add up, whatever the order.

classes    right answers, Σ −ln p(true class), rows
numbers    Σ (y − a)²; the mean of y and Σ (y − mean)², joined batch by batch:
           Σ = Σ₁ + Σ₂ + (mean₂ − mean₁)² · n₁ n₂ / (n₁ + n₂)
"""

from __future__ import annotations

import numpy as np

from dendrax.cli.scores import SMALLEST, Scores


class ClassSums:
    """Accuracy and log-loss of classes."""

    def __init__(self) -> None:
        self.rows, self.right, self.loss = 0, 0, 0.0

    def add(self, probabilities: np.ndarray, codes: np.ndarray) -> None:
        """Add rows: probabilities of shape (rows, classes), codes of the true classes of shape (rows,)."""
        at_truth = np.clip(probabilities[np.arange(len(codes)), codes].astype(np.float64), SMALLEST, 1.0)
        self.rows += len(codes)
        self.right += int((probabilities.argmax(axis=1) == codes).sum())
        self.loss -= float(np.log(at_truth).sum())

    @property
    def scores(self) -> Scores:
        """The scores of all rows so far."""
        return {"accuracy": self.right / self.rows, "log_loss": self.loss / self.rows}


class NumberSums:
    """R² and RMSE of numbers."""

    def __init__(self) -> None:
        self.rows, self.error, self.mean, self.spread = 0, 0.0, 0.0, 0.0

    def add(self, answers: np.ndarray, y: np.ndarray) -> None:
        """Add rows: answers and the truth, both of shape (rows,)."""
        n, mean = len(y), float(y.mean())
        step = mean - self.mean
        self.spread += float(((y - mean) ** 2).sum()) + step**2 * self.rows * n / (self.rows + n)
        self.rows += n
        self.mean += step * n / self.rows
        self.error += float(((y - answers.astype(np.float64)) ** 2).sum())

    @property
    def scores(self) -> Scores:
        """The scores of all rows so far."""
        r2 = 1 - self.error / self.spread if self.spread > 0 else 0.0
        return {"r2": r2, "rmse": float(np.sqrt(self.error / self.rows))}

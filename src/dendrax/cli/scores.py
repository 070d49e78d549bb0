"""How good answers are, on rows that training never saw.

classes    log-loss −(1/n) Σ ln p(true class), in nats;  accuracy, the share of right answers
numbers    RMSE √((1/n) Σ (y − a)²);  R² = 1 − Σ (y − a)² / Σ (y − mean)²
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dendrax.cli.machine import Machine
from dendrax.data.cells import as_levels
from dendrax.data.files import place
from dendrax.data.numerals import canonical, number_of
from dendrax.data.tables import DataError, Table, listed
from dendrax.data.targets import ClassTarget
from dendrax.predictor.predictor import Predictor

Scores = dict[str, float]
SMALLEST = 1e-6  # a probability below counts as this much


def class_scores(probabilities: np.ndarray, codes: np.ndarray) -> Scores:
    """Score probabilities of shape (rows, classes) against class codes."""
    at_truth = np.clip(probabilities[np.arange(len(codes)), codes].astype(np.float64), SMALLEST, 1.0)
    right = probabilities.argmax(axis=1) == codes
    return {"accuracy": float(right.mean()), "log_loss": float(-np.log(at_truth).mean())}


def number_scores(answers: np.ndarray, y: np.ndarray) -> Scores:
    """Score numbers, both of shape (rows,)."""
    error = ((y - answers.astype(np.float64)) ** 2).mean()
    spread = y.var()
    return {"r2": float(1 - error / spread) if spread > 0 else 0.0, "rmse": float(np.sqrt(error))}


def scores(predictor: Predictor, X: Any, y: np.ndarray) -> Scores:
    """Score a model on rows with known answers.

    Parameters
    ----------
    predictor : Predictor
        The model.
    X : Table
        Rows.
    y : ndarray, shape (rows,)
        Their answers, as the model knows them.

    Returns
    -------
    dict of str to float
        accuracy and log_loss, or r2 and rmse.
    """
    if isinstance(predictor.target, ClassTarget):
        return class_scores(predictor.predict_proba(X), predictor.target.codes(y))
    return number_scores(predictor.predict(X), np.asarray(y, np.float64))


def finite(result: Scores) -> dict[str, float | None]:
    """Write scores for a machine: JSON knows no infinity."""
    return {name: value if math.isfinite(value) else None for name, value in result.items()}


def shown(result: Scores) -> list[str]:
    """Write scores for a person."""
    return [f"{value:.1%}" if name == "accuracy" else f"{value:.4g}" for name, value in result.items()]


def answers_of(rows: Table, name: str, predictor: Predictor | Machine) -> np.ndarray:
    """Read the true answers in the type of the model's labels.

    Parameters
    ----------
    rows : Table
        Rows whose answers are known.
    name : str
        The column of answers.
    predictor : Predictor or Machine
        The model.

    Returns
    -------
    ndarray
        Labels that can be compared with the model's, or float64.

    Raises
    ------
    DataError
        Naming the first cell that is no answer of this model.
    """
    column = rows.columns[name]
    if isinstance(predictor.target, ClassTarget):
        labels = predictor.target.labels
        answers = _as_labels(column, labels)
        strange, wanted = ~np.isin(answers, labels), f"only the labels {listed(labels.tolist())}"
    else:
        answers = _as_numbers(column)
        strange, wanted = np.isnan(answers), "numbers"
    if strange.any():
        row = int(strange.argmax())
        (cell,) = as_levels(column[row : row + 1])
        got = repr(cell) if column.dtype.kind == "O" else cell
        raise DataError(f"column {name!r} must hold {wanted}; got {got} in {place(rows, row)}")
    return answers


def _as_labels(column: np.ndarray, labels: np.ndarray) -> np.ndarray:
    if labels.dtype.kind not in "UO":
        return _as_numbers(column) if column.dtype.kind in "OM" else column
    texts = column if column.dtype.kind == "O" else np.array([str(cell) for cell in column.tolist()], object)
    return texts.astype(str) if labels.dtype.kind == "U" else texts


def _as_numbers(column: np.ndarray) -> np.ndarray:
    """Read cells as float64, truths as 1 and 0; NaN where text or a date is none."""
    if column.dtype.kind == "M":
        return np.full(len(column), np.nan)
    if column.dtype.kind != "O":
        return column.astype(np.float64)
    truths = {"True": 1.0, "False": 0.0}
    numbers = (truths.get(canonical(cell), number_of(cell)) for cell in column.tolist())
    return np.array([np.nan if number is None else number for number in numbers])

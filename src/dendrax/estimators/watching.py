"""What users watch a training run by: a metric that chooses the best epoch, and callbacks after every epoch."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import get_scorer

from dendrax.estimators.inputs import Inputs
from dendrax.learning.outcome import Curves

Answering = Callable[[Any], Any]  # parameters → a predictor


def metric_of(estimator: Any, metric: Any, X: Inputs, y: np.ndarray, answering: Answering) -> Callable[[Any], float]:
    """Make the function that scores parameters on some rows.

    Parameters
    ----------
    estimator : BaseEstimator
        The one that is being fitted: the scorer sees a copy of it.
    metric : str or callable
        The name of a scorer, a scorer, or a function of true targets and predictions.
    X, y : rows and targets
        What to score on.
    answering : callable
        Turns parameters into a `Predictor`.

    Returns
    -------
    callable
        From parameters to a number; more is better.
    """
    scorer: Any = get_scorer(metric) if isinstance(metric, str) else metric

    def score(params: Any) -> float:
        fitted = copy.copy(estimator)
        fitted._predictor = answering(params)
        if hasattr(scorer, "_score_func"):  # what every scorer of scikit-learn has
            return float(scorer(fitted, X, y))
        return float(scorer(y, fitted.predict(X)))

    return score


def history(curves: Curves, validated: bool) -> dict[str, list[Any]]:
    """Write the curves of a run as columns, one number an epoch."""
    epochs = len(curves.training)
    empty = [None] * epochs
    return {
        "epoch": list(range(1, epochs + 1)),
        "training_loss": list(curves.training),
        "validation_loss": list(curves.validation) if validated else empty,
        "metric": [*curves.metric, *[np.nan] * (epochs - len(curves.metric))] if curves.metric else empty,
        "learning_rate": list(curves.learning_rate),
        "gradient_norm": list(curves.gradient_norm),
    }


def asked_after_epoch(callbacks: Sequence[Callable[[dict[str, Any]], Any]], validated: bool) -> Any:
    """Make the function that a run calls after every epoch; it says whether a callback wants to stop."""

    def ask(epoch: int, curves: Curves, seconds: float) -> bool:
        seen = {
            "epoch": epoch,
            "training_loss": curves.training[-1],
            "validation_loss": curves.validation[-1] if validated else None,
            "metric": curves.metric[-1] if len(curves.metric) == epoch else None,
            "learning_rate": curves.learning_rate[-1],
            "gradient_norm": curves.gradient_norm[-1],
            "seconds": seconds,
        }
        asked = [callback(seen) for callback in callbacks]
        return any(isinstance(answer, (bool, np.bool_)) and bool(answer) for answer in asked)

    return ask


def warn_of_ending(estimator: Any) -> None:
    """Say what a person should know of how training ended."""
    if estimator.stopped_because_ == "interrupted":
        warnings.warn(
            f"training was interrupted after epoch {estimator.n_iter_}; the estimator keeps what it has learned. "
            "Ctrl-C in a training that follows at once, as in a search, raises KeyboardInterrupt",
            UserWarning,
            stacklevel=4,
        )
    metric = estimator.history_["metric"]
    if estimator.metric is not None and metric and not np.isfinite(metric).any():
        warnings.warn(
            "metric was finite after no epoch, so it chose none: the last parameters answer", UserWarning, stacklevel=4
        )

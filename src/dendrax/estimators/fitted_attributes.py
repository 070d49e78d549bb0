"""What `fit` leaves on an estimator, in a model file and back: numbers, why it stopped, and one number an epoch.

    history_[column]  =  what the file says of it: a curve of n_iter_ numbers, a hole in it being NaN
                         None for every epoch, where the file has no such curve

Every name is in a closed table, every value is held against its rule, and all of them against each other.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from dendrax.core.constraints import Exactly, OneOf, Real, Such, Whole
from dendrax.core.described import fields_of
from dendrax.learning.stopping import REASONS
from dendrax.predictor.about import is_curve

NONE = Exactly(None)
CURVE = Such(is_curve, "a row of finite numbers")
SHOWN = {"loss_curve_": "training_loss", "validation_curve_": "validation_loss"}  # attributes that are columns, too
CURVES = {**SHOWN, "metric_curve": "metric", "rate_curve": "learning_rate", "gradient_curve": "gradient_norm"}
FITTED = {
    "n_features_in_": (Whole(1),),
    "n_iter_": (Whole(0, 2**31 - 1),),
    "best_epoch_": (Whole(0),),
    "best_loss_": (NONE, Real()),
    "best_loss_error_": (NONE, Real(0)),
    "stopped_because_": (OneOf(tuple(REASONS.values())),),
    "n_outputs_": (Whole(1),),
    "loss_curve_": (CURVE,),
    **{name: (NONE, CURVE) for name in CURVES if name != "loss_curve_"},
}
SINCE_FORMAT_3 = frozenset({"best_loss_", "best_loss_error_", *CURVES.keys() - SHOWN.keys()})


def fitted_to_json(estimator: Any) -> dict[str, Any]:
    """Take the attributes that a file keeps.

    Parameters
    ----------
    estimator : estimator
        A fitted one.

    Returns
    -------
    dict
        Numbers, texts and None; curves as arrays of float64.
    """
    fitted = {name: _plain(getattr(estimator, name)) for name in FITTED if hasattr(estimator, name)}
    history = getattr(estimator, "history_", {})
    return fitted | {name: _plain(history[column]) for name, column in CURVES.items() if column in history}


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        curve = np.array(value, np.float64)  # None becomes NaN
        return np.where(np.isfinite(curve), curve, np.nan) if any(v is not None for v in value) else None
    value = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(value, float) and not np.isfinite(value) else value


def fitted_from_json(described: Any, optional: Collection[str]) -> dict[str, Any]:
    """Check what a file says of these attributes, each by its rule and all by each other.

    Parameters
    ----------
    described : Any
        What `fitted_to_json` made, if all is well.
    optional : collection of str
        What may be absent.

    Returns
    -------
    dict
        The same.

    Raises
    ------
    ValueError
        If it is something else.
    """
    fitted = fields_of("what was fitted", described, FITTED, optional)
    epochs = fitted.get("n_iter_", 0)
    for name in CURVES:
        curve = fitted.get(name)
        if curve is not None and len(curve) != epochs:
            raise ValueError(f"{name!r} must hold one number for each of 'n_iter_' epochs; got {len(curve)}")
    best = fitted.get("best_epoch_", 0)
    if best > epochs:
        raise ValueError(f"'best_epoch_' must be one of 'n_iter_' epochs; got {best}")
    judged = _loss_of(best, fitted)
    if judged is not None and fitted.get("best_loss_", judged) != judged:
        raise ValueError(f"'best_loss_' must be {judged}, the validation loss of its epoch; got {fitted['best_loss_']}")
    return fitted


def _loss_of(epoch: int, fitted: dict[str, Any]) -> float | None:
    """Look up the validation loss of an epoch, where there is one."""
    curve = fitted.get("validation_curve_")
    loss = float("nan") if curve is None or epoch == 0 else float(curve[epoch - 1])
    return None if loss != loss else loss


def restore_fitted(estimator: Any, fitted: dict[str, Any]) -> None:
    """Put the attributes on an estimator; what an older file does not say is NaN, or None in the history.

    Parameters
    ----------
    estimator : estimator
        The one to be changed.
    fitted : dict
        What `fitted_from_json` gave.
    """
    for name, value in fitted.items():
        if name in SHOWN or name not in CURVES:
            setattr(estimator, name, value.tolist() if isinstance(value, np.ndarray) else value)
    if "loss_curve_" in fitted:
        epochs = fitted["n_iter_"]
        estimator.history_ = {"epoch": list(range(1, epochs + 1))} | {
            column: [None] * epochs if fitted.get(name) is None else fitted[name].tolist()
            for name, column in CURVES.items()
        }
        best = fitted.get("best_loss_", _loss_of(fitted["best_epoch_"], fitted))
        error = fitted.get("best_loss_error_")
        estimator.best_loss_, estimator.best_loss_error_ = (np.nan if v is None else v for v in (best, error))

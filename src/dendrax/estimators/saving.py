"""Estimators in files: a `Predictor` with the hyper-parameters of the estimator beside it."""

from __future__ import annotations

import math
import os
from dataclasses import asdict, fields
from typing import Any

import numpy as np

from dendrax.data.targets import Classes
from dendrax.estimators.linear_classifier import LinearClassifier
from dendrax.estimators.linear_regressor import LinearRegressor
from dendrax.estimators.neural import NeuralClassifier, NeuralRegressor
from dendrax.nn.basis import BASES, Basis, Part, Sum
from dendrax.nn.dense import Dense
from dendrax.predictor.file import ModelFileError, read, write
from dendrax.predictor.linear_model import LinearModel
from dendrax.predictor.predictor import Predictor

ESTIMATORS: dict[str, Any] = {
    kind.__name__: kind for kind in (NeuralClassifier, NeuralRegressor, LinearClassifier, LinearRegressor)
}
FITTED = (
    "n_features_in_",
    "n_iter_",
    "best_epoch_",
    "loss_curve_",
    "validation_curve_",
    "stopped_because_",
    "n_outputs_",
)


def _plain(value: Any) -> Any:
    """Write a hyper-parameter as JSON; what JSON cannot hold (a generator, a path) is left out as None."""
    if isinstance(value, (list, tuple)):
        return [_plain(v) for v in value]
    if isinstance(value, Dense):
        return {"Dense": asdict(value)}
    if isinstance(value, Basis):
        return {"basis": [{"kind": part.kind, **_plain_fields(part)} for part in value.parts]}
    if isinstance(value, dict):
        return {"mapping": [[_plain(k), _plain(v)] for k, v in value.items()]}
    if isinstance(value, np.generic):
        return value.item()
    return value if value is None or isinstance(value, (bool, int, float, str)) else None


def _unplain(value: Any) -> Any:
    if isinstance(value, list):
        return [_unplain(v) for v in value]
    if isinstance(value, dict):
        if "basis" in value:
            return _basis(value["basis"])
        return Dense(**value["Dense"]) if "Dense" in value else dict(value["mapping"])
    return value


def _plain_fields(part: Part) -> dict[str, Any]:
    return {field.name: _plain(getattr(part, field.name)) for field in fields(part)}


def _basis(parts: list[dict[str, Any]]) -> Basis:
    """Read a basis; each part checks its own fields."""
    made = [BASES[part["kind"]](**{k: v for k, v in part.items() if k != "kind"}) for part in parts]
    if not made:
        raise ValueError("a basis must have parts")
    return made[0] if len(made) == 1 else Sum(tuple(made))


def _curve(values: Any) -> Any:
    if not isinstance(values, list):
        return values
    return [value if math.isfinite(value) else None for value in values]


def described(estimator: Any) -> dict[str, Any]:
    """Say what an estimator is, in JSON values."""
    fitted = {name: _curve(getattr(estimator, name)) for name in FITTED if hasattr(estimator, name)}
    names = getattr(estimator, "feature_names_in_", None)
    return {
        "estimator": type(estimator).__name__,
        "hyperparameters": {k: _plain(v) for k, v in estimator.get_params(deep=False).items()},
        "fitted": fitted,
        "feature_names": None if names is None else list(names),
    }


def predictor_of(estimator: Any) -> Predictor:
    """Take the predictor out of a fitted estimator, with what it is beside it."""
    from sklearn.utils.validation import check_is_fitted

    check_is_fitted(estimator, "_predictor")
    own = estimator._predictor
    return Predictor(own.model, own.target, own.encoder, own.about | described(estimator))


def save(estimator: Any, path: str | os.PathLike[str]) -> None:
    """Write a fitted estimator to one file, whole or not at all.

    Parameters
    ----------
    estimator : estimator
        A fitted one.
    path : path
        The file.
    """
    write(predictor_of(estimator), path)


def load(path: str | os.PathLike[str]) -> Any:
    """Read an estimator from a model file.

    Parameters
    ----------
    path : path
        A file that `save` or `dendrax fit` wrote.

    Returns
    -------
    estimator
        Fitted, with the hyper-parameters that it had.

    Raises
    ------
    ModelFileError
        If the file is no model of dendrax, or damaged.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> import numpy as np
    >>> from dendrax import LinearRegressor, load
    >>> model = LinearRegressor().fit(np.array([[0.0], [1.0]]), np.array([1.0, 3.0]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     model.save(Path(folder) / "line.dendrax")
    ...     again = load(Path(folder) / "line.dendrax")
    >>> float(again.predict(np.array([[2.0]]))[0].round(6))
    5.0
    """
    predictor = read(path)
    about = predictor.about
    try:
        kind = ESTIMATORS[about["estimator"]]
        _check_kind(kind, predictor)
        estimator = kind(**{k: _unplain(v) for k, v in about["hyperparameters"].items()})
        _restore(estimator, predictor, about)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(f"{path} describes no estimator: {type(error).__name__}: {error}") from None
    return estimator


def _check_kind(kind: Any, predictor: Predictor) -> None:
    linear = issubclass(kind, (LinearClassifier, LinearRegressor))
    classes = issubclass(kind, (LinearClassifier, NeuralClassifier))
    if linear != isinstance(predictor.model, LinearModel) or classes != isinstance(predictor.target, Classes):
        raise ValueError(f"the model in it is not one of a {kind.__name__}")


def _restore(estimator: Any, predictor: Predictor, about: dict[str, Any]) -> None:
    estimator._predictor = predictor
    for name, value in about["fitted"].items():
        if name in FITTED:
            setattr(
                estimator,
                name,
                [np.nan if v is None else v for v in value] if isinstance(value, list) else value,
            )
    if about["feature_names"] is not None:
        estimator.feature_names_in_ = np.array(list(about["feature_names"]), object)
    if isinstance(predictor.target, Classes):
        estimator.classes_ = predictor.target.labels
    if isinstance(estimator, (LinearClassifier, LinearRegressor)):
        estimator.set_coefficients()

"""Estimators in files: a `Predictor` with the hyper-parameters of the estimator beside it.

Every name in the file selects from a closed table, or from the functions that the reader is given; every value is
checked by its rule, and the fitted attributes must agree with the model that they stand beside.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from dendrax.core.constraints import Constraints
from dendrax.core.described import shown
from dendrax.core.regular_file import read_regular
from dendrax.core.sealed_start import kind_of
from dendrax.core.structure import whole
from dendrax.data.targets import Classes
from dendrax.estimators import restricted_saving, symmetric_saving
from dendrax.estimators.described_estimator import described, restore_names
from dendrax.estimators.fitted_attributes import (
    FITTED,
    SINCE_FORMAT_3,
    fitted_from_json,
    fitted_to_json,
    restore_fitted,
)
from dendrax.estimators.hyperparameters import hyperparameters_from_json
from dendrax.estimators.linear_classifier import LinearClassifier
from dendrax.estimators.linear_options import CONSTRAINTS as LINEAR
from dendrax.estimators.linear_regressor import LinearRegressor
from dendrax.estimators.neural_classifier import NeuralClassifier
from dendrax.estimators.neural_regressor import NeuralRegressor
from dendrax.estimators.options import CONSTRAINTS as NEURAL
from dendrax.nn.columns import Columns
from dendrax.nn.layer import Layer
from dendrax.predictor import file as model_file
from dendrax.predictor.description import predictor_to_json
from dendrax.predictor.file import ModelFileError, one_line, read_content, write
from dendrax.predictor.functions import Functions, FunctionsError
from dendrax.predictor.linear_model import LinearModel
from dendrax.predictor.network_model import NetworkModel
from dendrax.predictor.predictor import Predictor

Given = Mapping[str, Callable[..., Any]] | None


class Kind(NamedTuple):
    """An estimator that files know: its class, its constraints, and the fitted attributes that may be absent."""

    estimator: Any
    constraints: Constraints
    optional: frozenset[str]


MACHINES = {file.kind: file for file in (restricted_saving.FILE, symmetric_saving.FILE)}
OF_LINEAR = frozenset(FITTED) - {"n_features_in_"}
ESTIMATORS = {
    "NeuralClassifier": Kind(NeuralClassifier, NEURAL, SINCE_FORMAT_3),
    "NeuralRegressor": Kind(NeuralRegressor, NEURAL, SINCE_FORMAT_3),
    "LinearClassifier": Kind(LinearClassifier, LINEAR, OF_LINEAR),
    "LinearRegressor": Kind(LinearRegressor, LINEAR, OF_LINEAR),
}


def predictor_of(estimator: Any, functions: Given = None) -> Predictor:
    """Take the predictor out of a fitted estimator, with what it is beside it."""
    from sklearn.utils.validation import check_is_fitted

    check_is_fitted(estimator, "_predictor")
    own = estimator._predictor
    names = Functions(functions)
    try:
        about = own.about | described(estimator, fitted_to_json(estimator), names)
        predictor = Predictor(own.model, own.target, own.encoder, about)
        predictor_to_json(predictor, names)  # tells of every function without a name
        _estimator_of(predictor, Functions(functions))
    except FunctionsError as error:
        raise ModelFileError(f"the model cannot be saved: it {error}") from None
    except ValueError as error:
        raise ModelFileError(f"the model cannot be saved: {error}") from None
    return predictor


def save(estimator: Any, path: str | os.PathLike[str], functions: Given = None) -> None:
    """Write a fitted estimator to one file, whole or not at all.

    Parameters
    ----------
    estimator : estimator
        A fitted one.
    path : path
        The file.
    functions : mapping of str to callable, optional
        A name for each function of the user's own.
    """
    write(predictor_of(estimator, functions), path, functions)


def load(path: str | os.PathLike[str], *, functions: Given = None) -> Any:
    """Read an estimator from a model file.

    Parameters
    ----------
    path : path
        A file that `save` or `dendrax fit` wrote.
    functions : mapping of str to callable, optional
        The functions of your own that the file names, by the names that `save` was given. Activation functions must be
        there. A loss, a metric and callbacks are needed to train only: without them the model answers, and `fit` raises
        until they are set.

    Returns
    -------
    estimator
        Fitted, with the hyper-parameters that it had.

    Raises
    ------
    ModelFileError
        If the file is no model of dendrax, or damaged, or names other functions.
    ValueError
        If functions are no mapping of names to functions.

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
    names = Functions(functions)
    try:
        content = read_regular(path, _judge)
        machine = MACHINES.get(kind_of(content) or "")
        if machine is not None:
            return machine.read(content, names)
        predictor = read_content(content, names)
    except ValueError as error:
        raise ModelFileError(f"{os.fsdecode(path)} {one_line(error)}") from None
    try:
        return _estimator_of(predictor, Functions(functions))
    except FunctionsError as error:
        raise ModelFileError(f"{os.fspath(path)} {error}") from None
    except ValueError as error:
        raise ModelFileError(f"{os.fspath(path)} describes no estimator: {one_line(error)}") from None


def _judge(start: bytes) -> None:
    MACHINES.get(kind_of(start) or "", model_file).judge(start)


def _estimator_of(predictor: Predictor, functions: Functions) -> Any:
    about = predictor.about
    if about.get("estimator") not in ESTIMATORS:
        raise ValueError(f"it must be one of {', '.join(ESTIMATORS)}; got {shown(about.get('estimator'))}")
    kind = ESTIMATORS[about["estimator"]]
    _require_model(kind.estimator, predictor)
    known = set(kind.estimator().get_params(deep=False))
    values = hyperparameters_from_json(about.get("hyperparameters"), known, kind.constraints, functions)
    fitted = fitted_from_json(about.get("fitted"), kind.optional)
    _require_agreement(predictor, fitted, about.get("feature_names"))
    estimator = kind.estimator(**values)
    _restore(estimator, predictor, fitted)
    return estimator


def _require_model(estimator: Any, predictor: Predictor) -> None:
    linear = issubclass(estimator, (LinearClassifier, LinearRegressor))
    classes = issubclass(estimator, (LinearClassifier, NeuralClassifier))
    if linear != isinstance(predictor.model, LinearModel) or classes != isinstance(predictor.target, Classes):
        raise ValueError(f"the model in it is not one of a {estimator.__name__}")


def _require_agreement(predictor: Predictor, fitted: dict[str, Any], names: list[str] | None) -> None:
    """Raise unless the fitted attributes say what the model says."""
    encoder, n = predictor.encoder, fitted["n_features_in_"]
    columns = predictor.model.network.input_shape[0] if encoder is None else len(encoder.columns)  # type: ignore
    if n != columns:
        raise ValueError(f"'n_features_in_' must be {columns}, as its model takes; got {n}")
    if names is not None and (
        len(names) != n or (encoder is not None and encoder.named and names != encoder.input_names)
    ):
        raise ValueError("'feature_names' must be those of the columns that its model takes")
    if fitted.get("n_outputs_", predictor.target.units) != predictor.target.units:
        raise ValueError(f"'n_outputs_' must be {predictor.target.units}; got {fitted['n_outputs_']}")


def _restore(estimator: Any, predictor: Predictor, fitted: dict[str, Any]) -> None:
    estimator._predictor = predictor
    restore_fitted(estimator, fitted)
    restore_names(estimator, predictor.about.get("feature_names"))
    if isinstance(predictor.target, Classes):
        estimator.classes_ = predictor.target.labels
    if isinstance(predictor.model, LinearModel):
        estimator.set_coefficients()
    else:
        estimator.layers_ = _hidden(predictor.model)


def _hidden(model: NetworkModel) -> list[Layer]:
    """Give the layers between the columns and the output units, with their numbers."""
    both = zip(model.network.layers[:-1], model.numbers, strict=False)
    layers: list[Layer] = [whole(layer, its) for layer, its in both]
    return [layer for layer in layers if not isinstance(layer, Columns)]

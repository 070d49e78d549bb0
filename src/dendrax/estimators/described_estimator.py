"""What a file says of an estimator, beside its model.

{"estimator": "BoltzmannMachine", "hyperparameters": {…}, "fitted": {…}, "feature_names": ["a", "b"] or null}
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np

from dendrax.estimators.hyperparameters import hyperparameters_to_json
from dendrax.predictor.functions import Functions


def described(
    estimator: Any, fitted: dict[str, Any], functions: Functions, apart: Collection[str] = ()
) -> dict[str, Any]:
    """Say what an estimator is, in JSON values and curves.

    Parameters
    ----------
    estimator : estimator
        A fitted one.
    fitted : dict
        What `fit` left on it.
    functions : Functions
        Names those of the user's own.
    apart : collection of str, default=()
        Hyper-parameters that the file holds elsewhere.

    Returns
    -------
    dict
        Names of `dendrax.predictor.about.ABOUT`.
    """
    names = getattr(estimator, "feature_names_in_", None)
    values = {name: value for name, value in estimator.get_params(deep=False).items() if name not in apart}
    return {
        "estimator": type(estimator).__name__,
        "hyperparameters": hyperparameters_to_json(values, functions),
        "fitted": fitted,
        "feature_names": None if names is None else [str(name) for name in names],
    }


def restore_names(estimator: Any, names: list[str] | None) -> None:
    """Put the names of the columns on an estimator, where there are any."""
    if names is not None:
        estimator.feature_names_in_ = np.array(names, object)

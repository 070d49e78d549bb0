"""What users hand in, checked the way scikit-learn checks it: inputs, targets and weights.

A table (anything with named columns) becomes a `Table`; everything else a 2-D array of numbers in which NaN means
missing. Rows of weight 0 are dropped before anything else is done.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from dendrax.data.tables import DataError, Table, as_table, is_dataframe

Inputs = Table | np.ndarray


def check_inputs(estimator: Any, X: Any, *, reset: bool, prepare: bool = True) -> Inputs:
    """Read X and check it against what the estimator was fitted on.

    Parameters
    ----------
    estimator : BaseEstimator
        It learns `n_features_in_` and `feature_names_in_` where `reset`.
    X : array or DataFrame
        Rows.
    reset : bool
        True in `fit`.
    prepare : bool
        False refuses missing numbers.

    Returns
    -------
    Table or ndarray
        The rows.
    """
    checked: Any
    if not reset and _is_plain(estimator, X, prepare):
        return X
    if is_dataframe(X):
        if hasattr(X, "shape"):
            validate_data(estimator, X, skip_check_array=True, reset=reset)
        table = as_table(X)
        if reset and not hasattr(X, "shape"):
            estimator.feature_names_in_ = np.array(table.names, object)
            estimator.n_features_in_ = len(table.names)
        checked = table if prepare else numbers_of(table)
    else:
        holes = "allow-nan" if prepare else True
        checked = validate_data(estimator, X, dtype="numeric", ensure_all_finite=holes, reset=reset)
    return checked


def _is_plain(estimator: Any, X: Any, prepare: bool) -> bool:
    """Say whether X is an array that every check would let pass as it is; one row is answered in half the time."""
    if type(X) is not np.ndarray or X.dtype not in (np.float32, np.float64) or X.ndim != 2 or not len(X):
        return False
    if X.shape[1] != estimator.n_features_in_ or hasattr(estimator, "feature_names_in_"):
        return False
    return not np.isinf(X).any() if prepare else bool(np.isfinite(X).all())


def numbers_of(table: Table) -> np.ndarray:
    """Stack the columns of a table that holds nothing but finite numbers; what `prepare=None` needs."""
    for name, column in table.columns.items():
        if column.dtype.kind in "OM" or not np.isfinite(column.astype(np.float64)).all():
            raise DataError(f"with prepare=None column {name!r} must hold finite numbers only; prepare='auto' takes it")
    return np.stack([column.astype(np.float64) for column in table.columns.values()], axis=1)


def rows_of(X: Inputs) -> int:
    """Count rows."""
    return X.n_rows if isinstance(X, Table) else len(X)


def take(X: Inputs, rows: np.ndarray) -> Inputs:
    """Pick rows."""
    return X.take(rows) if isinstance(X, Table) else X[rows]


def check_labels(y: Any) -> np.ndarray:
    """Read class labels: one a row."""
    if y is None:
        raise ValueError("this estimator requires y to be passed, but the target y is None")
    y = column_or_1d(y, warn=True)
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError("Input y contains NaN or infinity: every row must have a label")
    if y.dtype.kind == "O" and any(label is None or label != label for label in y):
        raise ValueError("Input y contains NaN: every row must have a label")
    check_classification_targets(y)
    return y.astype(str) if y.dtype.kind == "O" and all(isinstance(label, str) for label in y) else y


def check_numbers(y: Any) -> np.ndarray:
    """Read numeric targets: one or several a row."""
    if y is None:
        raise ValueError("this estimator requires y to be passed, but the target y is None")
    as_float: Any = np.float64
    y = check_array(y, ensure_2d=False, dtype=as_float, input_name="y", allow_nd=False)
    return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 and not hasattr(y, "columns") else y


def check_weights(sample_weight: Any, X: Inputs) -> np.ndarray | None:
    """Read sample weights: none negative, not all zero."""
    if sample_weight is None:
        return None
    rows = np.empty((rows_of(X), 1))
    weights = _check_sample_weight(sample_weight, rows, dtype=np.float64, ensure_non_negative=True)
    if not weights.any():
        raise ValueError("sample_weight must hold a weight above 0; got zeros only")
    return weights


def of_mean_one(weights: np.ndarray) -> np.ndarray:
    """Scale weights to mean 1 in float64, whatever their size."""
    scaled = weights / weights.max()
    return scaled / scaled.mean()


def without_zeros(X: Inputs, y: np.ndarray, weights: np.ndarray | None) -> tuple[Inputs, np.ndarray, np.ndarray | None]:
    """Check that X, y and weights have the same rows, and drop those of weight 0."""
    check_consistent_length(np.empty(rows_of(X)), y, weights)
    if weights is None or weights.all():
        return X, y, weights
    kept = np.flatnonzero(weights)
    return take(X, kept), y[kept], weights[kept]

"""What users hand in, checked the way scikit-learn checks it: inputs, targets and weights.

A table (anything with named columns) becomes a `Table`; everything else, sparse matrices and arrays of other libraries
among it, a 2-D array of numbers in which NaN means missing. Rows of weight 0 are dropped before anything else is done.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import check_array, check_consistent_length
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, column_or_1d, validate_data

from dendrax.data.sequences import text_or_missing
from dendrax.data.tables import DataError, Table, as_table, is_dataframe, without_batches
from dendrax.estimators.array_api import as_numpy
from dendrax.estimators.sparse import dense

Inputs = Table | np.ndarray
TIMES = (date, time, timedelta, np.datetime64, np.timedelta64)


def check_inputs(estimator: Any, X: Any, *, reset: bool, prepare: bool = True, keep_sparse: bool = False) -> Any:
    """Read X and check it against what the estimator was fitted on.

    Parameters
    ----------
    estimator : BaseEstimator
        It learns `n_features_in_` and `feature_names_in_` where `reset`.
    X : array, sparse matrix or DataFrame
        Rows.
    reset : bool
        True in `fit`.
    prepare : bool
        False refuses missing numbers.
    keep_sparse : bool
        True leaves a sparse matrix sparse, for `dendrax.estimators.sparse.answered`.

    Returns
    -------
    Table, ndarray, or CSR matrix or array
        The rows.

    Raises
    ------
    ValueError
        If shape, names or numbers are not what they must be.
    """
    checked: Any
    if not reset and _is_plain(estimator, X, prepare):
        return X
    X = as_numpy(without_batches(X), "X")
    if not issparse(X) and is_dataframe(X):
        if hasattr(X, "shape"):
            validate_data(estimator, X, skip_check_array=True, reset=reset)
        table = as_table(X)
        if not table.names:
            raise DataError("X must have a column; got a table without columns")
        if reset and not hasattr(X, "shape"):
            estimator.feature_names_in_ = np.array(table.names, object)
            estimator.n_features_in_ = len(table.names)
        checked = table if prepare else numbers_of(table)
    else:
        refuse_times(X, "X", "give a DataFrame, whose columns may be dates")
        holes = "allow-nan" if prepare else True
        numeric: Any = {"accept_sparse": "csr" if issparse(X) else False, "dtype": "numeric"}
        checked = validate_data(estimator, X, **numeric, ensure_all_finite=holes, reset=reset)
    return checked if keep_sparse else dense(checked)


def refuse_times(values: Any, name: str, hint: str) -> None:
    """Raise where an array, or rows in lists, hold dates or differences of times; some would pass for numbers."""
    try:
        array = np.empty(0) if issparse(values) or not _holds_cells(values) else np.asarray(values)
    except ValueError:  # rows of different lengths, of which scikit-learn speaks
        return
    if array.dtype.kind in "mM":
        raise DataError(f"{name} must hold numbers; got {array.dtype}: {hint}")
    if array.dtype.kind == "O":
        cell = next((cell for cell in array.flat if isinstance(cell, TIMES)), None)
        if cell is not None:
            raise DataError(f"{name} must hold numbers; got the {type(cell).__name__} {cell}: {hint}")


def _holds_cells(values: Any) -> bool:
    return hasattr(values, "__array__") or isinstance(values, (list, tuple))


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


def check_labels(y: Any, *, matrix: bool = False) -> np.ndarray:
    """Read class labels: one a row; or a matrix of 0 and 1, one column a label, where `matrix`."""
    if y is None:
        raise ValueError("this estimator requires y to be passed, but the target y is None")
    y = as_numpy(y, "y")
    if matrix and _n_columns(y) > 1:
        return _check_matrix(y)
    y = column_or_1d(y, warn=True)
    if y.dtype.kind == "f" and not np.isfinite(y).all():
        raise ValueError("Input y contains NaN or infinity: every row must have a label")
    if y.dtype.kind in "mM" and np.isnat(y).any():
        raise ValueError("Input y contains NaT: every row must have a label")
    if y.dtype.kind == "O" and any(label is None for label in text_or_missing(y.tolist())):
        raise ValueError("Input y contains NaN: every row must have a label")
    check_classification_targets(y)
    return y.astype(str) if y.dtype.kind == "O" and all(isinstance(label, str) for label in y) else y


def _n_columns(y: Any) -> int:
    """Count the columns of targets; 1 where there is but one dimension, or no even shape."""
    try:
        shape = getattr(y, "shape", None) or np.asarray(y).shape
    except ValueError:
        return 1
    return shape[1] if len(shape) == 2 else 1


def _check_matrix(y: Any) -> np.ndarray:
    as_it_is: Any = None
    y = check_array(y, dtype=as_it_is, input_name="y")
    if y.dtype.kind not in "biuf" or not np.isin(y, (0, 1)).all():
        raise ValueError(
            "y must hold one label a row, or a matrix of 0 and 1 with one column a label; got a matrix of "
            f"{y.dtype} with other values"
        )
    return y


def check_numbers(y: Any, *, holes: bool = False) -> np.ndarray:
    """Read numeric targets: one or several a row; of several, some may be missing where `holes`."""
    if y is None:
        raise ValueError("this estimator requires y to be passed, but the target y is None")
    y = as_numpy(y, "y")
    refuse_times(y, "y", "subtract a date and divide by a unit of time, such as np.timedelta64(1, 'D')")
    as_float: Any = np.float64
    finite: Any = "allow-nan" if holes and _n_columns(y) > 1 else True
    y = check_array(y, ensure_2d=False, dtype=as_float, input_name="y", allow_nd=False, ensure_all_finite=finite)
    return column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 and not hasattr(y, "columns") else y


def check_weights(sample_weight: Any, X: Inputs) -> np.ndarray | None:
    """Read sample weights: none negative, not all zero."""
    if sample_weight is None:
        return None
    rows = np.empty((rows_of(X), 1))
    weights = _check_sample_weight(
        as_numpy(sample_weight, "sample_weight"), rows, dtype=np.float64, ensure_non_negative=True
    )
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
    counts = np.ones(len(y), bool) if weights is None else weights != 0
    if y.dtype.kind == "f" and y.ndim == 2:
        counts = counts & ~np.isnan(y).all(axis=1)  # a row without any target teaches nothing
    if counts.all():
        return X, y, weights
    if not counts.any():
        raise ValueError("y must hold a known target in some row of weight above 0; got none")
    return take(X, counts.nonzero()[0]), y[counts], None if weights is None else weights[counts]

"""Linear models as scikit-learn estimators, in float64 NumPy the whole way.

numbers    a = W x + b              least squares
classes    a = g(W x + b)           cross-entropy; g sigmoid for two classes, softmax for more
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import check_is_fitted

from dendrax.core.constraints import FLAG, OneOf, Real, check_all
from dendrax.data.design import design_matrix, feature_names, learn_design
from dendrax.data.targets import NumberTarget, as_they_are, learn_classes
from dendrax.estimators.inputs import (
    Inputs,
    check_inputs,
    check_labels,
    check_numbers,
    check_weights,
    without_zeros,
)
from dendrax.estimators.options import CONSTRAINTS as NEURAL
from dendrax.learning.least_squares import least_squares
from dendrax.learning.newton import logistic
from dendrax.predictor.linear_model import LinearModel
from dendrax.predictor.predictor import Predictor

CONSTRAINTS = {
    "solver": (OneOf(("exact",)),),
    "penalty": (Real(0),),
    "fit_intercept": FLAG,
    "class_weight": NEURAL["class_weight"],
}


class Linear(BaseEstimator):
    """What both linear estimators share."""

    _predictor: Predictor
    fit_intercept: bool

    def _check(self, rows: Inputs, y: np.ndarray, sample_weight: Any) -> tuple[Inputs, np.ndarray, np.ndarray]:
        rows, y, weights = without_zeros(rows, y, check_weights(sample_weight, rows))
        return rows, y, np.ones(len(y)) if weights is None else weights

    def _keep(self, weights: np.ndarray, biases: np.ndarray, output: str, target: Any, encoder: Any) -> None:
        self._predictor = Predictor(LinearModel(weights, biases, output), target, encoder, {})
        self.set_coefficients()

    def set_coefficients(self) -> None:
        """Show the weights as scikit-learn does."""
        raise AttributeError("each linear estimator shows its own")

    def _check_rows(self, X: Any) -> Inputs:
        check_is_fitted(self, "_predictor")
        return check_inputs(self, X, reset=False)

    def predict(self, X: Any) -> np.ndarray:
        """Answer each row.

        Parameters
        ----------
        X : array of shape (rows, features), or DataFrame
            Inputs, with the columns of the training data.

        Returns
        -------
        ndarray, shape (rows,) or (rows, outputs)
            Labels, or numbers in float64.
        """
        rows = self._check_rows(X)
        return self._predictor.predict(rows)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Name what each entry of `coef_` weighs: a column, or a level of a column."""
        check_is_fitted(self, "_predictor")
        assert self._predictor.encoder is not None
        return np.array(feature_names(self._predictor.encoder), object)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted model to one file; `dendrax.load` reads it."""
        from dendrax.estimators.saving import save

        save(self, path)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_predictor")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags


class LinearRegressor(RegressorMixin, Linear):
    """w·x for numbers, by least squares.

    Parameters
    ----------
    solver : "exact", default="exact"
        Solve the least-squares problem directly.
    penalty : float, default=0.0
        λ: how strongly weights, in units of a standard deviation of each column, are pulled to 0.
    fit_intercept : bool, default=True
        False keeps the intercept at 0.

    Attributes
    ----------
    coef_ : ndarray of float64, shape (features,) or (outputs, features)
        The weights, in the order of `get_feature_names_out()`.
    intercept_ : float, or ndarray of shape (outputs,)
        The intercept.

    Examples
    --------
    >>> import numpy as np
    >>> from dendrax import LinearRegressor
    >>> model = LinearRegressor().fit(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
    >>> float(model.predict(np.array([[10.0]]))[0].round(6))
    21.0
    """

    def __init__(self, *, solver: str = "exact", penalty: float = 0.0, fit_intercept: bool = True) -> None:
        self.solver = solver
        self.penalty = penalty
        self.fit_intercept = fit_intercept

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearRegressor:
        """Solve the least-squares problem.

        Parameters
        ----------
        X : array of shape (rows, features), or DataFrame
            Inputs; missing numbers count as the median of their column.
        y : array of shape (rows,) or (rows, outputs)
            Targets.
        sample_weight : array of shape (rows,), optional
            How much each row counts.

        Returns
        -------
        self
            The fitted estimator.
        """
        check_all(self.get_params(deep=False), CONSTRAINTS)
        rows = check_inputs(self, X, reset=True)
        rows, y, row_weights = self._check(rows, check_numbers(y), sample_weight)
        encoder = learn_design(rows, row_weights)
        columns = y.reshape(len(y), -1)
        weights, biases = least_squares(
            design_matrix(encoder, rows), columns, row_weights, self.penalty, self.fit_intercept
        )
        self._keep(weights, biases, "identity", as_they_are(y), encoder)
        return self

    def set_coefficients(self) -> None:
        """Show the weights as scikit-learn does."""
        model, target = self._predictor.model, self._predictor.target
        assert isinstance(model, LinearModel)
        flat = isinstance(target, NumberTarget) and target.flat
        self.coef_ = model.weights[:, 0] if flat else model.weights.T
        self.intercept_ = float(model.biases[0]) if flat else model.biases

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags


class LinearClassifier(ClassifierMixin, Linear):
    """g(w·x) for classes: logistic for two, softmax for more, by Newton's method.

    Parameters
    ----------
    penalty : float, default=1.0
        λ: how strongly weights, in units of a standard deviation of each column, are pulled to 0.
    fit_intercept : bool, default=True
        False keeps the intercepts at 0.
    class_weight : None, "balanced" or dict, default=None
        How much each class counts.

    Attributes
    ----------
    classes_ : ndarray, shape (classes,)
        The sorted labels.
    coef_ : ndarray of float64, shape (1, features) or (classes, features)
        The weights of each output unit, in the order of `get_feature_names_out()`.
    intercept_ : ndarray of float64, shape (1,) or (classes,)
        The intercepts.
    n_iter_ : int
        Newton steps taken.

    Examples
    --------
    >>> import numpy as np
    >>> from dendrax import LinearClassifier
    >>> model = LinearClassifier().fit(np.array([[0.0], [1.0], [2.0], [3.0]]), ["low", "low", "high", "high"])
    >>> model.predict(np.array([[-1.0], [4.0]])).tolist()
    ['low', 'high']
    """

    def __init__(self, *, penalty: float = 1.0, fit_intercept: bool = True, class_weight: Any = None) -> None:
        self.penalty = penalty
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearClassifier:
        """Minimise the cross-entropy.

        Parameters
        ----------
        X : array of shape (rows, features), or DataFrame
            Inputs; missing numbers count as the median of their column.
        y : array of shape (rows,)
            Labels.
        sample_weight : array of shape (rows,), optional
            How much each row counts.

        Returns
        -------
        self
            The fitted estimator.
        """
        check_all(self.get_params(deep=False), CONSTRAINTS)
        rows = check_inputs(self, X, reset=True)
        rows, y, row_weights = self._check(rows, check_labels(y), sample_weight)
        if self.class_weight is not None:
            row_weights = row_weights * compute_sample_weight(self.class_weight, y)
        target = learn_classes(y)
        encoder = learn_design(rows, row_weights)
        codes = target.codes(y)
        coded = codes[:, None].astype(float) if target.units == 1 else np.eye(target.units)[codes]
        weights, biases, self.n_iter_ = logistic(
            design_matrix(encoder, rows), coded, row_weights, self.penalty, self.fit_intercept
        )
        self.classes_ = target.labels
        self._keep(weights, biases, target.activation, target, encoder)
        return self

    def set_coefficients(self) -> None:
        """Show the weights as scikit-learn does."""
        model = self._predictor.model
        assert isinstance(model, LinearModel)
        self.coef_, self.intercept_ = model.weights.T, model.biases

    def predict_proba(self, X: Any) -> np.ndarray:
        """Compute the probability of each class, shape (rows, classes), in the order of `classes_`."""
        rows = self._check_rows(X)
        return self._predictor.predict_proba(rows)

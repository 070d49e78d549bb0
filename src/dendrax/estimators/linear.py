"""What both linear estimators share, in float64 NumPy the whole way.

rows → inputs (`data.design`) → functions of a basis → the rule that fits the weights → a `LinearModel`
"""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from dendrax.data.columns import Encoder
from dendrax.data.design import design_matrix, feature_names, learn_design, learn_expansion
from dendrax.data.tables import DataError
from dendrax.data.targets import Target
from dendrax.estimators.inputs import Inputs, check_inputs, check_weights, without_zeros
from dendrax.estimators.linear_options import Settled
from dendrax.estimators.sparse import GB, answered, memory
from dendrax.learning.gradient_descent import descend
from dendrax.learning.linear_solution import LinearSolution
from dendrax.learning.perceptron import perceptron
from dendrax.learning.variable_projection import Task, best_weights, trained
from dendrax.nn.expansion import Expansion
from dendrax.predictor.linear_model import LinearModel
from dendrax.predictor.predictor import Predictor

LARGEST = 1e100  # penalty: beyond it every weight is 0 to the last digit


def fitted_weights(task: Task, settled: Settled) -> LinearSolution:
    """Fit the weights of given functions, `task.x`, by a rule."""
    if settled.rule == "perceptron":
        rate = 1.0 if settled.learning_rate is None else settled.learning_rate
        return perceptron(
            task.x,
            task.y,
            task.row_weights,
            task.fit_intercept,
            learning_rate=rate,
            max_epochs=settled.max_epochs,
            max_mistakes=settled.max_mistakes,
        )
    if settled.rule == "gradient":
        return descend(
            *task,
            learning_rate=settled.learning_rate,
            max_epochs=settled.max_epochs,
            tolerance=settled.tolerance,
        )
    return best_weights(task, task.x)


def tamed(row_weights: np.ndarray, settled: Settled) -> tuple[np.ndarray, Settled]:
    """Bring the mean of the weights between ½ and 1, and the penalty with it, which moves no minimum.

    By a power of 2: no digit is lost, and no sum of weights overflows.
    """
    largest = row_weights.max()
    if not largest > 0:
        return row_weights, settled
    power = int(np.frexp(largest)[1])
    scaled = np.ldexp(row_weights, -power)
    more = int(np.frexp(scaled.mean())[1])
    with np.errstate(over="ignore"):
        penalty = min(float(np.ldexp(settled.penalty, -power - more)), LARGEST)
    return np.ldexp(scaled, -more), settled._replace(penalty=penalty)


def refuse_too_wide(encoder: Encoder, rows: int) -> None:
    """Raise a `DataError` if memory cannot hold the inputs, their copies and the products of all pairs of columns."""
    columns = len(encoder.numbers) + sum(n - 1 for n in encoder.n_codes)
    size = 8.0 * (3.0 * rows * columns + 2.0 * min(rows, columns) ** 2)
    if size > memory():
        raise DataError(
            "X must fit in memory as numbers, with a column for each level of a category; got "
            f"{rows} rows of {columns} columns, which take {size / GB:.3g} GB of {memory() / GB:.3g} GB; "
            "leave out columns with many levels, or take a neural estimator, which embeds them"
        )


class Linear(BaseEstimator):
    """What both linear estimators share."""

    _predictor: Predictor
    basis: Any
    fit_intercept: bool

    def _check(self, rows: Inputs, y: np.ndarray, sample_weight: Any) -> tuple[Inputs, np.ndarray, np.ndarray]:
        rows, y, weights = without_zeros(rows, y, check_weights(sample_weight, rows))
        return rows, y, np.ones(len(y)) if weights is None else weights

    def _learn(
        self, rows: Inputs, y: np.ndarray, row_weights: np.ndarray, target: Target, output: str, settled: Settled
    ) -> None:
        """Fit functions and weights to coded targets of shape (rows, units), and keep the model."""
        encoder = learn_design(rows, row_weights)
        refuse_too_wide(encoder, len(y))
        x = design_matrix(encoder, rows)
        expansion: Expansion | None = None
        if self.basis is not None:
            expansion = learn_expansion(self.basis, encoder, x, row_weights, self.fit_intercept)
        task = Task(x, y, row_weights, output, settled.penalty, self.fit_intercept)
        steps, converged = 0, True
        if settled.rule == "trained" and expansion is not None:
            expansion, steps, converged = trained(
                task, expansion, max_steps=settled.max_epochs, tolerance=settled.tolerance
            )
        functions = x if expansion is None else expansion.values(x)
        found = fitted_weights(task._replace(x=functions), settled)
        if settled.rule != "trained":
            steps, converged = found.steps, found.converged
        self._keep_count(settled.rule, output, steps, converged)
        model = LinearModel(found.weights, found.level, output, found.mean, expansion)
        self._predictor = Predictor(model, target, encoder, {})
        self.set_coefficients()

    def _keep_count(self, rule: str, output: str, steps: int, converged: bool) -> None:
        """Say how many steps a rule took and why it ended, where it takes steps."""
        for name in ("n_iter_", "stopped_because_"):
            self.__dict__.pop(name, None)
        if rule != "exact" or output != "identity":
            self.n_iter_ = steps
        if rule != "exact":
            self.stopped_because_ = "converged" if converged else "epochs"

    def set_coefficients(self) -> None:
        """Show the weights as scikit-learn does."""
        raise AttributeError("each linear estimator shows its own")

    def _check_rows(self, X: Any) -> Any:
        check_is_fitted(self, "_predictor")
        return check_inputs(self, X, reset=False, keep_sparse=True)

    def predict(self, X: Any) -> np.ndarray:
        """Answer each row.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, features), or DataFrame
            Inputs, with the columns of the training data.

        Returns
        -------
        ndarray, shape (rows,) or (rows, outputs)
            Labels, or numbers in float64.
        """
        rows = self._check_rows(X)
        return answered(self._predictor.predict, rows)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Name what each entry of `coef_` weighs: a column, a level of a column, or a basis function."""
        check_is_fitted(self, "_predictor")
        model, encoder = self._predictor.model, self._predictor.encoder
        assert encoder is not None
        assert isinstance(model, LinearModel)
        return np.array(feature_names(encoder, model.expansion), object)

    def save(self, path: str | os.PathLike[str], *, functions: Any = None) -> None:
        """Write the fitted model to one file; `dendrax.load` reads it. A linear model takes no `functions`."""
        from dendrax.estimators.saving import save

        save(self, path, functions)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_predictor")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = True
        tags.target_tags.required = True
        return tags

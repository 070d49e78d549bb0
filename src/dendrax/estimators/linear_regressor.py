"""w·φ(x) for numbers, by least squares:  a = W φ(x) + b,  E = ½ Σ |y − a|² + ½ λ |W|²."""

from __future__ import annotations

from typing import Any

from sklearn.base import RegressorMixin

from dendrax.data.number_target import NumberTarget, as_they_are
from dendrax.estimators.inputs import check_inputs, check_numbers
from dendrax.estimators.linear import Linear, tamed
from dendrax.estimators.linear_options import settle
from dendrax.predictor.linear_model import LinearModel


class LinearRegressor(RegressorMixin, Linear):
    """w·x, or w·φ(x), for numbers, by least squares.

    Parameters
    ----------
    basis : basis of `dendrax.basis`, or a sum of some, default=None
        The functions φ to weigh, such as `Powers(3) + Gaussian(10)`; None weighs the columns as they are.
    solver : "exact" or "gradient", default="exact"
        Solve the least-squares problem directly, or walk down the gradient of the mean loss, all rows at once, on
        centred and scaled inputs. A trainable basis learns its centres and widths by variable projection.
    penalty : float, default=0.0
        λ: how strongly weights, in units of a standard deviation of each function (of its root mean square without an
        intercept), are pulled to 0.
    fit_intercept : bool, default=True
        False keeps the intercept at 0.
    learning_rate : float or "auto", default="auto"
        α of solver="gradient"; "auto" is 1/λmax, the largest eigenvalue of the mean of x xᵀ: half of what is stable.
    max_epochs : int or "auto", default="auto"
        The most steps: 10000 of solver="gradient", 200 of a trainable basis.
    tolerance : float or "auto", default="auto"
        solver="gradient" ends when the gradient is that share of its first size, 1e-9; a trainable basis when a step
        lowers the loss by less than that share, 1e-6.

    Attributes
    ----------
    coef_ : ndarray of float64, shape (functions,) or (outputs, functions)
        The weights in the units of the data, in the order of `get_feature_names_out()`.
    intercept_ : float, or ndarray of shape (outputs,)
        The intercept.
    n_iter_ : int
        Steps taken; absent where the problem was solved directly.
    stopped_because_ : str
        "converged" or "epochs"; absent where the problem was solved directly.

    Raises
    ------
    HyperparameterError
        If a hyper-parameter is not what it must be, or does not go with the solver.
    DivergenceError
        If the learning rate is too large; it names the largest stable one.
    DataError
        If the basis names a column that is not there or holds no numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from dendrax import LinearRegressor
    >>> model = LinearRegressor().fit(np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0]))
    >>> float(model.predict(np.array([[10.0]]))[0].round(6))
    21.0
    """

    def __init__(
        self,
        basis: Any = None,
        *,
        solver: str = "exact",
        penalty: float = 0.0,
        fit_intercept: bool = True,
        learning_rate: float | str = "auto",
        max_epochs: int | str = "auto",
        tolerance: float | str = "auto",
    ) -> None:
        self.basis = basis
        self.solver = solver
        self.penalty = penalty
        self.fit_intercept = fit_intercept
        self.learning_rate = learning_rate
        self.max_epochs = max_epochs
        self.tolerance = tolerance

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearRegressor:
        """Minimise the squared error.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, features), or DataFrame
            Inputs; missing numbers count as the median of their column. Arrays of JAX, of PyTorch on the CPU and of
            other libraries that keep to the array API count as NumPy's, here and in every method; answers are NumPy's.
            A sparse matrix is written out dense to train, and some rows at a time to predict.
        y : array of shape (rows,) or (rows, outputs)
            Targets.
        sample_weight : array of shape (rows,), optional
            How much each row counts.

        Returns
        -------
        self
            The fitted estimator.
        """
        settled = settle(self.get_params(deep=False), usual_penalty=0.0)
        rows = check_inputs(self, X, reset=True)
        rows, y, row_weights = self._check(rows, check_numbers(y), sample_weight)
        row_weights, settled = tamed(row_weights, settled)
        self._learn(rows, y.reshape(len(y), -1), row_weights, as_they_are(y), "identity", settled)
        return self

    def set_coefficients(self) -> None:
        """Show the weights as scikit-learn does."""
        model, target = self._predictor.model, self._predictor.target
        assert isinstance(model, LinearModel)
        weights, intercepts = model.coefficients()
        flat = isinstance(target, NumberTarget) and target.flat
        self.coef_ = weights[:, 0] if flat else weights.T
        self.intercept_ = float(intercepts[0]) if flat else intercepts

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

"""g(w·φ(x)) for classes.

logistic     two classes, one sigmoid unit          a = 1 / (1 + e^−in)       cross-entropy
softmax      K classes, K units                     a_i = e^in_i / Σ e^in_j   cross-entropy
perceptron   step units                             a = ±1                    the perceptron rule
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if

from dendrax.data.targets import learn_classes
from dendrax.estimators.inputs import check_inputs, check_labels
from dendrax.estimators.linear import Linear, tamed
from dendrax.estimators.linear_options import settle
from dendrax.estimators.sparse import answered
from dendrax.predictor.linear_model import LinearModel


def _knows_probabilities(estimator: Any) -> bool:
    if estimator.loss == "perceptron":
        raise AttributeError("a perceptron answers with a class; loss='cross_entropy' has predict_proba")
    return True


class LinearClassifier(ClassifierMixin, Linear):
    """g(w·x), or g(w·φ(x)), for classes: logistic for two, softmax for more, or a perceptron.

    Parameters
    ----------
    basis : basis of `dendrax.basis`, or a sum of some, default=None
        The functions φ to weigh, such as `Powers(2)`; None weighs the columns as they are.
    loss : "cross_entropy" or "perceptron", default="cross_entropy"
        Sigmoid or softmax units that give probabilities; or step units that learn from their mistakes, row by row in
        the given order, and end when there are none: the classes must be separable for that, else the weights with
        the fewest mistakes are kept.
    solver : "exact" or "gradient", default="exact"
        Newton's method, or gradient descent on all rows at once, on centred and scaled inputs. A trainable basis
        learns its centres and widths by variable projection.
    penalty : float or "auto", default="auto"
        λ: how strongly weights, in units of a standard deviation of each function (of its root mean square without an
        intercept), are pulled to 0; "auto" is 1. The perceptron has none.
    fit_intercept : bool, default=True
        False keeps the intercepts at 0.
    class_weight : None, "balanced" or dict, default=None
        How much each class counts.
    learning_rate : float or "auto", default="auto"
        α of solver="gradient", "auto" is the largest safe one; or of the perceptron, whose weights it scales, 1.
    max_epochs : int or "auto", default="auto"
        The most steps: 10000 of solver="gradient", 200 of a trainable basis, 1000 epochs of the perceptron, or a
        million mistakes.
    tolerance : float or "auto", default="auto"
        solver="gradient" ends when the gradient is that share of its first size, 1e-9; a trainable basis when a step
        lowers the loss by less than that share, 1e-6.

    Attributes
    ----------
    classes_ : ndarray, shape (classes,)
        The sorted labels.
    coef_ : ndarray of float64, shape (1, functions) or (classes, functions)
        The weights of each output unit, in the order of `get_feature_names_out()`.
    intercept_ : ndarray of float64, shape (1,) or (classes,)
        The intercepts.
    n_iter_ : int
        Newton steps, steps or epochs taken.
    stopped_because_ : str
        "converged" or "epochs"; absent after Newton's method.

    Raises
    ------
    HyperparameterError
        If a hyper-parameter is not what it must be, or does not go with the others.
    DivergenceError
        If the learning rate of solver="gradient" is too large; it names the largest stable one.
    DataError
        If there is one class only, or the basis names a column that is not there or holds no numbers.

    Examples
    --------
    >>> import numpy as np
    >>> from dendrax import LinearClassifier
    >>> model = LinearClassifier().fit(np.array([[0.0], [1.0], [2.0], [3.0]]), ["low", "low", "high", "high"])
    >>> model.predict(np.array([[-1.0], [4.0]])).tolist()
    ['low', 'high']
    """

    def __init__(
        self,
        basis: Any = None,
        *,
        loss: str = "cross_entropy",
        solver: str = "exact",
        penalty: float | str = "auto",
        fit_intercept: bool = True,
        class_weight: Any = None,
        learning_rate: float | str = "auto",
        max_epochs: int | str = "auto",
        tolerance: float | str = "auto",
    ) -> None:
        self.basis = basis
        self.loss = loss
        self.solver = solver
        self.penalty = penalty
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.learning_rate = learning_rate
        self.max_epochs = max_epochs
        self.tolerance = tolerance

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> LinearClassifier:
        """Minimise the cross-entropy, or the mistakes of a perceptron.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, features), or DataFrame
            Inputs; missing numbers count as the median of their column. Arrays of JAX, of PyTorch on the CPU and of
            other libraries that keep to the array API count as NumPy's, here and in every method; answers are NumPy's.
            A sparse matrix is written out dense to train, and some rows at a time to predict.
        y : array of shape (rows,)
            Labels.
        sample_weight : array of shape (rows,), optional
            How much each row counts.

        Returns
        -------
        self
            The fitted estimator.
        """
        settled = settle(self.get_params(deep=False), usual_penalty=1.0)
        rows = check_inputs(self, X, reset=True)
        rows, y, row_weights = self._check(rows, check_labels(y), sample_weight)
        row_weights, settled = tamed(row_weights, settled)
        if self.class_weight is not None:
            of_class, settled = tamed(compute_sample_weight(self.class_weight, y), settled)
            if not (row_weights * of_class).any():
                raise ValueError(f"class_weight must be above 0 for a class of y; got {self.class_weight!r}")
            rows, y, row_weights = self._check(rows, y, row_weights * of_class)
            row_weights, settled = tamed(row_weights, settled)
        target = learn_classes(y)
        codes = target.codes(y)
        coded = codes[:, None].astype(float) if target.units == 1 else np.eye(target.units)[codes]
        steps = self.loss == "perceptron"
        self.classes_ = target.labels
        output = "step" if steps else target.activation
        self._learn(rows, 2 * coded - 1 if steps else coded, row_weights, target, output, settled)
        return self

    def set_coefficients(self) -> None:
        """Show the weights as scikit-learn does."""
        model = self._predictor.model
        assert isinstance(model, LinearModel)
        weights, self.intercept_ = model.coefficients()
        self.coef_ = weights.T

    @available_if(_knows_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """Compute the probability of each class, shape (rows, classes), in the order of `classes_`."""
        rows = self._check_rows(X)
        return answered(self._predictor.predict_proba, rows)

    @available_if(_knows_probabilities)
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Compute ln `predict_proba`, shape (rows, classes); −∞ where that is 0."""
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

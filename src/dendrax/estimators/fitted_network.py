"""What a fitted network tells: answers to rows, `in` and `a` of its units, weights, history, a summary, a file."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from dendrax.estimators.inputs import check_inputs
from dendrax.estimators.sparse import answered
from dendrax.estimators.summary import html_summary, text_summary
from dendrax.predictor.network_model import NetworkModel
from dendrax.predictor.predictor import Predictor


class FittedNetwork(BaseEstimator):
    """The half of a neural estimator that reads its `_predictor`."""

    _predictor: Predictor
    history_: dict[str, list[Any]]

    def _check_rows(self, X: Any) -> Any:
        if not hasattr(self, "_predictor"):
            check_is_fitted(self, "_predictor")
        return check_inputs(self, X, reset=False, prepare=self._predictor.encoder is not None, keep_sparse=True)

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

    def trace(self, X: Any) -> list[dict[str, np.ndarray]]:
        """Compute `in` and `a` of every unit.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, features), or DataFrame
            Inputs.

        Returns
        -------
        list of dict
            For each layer of units {"in": (rows, units), "a": (rows, units)}; the last is the output layer.
        """
        rows = self._check_rows(X)
        model = self._predictor.model
        assert isinstance(model, NetworkModel)
        return answered(lambda part: model.trace(self._predictor.encode(part)), rows)

    def _units(self) -> list[dict[str, np.ndarray]]:
        check_is_fitted(self, "_predictor")
        model = self._predictor.model
        assert isinstance(model, NetworkModel)
        return model.network.units_of(model.params)

    @property
    def coefs_(self) -> list[np.ndarray]:
        """The weights of each layer of units, each (inputs, units)."""
        return [params["weights"] for params in self._units()]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """The biases of each layer of units, each (units,)."""
        return [params["biases"] for params in self._units()]

    @property
    def out_activation_(self) -> str:
        """The activation function of the output units."""
        check_is_fitted(self, "_predictor")
        return self._predictor.model.output

    def history_frame(self) -> Any:
        """Give `history_` as a DataFrame of pandas, one row an epoch.

        Returns
        -------
        pandas.DataFrame
            Indexed by the epoch; columns that nothing was measured for are left out.
        """
        check_is_fitted(self, "_predictor")
        import pandas as pd

        return pd.DataFrame(self.history_).set_index("epoch").dropna(axis=1, how="all")

    def summary(self) -> str:
        """Describe the network: its layers, the shape of their output, their parameters, and how training ended.

        Returns
        -------
        str
            A few lines; one line before `fit`. Notebooks show the same below scikit-learn's diagram.

        Examples
        --------
        >>> from dendrax import NeuralRegressor
        >>> model = NeuralRegressor([8], max_epochs=5, random_state=0)
        >>> model.summary()
        'NeuralRegressor: not fitted yet; layers=[Dense(8)]'
        >>> print(model.fit([[0.0, 1.0], [1.0, 1.0], [2.0, 5.0]], [1.0, 2.0, 3.0]).summary())  # doctest: +ELLIPSIS
        NeuralRegressor
        layer                            output shape  parameters
        Columns                          (2)                    0
        Dense(8)                         (8)                   24
        Dense(1, activation='identity')  (1)                    9
        total                                                  33
        loss squared, ... in training at the end
        stopped after epoch 5 because of: epochs
        answers with the parameters of epoch 5
        """
        return text_summary(self)

    def _html_repr(self) -> str:
        return html_summary(self)

    def save(self, path: str | os.PathLike[str], *, functions: Any = None) -> None:
        """Write the fitted model to one file, without code inside; `dendrax.load` reads it.

        Parameters
        ----------
        path : path
            The file; whole at every moment.
        functions : mapping of str to callable, optional
            A name for each function of your own (activation, loss, metric, callback). The file holds the name only;
            give the same mapping to `load`.
        """
        from dendrax.estimators.saving import save

        save(self, path, functions)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_predictor")

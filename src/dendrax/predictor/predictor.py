"""A fitted model without scikit-learn: rows as the user has them in, answers as the user knows them out.

encode → one compiled function (or float64 NumPy for linear models) → decode
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from dendrax.data.columns import Encoder
from dendrax.data.design import design_matrix
from dendrax.data.tables import DataError, Table, as_table, is_dataframe
from dendrax.data.targets import Classes, Target
from dendrax.predictor.linear_model import LinearModel
from dendrax.predictor.network_model import NetworkModel

Model = NetworkModel | LinearModel
ROWS_AT_ONCE = 2**16  # encoded and answered together, so that memory stays bounded


def _piece(rows: Table | np.ndarray, start: int) -> Table | np.ndarray:
    stop = start + ROWS_AT_ONCE
    return rows.take(np.arange(start, min(stop, rows.n_rows))) if isinstance(rows, Table) else rows[start:stop]


class Predictor:
    """What a fitted model is.

    Parameters
    ----------
    model : NetworkModel or LinearModel
        From encoded rows to activations of output units.
    target : NumberTarget, ClassTarget or LabelMatrix
        From activations to answers.
    encoder : Encoder or None
        From rows to encoded rows; None takes plain numbers.
    about : dict
        What a person or an estimator wants to know of it: JSON values, and curves as arrays of float64.

    Attributes
    ----------
    methods : tuple of str
        What it can do: predict, and predict_proba for classes unless step units of a linear model tell them apart.
    """

    def __init__(self, model: Model, target: Target, encoder: Encoder | None, about: dict[str, Any]) -> None:
        self.model, self.target, self.encoder, self.about = model, target, encoder, about

    @property
    def methods(self) -> tuple[str, ...]:
        """What it can do."""
        perceptron = isinstance(self.model, LinearModel) and self.model.output == "step"
        knows_shares = isinstance(self.target, Classes) and not perceptron
        return ("predict", "predict_proba") if knows_shares else ("predict",)

    def encode(self, X: Any) -> Any:
        """Encode rows: an array, a DataFrame or a `Table`."""
        if self.encoder is None:
            return self._plain(X)
        if self.encoder.named and not isinstance(X, Table):
            if not is_dataframe(X):
                raise ValueError(f"X must be a table with the columns {self.encoder.input_names}; got an array")
            X = as_table(X)
        if not self.encoder.named and is_dataframe(X):
            table = as_table(X)
            X = np.stack([np.asarray(column, np.float64) for column in table.columns.values()], axis=1)
        rows = X if isinstance(X, Table) else np.asarray(X)
        return design_matrix(self.encoder, rows) if isinstance(self.model, LinearModel) else self.encoder.encode(rows)

    def _plain(self, X: Any) -> np.ndarray:
        """Take numbers as they are; the columns of a table by name."""
        if is_dataframe(X):
            table, names = as_table(X), self.about.get("feature_names")
            X = np.stack(list((table.select(names) if names else table).columns.values()), axis=1)
        assert isinstance(self.model, NetworkModel)
        shape = self.model.network.input_shape
        with np.errstate(over="ignore"):
            x = np.asarray(X).astype(np.float32, copy=False)
        if x.shape[1:] != shape:
            raise ValueError(f"X must have rows of shape {shape}; got {x.shape[1:]}")
        if not np.isfinite(x).all():
            raise ValueError("X must hold finite numbers that float32 can hold; got NaN or infinity")
        return x

    def outputs(self, X: Any) -> np.ndarray:
        """Compute the activations of the output units, shape (rows, units)."""
        rows = as_table(X) if is_dataframe(X) else np.asarray(X)
        n = rows.n_rows if isinstance(rows, Table) else len(rows)
        if n <= ROWS_AT_ONCE:
            return self.model.outputs(self.encode(rows))
        answers, started = [], []
        for start in range(0, n, ROWS_AT_ONCE):
            started.append(self.model.start(self._encode_piece(rows, start)))
            if len(started) > 1:  # the device answers one piece while the host encodes the next
                answers.append(started.pop(0)())
        return np.concatenate([*answers, *(wait() for wait in started)])

    def _encode_piece(self, rows: Table | np.ndarray, start: int) -> Any:
        try:
            return self.encode(_piece(rows, start))
        except DataError:
            self.encode(rows)  # says which of all rows is at fault
            raise

    def predict_proba(self, X: Any) -> np.ndarray:
        """Compute the probability of each class.

        Parameters
        ----------
        X : array, DataFrame or Table
            Rows.

        Returns
        -------
        ndarray of float32, shape (rows, classes)
            In the order of `target.labels`.

        Raises
        ------
        AttributeError
            If the model predicts numbers.
        """
        if not isinstance(self.target, Classes):
            raise AttributeError("a model of numbers has no predict_proba")
        return self.target.probabilities(self.outputs(X), self.model.output)

    def predict(self, X: Any) -> np.ndarray:
        """Answer each row: its class, or its number or numbers.

        Parameters
        ----------
        X : array, DataFrame or Table
            Rows.

        Returns
        -------
        ndarray, shape (rows,) or (rows, outputs)
            Labels in the user's own type, or float64.
        """
        if isinstance(self.target, Classes):
            return self.target.decode(self.predict_proba(X))
        return self.target.decode(self.outputs(X))

    def save(self, path: str | os.PathLike[str], *, functions: Mapping[str, Callable[..., Any]] | None = None) -> None:
        """Write the model to one file, whole or not at all; `dendrax.predictor.read` reads it.

        Parameters
        ----------
        path : path
            The file.
        functions : mapping of str to callable, optional
            A name for each function of your own: the file holds the name, and reading asks for the function.
        """
        from dendrax.predictor.file import write

        write(self, path, functions)

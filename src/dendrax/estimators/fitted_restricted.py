"""What a fitted restricted machine says about rows: hidden units, free energies, likelihoods, classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from dendrax.boltzmann.restricted_run import Outcome
from dendrax.estimators.inputs import check_weights, of_mean_one
from dendrax.estimators.restricted_attributes import RestrictedAttributes
from dendrax.estimators.restricted_draws import RestrictedDraws, check_rows
from dendrax.estimators.sparse import answered
from dendrax.predictor.restricted_model import RestrictedModel


def as_states(rows: np.ndarray, visible: str, first: int = 0) -> np.ndarray:
    """Draw 0 or 1 where binary rows are probabilities: each value against a number of its place, always the same.

    Parameters
    ----------
    rows : ndarray, shape (rows, columns)
        Probabilities, or whatever other visible units take.
    visible : str
        What the columns are.
    first : int, default=0
        The place of the first row in the whole table: rows draw independently, each by its place.

    Returns
    -------
    ndarray, shape (rows, columns)
        Rows of 0 and 1; holes stay.
    """
    if visible != "binary" or not ((rows > 0) & (rows < 1)).any():
        return rows
    numbers = np.random.Generator(np.random.PCG64(0).advance(first * rows.shape[1]))
    drawn = (rows > numbers.random(rows.shape)).astype(rows.dtype)
    return np.where(np.isnan(rows), rows, drawn)


def has_labels(estimator: Any) -> bool:
    """Say whether there are classes to predict."""
    if not estimator.labels:
        raise AttributeError("a machine predicts classes only when it was made with labels=True")
    if hasattr(estimator, "_model") and not estimator._model.labelled:
        raise AttributeError("a machine predicts classes only when labels was True in fit: fit it again")
    return True


class FittedRestricted(
    RestrictedAttributes, RestrictedDraws, ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator
):
    """The half of the estimator that reads its `_model`."""

    _model: RestrictedModel
    labels: bool
    visible: str

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_model")

    def _rows(self, X: Any) -> Any:
        check_is_fitted(self)
        return check_rows(self, X, reset=False, keep_sparse=True)

    def _read(self, outcome: Outcome) -> None:
        progress = outcome.progress
        self.history_ = {
            "epoch": list(range(1, len(progress.learning_rate) + 1)),
            "log_likelihood": list(progress.log_likelihood),
            "validation_log_likelihood": list(progress.validation_log_likelihood),
            "free_energy_gap": list(progress.free_energy_gap),
            "learning_rate": list(progress.learning_rate),
            "largest_weight": list(progress.largest_weight),
        }
        self.n_iter_ = len(progress.learning_rate)
        self.stopped_because_ = outcome.stopped_because

    def transform(self, X: Any) -> np.ndarray:
        """Compute the probabilities of the hidden units.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, columns), or DataFrame
            Rows. Holes are filled by mean field before; labels are summed out.

        Returns
        -------
        ndarray of float32, shape (rows, hidden)
            p(h = 1 | x).
        """
        return answered(lambda part: self._model.transform(part), self._rows(X))

    def free_energy(self, X: Any) -> np.ndarray:
        """Compute F(x) = −ln Σ e^(−E), shape (rows,): ln p(x) but for ln Z, of standardised columns."""
        return answered(lambda part: self._model.free_energy(part), self._rows(X))

    def score_samples(self, X: Any) -> np.ndarray:
        """Compute the log-likelihood of each row, in nats.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, columns), or DataFrame
            Rows; holes are summed out where there are at most 24 hidden units. Of binary columns 0 and 1: a value
            between is drawn, the same way every time for a row at the same place of the table; rows at other places
            draw independently.

        Returns
        -------
        ndarray of float64, shape (rows,)
            ln p(x), with the exact ln Z or its estimate (`log_partition_`).
        """
        rows, seen = self._rows(X), 0

        def scores(part: np.ndarray) -> np.ndarray:
            nonlocal seen
            first, seen = seen, seen + len(part)
            return self._model.log_likelihood(as_states(part, self.visible, first))

        return answered(scores, rows)

    def score(self, X: Any, y: Any = None, sample_weight: Any = None) -> float:
        """Compute the mean log-likelihood of rows; the accuracy where the machine has labels and y is given.

        With labels=True and no y it is the mean ln p(x) of the columns alone, labels summed out; `log_likelihood_` is
        the mean ln p(x, y).

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, columns), or DataFrame
            Rows.
        y : array of shape (rows,), optional
            Labels.
        sample_weight : array of shape (rows,), optional
            How much each row counts.

        Returns
        -------
        float
            Nats a row, or a share.
        """
        if self.labels and y is not None:
            from sklearn.metrics import accuracy_score

            sample_weight = check_weights(sample_weight, y)
            return float(accuracy_score(y, self.predict(X), sample_weight=sample_weight))
        scores = self.score_samples(X)
        weights = check_weights(sample_weight, scores)
        return float(np.average(scores, weights=None if weights is None else of_mean_one(weights)))

    @available_if(has_labels)
    def predict_proba(self, X: Any) -> np.ndarray:
        """Compute the probability of each class given the columns: exactly, Z cancels.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, columns), or DataFrame
            Rows; holes are summed out where there are at most 24 hidden units.

        Returns
        -------
        ndarray of float64, shape (rows, classes)
            In the order of `classes_`.
        """
        return answered(lambda part: self._model.predict_proba(part), self._rows(X))

    @available_if(has_labels)
    def predict(self, X: Any) -> np.ndarray:
        """Answer each row with its most probable class."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def reconstruct(self, X: Any) -> np.ndarray:
        """Compute the means of the columns given the means of the hidden units: one step there and back."""
        return answered(lambda part: self._model.reconstruct(part), self._rows(X))

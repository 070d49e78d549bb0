"""Neural networks as scikit-learn estimators: a thin shell.

check → encode → network and first parameters → one compiled training run → a `Predictor`
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from dendrax.core.random import seed_of
from dendrax.core.shapes import bucket
from dendrax.data.columns import Encoder
from dendrax.data.tables import Table
from dendrax.data.targets import Classes, Target
from dendrax.data.understand import learn_array, learn_table
from dendrax.estimators.defaults import Choices, choose
from dendrax.estimators.fitting import Encoded, Task, fit_network, input_layers
from dendrax.estimators.inputs import (
    Inputs,
    check_inputs,
    check_weights,
    of_mean_one,
    rows_of,
    without_zeros,
)
from dendrax.estimators.options import check_options, output_activation
from dendrax.learning.run import Outcome
from dendrax.learning.split import held_out
from dendrax.predictor.network_model import NetworkModel
from dendrax.predictor.predictor import Predictor


class NeuralNetwork(BaseEstimator):
    """What both estimators share; each adds its targets."""

    _classification: bool
    _predictor: Predictor
    prepare: str | None
    random_state: Any
    validation_fraction: float | str
    feature_names_in_: np.ndarray

    def _check_targets(self, y: Any) -> np.ndarray:
        """Read the targets."""
        raise AttributeError("each estimator reads its own targets")

    def _weights(self, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray | None:
        """Weigh the rows."""
        return weights

    def _learn_target(self, y: np.ndarray, weights: np.ndarray | None, choices: Choices) -> Target:
        """Learn how targets are coded."""
        raise AttributeError("each estimator codes its own targets")

    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None) -> Any:
        """Train the network.

        Parameters
        ----------
        X : array of shape (rows, features), or DataFrame
            Inputs. NaN means missing; tables may hold categories and text.
        y : array of shape (rows,), or (rows, outputs)
            Targets: labels, a matrix of 0 and 1 with one column a label, or one or several numbers. Of several numbers
            some may be missing (NaN).
        sample_weight : array of shape (rows,), optional
            How much each row counts; weight 2 equals the row twice.
        X_val, y_val : optional
            A validation part of your own; otherwise `validation_fraction` of the rows is held out.

        Returns
        -------
        self
            The fitted estimator.

        Raises
        ------
        ValueError
            If data or hyper-parameters are not what they must be.
        DivergenceError
            If training diverged at smaller learning rates too.
        """
        options = check_options(self)
        seed = seed_of(self.random_state)
        prepare = options["prepare"] == "auto"
        X = check_inputs(self, X, reset=True, prepare=prepare)
        y = self._check_targets(y)
        X, y, weights = without_zeros(X, y, self._weights(y, check_weights(sample_weight, X)))
        weights = None if weights is None else of_mean_one(weights)
        choices = choose(options, rows_of(X), self._classification)
        target = self._learn_target(y, weights, choices)
        choices = _with_holes(choices, y, y_val)
        encoder = _learn_encoder(X, weights) if prepare else None
        labels = target.labels if isinstance(target, Classes) else None
        output = output_activation(options, choices.loss, target.units, target.activation, labels)
        task = self._task(X, y, weights, X_val, y_val, target, encoder, choices, output, seed)
        inputs, shape = input_layers(encoder, task.encoded.x)
        network, numbers, outcome = fit_network(task, (*inputs, *choices.layers), shape, choices, options, seed)
        model = NetworkModel(network, numbers, outcome.params)
        names = (
            {"feature_names": [str(name) for name in self.feature_names_in_]}
            if hasattr(self, "feature_names_in_")
            else {}
        )
        self._predictor = Predictor(model, target, encoder, names)
        self._read(outcome, choices)
        return self

    def _task(
        self,
        X: Inputs,
        y: np.ndarray,
        weights: np.ndarray | None,
        X_val: Any,
        y_val: Any,
        target: Target,
        encoder: Encoder | None,
        choices: Choices,
        output: str,
        seed: int,
    ) -> Task:
        encoded = _encode(X, y, weights, target, encoder, output, bucket(len(y)) if X_val is None else None)
        rows = np.arange(len(y), dtype=np.int32)
        if (X_val is None) != (y_val is None):
            raise ValueError("X_val and y_val must be given together; got only one of them")
        if X_val is not None:
            X_val, y_val = check_inputs(self, X_val, reset=False, prepare=choices.prepare), self._check_targets(y_val)
            check_consistent_length(np.empty(rows_of(X_val)), y_val)
            held = _encode(X_val, y_val, None, target, encoder, output)
            encoded, training, validation = (
                _joined(encoded, held),
                rows,
                len(y) + np.arange(held.n_rows, dtype=np.int32),
            )
        elif choices.validation_fraction > 0:
            given = not isinstance(self.validation_fraction, str)
            n_held = round(choices.validation_fraction * (len(y) if given else bucket(len(y))))
            codes = encoded.y if encoded.y.ndim == 1 else encoded.y[:, 0]
            training, validation = held_out(codes, min(n_held, len(y) - 1), seed, self._classification)
        else:
            training, validation = rows, rows[:0]
        scale = np.float32(encoded.weights[training].mean())
        return Task(Encoded(encoded.x, encoded.y, encoded.weights / scale), training, validation, target.units, output)

    def _read(self, outcome: Outcome, choices: Choices) -> None:
        self.n_iter_ = len(outcome.curves.training)
        self.loss_curve_ = list(outcome.curves.training)
        self.validation_curve_ = list(outcome.curves.validation) if outcome.validated else None
        self.stopped_because_ = outcome.stopped_because
        self.layers_ = list(choices.layers)
        self.best_epoch_ = int(outcome.state.best_epoch) if outcome.validated else self.n_iter_
        self.n_outputs_ = self._predictor.target.units

    def _check_rows(self, X: Any) -> Inputs:
        if not hasattr(self, "_predictor"):
            check_is_fitted(self, "_predictor")
        return check_inputs(self, X, reset=False, prepare=self._predictor.encoder is not None)

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

    def trace(self, X: Any) -> list[dict[str, np.ndarray]]:
        """Compute `in` and `a` of every unit.

        Parameters
        ----------
        X : array of shape (rows, features), or DataFrame
            Inputs.

        Returns
        -------
        list of dict
            For each layer of units {"in": (rows, units), "a": (rows, units)}; the last is the output layer.
        """
        rows = self._check_rows(X)
        model = self._predictor.model
        assert isinstance(model, NetworkModel)
        return model.trace(self._predictor.encode(rows))

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

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted model to one file, without code inside; `dendrax.load` reads it.

        Parameters
        ----------
        path : path
            The file; whole at every moment.
        """
        from dendrax.estimators.saving import save

        save(self, path)

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "_predictor")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = self.prepare == "auto"
        tags.target_tags.required = True
        return tags


def _with_holes(choices: Choices, *targets: Any) -> Choices:
    """Let the loss pass over missing targets, where there are any."""
    given = [np.asarray(y) for y in targets if y is not None]
    if not any(y.ndim == 2 and y.dtype.kind == "f" and np.isnan(y).any() for y in given):
        return choices
    if not hasattr(choices.loss, "holes"):
        raise ValueError("y must hold no missing targets with a loss of your own; got NaN")
    return replace(choices, loss=replace(choices.loss, holes=True))  # type: ignore[call-arg]


def _learn_encoder(X: Inputs, weights: np.ndarray | None) -> Encoder:
    return learn_table(X, weights) if isinstance(X, Table) else learn_array(X, weights)


def _encode(
    X: Inputs,
    y: np.ndarray,
    weights: np.ndarray | None,
    target: Target,
    encoder: Encoder | None,
    output: str,
    size: int | None = None,
) -> Encoded:
    x = np.asarray(X, np.float32) if encoder is None else encoder.encode(X, size)
    w = np.ones(len(y), np.float32) if weights is None else weights.astype(np.float32)
    return Encoded(x, target.encode(y, output), w)


def _joined(first: Encoded, second: Encoded) -> Encoded:
    def join(a: Any, b: Any) -> Any:
        return np.concatenate([a, b])

    x = {k: join(first.x[k], second.x[k]) for k in first.x} if isinstance(first.x, dict) else join(first.x, second.x)
    return Encoded(x, join(first.y, second.y), join(first.weights, second.weights))

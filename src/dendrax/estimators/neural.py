"""`NeuralClassifier` and `NeuralRegressor`: the targets decide the output units and the loss.

two classes    one sigmoid unit      cross-entropy
K classes      K softmax units       cross-entropy
numbers        identity units        ½ Σ (y − a)², y standardised
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin
from sklearn.utils.class_weight import compute_sample_weight

from dendrax.data.targets import ClassTarget, NumberTarget, as_they_are, learn_classes, learn_numbers
from dendrax.estimators.inputs import check_labels, check_numbers
from dendrax.estimators.neural_network import NeuralNetwork

SHARED = """layers : "auto" or list, default="auto"
        The hidden layers: `Dense` layers, or an int for that many relu units. `[]`: a single layer of units.
    loss : "auto", "cross_entropy", "squared", "absolute" or "huber", default="auto"
        What training minimises; "auto" follows the targets.
    optimiser : "auto", "sgd", "adam" or "adamw", default="auto"
        How a gradient becomes a step.
    learning_rate : "auto" or float, default="auto"
        The size of a step, α.
    batch_size : "auto", int or None, default="auto"
        Rows in a step: 1 is one sample at a time, None all rows at once.
    max_epochs : "auto" or int, default="auto"
        Passes over the training rows at most.
    tolerance : float, default=1e-4
        An epoch that lowers the loss by less is one without progress.
    patience : "auto" or int, default="auto"
        Epochs without progress, in a row, after which training stops.
    validation_fraction : "auto" or float, default="auto"
        The part of the rows held out to find the best epoch by the loss; 0 holds nothing out.
    weight_decay : "auto" or float, default="auto"
        λ: how strongly weights are pulled to 0; ½ λ Σ w² in the loss, or beside the gradient with adamw.
    momentum : float, default=0.0
        For sgd: the share of the last step that is taken again.
"""


class NeuralClassifier(ClassifierMixin, NeuralNetwork):
    """PLACEHOLDER."""

    _classification = True

    def __init__(
        self,
        layers: Any = "auto",
        *,
        loss: str = "auto",
        optimiser: str = "auto",
        learning_rate: float | str = "auto",
        batch_size: int | str | None = "auto",
        max_epochs: int | str = "auto",
        tolerance: float = 1e-4,
        patience: int | str = "auto",
        validation_fraction: float | str = "auto",
        weight_decay: float | str = "auto",
        momentum: float = 0.0,
        schedule: str = "auto",
        output_activation: str = "auto",
        class_weight: Any = None,
        prepare: str | None = "auto",
        recipe: str | None = None,
        time_limit: float | None = None,
        checkpoint: Any = None,
        random_state: Any = None,
        verbose: bool | str = "auto",
    ) -> None:
        self.layers = layers
        self.loss = loss
        self.optimiser = optimiser
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.tolerance = tolerance
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.weight_decay = weight_decay
        self.momentum = momentum
        self.schedule = schedule
        self.output_activation = output_activation
        self.class_weight = class_weight
        self.prepare = prepare
        self.recipe = recipe
        self.time_limit = time_limit
        self.checkpoint = checkpoint
        self.random_state = random_state
        self.verbose = verbose

    def _check_targets(self, y: Any) -> np.ndarray:
        return check_labels(y)

    def _weights(self, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray | None:
        if self.class_weight is None:
            return weights
        of_class = compute_sample_weight(self.class_weight, y)
        return of_class if weights is None else weights * of_class

    def _learn_target(self, y: np.ndarray, weights: np.ndarray | None, prepare: bool) -> ClassTarget:
        target = learn_classes(y)
        self.classes_ = target.labels
        return target

    def predict_proba(self, X: Any) -> np.ndarray:
        """Compute the probability of each class.

        Parameters
        ----------
        X : array of shape (rows, features), or DataFrame
            Inputs.

        Returns
        -------
        ndarray of float32, shape (rows, classes)
            In the order of `classes_`.
        """
        rows = self._check_rows(X)
        return self._predictor.predict_proba(rows)


class NeuralRegressor(RegressorMixin, NeuralNetwork):
    """PLACEHOLDER."""

    _classification = False

    def __init__(
        self,
        layers: Any = "auto",
        *,
        loss: str = "auto",
        optimiser: str = "auto",
        learning_rate: float | str = "auto",
        batch_size: int | str | None = "auto",
        max_epochs: int | str = "auto",
        tolerance: float = 1e-4,
        patience: int | str = "auto",
        validation_fraction: float | str = "auto",
        weight_decay: float | str = "auto",
        momentum: float = 0.0,
        schedule: str = "auto",
        output_activation: str = "auto",
        prepare: str | None = "auto",
        recipe: str | None = None,
        time_limit: float | None = None,
        checkpoint: Any = None,
        random_state: Any = None,
        verbose: bool | str = "auto",
    ) -> None:
        self.layers = layers
        self.loss = loss
        self.optimiser = optimiser
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.tolerance = tolerance
        self.patience = patience
        self.validation_fraction = validation_fraction
        self.weight_decay = weight_decay
        self.momentum = momentum
        self.schedule = schedule
        self.output_activation = output_activation
        self.prepare = prepare
        self.recipe = recipe
        self.time_limit = time_limit
        self.checkpoint = checkpoint
        self.random_state = random_state
        self.verbose = verbose

    def _check_targets(self, y: Any) -> np.ndarray:
        return check_numbers(y)

    def _learn_target(self, y: np.ndarray, weights: np.ndarray | None, prepare: bool) -> NumberTarget:
        return learn_numbers(y, weights) if prepare else as_they_are(y)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags

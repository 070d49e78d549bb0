"""`NeuralClassifier`: the labels decide the output units and the loss.

two classes       one sigmoid unit         cross-entropy
K classes         K softmax units          cross-entropy
several labels    a sigmoid unit each      cross-entropy
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if

from dendrax.data.label_matrix import learn_matrix
from dendrax.data.targets import Classes, learn_classes
from dendrax.estimators.defaults import Choices
from dendrax.estimators.inputs import check_labels
from dendrax.estimators.neural_network import Given, NeuralNetwork
from dendrax.estimators.parts import learns_in_parts
from dendrax.estimators.sparse import answered
from dendrax.nn.losses import Hinge


def _tells_probabilities(estimator: Any) -> bool:
    if estimator.loss == "hinge" or isinstance(estimator.loss, Hinge):
        raise AttributeError("predict_proba must have a loss that tells probabilities; got loss='hinge'")
    return True


class NeuralClassifier(ClassifierMixin, NeuralNetwork):
    """A neural network for classes.

    Parameters
    ----------
    layers : "auto" or list, default="auto"
        The hidden layers, of `dendrax.layers`; an int is a `Dense` of that many relu units. `[]`: a single layer of
        units.
    loss : "auto", str, Loss or callable, default="auto"
        What training minimises: cross_entropy ("auto"), squared, absolute, huber or hinge, one of `dendrax.losses` with
        numbers of your own, or a function of a row's targets and activations, written in JAX.
    optimiser : "auto", str or Optimiser, default="auto"
        How a gradient becomes a step: sgd, nesterov, rmsprop, adam, adamw ("auto"), lion or lbfgs, or one of
        `dendrax.learning` with numbers of its own.
    learning_rate : "auto" or float, default="auto"
        The size of a step, α; "auto" is 0.002, but 0.1 for sgd, 0.02 for nesterov, 0.001 for rmsprop and lion and
        1 for lbfgs.
    batch_size : "auto", int or None, default="auto"
        Rows in a step: 1 is one sample at a time, None all rows at once; "auto" is 32 to 256, by the number of rows.
    max_epochs : "auto" or int, default="auto"
        Passes over the training rows at most; "auto" is as many as make 6000 steps, 30 at least.
    tolerance : float, default=1e-5
        An epoch that lowers the score by less is one without progress. The score is the validation loss, or the
        training loss where nothing is held out.
    patience : "auto" or int, default="auto"
        Epochs without progress, in a row, after which training stops; "auto" is a quarter of `max_epochs`, 10 at least.
    validation_fraction : "auto" or float, default="auto"
        The part of the rows held out to find the best epoch by the loss; 0 holds nothing out. "auto" is 0.2, and 0
        for 240 rows and fewer.
    weight_decay : "auto" or float, default="auto"
        λ: how strongly weights are pulled to 0: beside the gradient with adamw and lion, ½ λ Σ w² in the loss
        otherwise; "auto" is 0.5 for adamw and lion, else 0.
    momentum : float, default=0.0
        For sgd and nesterov (where 0 means its own, 0.9): the share of the last step that is taken again.
    clip_gradient : float, optional
        Gradients longer than this, all parameters together, are shortened to it.
    schedule : "auto", str or Schedule, default="auto"
        How the learning rate changes: constant, cosine, step, one_cycle or inverse_scaling, or one of
        `dendrax.learning` with numbers of its own; "auto" is cosine where `max_epochs` is left out, else constant.
    output_activation : str, default="auto"
        The activation function of the output units; "auto" is sigmoid for two classes or several labels, softmax for
        more classes, identity for hinge. Units that reach from −1 to +1 (tanh, softsign, hard_tanh, step) learn −1 for
        no and +1 for yes.
    class_weight : None, "balanced" or dict, default=None
        How much each class counts.
    label_smoothing : float, default=0.0
        For cross-entropy: the share of every training target that is spread evenly over the classes.
    multi_label : bool, default=False
        A target matrix of 0 and 1 with exactly one 1 in every row is 1-of-K; True takes its columns for labels that do
        not exclude each other. Any other matrix of 0 and 1 holds such labels anyway.
    prepare : "auto" or None, default="auto"
        "auto" centres, scales and clips numbers, fills holes and takes tables; None takes finite numbers as they
        are.
    recipe : None or "course", default=None
        "course": E = ½ Σ (y − a)², plain gradient descent, one sample at a time in the given order, nothing prepared;
        only layers, learning_rate, max_epochs, tolerance, output_activation and random_state remain free.
    metric : str or callable, optional
        What chooses the best epoch and ends patience instead of the loss, more being better: the name of a scorer of
        scikit-learn, a scorer, or a function of true targets and predictions. It is asked after every epoch, about the
        validation part, or the training rows where nothing is held out.
    callbacks : list of callable, optional
        Each is called after every epoch with a dict of `epoch`, `seconds`, `training_loss`, `validation_loss`,
        `metric`, `learning_rate` and `gradient_norm`; training stops when one returns True, and nothing else stops it.
    warm_start : bool, default=False
        True goes on from the last fit: k epochs and then m are the same as k + m, at a constant rate. Rates, limits,
        schedule, batch size, metric and the numbers of layers and optimiser may change in between; what makes another
        network, loss, optimiser, coding or validation part raises.
    time_limit : float, optional
        Seconds after which training ends with what it has. Ctrl-C ends it too, with a warning; twice, or in training
        that follows at once, as in a search, it raises KeyboardInterrupt and leaves the estimator as it was.
    checkpoint : path, optional
        A file that holds the state of training, at most half a minute old. Where it exists, training goes on from it,
        to the same bits as without the break.
    random_state : int, RandomState, Generator or None, default=None
        All randomness; the same int gives the same bits on one machine.
    verbose : "auto" or bool, default="auto"
        A progress bar: always, never, or ("auto") after two seconds on a terminal or in a notebook.

    Attributes
    ----------
    classes_ : ndarray, shape (classes,)
        The sorted labels.
    n_iter_ : int
        Epochs run.
    loss_curve_ : list of float
        The mean training loss of each epoch.
    validation_curve_ : list of float or None
        The validation loss after each epoch; None where nothing is held out.
    best_epoch_ : int
        The epoch whose parameters are kept; 0 where no epoch was better than no training at all.
    best_loss_, best_loss_error_ : float
        The validation loss of that epoch (the training loss where nothing is held out), and its standard error over the
        rows held out: how sure it is. NaN where there is none, and the error too where a metric chooses.
    history_ : dict of list
        One number an epoch: epoch, training_loss, validation_loss, metric, learning_rate, gradient_norm (the length of
        the optimiser's running mean gradient). `history_frame()` gives it as a DataFrame.
    stopped_because_ : str
        converged, patience, epochs, time, interrupted or callback.
    coefs_, intercepts_ : list of ndarray
        Weights (inputs, units) and biases (units,) of each layer of units. The inputs are the prepared columns.
    layers_ : list of Layer
        The hidden layers.

    Raises
    ------
    HyperparameterError
        In `fit`, naming the hyper-parameter, what it must be and what came.
    DivergenceError
        In `fit`, if the loss stops being finite, at a 32nd of the learning rate too.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from dendrax import NeuralClassifier
    >>> X, y = load_iris(return_X_y=True)
    >>> model = NeuralClassifier([16], random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.95
    True
    """

    _classification = True

    def __init__(
        self,
        layers: Any = "auto",
        *,
        loss: Any = "auto",
        optimiser: Any = "auto",
        learning_rate: float | str = "auto",
        batch_size: int | str | None = "auto",
        max_epochs: int | str = "auto",
        tolerance: float = 1e-5,
        patience: int | str = "auto",
        validation_fraction: float | str = "auto",
        weight_decay: float | str = "auto",
        momentum: float = 0.0,
        clip_gradient: float | None = None,
        schedule: Any = "auto",
        output_activation: str = "auto",
        class_weight: Any = None,
        label_smoothing: float = 0.0,
        multi_label: bool = False,
        prepare: str | None = "auto",
        recipe: str | None = None,
        metric: Any = None,
        callbacks: Any = None,
        warm_start: bool = False,
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
        self.clip_gradient = clip_gradient
        self.schedule = schedule
        self.output_activation = output_activation
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
        self.multi_label = multi_label
        self.prepare = prepare
        self.recipe = recipe
        self.metric = metric
        self.callbacks = callbacks
        self.warm_start = warm_start
        self.time_limit = time_limit
        self.checkpoint = checkpoint
        self.random_state = random_state
        self.verbose = verbose

    def _check_targets(self, y: Any) -> np.ndarray:
        return check_labels(y, matrix=True)

    def _weights(self, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray | None:
        if self.class_weight is None:
            return weights
        of_class = compute_sample_weight(self.class_weight, y)
        return of_class if weights is None else weights * of_class

    def _learn_target(self, y: np.ndarray, weights: np.ndarray | None, choices: Choices) -> Classes:
        target = learn_classes(y) if y.ndim == 1 else learn_matrix(y, self.multi_label)
        self.classes_ = target.labels
        return target

    @available_if(learns_in_parts)
    def partial_fit(
        self,
        X: Any,
        y: Any,
        classes: Any = None,
        sample_weight: Any = None,
        *,
        X_val: Any = None,
        y_val: Any = None,
    ) -> NeuralClassifier:
        """Train one epoch on some rows, from where the last call ended.

        The first call settles how inputs and targets are coded. With `validation_fraction` above 0, or X_val and y_val,
        the epoch is judged, the best one answers, and `stopped_because_` is "patience" once that is used up.

        The learning rate is that of `learning_rate`, or falls with the epochs (`schedule="inverse_scaling"`): other
        schedules need an end, and raise. After `fit` the coding stays, and the best parameters so far are scored anew.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, features), or DataFrame
            Inputs.
        y : array of shape (rows,), or (rows, labels)
            Labels.
        classes : array of labels, optional
            All labels there will be; in the first call, where not every one is among y. Later they must be the same.
        sample_weight : array of shape (rows,), optional
            How much each row counts; in units of the mean of the first call.
        X_val, y_val : optional
            Rows to judge by.

        Returns
        -------
        self
            The estimator.
        """
        return self._learn_in_parts(Given(X, y, sample_weight, X_val, y_val), classes)

    @available_if(_tells_probabilities)
    def predict_proba(self, X: Any) -> np.ndarray:
        """Compute the probability of each class.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, features), or DataFrame
            Inputs.

        Returns
        -------
        ndarray of float32, shape (rows, classes)
            In the order of `classes_`.
        """
        rows = self._check_rows(X)
        return answered(self._predictor.predict_proba, rows)

    @available_if(_tells_probabilities)
    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Compute the logarithm of the probability of each class.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, features), or DataFrame
            Inputs.

        Returns
        -------
        ndarray of float32, shape (rows, classes)
            ln `predict_proba`, −∞ where that is 0.
        """
        with np.errstate(divide="ignore"):
            return np.log(self.predict_proba(X))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags

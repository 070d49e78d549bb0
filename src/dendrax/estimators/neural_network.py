"""Neural networks as scikit-learn estimators: a thin shell.

check → encode → network and first parameters → one compiled training run → a `Predictor`
"""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import check_consistent_length

from dendrax.core.random import seed_of
from dendrax.data.tables import Table
from dendrax.data.targets import Classes, Target
from dendrax.data.understand import learn_array, learn_table
from dendrax.estimators.defaults import Choices, choose
from dendrax.estimators.fitted_network import FittedNetwork
from dendrax.estimators.fitted_state import fitted_part, take_over
from dendrax.estimators.fitting import Task, Watch, fit_network, input_layers
from dendrax.estimators.from_file import LearnsFromFiles
from dendrax.estimators.going_on import Judge, choices_now, fixed_of, kept_of, require_classes, where_it_stands
from dendrax.estimators.inputs import (
    check_inputs,
    check_weights,
    of_mean_one,
    rows_of,
    take,
    without_zeros,
)
from dendrax.estimators.kept import Kept
from dendrax.estimators.options import check_options, output_activation
from dendrax.estimators.parts import check_counts, refuse_in_parts, with_holes
from dendrax.estimators.sklearn_callbacks import Epochs, TakesCallbacks, with_callbacks
from dendrax.estimators.stability import stability_hint
from dendrax.estimators.tasks import Part, Setting, task_of, that_judge, warn_of_new_levels, with_known_targets
from dendrax.estimators.watching import Answering, asked_after_epoch, history, metric_of, warn_of_ending
from dendrax.learning.outcome import DivergenceError, Outcome
from dendrax.nn.network import network_of
from dendrax.predictor.network_model import NetworkModel
from dendrax.predictor.predictor import Predictor


class Given(NamedTuple):
    """What a user hands to `fit` or `partial_fit`."""

    X: Any
    y: Any
    sample_weight: Any = None
    X_val: Any = None
    y_val: Any = None


class NeuralNetwork(LearnsFromFiles, TakesCallbacks, FittedNetwork):
    """What both estimators share; each adds its targets."""

    _classification: bool
    _predictor: Predictor
    prepare: str | None
    random_state: Any
    validation_fraction: float | str
    feature_names_in_: np.ndarray
    metric: Any
    callbacks: Any
    warm_start: bool

    def _check_targets(self, y: Any) -> np.ndarray:
        """Read the targets."""
        raise AttributeError("each estimator reads its own targets")

    def _weights(self, y: np.ndarray, weights: np.ndarray | None) -> np.ndarray | None:
        """Weigh the rows."""
        return weights

    def _learn_target(self, y: np.ndarray, weights: np.ndarray | None, choices: Choices) -> Target:
        """Learn how targets are coded."""
        raise AttributeError("each estimator codes its own targets")

    @with_callbacks
    def fit(self, X: Any, y: Any, sample_weight: Any = None, *, X_val: Any = None, y_val: Any = None) -> Any:
        """Train the network.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, features), or DataFrame
            Inputs. NaN means missing; tables may hold categories and text. Arrays of JAX, of PyTorch on the CPU and of
            other libraries that keep to the array API count as NumPy's, here and in every method; answers are NumPy's.
            A sparse matrix is written out dense to train, and some rows at a time to predict.
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
            If training diverged at smaller learning rates too; or in its last epoch, with nothing held out and no
            sound epoch before.
        """
        options = check_options(self)
        return self._train(Given(X, y, sample_weight, X_val, y_val), options, going_on=self.warm_start)

    def _learn_in_parts(self, given: Given, classes: Any = None) -> Any:
        """Train one epoch on some rows, from where the last call ended."""
        options = check_options(self) | {"max_epochs": 1, "in_parts": True}
        options["schedule"] = "constant" if options["schedule"] == "auto" else options["schedule"]
        refuse_in_parts(options)
        return self._train(given, options, going_on=True, classes=classes)

    def _train(self, given: Given, options: dict[str, Any], *, going_on: bool, classes: Any = None) -> Any:
        """Train a copy and take over what it has become: a fit that fails changes nothing."""
        kept = kept_of(self, options) if going_on else None
        fitted = copy.copy(self)
        epochs = fitted._learn(self, given, options, kept, classes)
        take_over(self, fitted)
        epochs.end()
        warn_of_ending(self)
        return self

    def _learn(self, owner: Any, given: Given, options: dict[str, Any], kept: Kept | None, classes: Any) -> Epochs:
        now = None if kept is None else choices_now(options, self._setting, self._classification)
        rows, own = self._checked(given, options, first=kept is None)
        y_val = None if own is None else own.y
        if now is None:
            self._setting = before = self._settle(rows, options, own, classes)
        else:
            before, now = self._setting, with_holes(now, rows.y, y_val)
            self._setting = replace(before, choices=now)
            self._check_part(rows, options, classes)
        choices = self._setting.choices
        check_counts(choices.loss, y=rows.y, y_val=y_val)
        task = self._task(rows, own, options, first=kept is None)
        judge = Judge(self.metric, options["in_parts"], len(task.validation) > 0)
        kept = None if kept is None else where_it_stands(kept, before, judge, choices.batch_size)
        self._setting = replace(self._setting, judge=judge)
        inputs, shape = input_layers(self._setting.encoder, task.encoded.x)
        network, numbers = network_of((*inputs, *choices.layers), shape, task.units, task.output)
        answering = partial(self._answering, network, numbers)
        epochs = _epochs(owner, self, given, answering, None if options["in_parts"] else choices.max_epochs)
        watch = self._watch(task, rows, own, epochs, answering)
        epochs.begin()
        seed = self._setting.seed
        try:
            outcome, self._kept = fit_network(task, network, numbers, choices, options, seed, kept, watch)
        except DivergenceError as error:
            raise DivergenceError(f"{error}{stability_hint(network, numbers, task, choices)}") from None
        self._predictor = answering(outcome.params)
        self._read(outcome, choices)
        return epochs

    def _check_part(self, rows: Part, options: dict[str, Any], classes: Any) -> None:
        """Look at what a later part brings beside rows: new levels, and classes that are named again."""
        setting = self._setting
        if options["in_parts"]:
            warn_of_new_levels(rows.X, setting)
        if classes is not None:
            require_classes(self._learn_target(self._check_targets(classes), None, setting.choices), setting.target)

    def _task(self, rows: Part, own: Part | None, options: dict[str, Any], *, first: bool) -> Task:
        """Make the task; the first call's mean weight counts as 1 in later parts."""
        exact = options["in_parts"] or not isinstance(self.validation_fraction, str)
        fixed = options["in_parts"] and not first
        task, weight = task_of(rows, own, self._setting, given=exact, classes=self._classification, fixed_weight=fixed)
        if first:
            self._setting = replace(self._setting, weight=weight)
        return task

    def _checked(self, given: Given, options: dict[str, Any], *, first: bool) -> tuple[Part, Part | None]:
        prepare = options["prepare"] == "auto"
        X = check_inputs(self, given.X, reset=first, prepare=prepare)
        y = self._check_targets(given.y)
        X, y, weights = without_zeros(X, y, self._weights(y, check_weights(given.sample_weight, X)))
        if weights is not None and not options["in_parts"]:
            weights = of_mean_one(weights)
        if (given.X_val is None) != (given.y_val is None):
            raise ValueError("X_val and y_val must be given together; got only one of them")
        if given.X_val is None:
            return Part(X, y, weights), None
        own = Part(check_inputs(self, given.X_val, reset=False, prepare=prepare), self._check_targets(given.y_val))
        check_consistent_length(np.empty(rows_of(own.X)), own.y)
        return Part(X, y, weights), that_judge(own)

    def _settle(self, rows: Part, options: dict[str, Any], own: Part | None, classes: Any) -> Setting:
        """Decide, by the first rows, everything that stays the same."""
        choices = choose(options, rows_of(rows.X), self._classification)
        labels = rows.y if classes is None else self._check_targets(classes)
        target = self._learn_target(labels, rows.weights if classes is None else None, choices)
        choices = with_holes(choices, rows.y, None if own is None else own.y)
        learn: Any = learn_table if isinstance(rows.X, Table) else learn_array
        encoder = learn(rows.X, rows.weights) if options["prepare"] == "auto" else None
        of_classes = target.labels if isinstance(target, Classes) else None
        output = output_activation(options, choices.loss, target.units, target.activation, of_classes)
        seed = seed_of(self.random_state)
        return Setting(choices, target, encoder, output, seed, rows=rows_of(rows.X), fixed=fixed_of(options))

    def _answering(self, network: Any, numbers: Any, params: Any) -> Predictor:
        names = {}
        if hasattr(self, "feature_names_in_"):
            names = {"feature_names": [str(name) for name in self.feature_names_in_]}
        model = NetworkModel(network, numbers, params)
        return Predictor(model, self._setting.target, self._setting.encoder, names)

    def _watch(self, task: Task, rows: Part, own: Part | None, epochs: Epochs, answering: Answering) -> Watch:
        """Let the metric and the callbacks look on."""
        validated = len(task.validation) > 0
        after = epochs.beside(asked_after_epoch(self.callbacks, validated) if self.callbacks else None)
        if self.metric is None:
            return Watch(None, after)
        held = own if own is not None else Part(take(rows.X, task.validation), rows.y[task.validation])
        held = with_known_targets(held if validated else rows)
        return Watch(metric_of(self, self.metric, held.X, held.y, answering), after)

    def _read(self, outcome: Outcome, choices: Choices) -> None:
        self.n_iter_ = len(outcome.curves.training)
        self.loss_curve_ = list(outcome.curves.training)
        self.history_ = history(outcome.curves, outcome.held_out)
        self.validation_curve_ = self.history_["validation_loss"] if outcome.held_out else None
        self.stopped_because_ = outcome.stopped_because
        self.layers_ = list(choices.layers)
        self.best_epoch_ = int(outcome.state.best_epoch) if outcome.best_answers else self.n_iter_
        self.best_loss_ = outcome.curves.validation[self.best_epoch_ - 1] if self.best_epoch_ else np.nan
        self.best_loss_error_ = float(outcome.state.best_error) if outcome.held_out and self.metric is None else np.nan
        self.n_outputs_ = self._predictor.target.units

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.allow_nan = self.prepare == "auto"
        tags.target_tags.required = True
        return tags


def _epochs(owner: Any, fitted: Any, given: Given, answering: Answering, max_epochs: int | None) -> Epochs:
    """Let scikit-learn's callbacks look on; a copy of the owner answers with what is fitted so far."""
    weights = given.sample_weight
    rows = {"X": given.X, "y": given.y, "metadata": None if weights is None else {"sample_weight": weights}}
    return Epochs(owner, rows, lambda p: fitted_part(fitted) | {"_predictor": answering(p)}, max_epochs)

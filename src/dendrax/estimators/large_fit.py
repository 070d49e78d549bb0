"""A fit of rows that do not fit into memory.

first look     what each column is, the answers, an even sample            (`dendrax.data.survey`)
second look    encode every row and deal it to a part on disk              (`dendrax.data.row_parts`)
training       visit the parts in turn, judge after every visit            (`dendrax.estimators.visits`)
"""

from __future__ import annotations

import copy
from dataclasses import replace
from functools import partial
from typing import Any

import jax
import numpy as np
from sklearn.utils.class_weight import compute_sample_weight

from dendrax.core.constraints import HyperparameterError
from dendrax.core.random import key, seed_of
from dendrax.core.row_draws import VALIDATION, row_draws
from dendrax.data.reservoir import joined
from dendrax.data.row_parts import RowParts, packed
from dendrax.data.survey import FileRows, Survey, learn_survey, survey
from dendrax.data.tables import DataError, Table
from dendrax.data.targets import Classes
from dendrax.estimators.defaults import choose
from dendrax.estimators.file_options import choices_for_visits, refuse_in_file
from dendrax.estimators.fitted_state import take_over
from dendrax.estimators.fitting import Watch, input_layers, numbers_of, plan_of, train
from dendrax.estimators.inputs import check_inputs
from dendrax.estimators.kept import Kept
from dendrax.estimators.options import output_activation
from dendrax.estimators.sklearn_callbacks import Epochs
from dendrax.estimators.tasks import Part, Setting, encoded
from dendrax.estimators.visits import Visits
from dendrax.estimators.watching import asked_after_epoch, metric_of
from dendrax.learning.outcome import Curves, Outcome
from dendrax.learning.training import begin
from dendrax.nn.network import network_of

PART = 2**24  # bytes of encoded rows in a part
MOST_HELD = 2**16  # rows of the validation part


def learn_rows(estimator: Any, rows: FileRows, options: dict[str, Any], found: Survey | None = None) -> Any:
    """Train an estimator on rows of a file that is larger than memory; one that fails leaves it as it was.

    Parameters
    ----------
    estimator : NeuralClassifier or NeuralRegressor
        It is fitted.
    rows : FileRows
        The rows; the seed is the estimator's.
    options : dict
        Checked hyper-parameters.
    found : Survey, optional
        What the rows are, where that is known.

    Returns
    -------
    estimator
        Fitted.
    """
    refuse_in_file(estimator, options)
    seed = seed_of(estimator.random_state)
    found = survey(replace(rows, seed=seed)) if found is None else found
    fitted = copy.copy(estimator)
    _LargeFit(fitted, rows, found, options, seed).run()
    fitted.notes_ = [*rows.file.notes, *found.notes]
    take_over(estimator, fitted)
    return estimator


def weights_of_classes(given: Any, labels: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Weigh each class, to mean 1 over the rows.

    Parameters
    ----------
    given : None, "balanced" or dict
        `class_weight`.
    labels, counts : ndarray, shape (classes,)
        The classes and their rows.

    Returns
    -------
    ndarray of float64, shape (classes,)
        The weight of each class's rows.
    """
    weights = 1 / counts if isinstance(given, str) else compute_sample_weight(given, labels)
    if not (weights > 0).all():
        raise HyperparameterError(f"class_weight must be above 0 for every class of a large file; got {given!r}")
    return weights * counts.sum() / (weights * counts).sum()


class _LargeFit:
    """One fit from a file: settle by the first look, deal the rows, visit the parts."""

    def __init__(self, estimator: Any, rows: FileRows, found: Survey, options: dict[str, Any], seed: int) -> None:
        self.estimator, self.rows, self.found, self.options, self.seed = estimator, rows, found, options, seed
        self.prepare = options["prepare"] == "auto"
        check_inputs(estimator, found.inputs, reset=True, prepare=self.prepare)
        self.weights = None
        if estimator._classification:
            self.labels, counts = found.answers.classes()
            self.weights = weights_of_classes(options["class_weight"], self.labels, counts)
        estimator._setting = self.setting = self._settle()

    def _targets(self, table: Table) -> tuple[np.ndarray, np.ndarray | None]:
        """Read the targets of some rows, and weigh them."""
        cells = table.columns[self.rows.target]
        if self.weights is None:
            return self.found.answers.numbers(cells), None
        y = self.found.answers.read(cells)
        return y, self.weights[np.searchsorted(self.labels, y)]

    def _settle(self) -> Setting:
        """Decide everything that stays the same over the visits."""
        choices = choose(self.options, self.found.rows, self.estimator._classification)
        y, weights = self._targets(self.found.sample)
        if choices.loss.counts and self.found.answers.extent.lowest < 0:
            lowest = self.found.answers.extent.lowest
            raise DataError(f"y must hold numbers of 0 and more with loss='poisson'; got {lowest:g}")
        target = self.estimator._learn_target(y if self.weights is None else self.labels, None, choices)
        of_classes = target.labels if isinstance(target, Classes) else None
        output = output_activation(self.options, choices.loss, target.units, target.activation, of_classes)
        encoder = learn_survey(self.found, weights) if self.prepare else None
        return Setting(choices, target, encoder, output, self.seed, rows=self.found.rows)

    def _encoded(self, table: Table) -> np.ndarray:
        """Encode rows as records."""
        y, weights = self._targets(table)
        X = check_inputs(self.estimator, table.without([self.rows.target]), reset=False, prepare=self.prepare)
        coded = encoded(Part(X, y, weights), self.setting)
        x = coded.x if isinstance(coded.x, dict) else {"x": coded.x}
        return packed({**x, "y": coded.y, "weight": coded.weights})

    def run(self) -> None:
        """Deal the rows, then train on them."""
        n, kind = self.found.rows, self._encoded(self.found.sample.take(np.arange(1))).dtype
        share = min(self.setting.choices.validation_fraction, min(MOST_HELD, PART // kind.itemsize) / n)
        parts = max(-(-round((1 - share) * n * kind.itemsize) // PART), 1)
        with RowParts(kind, parts, n, self.seed) as dealt:
            held, judging = self._deal(dealt, share)
            self._train(Visits(dealt, held, self.seed), judging)

    def _deal(self, parts: RowParts, share: float) -> tuple[np.ndarray, list[Table]]:
        """Deal rows to parts, but for those that judge; as they are, too, where a metric asks for them."""
        held, judging = [np.empty(0, parts.kind)], list[Table]()
        for table in self.rows.batches():
            assert table.rows is not None
            records = self._encoded(table)
            judges = row_draws(table.rows, self.seed, VALIDATION) < share
            parts.add(records[~judges], table.rows[~judges])
            held.append(records[judges])
            if self.estimator.metric is not None and judges.any():
                judging.append(table.take(np.flatnonzero(judges)))
        parts.flush()
        return np.concatenate(held), judging

    def _train(self, visits: Visits, judging: list[Table]) -> None:
        estimator, setting, n = self.estimator, self.setting, int(visits.parts.sizes.sum())
        choices = choices_for_visits(setting.choices, self.options, n, len(visits.known))
        data = visits.data(0)
        inputs, shape = input_layers(setting.encoder, data.rows.x)
        layers = (*inputs, *choices.layers)
        network, layer_numbers = network_of(layers, shape, setting.target.units, setting.output)
        answering = partial(estimator._answering, network, layer_numbers)
        watch = self._watch(answering, judging, len(visits.held) > 0)
        plan = plan_of(n, choices, network, data, self.options)
        plan = replace(plan, judged_outside=watch.metric is not None)
        numbers = numbers_of((visits.rows(0), len(visits.held)), choices, self.options, layer_numbers)
        state = begin(plan, key(self.seed), numbers)
        visit = partial(visits, numbers=numbers)
        outcome = train(plan, data, numbers, self.options, state, Curves(), watch, visit)
        self._keep(outcome, answering(outcome.params), choices)

    def _watch(self, answering: Any, judging: list[Table], validated: bool) -> Watch:
        estimator, after = self.estimator, None
        if estimator.callbacks:
            nobody = Epochs(estimator, {}, lambda params: {}, None)
            after = nobody.beside(asked_after_epoch(estimator.callbacks, validated))
        if estimator.metric is None:
            return Watch(None, after)
        table = joined(judging)
        X = check_inputs(estimator, table.without([self.rows.target]), reset=False, prepare=self.prepare)
        return Watch(metric_of(estimator, estimator.metric, X, self._targets(table)[0], answering), after)

    def _keep(self, outcome: Outcome, predictor: Any, choices: Any) -> None:
        self.estimator._kept = Kept(jax.tree.map(np.asarray, outcome.state), outcome.curves)
        self.estimator._predictor = predictor
        self.estimator._read(outcome, choices)

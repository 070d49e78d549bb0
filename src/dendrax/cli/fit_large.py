"""`dendrax fit` on a file larger than memory: every look at it is a pass over its rows, some at a time.

look at all rows → encode and deal them → train part by part → pass over the held-out rows, scoring three models
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli.beside import linear_model
from dendrax.cli.fit_report import Results, chosen, save, show_columns, show_scores, show_training, tell
from dendrax.cli.fit_request import Request, again, estimator_of
from dendrax.cli.held_out import answers_like, are_classes, share_or_file, text_like
from dendrax.cli.reading import say_how_read
from dendrax.cli.sums import ClassSums, NumberSums
from dendrax.cli.voice import Voice
from dendrax.data.files import TableFile, open_table
from dendrax.data.known_rows import is_known
from dendrax.data.survey import FileRows, Survey, survey
from dendrax.data.tables import DataError, Table
from dendrax.data.targets import ClassTarget
from dendrax.predictor.predictor import Predictor

Pairs = Iterator[tuple[Table, np.ndarray]]
Answer = Callable[[Table], np.ndarray]  # probabilities of classes, or numbers


def fit_large(request: Request, opened: TableFile, voice: Voice) -> bool:
    """Train, save, judge and show; whether training was interrupted."""
    test = share_or_file(request.test)
    rows = FileRows(opened, request.target, test if isinstance(test, float) else 0.0, request.seed)
    say_how_read(voice, opened.file.shown, opened.columns.dialect, opened.notes)
    found = survey(rows)
    classes = are_classes(found.answers)
    labels = found.answers.classes()[0] if classes else found.answers.numbers(_targets(found))
    judging: Callable[[], Pairs] = partial(_held_out, rows, found, labels, classes)
    if isinstance(test, Path):
        judging = partial(_of_file, test, request, found, labels, classes)
        if not _count(judging()):
            raise DataError(f"{test}, column {request.target!r} must hold answers; every cell is missing")
    estimator = last = _trained(request, rows, found, classes, voice)
    _show(voice, estimator, found, request, classes)
    result = None if test == 0 else _judge(voice, estimator._predictor, found, judging(), classes)
    if request.refit and estimator.stopped_because_ != "interrupted" and test != 0:
        last = _refitted(request, rows, estimator, voice)
        estimator = chosen(voice, estimator, last)
    save(estimator, request, result)
    voice.say(f"saved {request.output}")
    tell(voice, estimator, request, result, found.rows_in_file, estimator.notes_)
    return last.stopped_because_ == "interrupted"


def _targets(found: Survey) -> np.ndarray:
    return found.sample.columns[found.answers.name]


def _count(pairs: Pairs) -> int:
    """Pass over all rows and count them: what is wrong with them is said before training."""
    return sum(len(answers) for _, answers in pairs)


def _trained(request: Request, rows: FileRows, found: Survey, classes: bool, voice: Voice) -> Any:
    from dendrax.estimators.large_fit import learn_rows
    from dendrax.estimators.options import check_options

    estimator = estimator_of(request, classes, quiet=voice.quiet)
    learn_rows(estimator, rows, check_options(estimator), found)
    save(estimator, request, None)  # whatever happens while showing and judging, the model is there
    return estimator


def _show(voice: Voice, estimator: Any, found: Survey, request: Request, classes: bool) -> None:
    encoder = estimator._predictor.encoder
    for note in [*found.notes, *([] if encoder is None else encoder.notes)]:
        voice.say(note)
    show_columns(voice, estimator, found.rows_in_file, request.target, classes)
    show_training(voice, estimator)


def _refitted(request: Request, rows: FileRows, estimator: Any, voice: Voice) -> Any:
    from dendrax.estimators.large_fit import learn_rows
    from dendrax.estimators.options import check_options

    every = replace(rows, test_share=0.0)
    found = survey(every)
    voice.say(f"training again on all {found.rows} rows")
    fresh = again(estimator)
    return learn_rows(fresh, every, check_options(fresh), found)


def _held_out(rows: FileRows, found: Survey, labels: np.ndarray, classes: bool) -> Pairs:
    """Give the rows held out with their answers, but for classes that no row to learn from has."""
    for table in rows.batches(held_out=True):
        y = found.answers.read(table.columns[rows.target]) if classes else table.columns[rows.target]
        known = np.isin(y, labels) if classes else np.ones(len(y), bool)
        yield table.without([rows.target]).take(np.flatnonzero(known)), y[known]


def _of_file(path: Path, request: Request, found: Survey, labels: np.ndarray, classes: bool) -> Pairs:
    """Give the rows of another file that have an answer."""
    target = request.target
    with open_table(path, encoding=request.encoding, text=text_like(found.inputs, target, labels)) as opened:
        for table in opened.batches():
            table.require([target, *found.inputs.names])
            rows = table.take(np.flatnonzero(is_known(table.columns[target])))
            yield rows.without([target]), answers_like(path, target, rows.columns[target], labels, classes)


def _judge(voice: Voice, predictor: Predictor, found: Survey, pairs: Pairs, classes: bool) -> Results | None:
    """Score three models on the same rows; the linear one is fitted to the sample."""
    y = found.answers.read(_targets(found)) if classes else found.answers.numbers(_targets(found))
    linear = linear_model(found.inputs, y, classes)
    models = {"this network": _answer(predictor)}
    if linear is not None and linear.target.units == predictor.target.units:
        models["linear model of the sample"] = _answer(linear)
    models["trivial model"] = _everywhere(found, y, classes)
    sums: dict[str, Any] = {name: ClassSums() if classes else NumberSums() for name in models}
    for X, answers in pairs:
        truth = predictor.target.codes(answers) if isinstance(predictor.target, ClassTarget) else answers.astype(float)
        for name, answer in models.items() if len(truth) else ():
            sums[name].add(answer(X), truth)
    rows = sums["this network"].rows
    if not rows:
        return None
    result = {name: its.scores for name, its in sums.items()}
    show_scores(voice, result, rows)
    return result


def _answer(predictor: Predictor) -> Answer:
    return predictor.predict_proba if isinstance(predictor.target, ClassTarget) else predictor.predict


def _everywhere(found: Survey, y: np.ndarray, classes: bool) -> Answer:
    """Answer every row the same."""
    if not classes:
        return lambda X: np.full(X.n_rows, y.mean())
    counts = found.answers.classes()[1]
    return lambda X: np.tile(counts / counts.sum(), (X.n_rows, 1))

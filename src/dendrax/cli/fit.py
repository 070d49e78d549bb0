"""`dendrax fit DATA --target COL`: learn, judge on rows never seen, save.

read → understand the columns → hold out test rows → train → score beside the trivial and the linear model → save

A file larger than memory goes the same way in pieces: `fit_large`. With --model rbm there is no column to predict:
`fit_machine`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dendrax.cli import scores
from dendrax.cli.beside import beside
from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.fit_large import fit_large
from dendrax.cli.fit_machine import fit_machine
from dendrax.cli.fit_report import Results, chosen, save, show_columns, show_scores, show_training, tell
from dendrax.cli.fit_request import RBM, Request, again, estimator_of
from dendrax.cli.held_out import Parts, share_or_file, split
from dendrax.cli.output_path import check_output
from dendrax.cli.reading import say_how_read
from dendrax.cli.voice import Voice
from dendrax.data.columns import Dropped
from dendrax.data.files import open_table
from dendrax.data.tables import Table
from dendrax.data.understand import learn_table

INTERRUPTED = 130


def without_identifiers(table: Table, target: str, voice: Voice) -> tuple[Table, list[str]]:
    """Leave out identifiers and constants, judged by the whole table: a part of a sequence is none."""
    table.require([target])
    if len(table.columns) < 3:
        return table, []
    encoder = learn_table(table.without([target]))
    for note in encoder.notes:
        voice.say(note)
    dropped = [column.name for column in encoder.columns if isinstance(column, Dropped)]
    return table.without(dropped), encoder.notes


def run(request: Request, *, as_json: bool, quiet: bool) -> int:
    """Run the command; the exit code."""
    voice = Voice(as_json=as_json, quiet=quiet)
    judged = share_or_file(request.test)
    others = [request.data, *([judged] if isinstance(judged, Path) else [])]
    if request.checkpoint is not None:
        check_output(request.checkpoint, *others, option="--checkpoint")
    check_output(request.output, *others, *([request.checkpoint] if request.checkpoint else []))
    use_disk_cache()
    if request.model == RBM:
        return INTERRUPTED if fit_machine(request, voice) else 0
    with open_table(request.data, encoding=request.encoding) as opened:
        if opened.is_large:
            return INTERRUPTED if fit_large(request, opened, voice) else 0
        table = opened.whole()
    say_how_read(voice, str(table.source), table.dialect, table.notes)
    table, notes = without_identifiers(table, request.target, voice)
    return INTERRUPTED if _fit(request, table, notes, voice) else 0


def _fit(request: Request, table: Table, notes: list[str], voice: Voice) -> bool:
    """Train, save, judge, show; whether training was interrupted."""
    parts, classes = split(table, request.target, request.test, request.seed, voice, request.encoding)
    estimator = last = estimator_of(request, classes, quiet=voice.quiet)
    estimator.fit(parts.X, parts.y)
    save(estimator, request, None)  # whatever happens while showing and judging, the model is there
    show_columns(voice, estimator, table.n_rows, request.target, classes)
    show_training(voice, estimator)
    result = _judge(voice, estimator, parts, classes)
    if request.refit and estimator.stopped_because_ != "interrupted" and parts.test_X is not None:
        last = _refitted(voice, estimator, request, table)
        estimator = chosen(voice, estimator, last)
    save(estimator, request, result)
    voice.say(f"saved {request.output}")
    tell(voice, estimator, request, result, table.n_rows, [*table.notes, *notes])
    return last.stopped_because_ == "interrupted"


def _refitted(voice: Voice, estimator: Any, request: Request, table: Table) -> Any:
    parts, _ = split(table, request.target, "0", request.seed, voice)
    voice.say(f"training again on all {len(parts.y)} rows")
    return again(estimator).fit(parts.X, parts.y)


def _judge(voice: Voice, estimator: Any, parts: Parts, classes: bool) -> Results | None:
    if parts.test_X is None or parts.test_y is None:
        return None
    result = {"this network": scores.scores(estimator._predictor, parts.test_X, parts.test_y)}
    result |= beside(parts, classes)
    show_scores(voice, result, len(parts.test_y))
    return result

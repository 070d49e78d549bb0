"""`dendrax evaluate MODEL DATA`: how good a model is on rows with known answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dendrax.cli import scores
from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.evaluate_machine import evaluate_machine
from dendrax.cli.machine import Machine
from dendrax.cli.model import read_model
from dendrax.cli.reading import say_tie, text_columns
from dendrax.cli.sums import ClassSums, NumberSums
from dendrax.cli.unseen import Unseen
from dendrax.cli.voice import Voice
from dendrax.data.files import open_table
from dendrax.data.known_rows import with_answers
from dendrax.data.tables import DataError, Table
from dendrax.data.targets import ClassTarget
from dendrax.predictor.predictor import Predictor


@dataclass(frozen=True)
class Request:
    """What was typed; `target` is empty where no column is named."""

    model: Path
    data: Path
    target: str = ""
    encoding: str | None = None


def run(request: Request, *, as_json: bool, quiet: bool) -> None:
    """Run the command."""
    voice = Voice(as_json=as_json, quiet=quiet)
    use_disk_cache()
    found = read_model(request.model)
    if isinstance(found, Machine):
        evaluate_machine(found, request, voice)
    else:
        _evaluate(found, request, voice)


def _evaluate(predictor: Predictor, request: Request, voice: Voice) -> None:
    """Judge the answers of a predictor."""
    model, data, name = request.model, request.data, predictor.about.get("target_name")
    if request.target not in ("", name):
        raise DataError(f"--target must be left out, or be {name!r}, which the model predicts; got {request.target!r}")
    if not name:
        raise DataError(f"{model} does not say which column it predicts; it was not made by `dendrax fit`")
    sums = ClassSums() if isinstance(predictor.target, ClassTarget) else NumberSums()
    dropped, unseen = 0, Unseen(predictor.encoder)
    with open_table(data, encoding=request.encoding, text=text_columns(predictor)) as opened:
        say_tie(voice, opened.file.shown, opened.columns.dialect)
        for table in opened.batches():
            table.require([name])
            rows, without = with_answers(table, name)
            dropped += without
            if rows.n_rows:
                _add(sums, predictor, rows, name)
                unseen.look(rows)
    if not sums.rows:
        raise DataError(f"column {name!r} must hold answers; every cell is missing")
    if dropped:
        voice.say(f"{dropped} rows without {name!r} are left out")
    result, called = sums.scores, opened.file.shown if str(data) == "-" else data.name
    if not voice.as_json:
        voice.table(["on", "rows", *result], [[called, str(sums.rows), *scores.shown(result)]])
    if voice.quiet and not voice.as_json:
        print("  ".join(f"{k} {v}" for k, v in zip(result, scores.shown(result), strict=True)))
    for line in [] if voice.quiet else unseen.lines:
        voice.warn(line)
    voice.tell({"rows": sums.rows, **scores.finite(result), "unseen": unseen.described})


def _add(sums: ClassSums | NumberSums, predictor: Predictor, rows: Table, name: str) -> None:
    X, y = rows.without([name]), scores.answers_of(rows, name, predictor)
    if isinstance(sums, ClassSums):
        assert isinstance(predictor.target, ClassTarget)
        sums.add(predictor.predict_proba(X), predictor.target.codes(y))
    else:
        sums.add(predictor.predict(X), y)

"""`dendrax fit DATA --target COL`: learn, judge on rows never seen, save.

read → understand the columns → hold out test rows → train → score beside the trivial and the linear model → save
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli import scores
from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.known_rows import known_rows
from dendrax.cli.output_path import check_output
from dendrax.cli.reading import say_how_read
from dendrax.cli.settings import parse_layers, parse_settings
from dendrax.cli.voice import Voice
from dendrax.data.columns import Dropped
from dendrax.data.files import read_table
from dendrax.data.tables import DataError, Table
from dendrax.data.targets import learn_classes
from dendrax.data.understand import learn_table
from dendrax.predictor.file import write

WIDEST = 2000  # inputs of a linear model that is fitted for comparison
MOST_CLASSES = 20  # whole numbers with at most this many values are classes
INTERRUPTED = 130


@dataclass(frozen=True)
class Request:
    """What was typed."""

    data: Path
    target: str
    layers: str
    test: str
    output: Path
    seed: int
    time_limit: float | None
    checkpoint: Path | None
    settings: list[str]
    refit: bool
    encoding: str | None = None


@dataclass(frozen=True)
class Parts:
    """Rows to learn from and rows to judge by."""

    X: Table
    y: np.ndarray
    test_X: Table | None
    test_y: np.ndarray | None


def is_classification(y: np.ndarray) -> bool:
    """Say whether a target holds classes: text, booleans, or whole numbers with few values."""
    if y.dtype.kind in "OUb":
        return True
    values = np.unique(y)
    return bool((values == np.round(values)).all()) and len(values) <= min(MOST_CLASSES, max(2, len(y) // 5))


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


def share_or_file(test: str) -> float | Path:
    """Read `--test`: a share of the rows, or a file."""
    try:
        share = float(test)
    except ValueError:
        return Path(test)
    if not 0 <= share < 1:
        raise DataError(f"--test must be a share of 0 or more and below 1, or a file; got {test!r}")
    return share


def split(
    table: Table, target: str, test: str, seed: int, voice: Voice, encoding: str | None = None
) -> tuple[Parts, bool]:
    """Hold out the rows to judge by."""
    table.require([target])
    if table.columns[target].dtype.kind == "M":
        raise DataError(f"{table.source}, column {target!r} must hold numbers or classes to predict; it holds dates")
    table, dropped = known_rows(table, target)
    if dropped:
        voice.say(f"{dropped} rows without {target!r} are left out")
    X, y = table.without([target]), table.columns[target]
    if not X.columns:
        raise DataError(f"{table.source} must hold a column to learn from beside {target!r}; it holds none")
    classes = is_classification(y)
    y = y.astype(str) if y.dtype.kind == "O" else y
    if classes and len(np.unique(y)) < 2:
        raise DataError(f"{table.source}, column {target!r} must hold at least two classes; it holds only {y[0]!s}")
    chosen = share_or_file(test)
    if isinstance(chosen, Path):
        return Parts(X, y, *_of_file(chosen, encoding, X, y, target, classes)), classes
    n_test = round(chosen * len(y))
    if n_test == 0:
        return Parts(X, y, None, None), classes
    training, held = _held_out(y, n_test, seed, classes)
    return Parts(X.take(training), y[training], X.take(held), y[held]), classes


def _of_file(
    path: Path, encoding: str | None, X: Table, y: np.ndarray, target: str, classes: bool
) -> tuple[Table, np.ndarray]:
    """Read the rows to judge by; what is wrong with them is said before training."""
    text = [name for name, column in X.columns.items() if column.dtype.kind == "O"]
    text += [target] if y.dtype.kind == "U" else []
    other = read_table(path, encoding=encoding, text=text)
    other.require([target, *X.names])
    other, _ = known_rows(other, target)
    cells = other.columns[target]
    if y.dtype.kind == "U":
        cells = np.array([str(cell) for cell in cells.tolist()])
    elif cells.dtype.kind == "O":
        raise DataError(f"{path}, column {target!r} must hold numbers, as in training; got {cells[0]!r}")
    strange = ~np.isin(cells, y) if classes else np.zeros(len(cells), bool)
    if strange.any():
        raise DataError(f"{path}, column {target!r} must hold classes of training; got {cells[strange][0]!s}")
    return other.without([target]), cells


def _held_out(y: np.ndarray, n_test: int, seed: int, classes: bool) -> tuple[np.ndarray, np.ndarray]:
    from dendrax.learning.split import held_out

    order_by = np.unique(y, return_inverse=True)[1] if classes else y
    return held_out(order_by, min(n_test, len(y) - 1), seed, classes)


def estimator_of(request: Request, classes: bool) -> Any:
    """Make the estimator that was asked for."""
    from dendrax import NeuralClassifier, NeuralRegressor

    kind = NeuralClassifier if classes else NeuralRegressor
    known = set(kind().get_params()) - {"layers", "random_state", "time_limit", "checkpoint"}
    return kind(
        layers=parse_layers(request.layers),
        random_state=request.seed,
        time_limit=request.time_limit,
        checkpoint=request.checkpoint,
        **parse_settings(request.settings, known),
    )


def beside(parts: Parts, classes: bool) -> dict[str, scores.Scores]:
    """Score the trivial and the linear model on the same rows."""
    from dendrax import LinearClassifier, LinearRegressor

    assert parts.test_X is not None
    assert parts.test_y is not None
    result: dict[str, scores.Scores] = {}
    if design_width(parts.X) <= WIDEST:
        linear = (LinearClassifier() if classes else LinearRegressor(penalty=1.0)).fit(parts.X, parts.y)
        result["linear model"] = scores.scores(linear._predictor, parts.test_X, parts.test_y)
    if not classes:
        middle = np.full(len(parts.test_y), parts.y.mean())
        trivial = scores.number_scores(middle, np.asarray(parts.test_y, np.float64))
    else:
        target = learn_classes(parts.y)
        shares = np.bincount(target.codes(parts.y)) / len(parts.y)
        everyone = np.tile(shares, (len(parts.test_y), 1))
        trivial = scores.class_scores(everyone, target.codes(parts.test_y))
    return result | {"trivial model": trivial}


def design_width(X: Table) -> int:
    """Count the inputs of a linear model of a table: its numbers, and every level of its categories."""
    return sum(len(set(c.tolist())) if c.dtype.kind == "O" else 1 for c in X.columns.values())


def run(request: Request, *, as_json: bool, quiet: bool) -> int:
    """Run the command; the exit code."""
    voice = Voice(as_json=as_json, quiet=quiet)
    others = (request.data, Path(request.test), *([request.checkpoint] if request.checkpoint else []))
    check_output(request.output, *others)
    use_disk_cache()
    table = read_table(request.data, encoding=request.encoding)
    say_how_read(voice, str(table.source), table.dialect, table.notes)
    table, notes = without_identifiers(table, request.target, voice)
    parts, classes = split(table, request.target, request.test, request.seed, voice, request.encoding)
    estimator = estimator_of(request, classes)
    estimator.set_params(verbose=False if quiet else estimator.verbose)
    estimator.fit(parts.X, parts.y)
    _show_columns(voice, estimator, table, request.target, classes)
    _show_training(voice, estimator)
    _save(estimator, request, None)  # whatever happens while judging, the model is there
    result = _judge(voice, estimator, parts, classes)
    interrupted = estimator.stopped_because_ == "interrupted"
    if request.refit and not interrupted and parts.test_X is not None:
        estimator = _refitted(voice, estimator, request, table, classes)
        interrupted = estimator.stopped_because_ == "interrupted"
    _save(estimator, request, result)
    voice.say(f"saved {request.output}")
    _tell(voice, estimator, request, result, table, notes)
    return INTERRUPTED if interrupted else 0


def _refitted(voice: Voice, estimator: Any, request: Request, table: Table, classes: bool) -> Any:
    parts, _ = split(table, request.target, "0", request.seed, voice)
    voice.say(f"training again on all {len(parts.y)} rows")
    estimator.set_params(checkpoint=None)  # it belongs to the first run
    return type(estimator)(**estimator.get_params(deep=False)).fit(parts.X, parts.y)


def _show_columns(voice: Voice, estimator: Any, table: Table, target: str, classes: bool) -> None:
    encoder = estimator._predictor.encoder
    answer = f"{len(estimator.classes_)} classes" if classes else "a number"
    voice.say(f"{table.n_rows} rows; predicting {target!r}, {answer}")
    if encoder is not None:
        voice.table(["column", "kind", "detail"], [list(row) for row in encoder.describe()])


def _show_training(voice: Voice, estimator: Any) -> None:
    from dendrax.cli.curve import drawn
    from dendrax.cli.info import network_in_words

    voice.say()
    voice.say(f"network: {network_in_words(estimator._predictor.model)}")
    voice.say(f"{estimator.n_iter_} epochs, stopped: {estimator.stopped_because_}; kept epoch {estimator.best_epoch_}")
    voice.say(drawn(estimator.loss_curve_, estimator.validation_curve_))


def _judge(voice: Voice, estimator: Any, parts: Parts, classes: bool) -> dict[str, scores.Scores] | None:
    if parts.test_X is None or parts.test_y is None:
        return None
    ours = scores.scores(estimator._predictor, parts.test_X, parts.test_y)
    result = {"this network": ours} | beside(parts, classes)
    voice.say()
    voice.say(f"on {len(parts.test_y)} rows that training never saw")
    voice.table(["", *ours], [[name, *scores.shown(its)] for name, its in result.items()])
    return result


def _save(estimator: Any, request: Request, result: dict[str, scores.Scores] | None) -> None:
    from dendrax.estimators.saving import predictor_of

    predictor = predictor_of(estimator)
    predictor.about["target_name"] = request.target
    predictor.about["test_scores"] = None if result is None else scores.finite(result["this network"])
    write(predictor, request.output)


def _tell(
    voice: Voice,
    estimator: Any,
    request: Request,
    result: dict[str, scores.Scores] | None,
    table: Table,
    notes: list[str],
) -> None:
    encoder = estimator._predictor.encoder
    voice.tell(
        {
            "model": str(request.output),
            "rows": table.n_rows,
            "epochs": estimator.n_iter_,
            "stopped_because": estimator.stopped_because_,
            "notes": [*table.notes, *notes] + ([] if encoder is None else encoder.notes),
            "test": None if result is None else {name: scores.finite(its) for name, its in result.items()},
        }
    )

"""What `dendrax fit` says and saves: the columns, the course of training, the scores, the model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dendrax.cli import scores
from dendrax.cli.fit_request import Request
from dendrax.cli.voice import Voice
from dendrax.predictor.file import write

Results = dict[str, scores.Scores]


def show_columns(voice: Voice, estimator: Any, rows: int, target: str, classes: bool) -> None:
    """Show what was understood of the columns."""
    encoder = estimator._predictor.encoder
    answer = f"{len(estimator.classes_)} classes" if classes else "a number"
    voice.say(f"{rows} rows; predicting {target!r}, {answer}")
    if encoder is not None:
        voice.table(["column", "kind", "detail"], [list(row) for row in encoder.describe()])


def show_training(voice: Voice, estimator: Any) -> None:
    """Show the network, why training stopped, and the curve of the loss."""
    from dendrax.cli.curve import drawn
    from dendrax.cli.info import network_in_words

    voice.say()
    voice.say(f"network: {network_in_words(estimator._predictor.model)}")
    voice.say(f"{estimator.n_iter_} epochs, stopped: {estimator.stopped_because_}; kept epoch {estimator.best_epoch_}")
    voice.say(drawn(estimator.loss_curve_, estimator.validation_curve_))


def show_scores(voice: Voice, result: Results, rows: int) -> None:
    """Show how good the models are."""
    voice.say()
    voice.say(f"on {rows} rows that training never saw")
    voice.table(["", *next(iter(result.values()))], [[name, *scores.shown(its)] for name, its in result.items()])


def save(estimator: Any, request: Request, result: Results | None) -> None:
    """Write the model, with its scores where there are any."""
    from dendrax.estimators.saving import predictor_of

    predictor = predictor_of(estimator)
    predictor.about["target_name"] = request.target
    predictor.about["test_scores"] = None if result is None else scores.finite(result["this network"])
    write(predictor, request.output)


def chosen(voice: Voice, first: Any, again: Any) -> Any:
    """Choose the model to keep: the one of all rows, unless its training was cut short."""
    if again.stopped_because_ != "interrupted":
        return again
    voice.warn("training on all rows was interrupted: the model of the first training is kept")
    return first


def tell(
    voice: Voice,
    estimator: Any,
    request: Request,
    result: Results | None,
    rows: int,
    notes: Iterable[str],
) -> None:
    """Give a machine what there is to know."""
    encoder = estimator._predictor.encoder
    voice.tell(
        {
            "model": str(request.output),
            "rows": rows,
            "epochs": estimator.n_iter_,
            "stopped_because": estimator.stopped_because_,
            "notes": list(notes) + ([] if encoder is None else encoder.notes),
            "test": None if result is None else {name: scores.finite(its) for name, its in result.items()},
        }
    )

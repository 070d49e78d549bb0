"""`dendrax predict MODEL DATA`: an answer for each row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from typing import Any

from dendrax.cli.batches import together, written
from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.machine import Machine
from dendrax.cli.model import read_model
from dendrax.cli.output_path import check_output
from dendrax.cli.reading import say_tie, text_columns
from dendrax.cli.unseen import Unseen
from dendrax.cli.voice import Voice
from dendrax.data.files import TableFile, open_table
from dendrax.data.plain_file import CSV, JSON_LINES, TSV
from dendrax.data.tables import DataError, Table, listed
from dendrax.data.targets import ClassTarget
from dendrax.data.writing import Columns, check_ending
from dendrax.predictor.predictor import Predictor


def answer_names(predictor: Predictor | Machine, *, proba: bool) -> list[str]:
    """Name the columns of answers; a `DataError` where the model has none such."""
    if not proba:
        return [f"predicted {predictor.about.get('target_name') or 'answer'}"]
    if not isinstance(predictor.target, ClassTarget):
        raise DataError("--proba needs a model of classes; this one predicts numbers")
    return [f"p({label})" for label in predictor.target.labels.tolist()]


def answers(predictor: Predictor | Machine, table: Table, *, proba: bool) -> Columns:
    """Answer each row of a table.

    Parameters
    ----------
    predictor : Predictor or Machine
        The model.
    table : Table
        Rows.
    proba : bool
        A column of probabilities for each class, instead of the class.

    Returns
    -------
    dict of str to ndarray
        The columns to write.
    """
    names = answer_names(predictor, proba=proba)
    if proba:
        return dict(zip(names, predictor.predict_proba(table).T, strict=True))
    predicted = predictor.predict(table)
    return {names[0]: predicted.astype(object) if predicted.dtype.kind == "U" else predicted}


@dataclass(frozen=True)
class Request:
    """What was typed."""

    model: Path
    data: Path
    output: Path | None
    proba: bool
    keep: bool
    encoding: str | None = None
    as_json: bool = False


def kept(predictor: Predictor | Machine, request: Request, opened: TableFile) -> Iterator[Columns]:
    """Read the columns of DATA for --keep.

    CSV               as they are spelled
    JSON              as the model reads them; a number that float64 cannot hold keeps its digits
    Parquet, Arrow    as what they look like
    """
    clash = [name for name in answer_names(predictor, proba=request.proba) if name in opened.columns.names]
    if clash:
        raise DataError(
            f"{opened.file.shown} must not have columns named as the answers are, where --keep writes both; it has "
            f"{listed(clash)}: rename them, or leave out --keep"
        )
    suffix = CSV if request.output is None else check_ending(request.output)
    if suffix in JSON_LINES or (request.output is None and request.as_json):
        return opened.exact()
    return opened.spelled() if suffix in (CSV, TSV) else opened.typed(text_columns(predictor, dates=False))


def answered(predictor: Predictor | Machine, request: Request, unseen: Unseen, voice: Voice) -> Iterator[Columns]:
    """Answer the rows of a file, batch by batch, so that memory stays bounded however large it is."""
    text = text_columns(predictor)
    with open_table(request.data, encoding=request.encoding, text=text) as opened:
        say_tie(voice, opened.file.shown, opened.columns.dialect)
        cells = kept(predictor, request, opened) if request.keep else repeat({})
        for table in opened.batches():
            columns = answers(predictor, table, proba=request.proba)
            unseen.look(table)
            yield next(cells) | columns


def run(request: Request, *, quiet: bool) -> None:
    """Run the command."""
    output, as_json = request.output, request.as_json
    voice = Voice(as_json=as_json or output is None, quiet=quiet)
    if output is not None:
        check_output(output, request.model, request.data)
        check_ending(output)
    use_disk_cache()
    predictor = read_model(request.model)
    unseen = Unseen(predictor.encoder)
    batches = answered(predictor, request, unseen, voice)
    if as_json and output is None:
        rows, cells = together(batches)
        result: dict[str, Any] = {"answers": cells}
    else:
        rows, result = written(batches, output), {"output": str(output)}
        if output is not None:
            voice.say(f"wrote {rows} answers to {output}")
    for line in [] if quiet else unseen.lines:
        voice.warn(line)
    if as_json:
        voice.tell({"rows": rows, **result, "unseen": unseen.described})

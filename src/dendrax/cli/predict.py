"""`dendrax predict MODEL DATA`: an answer for each row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.output_path import check_output
from dendrax.cli.voice import Voice
from dendrax.data.files import read_table, write_table
from dendrax.data.tables import DataError
from dendrax.data.targets import ClassTarget
from dendrax.predictor import read


def answers(predictor: Any, table: Any, *, proba: bool) -> dict[str, np.ndarray]:
    """Answer each row of a table.

    Parameters
    ----------
    predictor : Predictor
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
    name = predictor.about.get("target_name") or "answer"
    if not proba:
        predicted = predictor.predict(table)
        return {f"predicted {name}": predicted.astype(object) if predicted.dtype.kind == "U" else predicted}
    if not isinstance(predictor.target, ClassTarget):
        raise DataError("--proba needs a model of classes; this one predicts numbers")
    probabilities = predictor.predict_proba(table)
    return {f"p({label})": probabilities[:, i] for i, label in enumerate(predictor.target.labels.tolist())}


def run(model: Path, data: Path, output: Path | None, *, proba: bool, keep: bool, as_json: bool, quiet: bool) -> None:
    """Run the command."""
    voice = Voice(as_json=as_json or output is None, quiet=quiet)
    if output is not None:
        check_output(output, model, data)
    use_disk_cache()
    predictor, table = read(model), read_table(data)
    columns = answers(predictor, table, proba=proba)
    if keep:
        columns = table.columns | columns
    if output is not None:
        write_table(columns, output)
        voice.say(f"wrote {table.n_rows} answers to {output}")
        voice.tell({"rows": table.n_rows, "output": str(output)})
    elif as_json:
        voice.tell({"rows": table.n_rows, "answers": {name: _plain(values) for name, values in columns.items()}})
    else:
        write_table(columns, None)


def _plain(values: np.ndarray) -> list[Any]:
    return [None if v is None or v != v else v for v in values.tolist()]

"""`fit_file`: training from a file, of any size.

A file that fits into memory with ease is read whole and handed to `fit`; a larger one goes to `large_fit`.
"""

from __future__ import annotations

import os
from typing import Any

from dendrax.data.answers import Answers
from dendrax.data.files import open_table
from dendrax.data.known_rows import known_rows
from dendrax.data.survey import FileRows
from dendrax.data.tables import Table
from dendrax.estimators.large_fit import learn_rows
from dendrax.estimators.options import check_options


class LearnsFromFiles:
    """What both neural estimators share to learn from files."""

    def fit_file(self, path: str | os.PathLike[str], target: str, *, encoding: str | None = None) -> Any:
        r"""Train the network on a table in a file, which may be larger than memory.

        A table of up to 128 MB is read whole, and this is `fit`. A larger one is read a few rows at a time; columns
        are scaled by an even sample of its rows, all rows are written, encoded, to parts in the folder of temporary
        files, and training visits part by part. There every visit counts as an epoch in `n_iter_`, `best_epoch_`,
        `loss_curve_`, `history_` and for callbacks, while `max_epochs` and `patience` count passes over all rows.
        At most 65,536 rows are held out to judge by.

        Parameters
        ----------
        path : path
            A file that ends in .csv, .tsv, .parquet, .jsonl, .ndjson, .arrow or .feather; one of text may be packed
            (.gz).
        target : str
            The column to predict. Rows without it are left out.
        encoding : str, optional
            How text is coded, such as "latin-1"; absent, UTF-8, or UTF-16 with a byte order mark.

        Returns
        -------
        self
            The fitted estimator; `notes_` says what a person should know of how the file was read.

        Raises
        ------
        DataError
            If the file is not what it must be, or the folder of temporary files lacks the room.
        HyperparameterError
            If the file is larger than memory and an option needs all rows at once: `checkpoint`, `warm_start`,
            `recipe`, lbfgs, `batch_size=None`, a metric without a validation part.

        Examples
        --------
        >>> import tempfile
        >>> from pathlib import Path
        >>> from dendrax import NeuralRegressor
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = Path(folder) / "a.csv"
        ...     _ = path.write_text("size;price\n1;2,5\n2;4,5\n3;\n4;8,5\n")
        ...     model = NeuralRegressor([], max_epochs=5).fit_file(path, "price")
        >>> model.notes_
        ["1 rows without 'price' are left out"]
        """
        options = check_options(self)
        with open_table(os.fspath(path), encoding=encoding) as opened:
            if opened.is_large:
                return learn_rows(self, FileRows(opened, target), options)
            table = opened.whole()
        table.require([target])
        table, missing = known_rows(table, target)
        return _fit_whole(self, table, target, missing)


def _fit_whole(estimator: Any, table: Table, target: str, missing: int) -> Any:
    answers = Answers(target, table.source)
    answers.look(table.columns[target])
    y = table.columns[target] if estimator._classification else answers.numbers(table.columns[target])
    estimator.fit(table.without([target]), y)
    left_out = [f"{missing} rows without {target!r} are left out"] if missing else []
    estimator.notes_ = [*table.notes, *left_out]
    return estimator

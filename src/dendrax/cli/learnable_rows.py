"""The rows that a machine learns from, and those that judge it: a share of them, or another file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dendrax.cli.fit_request import Request
from dendrax.cli.held_out import answers_like, share_or_file
from dendrax.cli.machine_rows import GREY, find_columns, is_text, rows_of, text_levels
from dendrax.cli.reading import say_how_read
from dendrax.cli.voice import Voice
from dendrax.data.files import TableFile, open_table
from dendrax.data.known_rows import known_rows
from dendrax.data.npz_file import LABELS, NpzFile, places
from dendrax.data.tables import DataError, Table

Rows = tuple[np.ndarray, np.ndarray | None]  # rows and their labels
MOST_NAMED = 2**16  # units of a picture whose places a file can hold as names


@dataclass(frozen=True)
class Learnable:
    """Rows, labels if wanted, and what their columns are.

    Attributes
    ----------
    X : ndarray, shape (rows, columns)
        Rows as the machine takes them.
    y : ndarray or None, shape (rows,)
        Labels.
    names : list of str or None
        The columns; None where they have no names.
    shape : tuple of int
        The shape of a row.
    text : list of str
        Columns of text.
    notes : list of str
        What was noticed while reading.
    """

    X: np.ndarray
    y: np.ndarray | None
    names: list[str] | None
    shape: tuple[int, ...]
    text: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, rows: np.ndarray) -> Rows:
        """Pick some rows."""
        return self.X[rows], None if self.y is None else self.y[rows]


def read_learnable(request: Request, kind: str, voice: Voice) -> Learnable:
    """Read DATA, and say how it was read."""
    with open_table(request.data, encoding=request.encoding) as opened:
        if isinstance(opened.columns, NpzFile):
            found = _of_npz(opened, opened.columns, request, kind)
        else:
            found = _of_table(opened.whole(), request.target, kind)
        dialect = opened.columns.dialect
    say_how_read(voice, opened.file.shown, dialect, tuple(found.notes))
    return found


def _of_npz(opened: TableFile, file: NpzFile, request: Request, kind: str) -> Learnable:
    if request.encoding is not None:
        raise DataError(f"--encoding must be left out for {opened.file.shown}, which holds no text in a coding")
    if request.target not in ("", LABELS) or (request.target and file.y is None):
        raise DataError(
            f"--target must name the array of labels, 'y', of {opened.file.shown}"
            + (f"; got {request.target!r}" if file.y is not None else "; it has none")
        )
    notes, X = [*opened.notes], file.X
    if file.y is not None and not request.target:
        notes.append("its labels y are not looked at; --target y learns them, too")
    if file.is_grey and kind == "binary":
        notes.append("its bytes, 0 to 255, are divided by 255 and taken as the probabilities of a 1")
        X = X / GREY
    if X.dtype.kind == "f" and np.isinf(X).any():
        raise DataError(f"{opened.file.shown}: numbers must be finite; X holds an infinite one")
    named = len(file.shape) > 1 and len(file.units) <= MOST_NAMED
    y = file.y if request.target else None
    if y is not None and (missing := _is_missing(y)).any():
        X, y = X[~missing], y[~missing]
        notes.append(f"{missing.sum()} rows without {LABELS!r} are left out")
    return Learnable(X, y, file.units if named else None, file.shape, [], notes)


def _is_missing(y: np.ndarray) -> np.ndarray:
    if y.dtype.kind == "U":
        return np.char.strip(y) == ""
    return np.isnan(y) if y.dtype.kind == "f" else np.zeros(len(y), bool)


def _of_table(table: Table, target: str, kind: str) -> Learnable:
    notes = [*table.notes]
    if target:
        table.require([target])
        table, dropped = known_rows(table, target)
        notes += [f"{dropped} rows without {target!r} are left out"] if dropped else []
    names = [name for name in table.names if name != target]
    if not names:
        raise DataError(f"{table.source} must have columns beside {target!r}; it has none")
    text = [name for name in names if is_text(table.columns[name])] if kind == "categorical" else []
    X = _as_numbers(table, names, kind)
    return Learnable(X, _labels(table, target), names, (len(names),), text, notes)


def _as_numbers(table: Table, names: list[str], kind: str) -> np.ndarray:
    try:
        return rows_of(table, names, kind)
    except DataError as fault:
        if kind == "categorical" or "dates" in str(fault):
            raise
        raise DataError(f"{fault}; --set visible=categorical takes text") from None


def _labels(table: Table, target: str) -> np.ndarray | None:
    if not target:
        return None
    y = table.columns[target]
    if y.dtype.kind == "M":
        raise DataError(f"column {target!r} must hold labels; it holds dates")
    return y.astype(str) if y.dtype.kind == "O" else y


def read_test(request: Request, learnt: Learnable, kind: str) -> Rows | None:
    """Read the rows of `--test FILE`, where it names one: what is wrong with them is said before training."""
    path, target = share_or_file(request.test), request.target
    if not isinstance(path, Path):
        return None
    text = [*learnt.text, *([target] if learnt.y is not None and learnt.y.dtype.kind == "U" else [])]
    with open_table(path, encoding=request.encoding, text=text) as opened:
        table = opened.whole()
    y = None
    if learnt.y is not None:
        table.require([target])
        table, _ = known_rows(table, target)
        y = answers_like(path, target, table.columns[target], learnt.y, classes=True)
        table = table.without([target])
    columns = find_columns(table, learnt.names or places(learnt.X.shape[1:]), named=learnt.names is not None)
    levels = text_levels(learnt.X, columns) if kind == "categorical" else None
    return rows_of(table, columns, kind, levels), y


def held_out_rows(learnt: Learnable, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Choose the places of the rows that train and of those that judge, of every label its share."""
    from dendrax.learning.split import held_out

    n, y = len(learnt.X), learnt.y
    by = np.zeros(n) if y is None else np.unique(y, return_inverse=True)[1]
    return held_out(by, min(round(share * n), n - 1), seed, y is not None)

"""Rows to judge by: a share of the table, or another file; and whether the answers are classes or numbers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dendrax.cli.voice import Voice
from dendrax.data.answers import Answers
from dendrax.data.files import read_table
from dendrax.data.known_rows import known_rows
from dendrax.data.tables import DataError, Table

MOST_CLASSES = 20  # whole numbers with at most this many values are classes


@dataclass(frozen=True)
class Parts:
    """Rows to learn from and rows to judge by."""

    X: Table
    y: np.ndarray
    test_X: Table | None
    test_y: np.ndarray | None


def is_classification(y: np.ndarray) -> bool:
    """Say whether a target holds classes: text, booleans, or whole numbers with few values."""
    return y.dtype.kind in "OUb" or _are_few(np.unique(y), len(y))


def are_classes(answers: Answers) -> bool:
    """Say the same of the answers of a file."""
    values = answers.values
    return answers.kind in "Ob" or (values is not None and _are_few(np.array(values), answers.rows))


def _are_few(values: np.ndarray, rows: int) -> bool:
    return bool((values == np.round(values)).all()) and len(values) <= min(MOST_CLASSES, max(2, rows // 5))


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
    other = read_table(path, encoding=encoding, text=text_like(X, target, y))
    other.require([target, *X.names])
    other, _ = known_rows(other, target)
    return other.without([target]), answers_like(path, target, other.columns[target], y, classes)


def text_like(X: Table, target: str, y: np.ndarray) -> list[str]:
    """Name the columns that are text in training, so that they are read as such."""
    text = [name for name, column in X.columns.items() if column.dtype.kind == "O"]
    return text + ([target] if y.dtype.kind == "U" else [])


def answers_like(path: Path, target: str, cells: np.ndarray, y: np.ndarray, classes: bool) -> np.ndarray:
    """Read answers of another file as those of training, y; a `DataError` where they are of another kind."""
    if y.dtype.kind == "U":
        cells = np.array([str(cell) for cell in cells.tolist()])
    elif cells.dtype.kind == "O":
        raise DataError(f"{path}, column {target!r} must hold numbers, as in training; got {cells[0]!r}")
    strange = ~np.isin(cells, y) if classes else np.zeros(len(cells), bool)
    if strange.any():
        raise DataError(f"{path}, column {target!r} must hold classes of training; got {cells[strange][0]!s}")
    return cells


def _held_out(y: np.ndarray, n_test: int, seed: int, classes: bool) -> tuple[np.ndarray, np.ndarray]:
    from dendrax.learning.split import held_out

    order_by = np.unique(y, return_inverse=True)[1] if classes else y
    return held_out(order_by, min(n_test, len(y) - 1), seed, classes)

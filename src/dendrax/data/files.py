"""Tables in files: CSV, TSV, Parquet, Arrow, JSON Lines and .npz, whole or some rows at a time.

A file is read twice: once to know what each column is over all of its rows, once to give them; so a part of a file has
the same columns as the whole. How numbers and dates are written: `numerals`, `iso_dates`; how CSV: `dialect`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dendrax.data import csv_lines
from dendrax.data.arrow_file import ArrowFile
from dendrax.data.csv_file import CsvFile
from dendrax.data.dialect import Dialect
from dendrax.data.exact_numbers import exact
from dendrax.data.json_lines import JsonLinesFile, numbered
from dendrax.data.npz_file import NpzFile
from dendrax.data.plain_file import CSV, JSON_LINES, NPZ, TSV, PlainFile, fingerprint, plain_file
from dendrax.data.tables import DataError, Table

LARGE = 2**27  # bytes of text, or of columns in memory


@dataclass(frozen=True)
class TableFile:
    """A file of a table whose columns are understood.

    Attributes
    ----------
    file : PlainFile
        Where it lies.
    columns : CsvFile, JsonLinesFile, ArrowFile or NpzFile
        How its columns are read.
    """

    file: PlainFile
    columns: CsvFile | JsonLinesFile | ArrowFile | NpzFile

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of it, as far as it was read."""
        return tuple(self.columns.notes)

    def batches(self) -> Iterator[Table]:
        """Read the table some rows at a time; a `DataError` where the file changes meanwhile."""
        before, start = fingerprint(self.file.path), 0
        for columns in self.columns.batches():
            rows = len(next(iter(columns.values())))
            table = Table(columns, self.file.shown, np.arange(start, start + rows), self.columns.dialect, self.notes)
            _refuse_infinite(table, self.file)
            yield table
            start += rows
        if fingerprint(self.file.path) != before:
            raise DataError(f"{self.file.shown} must not change while it is read; it did: run this again")

    def spelled(self) -> Iterator[dict[str, np.ndarray]]:
        """Read the columns some rows at a time as `batches` does, but cells of CSV as they are spelled."""
        return self.columns.cells() if isinstance(self.columns, CsvFile) else self.columns.batches()

    def exact(self) -> Iterator[dict[str, np.ndarray]]:
        """Read the columns some rows at a time as `batches` does, but numbers of CSV and JSON with all their digits."""
        if isinstance(self.columns, (ArrowFile, NpzFile)):
            yield from self.columns.batches()
            return
        for columns, cells in zip(self.columns.batches(), self.columns.cells(), strict=True):
            yield {name: exact(column, cells[name]) for name, column in columns.items()}

    def typed(self, text: Collection[str]) -> Iterator[dict[str, np.ndarray]]:
        """Read the columns some rows at a time as `batches` does, but only some as text, however they look."""
        if isinstance(self.columns, (ArrowFile, NpzFile)):
            return self.columns.batches()
        return type(self.columns)(self.file, text).batches()

    def whole(self) -> Table:
        """Read the whole table."""
        parts = list(self.batches())
        columns = {name: _joined([part.columns[name] for part in parts]) for name in parts[0].names}
        return Table(columns, self.file.shown, None, self.columns.dialect, self.notes)

    @property
    def is_large(self) -> bool:
        """Whether it is too large to be held in memory without a thought; a .npz is held there anyway."""
        if isinstance(self.columns, NpzFile):
            return False
        held = self.columns.bytes if isinstance(self.columns, ArrowFile) else self.file.path.stat().st_size
        return held > LARGE


@contextmanager
def open_table(path: str | Path, *, encoding: str | None = None, text: Collection[str] = ()) -> Iterator[TableFile]:
    r"""Open a table that may be larger than memory.

    Parameters
    ----------
    path : path
        A file that ends in .csv, .tsv, .parquet, .jsonl, .ndjson, .arrow, .feather or .npz; one of text may be packed
        (.gz). "-" is standard input, as CSV, or as JSON Lines where it starts with "{".
    encoding : str, optional
        How text is coded, such as "latin-1"; absent, UTF-8, or UTF-16 with a byte order mark.
    text : collection of str
        Columns that are read as text, however they look; not where the file itself says what they are.

    Yields
    ------
    TableFile
        Its batches.

    Raises
    ------
    DataError
        Naming the file, and where there is one the line and the column, and what to do.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder) / "a.csv"
    ...     _ = path.write_text("when;price\n2024-01-01;1,5\n2024-01-02;\n")
    ...     with open_table(path) as opened:
    ...         [batch.columns["price"].tolist() for batch in opened.batches()]
    [[1.5, nan]]
    """
    with plain_file(path, encoding) as file:
        if file.suffix in (CSV, TSV):
            yield TableFile(file, CsvFile(file, text))
        elif file.suffix in JSON_LINES:
            yield TableFile(file, JsonLinesFile(file, text))
        elif file.suffix == NPZ:
            yield TableFile(file, NpzFile(file))
        else:
            yield TableFile(file, ArrowFile(file))


def read_table(path: str | Path, *, encoding: str | None = None, text: Collection[str] = ()) -> Table:
    """Read a table from a file.

    Parameters
    ----------
    path, encoding, text
        As for `open_table`.

    Returns
    -------
    Table
        Its columns.

    Raises
    ------
    DataError
        Naming the file, and where there is one the line and the column, and what to do.
    """
    with open_table(path, encoding=encoding, text=text) as opened:
        return opened.whole()


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _refuse_infinite(table: Table, file: PlainFile) -> None:
    for name, column in table.columns.items():
        if column.dtype.kind == "f" and np.isinf(column).any():
            row = int(np.flatnonzero(np.isinf(column))[0])
            assert table.rows is not None
            where, cell = _found(file, int(table.rows[row]), table.dialect, name)
            raise DataError(f"{where}, column {name!r}: numbers must be finite; got {cell or column[row]}")


def _found(file: PlainFile, row: int, dialect: Dialect | None, name: str = "") -> tuple[str, str]:
    """Find the line of a row, and a cell of it."""
    if dialect is not None:
        with csv_lines.mapped(file.path) as content:
            header = next(csv_lines.records(content, dialect.delimiter)).cells
        record = csv_lines.find(file.path, dialect.delimiter, row)
        if record is not None:
            cell = record.cells[header.index(name)] if name in header else ""
            return f"{file.shown}, line {record.line}", cell.strip()
    if file.suffix in JSON_LINES:
        line = next((line for i, (line, _) in enumerate(numbered(file)) if i == row), row + 1)
        return f"{file.shown}, line {line}", ""
    return f"{file.shown}, row {row + 1}", ""


def place(table: Table, row: int) -> str:
    """Name a row of a table, as a person finds it.

    Parameters
    ----------
    table : Table
        Rows.
    row : int
        One of them, counted from 0.

    Returns
    -------
    str
        The file and the physical line, where the file is there, else the number of the row.
    """
    number = row if table.rows is None else int(table.rows[row])
    if table.source is None:
        return f"row {number + 1}"
    try:
        with plain_file(table.source, None if table.dialect is None else table.dialect.encoding) as file:
            return _found(file, number, table.dialect)[0]
    except (DataError, OSError):
        return f"{table.source}, row {number + 1}"

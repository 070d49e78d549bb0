"""Tables into files: CSV, TSV, Parquet, Arrow and JSON Lines, whole or not at all, some rows at a time.

In CSV a text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay as they are.
"""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from dendrax.core.atomic import replacing
from dendrax.data.plain_file import CSV, JSON_LINES, PARQUET, SUFFIXES, TSV
from dendrax.data.sequences import text_of
from dendrax.data.tables import DataError, Table

if TYPE_CHECKING:
    import pyarrow as pa

Columns = dict[str, np.ndarray]
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula
HARMLESS = re.compile(r"[ \t]*[+-]?[0-9.,]+(?:[eE][+-]?[0-9]+)?[ \t]*")  # a number, however it is written
ROWS = 2**16  # of Parquet and Arrow that are read together, later
SEPARATORS = {CSV: ",", TSV: "\t"}


def check_ending(path: str | Path, *also: str) -> str:
    """Give the kind of a file to write, a table or `also` another one; a `DataError` where its ending names none."""
    suffix = Path(path).suffix.lower()
    if suffix not in (*SUFFIXES, *also):
        raise DataError(f"{path} must end in one of {', '.join((*SUFFIXES, *also))}; got {suffix or 'no ending'!r}")
    return suffix


@contextmanager
def table_writer(path: str | Path | None) -> Iterator[Callable[[Columns], None]]:
    """Write a table some rows at a time; the file appears at the end, whole, or not at all.

    Parameters
    ----------
    path : path or None
        A file ending in .csv, .tsv, .parquet, .arrow, .feather, .jsonl or .ndjson; None is standard output, as CSV.

    Yields
    ------
    function of dict of str to ndarray
        It writes columns of equal length; the same columns each time.

    Raises
    ------
    DataError
        If the file's ending is none of these.

    Examples
    --------
    >>> with table_writer(None) as write:
    ...     write({"a": np.array([1, 2])})
    ...     write({"a": np.array([3])})
    a
    1
    2
    3
    """
    if path is None:
        yield _csv_writer(_StandardOutput(), ",")
        return
    suffix = check_ending(path)
    with replacing(path) as file:
        if suffix in SEPARATORS:
            yield _csv_writer(file, SEPARATORS[suffix])
        elif suffix in JSON_LINES:
            yield lambda columns: _write_json(columns, file)
        else:
            with _ArrowWriter(file, suffix) as writer:
                yield writer.write


def write_table(columns: Columns, path: str | Path | None) -> None:
    """Write columns to a file, whole or not at all, or to standard output.

    Parameters
    ----------
    columns : dict of str to ndarray
        Columns of equal length.
    path : path or None
        As for `table_writer`.

    Raises
    ------
    DataError
        If the file's ending is not known.
    """
    with table_writer(path) as write:
        write(columns)


class _StandardOutput:
    def write(self, content: bytes) -> None:
        sys.stdout.write(content.decode())


class _ArrowWriter:
    """Parquet or Arrow; the first columns say the types."""

    def __init__(self, file: BinaryIO, suffix: str) -> None:
        self.file, self.suffix, self.writer = file, suffix, None

    def __enter__(self) -> _ArrowWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if self.writer is not None:
            self.writer.close()

    def write(self, columns: Columns) -> None:
        """Write some rows."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = _arrow_table(columns)
        if self.writer is None:
            make: Any = pq.ParquetWriter if self.suffix == PARQUET else pa.ipc.new_file
            self.writer = make(self.file, table.schema)
        self.writer.write_table(table, ROWS)


def _arrow_table(columns: Columns) -> pa.Table:
    import pyarrow as pa

    return pa.table({str(name): _arrow(values) for name, values in Table(columns).columns.items()})


def _arrow(values: np.ndarray) -> pa.Array:
    import pyarrow as pa

    if values.dtype.kind in "OU":
        return pa.array([v if v is None or v != v else str(v) for v in values.tolist()], pa.string(), from_pandas=True)
    return pa.array(values, from_pandas=True)


def _write_json(columns: Columns, file: BinaryIO) -> None:
    names = [str(name) for name in Table(columns).columns]
    cells = [plain(values) for values in columns.values()]
    for row in zip(*cells, strict=True):
        text = json.dumps(dict(zip(names, row, strict=True)), allow_nan=False, ensure_ascii=False)
        file.write(text.encode() + b"\n")


def plain(values: np.ndarray) -> list[Any]:
    """Write the cells of a column as JSON takes them; missing ones are None."""
    if values.dtype.kind == "M":
        return text_of(values).tolist()
    return [None if v is None or v != v else v for v in values.tolist()]


def _defused(values: Any) -> list[str | None]:
    return [
        f"'{v}" if isinstance(v, str) and v.startswith(FORMULA) and not HARMLESS.fullmatch(v) else v for v in values
    ]


def _csv_writer(file: Any, delimiter: str) -> Callable[[Columns], None]:
    started: list[bool] = []

    def write(columns: Columns) -> None:
        names = [str(name) for name in _defused(columns)]
        if not started:
            file.write(_row(names, delimiter).encode())
            started.append(True)
        cells = zip(names, Table(columns).columns.values(), strict=True)
        file.write(_csv_body(_arrow_table({name: _safe(values) for name, values in cells}), delimiter))

    return write


def _row(cells: list[str], delimiter: str) -> str:
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if any("\r" in cell for cell in cells) else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, lineterminator="\n", quoting=quoting).writerow(cells)
    return text.getvalue()


def _safe(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "M":
        return text_of(values)
    return np.array(_defused(values.tolist()), object) if values.dtype.kind in "OU" else values


def _csv_body(table: pa.Table, delimiter: str) -> bytes:
    """Write the rows, without a quote where no cell of the table needs one."""
    import pyarrow as pa
    from pyarrow import csv

    if table.num_columns == 1 and table.column(0).null_count:  # a lone empty cell would be a blank line
        table = pa.table({table.column_names[0]: table.column(0).cast(pa.string()).fill_null("")})
    for style in ("none", "needed") if table.num_columns > 1 else ("needed",):
        body = io.BytesIO()
        try:
            csv.write_csv(table, body, csv.WriteOptions(delimiter=delimiter, quoting_style=style, include_header=False))
        except pa.ArrowInvalid:  # a cell holds a quote, a delimiter or a line break
            continue
        return body.getvalue()
    raise DataError("the table holds text that CSV cannot")

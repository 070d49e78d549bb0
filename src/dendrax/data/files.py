"""Tables in files: CSV, TSV and Parquet in, CSV and Parquet out.

A CSV file is UTF-8, its first line names the columns. A number is a plain decimal or scientific one in ASCII; true and
false are booleans; an empty cell, NA, N/A, #N/A, NaN, null, None and ? are missing; everything else is text.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from dendrax.core.atomic import write_atomically
from dendrax.data import csv_lines
from dendrax.data.csv_reading import check_names, one_line, read_csv
from dendrax.data.tables import DATES, DataError, Table, whole_numbers

if TYPE_CHECKING:
    import pyarrow as pa

DELIMITERS = {".csv": ",", ".tsv": "\t"}
SUFFIXES = (*DELIMITERS, ".parquet")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for the start of a formula


def read_table(path: str | Path) -> Table:
    """Read a table from a file.

    Parameters
    ----------
    path : path
        A file whose name ends in .csv, .tsv or .parquet.

    Returns
    -------
    Table
        Its columns.

    Raises
    ------
    DataError
        Naming the file, and where there is one the line and the column, and what to do.
    """
    path = Path(path)
    try:
        _check_readable(path)
    except PermissionError:
        raise DataError(f"{path} must be readable; this user may not read it") from None
    if path.suffix.lower() == ".parquet":
        columns = _read_parquet(path)
    else:
        columns = read_csv(path, DELIMITERS[path.suffix.lower()])
    check_names(path, [name for name, _ in columns])
    table = Table({name: _as_numpy(name, column, path) for name, column in columns}, str(path))
    if table.n_rows == 0:
        raise DataError(f"{path} must hold at least one row below its header; it holds none")
    _refuse_infinite(table, path)
    return table


def _check_readable(path: Path) -> None:
    if path.is_dir():
        raise DataError(f"{path} must be a file; it is a folder")
    if not path.exists():
        raise DataError(f"there is no file {path}; check its name and the folder ({Path.cwd()})")
    if not path.is_file():
        raise DataError(f"{path} must be a regular file")
    if path.suffix.lower() not in SUFFIXES:
        raise DataError(f"{path} must end in one of {', '.join(SUFFIXES)}; got {path.suffix or 'no ending'!r}")
    if not os.access(path, os.R_OK):
        raise PermissionError(path)
    if path.stat().st_size == 0:
        raise DataError(f"{path} is empty; a table has a line that names its columns, and rows below it")


def _read_parquet(path: Path) -> list[tuple[str, pa.ChunkedArray]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowException, OSError) as error:
        raise DataError(f"{path} cannot be read as Parquet: {one_line(error)}") from None
    return list(zip(table.column_names, table.columns, strict=True))


def _as_numpy(name: str, column: pa.ChunkedArray, path: Path) -> np.ndarray:
    import pyarrow as pa

    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_null(kind):
        return np.full(len(column), np.nan)
    if pa.types.is_boolean(kind) and not column.null_count:
        return np.asarray(column.to_numpy(), bool)
    if pa.types.is_integer(kind) and not column.null_count:
        return whole_numbers(column.to_numpy())
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        return np.asarray(column.cast(pa.float64()).to_numpy(), np.float64)
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        raise DataError(f"{path}: column {name!r} must hold numbers, booleans or text; it holds {kind}")
    if pa.types.is_temporal(kind):
        raise DataError(f"{path}: column {name!r} {DATES}")
    cells = np.empty(len(column), object)
    cells[:] = [None if cell is None else str(cell) for cell in column.to_pylist()]
    return cells


def _refuse_infinite(table: Table, path: Path) -> None:
    for name, column in table.columns.items():
        if column.dtype.kind == "f" and np.isinf(column).any():
            row = int(np.flatnonzero(np.isinf(column))[0])
            record = None if path.suffix == ".parquet" else csv_lines.find(path, DELIMITERS[path.suffix.lower()], row)
            cell = column[row] if record is None else record.cells[table.names.index(name)]
            raise DataError(f"{place(path, row)}, column {name!r}: numbers must be finite; got {cell}")


def place(path: str | Path, row: int) -> str:
    """Name a row of a file, counted from 0, as a person finds it: by its physical line in a CSV."""
    delimiter = DELIMITERS.get(Path(path).suffix.lower())
    record = None if delimiter is None else csv_lines.find(Path(path), delimiter, row)
    return f"{path}, row {row + 1}" if record is None else f"{path}, line {record.line}"


def _defused(values: Any) -> list[str | None]:
    return [f"'{v}" if isinstance(v, str) and v.startswith(FORMULA) else v for v in values]


def write_table(columns: dict[str, np.ndarray], path: str | Path | None) -> None:
    """Write columns to a file, whole or not at all, or to standard output.

    In CSV a text that a spreadsheet would take for a formula gets a leading apostrophe; numbers stay as they are.

    Parameters
    ----------
    columns : dict of str to ndarray
        Columns of equal length.
    path : path or None
        A file ending in .csv, .tsv or .parquet; None is standard output, as CSV.

    Raises
    ------
    DataError
        If the file's ending is none of these.
    """
    suffix = ".csv" if path is None else Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise DataError(f"{path} must end in one of {', '.join(SUFFIXES)}; got {suffix or 'no ending'!r}")
    Table(columns)  # of equal length
    content = io.BytesIO()
    if suffix == ".parquet":
        _write_parquet(columns, content)
    else:
        _write_csv(columns, content, DELIMITERS[suffix])
    if path is None:
        sys.stdout.write(content.getvalue().decode())
    else:
        write_atomically(path, content.getvalue())


def _arrow(values: np.ndarray) -> pa.Array:
    import pyarrow as pa

    if values.dtype.kind in "OU":
        return pa.array([v if v is None or v != v else str(v) for v in values.tolist()], pa.string(), from_pandas=True)
    return pa.array(values, from_pandas=True)


def _write_parquet(columns: dict[str, np.ndarray], content: BinaryIO) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({name: _arrow(values) for name, values in columns.items()}), content)


def _write_csv(columns: dict[str, np.ndarray], content: BinaryIO, delimiter: str) -> None:
    import pyarrow as pa

    safe = {
        name: np.array(_defused(values.tolist()), object) if values.dtype.kind in "OU" else values
        for name, values in zip(_defused(columns), columns.values(), strict=True)
    }
    table = pa.table({str(name): _arrow(values) for name, values in safe.items()})
    if table.num_columns == 1 and table.column(0).null_count:  # a lone empty cell would be a blank line
        table = pa.table({table.column_names[0]: table.column(0).cast(pa.string()).fill_null("")})
    header = io.StringIO()
    csv_lines.write_row(header, [str(name) for name in safe], delimiter)
    content.write(header.getvalue().encode() + _csv_body(table, delimiter))


def _csv_body(table: pa.Table, delimiter: str) -> bytes:
    """Write the rows, without a quote where no cell of the table needs one."""
    import pyarrow as pa
    from pyarrow import csv

    for style in ("none", "needed") if table.num_columns > 1 else ("needed",):
        body = io.BytesIO()
        try:
            csv.write_csv(table, body, csv.WriteOptions(delimiter=delimiter, quoting_style=style, include_header=False))
        except pa.ArrowInvalid:  # a cell holds a quote, a delimiter or a line break
            continue
        return body.getvalue()
    raise DataError("the table holds text that CSV cannot")

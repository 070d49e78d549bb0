"""A CSV file through Arrow: types inferred from the whole file, and no fault that goes by in silence."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dendrax.data import csv_lines
from dendrax.data.tables import DataError, listed

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = ["", "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "None", "?"]


def read_csv(path: Path, delimiter: str) -> list[tuple[str, pa.ChunkedArray]]:
    """Read the names and columns of a CSV file; a `DataError` that names the line where something is wrong."""
    import pyarrow as pa

    try:
        table = _parsed(path, delimiter, {})
        names = table.column_names
        check_names(path, names)
        dates = [n for n, kind in zip(names, table.schema.types, strict=True) if pa.types.is_temporal(kind)]
        if dates:  # as the file spells them
            table = _parsed(path, delimiter, dict.fromkeys(dates, pa.string()))
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise DataError(csv_lines.fault(path, delimiter) or f"{path} cannot be read: {one_line(error)}") from None
    if any(_is_suspect(column) for column in table.columns) or csv_lines.is_suspect(path):
        trouble = csv_lines.fault(path, delimiter)
        if trouble:
            raise DataError(trouble)
    return list(zip(names, table.columns, strict=True))


def _parsed(path: Path, delimiter: str, types: dict[str, pa.DataType]) -> pa.Table:
    from pyarrow import csv

    size = min(path.stat().st_size + 1, 2**31 - 1)  # types are inferred from the whole file
    return csv.read_csv(
        path,
        csv.ReadOptions(block_size=size),
        csv.ParseOptions(delimiter=delimiter, newlines_in_values=True),
        csv.ConvertOptions(
            null_values=MISSING,
            strings_can_be_null=True,
            true_values=["true", "True", "TRUE"],
            false_values=["false", "False", "FALSE"],
            column_types=types,
        ),
    )


def _is_suspect(column: pa.ChunkedArray) -> bool:
    """Say whether the last cell holds a line break, as it does after an open quote, or a cell is beyond reason."""
    import pyarrow as pa
    from pyarrow import compute

    if pa.types.is_binary(column.type):
        return True
    if not pa.types.is_string(column.type) or not len(column):
        return False
    lengths = compute.call_function("binary_length", [column])
    longest = compute.call_function("max", [lengths]).as_py()
    return (longest or 0) > csv_lines.LONGEST or "\n" in (column[-1].as_py() or "")


def one_line(error: Exception) -> str:
    """Shorten what a library says to one line."""
    return " ".join(str(error).split())[:200]


def check_names(path: Path, names: list[str]) -> None:
    """Raise a `DataError` where a name is absent or stands twice."""
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise DataError(f"{path}, line 1: column names must differ; {listed(repeated)} stands there more than once")
    if "" in names:
        raise DataError(f"{path}, line 1: every column must have a name; column {names.index('') + 1} has none")

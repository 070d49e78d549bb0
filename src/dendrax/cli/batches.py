"""Columns that come some rows at a time, into a file or into one JSON object."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dendrax.data.writing import Columns, plain, table_writer


def written(batches: Iterable[Columns], output: Path | None) -> int:
    """Write all rows to a file, or as CSV to standard output; how many they were."""
    rows = 0
    with table_writer(output) as write:
        for columns in batches:
            write(columns)
            rows += _length(columns)
    return rows


def together(batches: Iterable[Columns]) -> tuple[int, dict[str, list[Any]]]:
    """Count all rows, and give their cells as JSON takes them."""
    rows, cells = 0, dict[str, list[Any]]()
    for columns in batches:
        rows += _length(columns)
        for name, values in columns.items():
            cells.setdefault(name, []).extend(plain(values))
    return rows, cells


def _length(columns: Columns) -> int:
    return len(next(iter(columns.values())))

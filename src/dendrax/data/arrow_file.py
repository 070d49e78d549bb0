"""Parquet, and Arrow's own format (.arrow, .feather: a file or a stream), some rows at a time.

    whole numbers   int64; float64 where cells are missing, or beyond int64
    floats, decimals                float64
    booleans        bool; text where cells are missing
    dates           datetime64[D]; time stamps and times of day datetime64[us], in UTC; durations in seconds
    text, and dictionaries of it    str

Types and holes are those of the whole file, so that every block of rows has the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from dendrax.data.faults import DataError, one_line
from dendrax.data.iso_dates import DAYS, MICROSECONDS
from dendrax.data.number_cells import loses_digits
from dendrax.data.plain_file import PARQUET, PlainFile
from dendrax.data.sequences import text_of, whole_numbers
from dendrax.data.tables import refuse_repeated

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 2**16  # rows read at once
NUMBER = 8  # bytes of a cell at least, once read


class ArrowFile:
    """A file of typed columns.

    Parameters
    ----------
    file : PlainFile
        The file.

    Attributes
    ----------
    names : list of str
        The columns.
    notes : list of str
        What a person should know of it.
    bytes : int
        The memory that all columns take.

    Raises
    ------
    DataError
        If it cannot be read, names repeat, or a column holds what cannot be learned from.
    """

    dialect = None

    def __init__(self, file: PlainFile) -> None:
        self.file, self.notes = file, list[str]()
        self.names: list[str] = []
        self._holes, self.bytes = dict[str, bool](), 0
        with self._reading(), _opened(file) as (schema, _):
            self.names = schema.names
            refuse_repeated(self.names, f"{file.shown}: ")
            for field in schema:
                _refuse_strange(file, field)
        rows = 0
        for block in self._blocks():
            rows += block.num_rows
            self.bytes += max(block.nbytes, NUMBER * block.num_rows * block.num_columns)
            for name, cells in zip(self.names, block.columns, strict=True):
                self._holes[name] = self._holes.get(name, False) or cells.null_count > 0
        if not self.names or rows == 0:
            raise DataError(f"{file.shown} must hold at least one column and one row; it holds none")

    @contextmanager
    def _reading(self) -> Iterator[None]:
        import pyarrow as pa

        try:
            yield
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            kind = "Parquet" if self.file.suffix == PARQUET else "Arrow"
            raise DataError(f"{self.file.shown} cannot be read as {kind}: {one_line(str(error))}") from None

    def _blocks(self) -> Iterator[pa.RecordBatch]:
        with self._reading(), _opened(self.file) as (_, blocks):
            yield from blocks

    def batches(self) -> Iterator[dict[str, np.ndarray]]:
        """Read the columns, some rows at a time."""
        for block in self._blocks():
            if block.num_rows:
                cells = zip(self.names, block.columns, strict=True)
                yield {name: self._as_numpy(name, column) for name, column in cells}

    def _as_numpy(self, name: str, cells: pa.Array) -> np.ndarray:
        with self._reading():
            column = as_numpy(cells, holes=self._holes[name])
        note = f"column {name!r} holds numbers beyond 2^53, kept to 16 digits"
        if _is_exact(cells.type) and loses_digits(column) and note not in self.notes:
            self.notes.append(note)
        return column


def _is_exact(kind: Any) -> bool:
    import pyarrow as pa

    return pa.types.is_integer(kind) or pa.types.is_decimal(kind)


@contextmanager
def _opened(file: PlainFile) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if file.suffix == PARQUET:
        with pq.ParquetFile(file.path, pre_buffer=False) as opened:  # else the whole file is kept
            yield opened.schema_arrow, _sound(opened.iter_batches(ROWS))
        return
    with pa.OSFile(str(file.path)) as source:
        try:
            reader = pa.ipc.open_file(source)
        except pa.ArrowInvalid:  # no file, but perhaps a stream
            source.seek(0)
            stream = pa.ipc.open_stream(source)
            yield stream.schema, _sliced(_sound(iter(stream)))
            return
        yield reader.schema, _sliced(_sound(reader.get_batch(i) for i in range(reader.num_record_batches)))


def _sound(blocks: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Look at all of a block before it is cut: offsets, codes and counts of a damaged file may say anything."""
    for block in blocks:
        block.validate(full=True)
        yield block


def _sliced(blocks: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for block in blocks:
        for start in range(0, block.num_rows, ROWS):
            yield block.slice(start, ROWS)


def _refuse_strange(file: PlainFile, field: pa.Field) -> None:
    import pyarrow as pa

    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    strange = pa.types.is_nested(kind) or pa.types.is_interval(kind)
    if strange or kind in (pa.binary(), pa.large_binary()) or pa.types.is_fixed_size_binary(kind):
        raise DataError(
            f"{file.shown}: column {field.name!r} must hold numbers, booleans, dates or text; it holds {kind}"
        )


def as_numpy(cells: pa.Array, *, holes: bool) -> np.ndarray:
    """Read an Arrow array.

    Parameters
    ----------
    cells : pyarrow.Array
        Cells; null is missing.
    holes : bool
        Whether the column misses cells, here or elsewhere.

    Returns
    -------
    ndarray, shape (rows,)
        int64, float64, bool, datetime64, or object of str and None.
    """
    import pyarrow as pa

    kind, is_ = cells.type, pa.types
    if is_.is_dictionary(kind):
        return as_numpy(cells.cast(kind.value_type), holes=holes)
    if is_.is_null(kind):
        return np.full(len(cells), np.nan)
    if is_.is_boolean(kind) and not holes:
        return np.asarray(cells.to_numpy(zero_copy_only=False), bool)
    if is_.is_integer(kind) and not holes:
        return whole_numbers(cells.to_numpy(zero_copy_only=False))
    if is_.is_integer(kind) or is_.is_floating(kind) or is_.is_decimal(kind):
        return np.array(cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False), np.float64)
    if is_.is_temporal(kind):
        return _times(cells)
    return text_of(np.asarray(cells.to_numpy(zero_copy_only=False), object))


def _times(cells: pa.Array) -> np.ndarray:
    import pyarrow as pa

    kind, is_ = cells.type, pa.types
    if is_.is_duration(kind):
        steps = np.array(cells.cast(pa.int64()).to_numpy(zero_copy_only=False), np.float64)
        return steps / {"s": 1e0, "ms": 1e3, "us": 1e6, "ns": 1e9}[kind.unit]
    if is_.is_date(kind):
        return np.array(cells.to_numpy(zero_copy_only=False), DAYS)
    if is_.is_time(kind):  # of the first day
        steps = cells.cast(pa.int32() if is_.is_time32(kind) else pa.int64()).cast(pa.int64())
        return np.array(steps.cast(pa.timestamp(kind.unit)).to_numpy(zero_copy_only=False), MICROSECONDS)
    plain = cells.cast(pa.timestamp(kind.unit)).cast(pa.timestamp("us"), safe=kind.unit != "ns")  # ns are cut
    return np.array(plain.to_numpy(zero_copy_only=False), MICROSECONDS)

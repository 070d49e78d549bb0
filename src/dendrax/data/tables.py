"""A table: named columns of equal length, whatever it came from.

number     float64 (NaN: missing) or int64; uint8 for grey values of a .npz
boolean    bool
date       datetime64[D] or datetime64[us], in UTC (NaT: missing)
category   object: str, or None where missing
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from dendrax.data.faults import DataError
from dendrax.data.sequences import of_array, of_cells, of_sequence, text_or_missing, whole_numbers

if TYPE_CHECKING:
    from dendrax.data.dialect import Dialect

FRAMES = ("__dataframe__", "__narwhals_dataframe__", "__arrow_c_stream__")  # what marks a table of any make


@dataclass(frozen=True)
class Table:
    """Named columns of equal length.

    Attributes
    ----------
    columns : dict of str to ndarray, each of shape (rows,)
        float64, int64, bool, datetime64, or object arrays of str and None.
    source : str or None
        The file it came from, for messages.
    rows : ndarray of int or None
        Which rows of the file these are; None is all of them.
    dialect : Dialect or None
        How the file was written, where it was CSV.
    notes : tuple of str
        What a person should know of how it was read.
    """

    columns: dict[str, np.ndarray]
    source: str | None = None
    rows: np.ndarray | None = None
    dialect: Dialect | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse columns of unequal length."""
        lengths = {len(column) for column in self.columns.values()}
        if len(lengths) > 1:
            raise DataError(f"the columns of a table must be of equal length; got lengths {sorted(lengths)}")

    @property
    def names(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self.columns)

    @property
    def n_rows(self) -> int:
        """The number of rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def take(self, rows: np.ndarray) -> Table:
        """Pick some rows."""
        kept = (np.arange(self.n_rows) if self.rows is None else self.rows)[rows]
        return replace(self, columns={name: column[rows] for name, column in self.columns.items()}, rows=kept)

    def select(self, names: Iterable[str]) -> Table:
        """Pick some columns.

        Raises
        ------
        DataError
            If one of them is not there, or is named twice.
        """
        wanted = list(names)
        refuse_repeated(wanted)
        self.require(wanted)
        return replace(self, columns={name: self.columns[name] for name in wanted})

    def without(self, names: Iterable[str]) -> Table:
        """Leave out some columns."""
        out = set(names)
        return replace(self, columns={name: c for name, c in self.columns.items() if name not in out})

    def require(self, names: Sequence[str]) -> None:
        """Raise a `DataError` unless every one of these columns is there."""
        lacking = [name for name in names if name not in self.columns]
        if lacking:
            place = "the table" if self.source is None else self.source
            raise DataError(
                f"{place} must have the column{'s' if len(lacking) > 1 else ''} {listed(lacking)}; "
                f"it has {listed(self.names)}"
            )


def listed(names: Sequence[Any], most: int = 12) -> str:
    """Quote a few names for a message."""
    words = ", ".join(repr(name) for name in names[:most])
    return words if len(names) <= most else f"{words} and {len(names) - most} more"


def is_dataframe(X: Any) -> bool:
    """Say whether X is a table with named columns (pandas, polars, Arrow, a mapping, a `Table`)."""
    if isinstance(X, (np.ndarray, list, tuple)):
        return False
    if isinstance(X, (Table, Mapping)):
        return True
    return hasattr(type(X), "columns") and any(hasattr(type(X), mark) for mark in FRAMES)


def without_batches(X: Any) -> Any:
    """Make a table of a record batch of Arrow, which other libraries do not take; anything else stays as it is."""
    if type(X).__name__ != "RecordBatch" or not type(X).__module__.startswith("pyarrow"):
        return X
    from pyarrow import Table as ArrowTable

    return ArrowTable.from_batches([X])


def as_table(X: Any) -> Table:
    """Read the columns of a table of any make.

    Parameters
    ----------
    X : DataFrame, pyarrow.Table or RecordBatch, mapping or Table
        Anything narwhals reads, or a mapping of names to sequences.

    Returns
    -------
    Table
        Its columns as NumPy arrays.

    Raises
    ------
    DataError
        If names repeat, lengths differ, or a column holds what cannot be learned from.

    Examples
    --------
    >>> as_table({"size": [1, 2], "kind": ["a", None]}).columns["kind"].tolist()
    ['a', None]
    """
    if isinstance(X, Table):
        return X
    if isinstance(X, Mapping):
        refuse_repeated([str(name) for name in X])
        return Table({str(name): of_sequence(str(name), values) for name, values in X.items()})
    return Table(_from_frame(X))


def _from_frame(X: Any) -> dict[str, np.ndarray]:
    import narwhals as nw

    X = without_batches(X)
    labels = getattr(X, "column_names", None) or (X.columns if is_dataframe(X) else ())
    names = [str(name) for name in labels]
    refuse_repeated(names)
    try:
        frame = nw.from_native(X, eager_only=True)
    except TypeError:
        kind = type(X).__name__
        raise DataError(f"a table must be a DataFrame in memory, a mapping or a Table; got {kind}") from None
    return {name: _from_series(name, series) for name, series in zip(names, frame.iter_columns(), strict=True)}


def refuse_repeated(names: Sequence[str], where: str = "") -> None:
    """Raise a `DataError` where a name stands twice; `where` begins its message."""
    repeated = sorted(name for name, times in Counter(names).items() if times > 1)
    if repeated:
        raise DataError(f"{where}column names must differ; {listed(repeated)} stands there more than once")


def _from_series(name: str, series: Any) -> np.ndarray:
    import narwhals as nw

    kind = series.dtype
    if kind.is_numeric():
        return _numbers(series, holes=bool(series.is_null().any()))
    if kind == nw.Boolean and not series.is_null().any():
        return np.asarray(series.to_list(), bool)
    if kind in (nw.Categorical, nw.Enum):
        return text_or_missing(series.to_list())
    if kind.is_temporal():
        return of_array(name, series.to_numpy())
    return of_cells(name, series.to_list())


def _numbers(series: Any, holes: bool) -> np.ndarray:
    import narwhals as nw

    wide = series.dtype in (nw.Int128, nw.UInt128)  # NumPy has no such type
    if series.dtype.is_integer() and not holes and not wide:
        return whole_numbers(np.asarray(series.to_numpy()))
    return np.asarray(series.cast(nw.Float64).to_numpy(), np.float64)

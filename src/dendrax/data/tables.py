"""A table: named columns of equal length, whatever it came from.

number     float64 (NaN: missing) or int64
boolean    bool
category   object: str, or None where missing
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


class DataError(ValueError):
    """A fault in the user's data."""


@dataclass(frozen=True)
class Table:
    """Named columns of equal length.

    Attributes
    ----------
    columns : dict of str to ndarray, each of shape (rows,)
        float64, int64, bool, or object arrays of str and None.
    source : str or None
        The file it came from, for messages.
    """

    columns: dict[str, np.ndarray]
    source: str | None = None

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
        return Table({name: column[rows] for name, column in self.columns.items()}, self.source)

    def select(self, names: Iterable[str]) -> Table:
        """Pick some columns.

        Raises
        ------
        DataError
            If one of them is not there.
        """
        wanted = list(names)
        self.require(wanted)
        return Table({name: self.columns[name] for name in wanted}, self.source)

    def without(self, names: Iterable[str]) -> Table:
        """Leave out some columns."""
        out = set(names)
        return Table({name: c for name, c in self.columns.items() if name not in out}, self.source)

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
    marks = ("__dataframe__", "__narwhals_dataframe__", "__arrow_c_stream__")  # polars has the last one only
    return _is_arrow(X) or (hasattr(X, "columns") and any(hasattr(X, mark) for mark in marks))


def _is_arrow(X: Any) -> bool:
    arrow = sys.modules.get("pyarrow")
    return arrow is not None and isinstance(X, arrow.Table)


def as_table(X: Any) -> Table:
    """Read the columns of a table of any make.

    Parameters
    ----------
    X : DataFrame, pyarrow.Table, mapping or Table
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
        columns = {str(name): _from_array(str(name), np.asarray(values)) for name, values in X.items()}
    else:
        columns = _from_frame(X)
    lengths = {len(column) for column in columns.values()}
    if len(lengths) > 1:
        raise DataError(f"the columns of a table must be of equal length; got lengths {sorted(lengths)}")
    return Table(columns)


def _from_frame(X: Any) -> dict[str, np.ndarray]:
    import narwhals as nw

    _refuse_repeated([str(name) for name in getattr(X, "columns", [])] if not _is_arrow(X) else X.column_names)
    frame = nw.from_native(X, eager_only=True)
    series = zip(frame.columns, frame.iter_columns(), strict=True)  # pandas may name columns by numbers
    return {str(name): _from_series(str(name), column) for name, column in series}


def _refuse_repeated(names: Sequence[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise DataError(f"column names must differ; {listed(repeated)} stands there more than once")


def _from_series(name: str, series: Any) -> np.ndarray:
    import narwhals as nw

    kind = series.dtype
    if kind.is_numeric():
        return _numbers(series, holes=bool(series.is_null().any()))
    if kind == nw.Boolean:
        return _booleans(series)
    if kind.is_temporal():
        raise DataError(f"column {name!r} holds dates or times, which are not learned from yet; write it as a number")
    return _categories(name, series.to_list())


def _numbers(series: Any, holes: bool) -> np.ndarray:
    import narwhals as nw

    if series.dtype.is_integer() and not holes:
        return whole_numbers(series.to_numpy())
    return np.asarray(series.cast(nw.Float64).to_numpy(), np.float64)


def whole_numbers(values: np.ndarray) -> np.ndarray:
    """Make int64 of integers, or float64 where one of them is beyond it."""
    beyond = values.dtype.kind == "u" and values.size and int(values.max()) > np.iinfo(np.int64).max
    return np.asarray(values, np.float64 if beyond else np.int64)


def _booleans(series: Any) -> np.ndarray:
    values = series.to_list()
    if series.is_null().any():
        return _categories(series.name, values)
    return np.asarray(values, bool)


def _from_array(name: str, values: np.ndarray) -> np.ndarray:
    if values.ndim != 1:
        raise DataError(f"column {name!r} must have one dimension; got shape {values.shape}")
    if values.dtype.kind == "b":
        return values
    if values.dtype.kind in "iu":
        return whole_numbers(values)
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    if values.dtype.kind in "mM":
        raise DataError(f"column {name!r} holds dates or times, which are not learned from yet; write it as a number")
    return _categories(name, values.tolist())


def _categories(name: str, values: list[Any]) -> np.ndarray:
    """Make an object column: numbers where every cell is one, else text; holes become None."""
    known = [None if _is_hole(v) else v for v in values]
    present = [v for v in known if v is not None]
    if present and all(isinstance(v, (int, float, np.number)) and not isinstance(v, bool) for v in present):
        return np.array([np.nan if v is None else float(v) for v in known], np.float64)
    strange = next((v for v in present if isinstance(v, (list, dict, set, np.ndarray, complex))), None)
    if strange is not None:
        raise DataError(f"column {name!r} must hold numbers, booleans or text; got {strange!r}")
    column = np.empty(len(known), object)
    column[:] = [v if v is None else str(v) for v in known]
    if not present:
        return np.full(len(known), np.nan)
    return column


def _is_hole(value: Any) -> bool:
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return not isinstance(value, np.ndarray) and value != value

"""A table: named columns of equal length, whatever it came from.

number     float64 (NaN: missing) or int64
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

from dendrax.data import dates

if TYPE_CHECKING:
    from dendrax.data.dialect import Dialect

SAFE = 2**63 - 1  # the largest int64
FRAMES = ("__dataframe__", "__narwhals_dataframe__", "__arrow_c_stream__")  # what marks a table of any make


class DataError(ValueError):
    """A fault in the user's data."""


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
        refuse_repeated([str(name) for name in X])
        return Table({str(name): _from_sequence(str(name), values) for name, values in X.items()})
    return Table(_from_frame(X))


def _from_frame(X: Any) -> dict[str, np.ndarray]:
    import narwhals as nw

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
        return _text(_known(series.to_list()))
    if kind.is_temporal():
        return _from_array(name, series.to_numpy())
    return _cells(name, series.to_list())


def _numbers(series: Any, holes: bool) -> np.ndarray:
    import narwhals as nw

    if series.dtype.is_integer() and not holes:
        return whole_numbers(np.asarray(series.to_numpy()))
    return np.asarray(series.cast(nw.Float64).to_numpy(), np.float64)


def whole_numbers(values: np.ndarray) -> np.ndarray:
    """Keep whole numbers as int64 where it can hold them all, else as float64."""
    fits = values.dtype != np.uint64 or not len(values) or int(values.max()) <= SAFE
    return values.astype(np.int64 if fits else np.float64)


def _from_sequence(name: str, values: Any) -> np.ndarray:
    """Read a sequence; cells of a list keep their own types, so that a hole among texts stays a hole."""
    if isinstance(values, np.ma.MaskedArray):
        return _cells(name, values.tolist())
    if isinstance(values, (list, tuple)):
        if len({np.shape(value) if isinstance(value, (list, tuple)) else () for value in values}) == 1:
            _one_dimension(name, np.shape(values))
        if values and all(type(value) is type(values[0]) for value in values):
            values = np.asarray(values) if isinstance(values[0], (bool, int, float, np.generic)) else values
        return _from_array(name, values) if isinstance(values, np.ndarray) else _cells(name, list(values))
    return _from_array(name, np.asarray(values))


def _one_dimension(name: str, shape: tuple[int, ...]) -> None:
    if len(shape) != 1:
        raise DataError(f"column {name!r} must have one dimension; got shape {shape}")


def _from_array(name: str, values: np.ndarray) -> np.ndarray:
    _one_dimension(name, values.shape)
    if values.dtype.kind == "b":
        return values
    if values.dtype.kind in "iu":
        return whole_numbers(values)
    if values.dtype.kind == "f":
        return values.astype(np.float64)
    if values.dtype.kind in "mM":
        return _dates(name, values)
    return _cells(name, values.tolist())


def _is_missing(value: Any) -> bool:
    if isinstance(value, (float, np.floating)):
        return bool(value != value)
    return value is None or type(value).__name__ in ("NAType", "NaTType")


def _known(values: list[Any]) -> list[Any]:
    return [None if _is_missing(value) else value for value in values]


def _text(known: list[Any]) -> np.ndarray:
    column = np.empty(len(known), object)
    column[:] = [value if value is None else str(value) for value in known]
    return column


def _cells(name: str, values: list[Any]) -> np.ndarray:
    """Read cells of any types: numbers where every one is a number, booleans likewise, else text; holes are None."""
    known = _known(values)
    present = [v for v in known if v is not None]
    if not present:
        return np.full(len(known), np.nan)
    if len(present) == len(known) and all(isinstance(v, (bool, np.bool_)) for v in present):
        return np.array(known, bool)
    if all(isinstance(v, (int, float, np.integer, np.floating)) and not isinstance(v, bool) for v in present):
        return np.array([np.nan if v is None else float(v) for v in known], np.float64)
    strange = next((v for v in present if isinstance(v, (list, dict, set, np.ndarray, complex))), None)
    if strange is not None:
        raise DataError(f"column {name!r} must hold numbers, booleans or text; got {strange!r}")
    if any(isinstance(v, dates.TIMES) for v in present):
        return _dates(name, known)
    return _text(known)


def _dates(name: str, values: np.ndarray | list[Any]) -> np.ndarray:
    try:
        found = dates.of_array(values) if isinstance(values, np.ndarray) else dates.of_objects(values)
    except (ValueError, OverflowError) as error:
        raise DataError(f"column {name!r} holds times that cannot be read: {error}") from None
    if found is None:
        raise DataError(f"column {name!r} must hold dates only, or differences of times only; it holds several kinds")
    return found


def text_of(column: np.ndarray) -> np.ndarray:
    """Write the cells of a column as text; missing ones are None."""
    if column.dtype.kind == "M":
        return _text([None if cell == "NaT" else cell for cell in np.datetime_as_string(column).tolist()])
    return _text(_known(column.tolist()))

"""The cells of a column, as what the column was in training: numbers, dates or levels.

A level is found again however it is spelled: 1, 1.0 and "1" are one, and so are True and "true", where training did not
tell them apart.
"""

from __future__ import annotations

import numpy as np

from dendrax.data.files import place
from dendrax.data.guess import cleaned
from dendrax.data.iso_dates import dates_of
from dendrax.data.kinds import Category
from dendrax.data.numerals import canonical, is_hole, number_of
from dendrax.data.sequences import text_of
from dendrax.data.tables import DataError, Table

BOOLEANS = {"False": 0.0, "True": 1.0, None: np.nan}  # booleans with holes, as `as_table` reads them


def numbers_in(X: Table, name: str) -> np.ndarray:
    """Read a column as numbers, shape (rows,): booleans count as 0 and 1; NaN is missing."""
    column = X.columns[name]
    if column.dtype.kind == "M":
        raise DataError(f"column {name!r} must hold numbers, as in training; it holds dates")
    if column.dtype.kind != "O":
        return column
    texts = [i for i, cell in enumerate(column) if cell not in BOOLEANS]
    if texts:
        numbers = [np.nan if cell is None or is_hole(cell) else number_of(cell) for cell in column]
        if X.dialect is not None and None not in numbers:  # CSV does not tell codes from numbers
            return np.array(numbers, np.float64)
        texts = [i for i in texts if canonical(column[i]) not in BOOLEANS and not is_hole(column[i])] or texts
        strange = next((i for i in texts if number_of(column[i]) is None), texts[0])
        raise DataError(f"column {name!r} must hold numbers; got {column[strange]!r} in {place(X, strange)}")
    return np.array([BOOLEANS[cell] for cell in column])


def dates_in(X: Table, name: str) -> np.ndarray:
    """Read a column as dates, shape (rows,) of datetime64: text by ISO 8601; NaT is missing."""
    import pyarrow as pa

    column = X.columns[name]
    if column.dtype.kind == "M":
        return column
    if column.dtype.kind == "f" and np.isnan(column).all():  # a column without a cell has no kind
        return np.full(len(column), "NaT", "M8[us]")
    if column.dtype.kind != "O":
        raise DataError(f"column {name!r} must hold dates, as in training; it holds {column[0]}")
    cells = pa.array(column, pa.string())
    dates = dates_of(cells)
    dates = dates_of(cleaned(cells)) if dates is None else dates
    if dates is None:
        strange = _strange_date(column.tolist())
        raise DataError(
            f"column {name!r} must hold dates such as 2024-05-31 or 2024-05-31T12:30; got {column[strange]!r} in "
            f"{place(X, strange)}"
        )
    return dates


def _strange_date(cells: list[str | None]) -> int:
    """Find the first cell that is no date, or is of another kind than the first that is one."""
    import pyarrow as pa

    first: str | None = None
    for i, cell in enumerate(cells):
        pair = cleaned(pa.array([first, cell], pa.string()))
        if dates_of(pair) is None:
            return i
        first = first if pair[1].as_py() is None else cell
    raise AssertionError("every cell is a date")


def codes_in(column: Category, cells: np.ndarray) -> np.ndarray:
    """Look up the codes of levels: int32, shape (rows,); 0 for one that was never seen."""
    codes = _all_codes(column, cells)
    return np.fromiter((codes[cell] for cell in as_levels(cells)), np.int32, len(cells))


def _all_codes(column: Category, cells: np.ndarray) -> dict[str | None, int]:
    """Look up each different cell once: as it stands, else by its number or truth value however it is written."""
    return {cell: column.code_of(cell) for cell in set(as_levels(cells))}


def unseen_in(column: Category, cells: np.ndarray) -> list[str]:
    """List the cells that hold a level that was never seen, in the order of the rows."""
    codes = _all_codes(column, cells)
    strange = {cell for cell, code in codes.items() if code == 0 and cell is not None and not is_hole(cell)}
    return [str(cell) for cell in as_levels(cells) if cell in strange] if strange else []


def as_levels(cells: np.ndarray) -> list[str | None]:
    """Read cells of any type as text, missing ones as None."""
    if cells.dtype.kind == "O":
        return cells.tolist()
    if cells.dtype.kind == "f":
        return [None if v != v else canonical(repr(v)) for v in cells.tolist()]
    return text_of(cells).tolist()

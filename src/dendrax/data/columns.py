"""The encoder: what each column of a table is, learned once, and rows as a network takes them.

    number, boolean   s = (x − centre) / scale      centre: the median; scale: the inter-quartile range / 1.349
    category          its place among the levels, the most frequent first; 0 for a level that was never seen
    date              numbers, scaled as such: elapsed time, and a sine and a cosine for each part of it that varies
    missing           s = 0 and an indicator; for a category a level of its own

Quantiles are those of the inverted distribution function, weighted: a row of weight 2 equals the row twice. The
scaled numbers are bounded by ±10⁶ before they become float32, so that none is infinite.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np

from dendrax.core.shapes import aligned_zeros, padded
from dendrax.data.affine import Affine
from dendrax.data.cells import codes_in, dates_in, numbers_in, unseen_in
from dendrax.data.date_parts import expanded
from dendrax.data.kinds import KINDS, Category, Column, Date, Dropped, Number, column_from_json
from dendrax.data.tables import DataError, Table

LARGEST = 1e6
Encoded = dict[str, np.ndarray]


@dataclass(frozen=True)
class Encoder:
    """What each column is.

    Attributes
    ----------
    columns : tuple of Number, Category, Date or Dropped
        One for each column of the data that it was learned from, in order.
    named : bool
        Whether columns are found by name (tables) or by place (arrays).
    """

    columns: tuple[Column, ...]
    named: bool

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers that columns become: each column of numbers one, a date several."""
        each = ((c,) if isinstance(c, Number) else c.numbers for c in self.columns if isinstance(c, Number | Date))
        return tuple(number for numbers in each for number in numbers)

    @cached_property
    def categories(self) -> tuple[Category, ...]:
        """The columns of categories."""
        return tuple(c for c in self.columns if isinstance(c, Category))

    @property
    def n_missing(self) -> int:
        """How many columns of numbers and dates have an indicator of missing cells."""
        return sum(c.missing for c in self.numbers)

    @property
    def n_codes(self) -> tuple[int, ...]:
        """The number of codes of each column of categories, code 0 included."""
        return tuple(len(c.levels) + 1 for c in self.categories)

    @property
    def notes(self) -> list[str]:
        """What was dropped and why."""
        return [f"column {c.name!r} is left out: {c.detail}" for c in self.columns if isinstance(c, Dropped)]

    @property
    def input_names(self) -> list[str]:
        """The names of all columns."""
        return [c.name for c in self.columns]

    def describe(self) -> list[tuple[str, str, str]]:
        """Say what was understood of each column: name, kind, detail."""
        return [(c.name, type(c).__name__.lower(), c.detail) for c in self.columns]

    @cached_property
    def _affine(self) -> Affine:
        return Affine(np.array([c.centre for c in self.numbers]), np.array([c.scale for c in self.numbers]))

    @cached_property
    def _indicated(self) -> np.ndarray:
        return np.array([i for i, c in enumerate(self.numbers) if c.missing], int)

    def encode(self, X: Table | np.ndarray, size: int | None = None) -> Encoded:
        """Encode rows.

        Parameters
        ----------
        X : Table, or ndarray of shape (rows, columns)
            Columns of a table are found by name; those it has beyond are not looked at.
        size : int, optional
            The number of rows that the result is padded to, with zeros; as many as X has, where absent.

        Returns
        -------
        dict of ndarray
            "numbers" float32 (rows, numbers), "missing" bool (rows, columns with holes in training) and
            "codes" int32 (rows, categories); a key is absent where there are no such columns.

        Raises
        ------
        DataError
            If a column is absent, is of another kind, or holds infinite numbers.
        """
        numbers = self.numbers_of(X)
        encoded: Encoded = {}
        if self.numbers:
            encoded["numbers"], missing = self._scaled(numbers, len(numbers) if size is None else size)
            if missing.shape[1]:
                encoded["missing"] = missing
        if self.categories:
            codes = self.codes_of(X)
            encoded["codes"] = codes if size is None else padded(codes, size)
        return encoded

    def _scaled(self, x: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
        """Scale some rows at a time; missing numbers become 0."""
        scaled = aligned_zeros((size, x.shape[1]), np.float32)
        missing = np.zeros((size, len(self._indicated)), bool)
        rows = min(self._affine.rows_at_once, len(x))
        scaling = self._affine.scaling(rows, x.dtype)
        for start in range(0, len(x), max(rows, 1)):
            part = x[start : start + rows]
            with np.errstate(over="ignore", invalid="ignore"):  # beyond a float is beyond the bound
                s = scaling(part)
                low, high = s.min(), s.max()
            if not (low >= -LARGEST and high <= LARGEST):  # NaN is neither
                self.refuse_infinite(part, start)
                hole = np.isnan(part)
                s[hole] = 0.0
                missing[start : start + rows][: len(part)] = hole[:, self._indicated]
                np.clip(s, -LARGEST, LARGEST, out=s)
            scaled[start : start + len(part)] = s
        return scaled, missing

    def codes_of(self, X: Table | np.ndarray) -> np.ndarray:
        """Look up the code of every category: int32, shape (rows, categories)."""
        assert isinstance(X, Table)
        codes = np.empty((X.n_rows, len(self.categories)), np.int32)
        for i, column in enumerate(self.categories):
            codes[:, i] = codes_in(column, X.columns[column.name])
        return codes

    def numbers_of(self, X: Table | np.ndarray) -> np.ndarray:
        """Collect the columns of numbers as they are, and what dates become: shape (rows, numbers)."""
        if not isinstance(X, Table):
            if X.ndim != 2 or X.shape[1] != len(self.columns):
                raise ValueError(f"X must have shape (rows, {len(self.columns)}); got {X.shape}")
            return X
        X.require([c.name for c in self.columns if not isinstance(c, Dropped)])
        numbers, place = np.empty((X.n_rows, len(self.numbers))), 0
        for c in self.columns:
            if isinstance(c, Number):
                numbers[:, place] = numbers_in(X, c.name)
                place += 1
            elif isinstance(c, Date):
                width = len(c.numbers)
                numbers[:, place : place + width] = expanded(dates_in(X, c.name), c.parts, c.centre, c.scale)
                place += width
        return numbers

    def unseen(self, X: Table) -> dict[str, list[str]]:
        """Find the cells of categories that training never saw.

        Parameters
        ----------
        X : Table
            Rows.

        Returns
        -------
        dict of str to list of str
            For each column that has such cells all of them, in the order of the rows; missing ones are not among them.
        """
        found = {c.name: unseen_in(c, X.columns[c.name]) for c in self.categories}
        return {name: cells for name, cells in found.items() if cells}

    def refuse_infinite(self, numbers: np.ndarray, start: int = 0) -> None:
        """Raise a `DataError` that names the column and the row of an infinite number."""
        beyond = np.isinf(numbers)
        if beyond.any():
            row, column = np.argwhere(beyond)[0]
            raise DataError(
                f"column {self.numbers[column].name!r} must hold finite numbers; got an infinite one in row "
                f"{start + row + 1}"
            )

    def to_json(self) -> dict[str, Any]:
        """Describe the encoder for a file."""
        names = {kind: name for name, kind in KINDS.items()}
        return {"named": self.named, "columns": [{"kind": names[type(c)], **asdict(c)} for c in self.columns]}


def encoder_from_json(described: dict[str, Any]) -> Encoder:
    """Rebuild an encoder from its description.

    Parameters
    ----------
    described : dict
        What `Encoder.to_json` made.

    Returns
    -------
    Encoder
        The encoder.

    Raises
    ------
    ValueError
        If it is not such a description.
    """
    if not (isinstance(described, dict) and set(described) == {"named", "columns"}):
        raise ValueError("an encoder must be described by 'named' and 'columns', and nothing else")
    named, entries = described["named"], described["columns"]
    if not (isinstance(named, bool) and isinstance(entries, list) and all(isinstance(e, dict) for e in entries)):
        raise ValueError("an encoder's 'named' must be true or false, its 'columns' a list of descriptions")
    columns = tuple(column_from_json(entry) for entry in entries)
    if len({column.name for column in columns}) < len(columns):
        raise ValueError("the names of an encoder's columns must differ")
    return Encoder(columns, named)

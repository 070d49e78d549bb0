"""What the column to predict holds over all rows of a file: how often each value, and how far numbers reach.

text, booleans    classes; where all text is True and False, booleans
numbers           classes or numbers, as the caller says
dates             neither
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from dendrax.data.extent import Extent
from dendrax.data.tables import DataError

MOST_VALUES = 2**16  # that are counted one by one
BOOLEANS = {"True", "False"}


class Answers:
    """The values of a target, gathered batch by batch.

    Parameters
    ----------
    name : str
        The column.
    source : str or None
        The file, for messages.

    Attributes
    ----------
    kind : str
        What the cells are: "O" text, "b" booleans, "i" or "f" numbers.
    extent : Extent
        How far they reach.
    """

    def __init__(self, name: str, source: str | None = None) -> None:
        self.name, self.source, self.kind, self.extent = name, source, "", Extent()
        self._count: Counter[Any] | None = Counter()

    def look(self, cells: np.ndarray) -> None:
        """Look at some rows, none of them missing."""
        self.kind = cells.dtype.kind
        if self.kind == "M":
            raise DataError(f"{self._place} must hold numbers or classes to predict; it holds dates")
        self.extent.look(cells)
        if self._count is not None:
            values, times = np.unique(cells.astype(str) if self.kind == "O" else cells, return_counts=True)
            self._count.update(dict(zip(values.tolist(), times.tolist(), strict=True)))
            self._count = self._count if len(self._count) <= MOST_VALUES else None

    @property
    def _place(self) -> str:
        return f"{self.source or 'the table'}, column {self.name!r}"

    @property
    def rows(self) -> int:
        """Rows with an answer."""
        return self.extent.rows

    @property
    def values(self) -> list[Any] | None:
        """The different values, sorted; None where there are too many to count."""
        return None if self._count is None else sorted(self._count)

    def classes(self) -> tuple[np.ndarray, np.ndarray]:
        """Name the classes and count their rows.

        Returns
        -------
        ndarray, ndarray of int
            The sorted labels, as `read` gives them, and how many rows have each.

        Raises
        ------
        DataError
            If there are fewer than two, or too many.
        """
        if self._count is None:
            raise DataError(f"{self._place} must hold at most {MOST_VALUES} classes; it holds more")
        values = sorted(self._count)
        if len(values) < 2:
            raise DataError(f"{self._place} must hold at least two classes; it holds only {values[0]!s}")
        labels = np.array(values)
        return (labels == "True" if self.is_truth else labels), np.array([self._count[value] for value in values])

    @property
    def is_truth(self) -> bool:
        """Whether text is nothing but True and False: booleans of a column with holes."""
        return self.kind == "O" and self._count is not None and set(self._count) <= BOOLEANS

    def read(self, cells: np.ndarray) -> np.ndarray:
        """Read cells as labels or numbers: text becomes an array of str, or of booleans."""
        if self.kind != "O":
            return cells
        return cells == "True" if self.is_truth else cells.astype(str)

    def numbers(self, cells: np.ndarray) -> np.ndarray:
        """Read cells as float64; a `DataError` where they are text."""
        if self.kind == "O" and not self.is_truth:
            raise DataError(f"{self._place} must hold numbers; got {cells[0]!r}")
        return self.read(cells).astype(np.float64)

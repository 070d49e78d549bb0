"""What a column is over all rows of a file, batch by batch: how far it reaches, and whether it has holes.

varies      some cells differ, or some are missing and some are not
sequence    whole numbers, no hole, highest − lowest = rows − 1, and no two alike in a sample
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from dendrax.data.known_rows import is_known
from dendrax.data.understand import FEW_ROWS


@dataclass
class Extent:
    """How far a column reaches.

    Attributes
    ----------
    rows, missing : int
        Cells in all, and how many are missing.
    lowest, highest : Any
        Of the cells that are there; None before the first.
    """

    rows: int = 0
    missing: int = 0
    lowest: Any = None
    highest: Any = None

    def look(self, cells: np.ndarray) -> None:
        """Look at some rows."""
        self.rows += len(cells)
        if cells.dtype.kind == "O" and self.varies:
            return
        known = cells[is_known(cells)]
        self.missing += len(cells) - len(known)
        if len(known):
            low, high = min(_ends(self.lowest, known.min())), max(_ends(self.highest, known.max()))
            self.lowest, self.highest = low, high

    @property
    def varies(self) -> bool:
        """Whether there is anything to learn from it."""
        return self.lowest is not None and (0 < self.missing < self.rows or bool(self.lowest != self.highest))

    def is_sequence(self, sample: np.ndarray) -> bool:
        """Say whether it numbers the rows, in any order."""
        if sample.dtype.kind != "i" or self.missing or self.rows < FEW_ROWS:
            return False
        reaches = int(self.highest) - int(self.lowest) == self.rows - 1
        return reaches and len(np.unique(sample)) == len(sample)


def _ends(before: Any, now: Any) -> tuple[Any, ...]:
    return (now,) if before is None else (before, now)

"""Encoded rows on disk, dealt at random to parts that fit into memory.

    part of a row = ⌊K · u(row)⌋      u drawn by its place in the file

so each part is an even sample of all rows. They lie in one file without a name, which is gone when the process is,
however it ends. Rows are gathered until they fill a block, then written part by part.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from types import TracebackType

import numpy as np

from dendrax.core.row_draws import PART, row_draws
from dendrax.data.tables import DataError

BLOCK = 2**23  # bytes gathered before they are dealt


def packed(arrays: dict[str, np.ndarray]) -> np.ndarray:
    """Put arrays of equally many rows into one array of records.

    Examples
    --------
    >>> packed({"x": np.ones((2, 3), np.float32), "y": np.zeros(2, np.int32)}).itemsize
    16
    """
    fields = [(name, a.dtype, a.shape[1:]) for name, a in arrays.items()]
    rows = np.empty(len(next(iter(arrays.values()))), np.dtype(fields))
    for name, a in arrays.items():
        rows[name] = a
    return rows


def unpacked(rows: np.ndarray) -> dict[str, np.ndarray]:
    """Take records apart; the arrays are views."""
    return {name: rows[name] for name in rows.dtype.names or ()}


class RowParts:
    """Parts of rows on disk.

    Parameters
    ----------
    kind : dtype
        Of a record.
    parts : int
        How many parts, K.
    rows : int
        How many rows there will be, about.
    seed : int
        The randomness.

    Attributes
    ----------
    sizes : ndarray of int, shape (parts,)
        The rows of each part.

    Raises
    ------
    DataError
        If the folder of temporary files lacks the room.
    """

    def __init__(self, kind: np.dtype, parts: int, rows: int, seed: int) -> None:
        self.kind, self.parts, self.seed = kind, parts, seed
        self.sizes = np.zeros(parts, int)
        self._pieces: list[list[tuple[int, int]]] = [[] for _ in range(parts)]
        self._waiting: list[tuple[np.ndarray, np.ndarray]] = []
        self._bytes = self._end = 0
        _require_room(rows * kind.itemsize)
        self._file = tempfile.TemporaryFile(prefix="dendrax.", buffering=0)

    def __enter__(self) -> RowParts:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def add(self, rows: np.ndarray, places: np.ndarray) -> None:
        """Deal records, given their places in the user's file."""
        part = (row_draws(places, self.seed, PART) * self.parts).astype(np.int32)
        self._waiting.append((rows, part))
        self._bytes += rows.nbytes
        if self._bytes >= BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if not self._waiting:
            return
        part = np.concatenate([part for _, part in self._waiting])
        order = np.argsort(part, kind="stable")
        rows = np.concatenate([rows for rows, _ in self._waiting])[order]
        self._waiting, self._bytes = [], 0
        self._write(rows.view(np.uint8).data)
        sizes = np.bincount(part, minlength=self.parts)
        for k, size in enumerate(sizes.tolist()):
            if size:
                self._pieces[k].append((self._end, size))
                self._end += size * self.kind.itemsize
        self.sizes += sizes

    def _write(self, content: memoryview) -> None:
        self._file.seek(self._end)
        while len(content):
            content = content[self._file.write(content) :]

    def read(self, part: int) -> np.ndarray:
        """Read the records of a part."""
        rows = np.empty(self.sizes[part], self.kind)
        content, place = rows.view(np.uint8).data, 0
        for start, size in self._pieces[part]:
            self._file.seek(start)
            end = place + size * self.kind.itemsize
            while place < end:
                place += self._file.readinto(content[place:end])
        return rows


def _require_room(needed: int) -> None:
    folder = Path(tempfile.gettempdir())
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise DataError(
            f"the folder of temporary files, {folder}, must have room for the prepared rows, {needed / 1e9:.1f} GB; "
            f"{free / 1e9:.1f} GB are free: set TMPDIR to a folder with more"
        )

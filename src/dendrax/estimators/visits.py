"""Training on rows that lie on disk: every epoch is a visit to one part of them.

    pass p = ⌊epoch / K⌋ visits the parts 0 … K−1 in an order drawn for it
    rows of a visit:  ┃ the part, padded to the bucket of the largest ┃ the validation part ┃

All visits have the same shapes, so they are calls of one compiled program; within a visit rows are shuffled as ever.
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from dendrax.core.shapes import aligned_zeros, bucket, padded
from dendrax.data.row_parts import RowParts, unpacked
from dendrax.learning.batches import Data, Rows
from dendrax.learning.state import Numbers


def inputs_of(arrays: dict[str, Any]) -> Any:
    """Pick what a network eats: a dict of columns, or plain numbers."""
    return arrays["x"] if "x" in arrays else {k: v for k, v in arrays.items() if k not in ("y", "weight")}


def assembled(part: np.ndarray, held: np.ndarray, size: int) -> Data:
    """Put the records of a part before those that judge.

    Parameters
    ----------
    part : ndarray of records, shape (rows,)
        The rows that train.
    held : ndarray of records, shape (validation rows,)
        The rows that judge; may be none.
    size : int
        The places for the part.

    Returns
    -------
    Data
        On the device.
    """
    room = bucket(len(held)) if len(held) else 0
    first, last = unpacked(part), unpacked(held)
    arrays: dict[str, Any] = {}
    for name, rows in first.items():
        arrays[name] = aligned_zeros((size + room, *rows.shape[1:]), rows.dtype)
        arrays[name][: len(part)] = rows
        arrays[name][size : size + len(held)] = last[name]
    training = np.arange(size, dtype=np.int32)
    validation = padded(size + np.arange(len(held), dtype=np.int32), room) if room else None
    rows = Rows(inputs_of(arrays), arrays["y"], arrays["weight"])
    return Data(*jax.device_put((rows, training, validation)))


class Visits:
    """Bring the rows of each epoch; a `visit` of `dendrax.learning.run.run`.

    Parameters
    ----------
    parts : RowParts
        The rows that train.
    held : ndarray of records
        The rows that judge.
    seed : int
        The order of the visits.
    """

    def __init__(self, parts: RowParts, held: np.ndarray, seed: int) -> None:
        self.parts, self.held, self.seed = parts, held, seed
        self.known = np.flatnonzero(parts.sizes)
        self.size = bucket(int(parts.sizes.max()))
        self._epoch, self._data = -1, None

    def part_of(self, epoch: int) -> int:
        """Say which part an epoch visits."""
        turn, place = divmod(epoch, len(self.known))
        return int(self.known[np.random.default_rng([self.seed, turn]).permutation(len(self.known))[place]])

    def data(self, epoch: int) -> Data:
        """Bring the rows of an epoch, which stay until another one is asked for."""
        if self._data is None or self._epoch != epoch:
            self._data = None
            self._epoch, self._data = epoch, assembled(self.parts.read(self.part_of(epoch)), self.held, self.size)
        return self._data

    def rows(self, epoch: int) -> int:
        """Count the training rows of an epoch."""
        return int(self.parts.sizes[self.part_of(epoch)])

    def __call__(self, epoch: int, numbers: Numbers) -> tuple[Data, Numbers]:
        """Bring the rows of an epoch, and say how many train."""
        return self.data(epoch), numbers._replace(rows=np.int32(self.rows(epoch)))

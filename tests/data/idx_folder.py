"""Folders of IDX files, as MNIST comes in."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from dendrax.data.mnist import FILES


def write(folder: Path, arrays: list[np.ndarray], packed: bool = False) -> None:
    """Write pictures and labels to learn from, pictures and labels to judge by; all of bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, array in zip(FILES, arrays, strict=True):
        content = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape) + array.tobytes()
        (folder / (f"{name}.gz" if packed else name)).write_bytes(gzip.compress(content) if packed else content)

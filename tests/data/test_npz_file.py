from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dendrax.data.faults import DataError
from dendrax.data.npz_file import read_npz, shape_of, write_npz

RNG = np.random.default_rng(0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "rows.npz"


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize("dtype", [bool, np.int8, np.int64, np.float16, np.float32, np.float64, ">f4"])
def test_rows_are_read_as_numpy_reads_them(path, save, dtype):
    X = RNG.integers(0, 2, (5, 3, 4)).astype(dtype)
    save(path, X=X, y=np.array(list("abcab")))
    found = read_npz(path)
    np.testing.assert_array_equal(found.X, X.reshape(5, 12).astype(float))
    assert found.X.dtype in (np.float32, np.float64)
    assert (found.shape, found.y.tolist(), found.is_grey) == ((3, 4), list("abcab"), False)


def test_arrays_of_columns_first_and_holes(path):
    X = np.asfortranarray(RNG.normal(size=(4, 3)))
    X[1, 2] = np.nan
    np.savez(path, X=X)
    np.testing.assert_array_equal(read_npz(path).X, X)
    assert read_npz(path).y is None


def test_bytes_are_grey_values_where_one_is_above_1(path):
    grey = np.array([[0, 51, 255], [1, 0, 0]], np.uint8)
    np.savez(path, X=grey)
    found = read_npz(path)
    assert found.is_grey
    np.testing.assert_allclose(found.X, grey / 255, rtol=1e-7)
    np.savez(path, X=grey[1:])
    assert not read_npz(path).is_grey
    np.testing.assert_array_equal(read_npz(path).X, [[1, 0, 0]])


class Bomb:
    """Something that runs when it is unpickled."""

    def __reduce__(self):
        return (pytest.fail, ("it was unpickled",))


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"Z": np.eye(2)}, "must hold an array named 'X'; it holds 'Z'"),
        ({"X": np.array([Bomb()], object)}, "it holds Python objects"),
        ({"X": np.array(["a"])}, "must hold numbers; it is of type <U1"),
        ({"X": np.array([[1j]])}, "must hold numbers; it is of type complex128"),
        ({"X": np.zeros(3)}, r"must be of shape \(rows, units\) .*; got \(3,\)"),
        ({"X": np.zeros((0, 3))}, r"got \(0, 3\)"),
        ({"X": np.zeros((3, 0))}, r"got \(3, 0\)"),
        ({"X": np.array([[np.inf]])}, "must hold finite numbers"),
        ({"X": np.eye(2), "y": np.arange(3)}, r"a label for each of the 2 rows of X; its shape is \(3,\)"),
        ({"X": np.eye(2), "y": np.array([Bomb(), Bomb()], object)}, "array y must hold numbers or text"),
    ],
)
def test_what_cannot_be_learned_from_is_refused(path, arrays, words):
    np.savez(path, allow_pickle=True, **arrays)
    with pytest.raises(DataError, match=words) as fault:
        read_npz(path)
    assert str(path) in str(fault.value)


def written(path, name, header, content=b""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        text = header.encode().ljust(118) + b"\n"
        archive.writestr(name, b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + content)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (10000000000, 10)}", "claims 800,000,000,000 bytes"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, -1)}", "is none, or damaged"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 1.5)}", "is none, or damaged"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2)}", "must have 32 bytes, as it says; it has 8"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': ()}", "must be of shape"),
        ("{'descr': '|V8', 'fortran_order': False, 'shape': (1, 1)}", "must hold numbers"),
        ("__import__('os').system('false')", "is none, or damaged"),
    ],
)
def test_a_header_is_held_against_what_is_there(path, header, words):
    written(path, "X.npy", header, bytes(8))
    with pytest.raises(DataError, match=words):
        read_npz(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"a,b\n1,2\n", bytes(1000), b"\x80\x04K\x01."])
def test_other_files_are_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(DataError, match="must be a NumPy archive"):
        read_npz(path)


def test_a_file_that_is_not_there(path):
    with pytest.raises(DataError, match="there is no file"):
        read_npz(path)


def whole() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, X=np.arange(60, dtype=np.uint8).reshape(5, 3, 4), y=np.arange(5))
    return file.getvalue()


WHOLE = whole()


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255), st.integers(0, len(WHOLE)))
def test_damage_is_a_data_error_or_changes_nothing_that_is_read(tmp_path_factory, at, change, end):
    content = bytearray(WHOLE)
    content[at] ^= change
    path = tmp_path_factory.mktemp("damage") / "rows.npz"
    for damaged in (content, content[:end]):
        path.write_bytes(damaged)
        try:
            assert read_npz(path).X.shape[0] == 5
        except DataError:
            pass


def test_what_is_written_is_read(path):
    X = RNG.random((3, 2, 2)).astype(np.float32)
    write_npz(path, X=X, y=np.arange(3))
    found = read_npz(path)
    np.testing.assert_array_equal(found.X.reshape(3, 2, 2), X)
    assert found.y.tolist() == [0, 1, 2]
    assert [p.name for p in path.parent.iterdir()] == ["rows.npz"]


@pytest.mark.parametrize(
    ("names", "shape"),
    [(["0", "1"], (2,)), (["0:0", "1:0"], (2, 1)), (["1:0", "0:0"], (2,)), (["a"], (1,)), (["0:0", "5:5"], (2,))],
)
def test_names_that_are_places_give_a_shape(names, shape):
    assert shape_of(names) == shape

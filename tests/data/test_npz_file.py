"""A .npz file as a table: what NumPy wrote is read as it is, anything else is one clear line."""

import io
import pickle
import zipfile

import numpy as np
import pytest

from dendrax.data.files import open_table, read_table
from dendrax.data.npz_file import NpzFile, places, shape_of, write_npz
from dendrax.data.plain_file import NPZ, PlainFile
from dendrax.data.tables import DataError

RNG = np.random.default_rng(0)


def opened(path):
    return NpzFile(PlainFile(path, path.name, NPZ))


def saved(folder, **arrays):
    np.savez_compressed(folder / "a.npz", **arrays)
    return folder / "a.npz"


def packed(folder, content, name="X.npy", **options):
    with zipfile.ZipFile(folder / "a.npz", "w", **options) as file:
        file.writestr(name, content)
    return folder / "a.npz"


def npy(array, **options):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **options)
    return file.getvalue()


@pytest.mark.parametrize(
    "X",
    [
        RNG.integers(0, 256, (5, 2, 3), np.uint8),
        RNG.normal(size=(4, 3)),
        RNG.normal(size=(4, 3)).astype(">f4"),
        np.asfortranarray(RNG.integers(-9, 9, (6, 2, 2, 2))),
        RNG.random((3, 2)) > 0.5,
    ],
)
@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_rows_are_those_that_numpy_wrote(tmp_path, X, save):
    save(tmp_path / "a.npz", X=X)
    found = opened(tmp_path / "a.npz")
    np.testing.assert_array_equal(found.X.reshape(X.shape), X)
    assert (found.shape, found.y, found.notes) == (X.shape[1:], None, [])
    table = read_table(tmp_path / "a.npz")
    np.testing.assert_array_equal(np.stack(list(table.columns.values()), axis=1), X.reshape(len(X), -1))


def test_columns_are_named_by_their_places_and_labels_come_last(tmp_path):
    path = saved(tmp_path, X=np.zeros((2, 1, 2)), y=np.array(["a", "b"]), more=np.zeros(9))
    table = read_table(path)
    assert table.names == ["0:0", "0:1", "y"]
    assert table.columns["y"].tolist() == ["a", "b"]
    assert table.notes == ("its arrays 'more' are not looked at",)


@pytest.mark.parametrize(("most", "kind"), [(1, np.int64), (2, np.uint8)])
def test_bytes_are_grey_values_where_one_is_above_1(tmp_path, most, kind):
    path = saved(tmp_path, X=np.array([[0, most]], np.uint8), y=np.array([3], np.uint8))
    table = read_table(path)
    assert [column.dtype for column in table.columns.values()] == [kind, kind, np.int64]


def test_rows_come_in_batches(tmp_path, monkeypatch):
    monkeypatch.setattr("dendrax.data.npz_file.AT_ONCE", 6)
    X = np.arange(14.0).reshape(7, 2)
    with open_table(saved(tmp_path, X=X)) as file:
        batches = list(file.batches())
        assert not file.is_large
    assert [batch.n_rows for batch in batches] == [3, 3, 1]
    np.testing.assert_array_equal(np.concatenate([batch.columns["1"] for batch in batches]), X[:, 1])


@pytest.mark.parametrize("shape", [(3,), (2, 3), (11, 2, 3)])
def test_a_shape_is_found_in_the_names(shape):
    assert shape_of(places(shape)) == shape


@pytest.mark.parametrize("names", [["a"], ["0:0", "0:2"], ["0:1", "0:0"], ["1"], ["0:0", ""], ["9" * 4000], ["0:٣"]])
def test_other_names_are_no_picture(names):
    assert shape_of(names) == (len(names),)


class Evil:
    def __reduce__(self):
        return (pytest.fail, ("unpickled",))


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"Z\n": np.zeros((2, 2))}, r"must hold an array 'X'; it holds 'Z\\n'"),
        ({"X": np.zeros(3)}, r"X must have shape \(rows, units\) or more axes, none empty; got \(3,\)"),
        ({"X": np.zeros((0, 3))}, "array 'X' must hold numbers as its header says"),
        ({"X": np.zeros((2, 3)), "y": np.zeros(3)}, r"y must have shape \(2,\), as X has rows; got \(3,\)"),
        ({"X": np.array([[Evil()]], object)}, "array 'X' must hold numbers; got the type .O"),
        ({"X": np.zeros((1, 1)), "y": np.array([Evil()], object)}, "'y' must hold numbers or texts; got the type"),
        ({"X": np.array([["a"]])}, "array 'X' must hold numbers; got the type <U1"),
        ({"X": np.zeros((1, 1), complex)}, "array 'X' must hold numbers; got the type <c16"),
        ({"X": np.zeros((1, 1), [("a", "i4")])}, "array 'X' must hold numbers; got the type"),
    ],
)  # fmt: skip
def test_other_arrays_are_refused(tmp_path, arrays, words):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(DataError, match=words):
        opened(tmp_path / "a.npz")


def header(text, version=b"\x01\x00"):
    text = text.encode() + b"\n"
    return b"\x93NUMPY" + version + len(text).to_bytes(2, "little") + text


WORDS = "{'descr': '<f8', 'fortran_order': False, 'shape': %s}"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (pickle.dumps(Evil()), "must be an array of NumPy; it does not start as one"),
        (b"", "does not start as one"),
        (header(WORDS % "(1, 1)", b"\x03\x00"), r"must be of .npy version 1 or 2; got \(3, 0\)"),
        (header(WORDS % "(1, 1)"), "must hold numbers as its header says"),
        (header(WORDS % "(1, 1)") + bytes(9), "must hold numbers as its header says"),
        (header(WORDS % "(1, -1)") + bytes(8), "cannot be read as .npz: the header of an array names no shape"),
        (header(WORDS % "[1, 1]") + bytes(8), "names no shape"),
        (header("{}"), "the header of an array is damaged"),
        (header("{'descr': 'f8,i4', 'fortran_order': False, 'shape': (1, 1)}") + bytes(12), "got the type f8,i4"),
        (header("{'descr': '<q77', 'fortran_order': False, 'shape': (1, 1)}") + bytes(12), "got the type <q77"),
        (header(WORDS % f"(1, {10**12})") + bytes(8), "must hold numbers as its header says"),
        (header(WORDS % "(2**40, 1)") + bytes(8), "cannot be read as .npz"),
        (header("(" * 3000), "cannot be read as .npz"),
        (header("__import__('os').abort()"), "cannot be read as .npz"),
    ],
)
def test_what_is_no_array_is_refused(tmp_path, content, words):
    with pytest.raises(DataError, match=words) as raised:
        opened(packed(tmp_path, content))
    assert "\n" not in str(raised.value)


def test_a_file_that_unpacks_to_far_more_is_refused_before_it_is_unpacked(tmp_path):
    path = saved(tmp_path, X=np.zeros((2**10, 2**14)))
    with pytest.raises(DataError, match="array 'X' must unpack to at most 67108864 bytes, 200 times the file; it says"):
        opened(path)


def test_another_way_of_packing_is_refused(tmp_path):
    path = packed(tmp_path, npy(np.zeros((1, 1))), compression=zipfile.ZIP_BZIP2)
    with pytest.raises(DataError, match="it is packed in another way"):
        opened(path)


def test_damage_is_a_fault_of_one_line(tmp_path):
    """Every byte of a small file is changed, and every length cut: the numbers are read as they were, or one fault."""
    X = np.arange(6.0).reshape(2, 3)
    path = saved(tmp_path, X=X)
    whole = path.read_bytes()
    changed = [whole[:i] + bytes([whole[i] ^ 0xFF]) + whole[i + 1 :] for i in range(len(whole))]
    faults = []
    for content in (*changed, *(whole[:i] for i in range(len(whole)))):
        path.write_bytes(content)
        try:
            np.testing.assert_array_equal(opened(path).X, X)
        except DataError as fault:
            faults.append(str(fault))
    assert len(faults) > len(whole)
    assert not any("\n" in fault for fault in faults)


def test_what_is_written_is_what_numpy_reads(tmp_path):
    arrays = {"X": RNG.normal(size=(3, 2, 2)), "y": np.array(["a", "b", "c"])}
    write_npz(tmp_path / "a.npz", arrays)
    first = (tmp_path / "a.npz").read_bytes()
    with np.load(tmp_path / "a.npz", allow_pickle=False) as found:
        assert set(found) == {"X", "y"}
        for name, array in arrays.items():
            np.testing.assert_array_equal(found[name], array)
    with pytest.raises(ValueError, match="Object arrays"):
        write_npz(tmp_path / "a.npz", {"X": np.array([None])})
    assert (tmp_path / "a.npz").read_bytes() == first

import numpy as np
import pytest

from dendrax.data import answers as module
from dendrax.data.answers import Answers
from dendrax.data.tables import DataError


def text(*cells):
    return np.array(cells, object)


def seen(*batches):
    answers = Answers("y", "a.csv")
    for cells in batches:
        answers.look(cells)
    return answers


@pytest.mark.parametrize(
    ("batches", "labels", "counts"),
    [
        ([text("b", "a"), text("b")], np.array(["a", "b"]), [1, 2]),
        ([text("True"), text("False", "True")], np.array([False, True]), [1, 2]),
        ([text("True"), text("maybe")], np.array(["True", "maybe"]), [1, 1]),
        ([np.array([3, 1]), np.array([3])], np.array([1, 3]), [1, 2]),
        ([np.array([True, False])], np.array([False, True]), [1, 1]),
    ],
)
def test_classes_are_the_sorted_values_of_all_rows(batches, labels, counts):
    answers = seen(*batches)
    found, times = answers.classes()
    np.testing.assert_array_equal(found, labels)
    assert (found.dtype.kind, times.tolist()) == (labels.dtype.kind, counts)
    read = answers.read(batches[0])
    assert read.dtype.kind == labels.dtype.kind
    assert np.isin(read, labels).all()
    assert answers.rows == sum(counts)


def test_numbers_are_float64():
    assert seen(np.array([1, 2])).numbers(np.array([2, 1])).tolist() == [2.0, 1.0]
    assert seen(text("True", "False")).numbers(text("True")).tolist() == [1.0]
    with pytest.raises(DataError, match=r"a.csv, column 'y' must hold numbers; got 'x'"):
        seen(text("x", "z")).numbers(text("x"))


def test_what_is_no_target_is_refused(monkeypatch):
    with pytest.raises(DataError, match=r"a.csv, column 'y' must hold numbers or classes to predict; it holds dates"):
        seen(np.array(["2024-01-01"], "M8[D]"))
    with pytest.raises(DataError, match="must hold at least two classes; it holds only a"):
        seen(text("a"), text("a")).classes()
    monkeypatch.setattr(module, "MOST_VALUES", 2)
    many = seen(np.array([1.5, 2.5]), np.array([3.5]))
    assert many.values is None
    with pytest.raises(DataError, match="must hold at most 2 classes; it holds more"):
        many.classes()

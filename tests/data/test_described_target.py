"""Targets in a file: every type of label comes back, and nothing else is read."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data.described_target import target_from_json
from dendrax.data.label_matrix import learn_matrix
from dendrax.data.number_target import NumberTarget, as_they_are, learn_numbers
from dendrax.data.targets import ClassTarget, learn_classes

LABELS = [
    np.array([False, True]),
    np.array([-1, 1], np.int8),
    np.array([0, 2**64 - 1], np.uint64),
    np.array([3, 5, 9], ">i4"),
    np.array([0.5, 1.5], np.float16),
    np.array([0.1, 1 / 3], np.float32),
    np.array([-0.5, 1e300]),
    np.array(["a", "é😀", "zz"]),
    np.array(["no", "yes"], "<U40"),
    np.array(["no", "yes"], object),
    np.array([1, 2.5], object),
    np.array([False, True], object),
]


def through_json(target):
    return target_from_json(json.loads(json.dumps(target.to_json(), allow_nan=False)))


@pytest.mark.parametrize("labels", LABELS, ids=lambda labels: f"{labels.dtype} {labels[0]}")
def test_labels_come_back_in_their_type(labels):
    learned = learn_classes(labels)
    again = through_json(learned)
    assert isinstance(again, ClassTarget)
    assert again.labels.dtype == learned.labels.dtype
    assert again.labels.tolist() == learned.labels.tolist()


@given(st.lists(st.text(st.characters(exclude_characters="\0")), min_size=2, max_size=6, unique=True))
def test_any_texts_come_back(texts):
    labels = learn_classes(np.array(texts)).labels
    np.testing.assert_array_equal(through_json(ClassTarget(labels)).labels, labels)


@pytest.mark.parametrize("target", [learn_numbers(np.array([1.0, 3.0])), as_they_are(np.zeros((2, 3)))])
def test_numbers_come_back(target):
    again = through_json(target)
    assert isinstance(again, NumberTarget)
    for name in ("centre", "scale"):
        assert getattr(again, name).tobytes() == getattr(target, name).tobytes()
    assert again.flat is target.flat


@pytest.mark.parametrize("matrix", [np.eye(3, dtype=np.int8), np.array([[True, True], [False, True]])])
def test_matrices_of_labels_come_back(matrix):
    target = learn_matrix(matrix)
    assert through_json(target) == target


MATRIX = {"kind": "matrix", "units": 3, "exclusive": True, "dtype": "int64"}


@pytest.mark.parametrize(
    "change",
    [
        {"units": 1},
        {"units": 3.0},
        {"units": 2**25},
        {"exclusive": 1},
        {"dtype": "object"},
        {"dtype": "(((,f"},
        {"more": 1},
    ],
    ids=str,
)
def test_F6_a_matrix_of_labels_is_checked(change):
    with pytest.raises(ValueError, match="a matrix of labels"):
        target_from_json(MATRIX | change)


NUMBERS = {"kind": "numbers", "centre": [0.0], "scale": [1.0], "flat": True}
CLASSES = {"kind": "classes", "labels": [1, 2], "dtype": "<i8"}


@pytest.mark.parametrize(
    ("described", "words"),
    [
        (None, "no such kind of target: None"),
        ([], "no such kind of target: None"),
        ({"kind": ["numbers"]}, "no such kind of target: a list of 1"),
        (NUMBERS | {"more": 1}, "has no 'more'"),
        ({"kind": "numbers", "centre": [0.0], "scale": [1.0]}, "must have 'flat'; it is absent"),
        (NUMBERS | {"flat": 1}, "'flat' must be True or False; got 1"),
        (NUMBERS | {"centre": []}, "a list of finite numbers; got a list of 0"),
        (NUMBERS | {"centre": 0.0}, "a list of finite numbers; got 0.0"),
        (NUMBERS | {"centre": [True]}, "a list of finite numbers"),
        (NUMBERS | {"centre": ["0"]}, "a list of finite numbers"),
        (NUMBERS | {"centre": [[0.0]]}, "a list of finite numbers"),
        (NUMBERS | {"centre": [10**400]}, "a list of finite numbers"),
        (NUMBERS | {"scale": [-1.0]}, "centre and scale do not fit"),
        (NUMBERS | {"centre": [0.0, 0.0], "scale": [1.0, 1.0]}, "a flat target must be one number a row; got 2"),
        (CLASSES | {"more": 1}, "has no 'more'"),
        (CLASSES | {"labels": "ab"}, "'labels' must be a list; got 'ab'"),
        (CLASSES | {"labels": [2, 1]}, "two or more different ones, sorted"),
        (CLASSES | {"labels": [1, 2.0]}, "two or more different ones"),
        (CLASSES | {"labels": [None, 1]}, "two or more different ones"),
        (CLASSES | {"labels": [True, 2]}, "two or more different ones"),
        (CLASSES | {"labels": [1, 300], "dtype": "|i1"}, "that int8 can hold"),
        (CLASSES | {"labels": [-1, 1], "dtype": "|u1"}, "that uint8 can hold"),
        (CLASSES | {"labels": [0.1, 1e30], "dtype": "<f2"}, "that float16 can hold"),
        (CLASSES | {"labels": ["a", "bcd"], "dtype": "<U2"}, "that <U2 can hold"),
        (CLASSES | {"labels": ["a", "b\0"], "dtype": "<U2"}, "that <U2 can hold"),
        (CLASSES | {"labels": ["a", "b"], "dtype": "<U0"}, "labels of type '<U0' are not known"),
        (CLASSES | {"labels": ["a", "b"], "dtype": "<U5000"}, "at most 4096 characters in a class label; got 5000"),
        (CLASSES | {"labels": [f"{i:05}" for i in range(5000)], "dtype": "<U4000"}, "at most 16777216 bytes in the"),
        (CLASSES | {"labels": ["a", 1], "dtype": "|O"}, "two or more different ones"),
        (CLASSES | {"labels": [["a"], ["b"]], "dtype": "|O"}, "two or more different ones"),
        (CLASSES | {"dtype": 8}, "'dtype' must be the name of a type; got 8"),
        (CLASSES | {"dtype": "<i8\n"}, r"labels of type '<i8\\n' are not known"),
        (CLASSES | {"dtype": "<f16"}, "labels of type '<f16' are not known"),
        (CLASSES | {"dtype": "<S5"}, "labels of type '<S5' are not known"),
    ],
    ids=range(34),
)
def test_F6_anything_else_is_refused(described, words):
    with pytest.raises(ValueError, match=words):
        target_from_json(described)

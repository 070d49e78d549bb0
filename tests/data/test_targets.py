import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dendrax.data.described_target import target_from_json
from dendrax.data.tables import DataError
from dendrax.data.targets import ClassTarget, learn_classes, shown

LABELS = {
    "int": np.array([3, -1, 3, 7]),
    "float": np.array([0.5, 2.5, -1.0, 0.5]),
    "bool": np.array([True, False, True]),
    "str": np.array(["cat", "dog", "ant", "dog"]),
    "object": np.array(["cat", "dog", "ant", "dog"], object),
    "signs": np.array([1, -1, 1]),
    "big-endian": np.array([5, 6, 5], ">i8"),
    "uint8": np.array([2, 0, 1], np.uint8),
}


def through_json(target):
    return target_from_json(json.loads(json.dumps(target.to_json(), allow_nan=False)))


@pytest.mark.parametrize("kind", LABELS)
def test_labels_go_to_codes_and_back_in_their_own_type(kind):
    y = LABELS[kind]
    target = learn_classes(y)
    codes = target.codes(y)
    assert codes.dtype == np.int32
    assert codes.tolist() == [sorted(set(y.tolist())).index(label) for label in y.tolist()]
    answer = target.decode(np.eye(len(target.labels))[codes])
    assert answer.dtype == y.dtype
    assert answer.tolist() == y.tolist()
    again = through_json(target)
    assert again.labels.dtype == y.dtype
    np.testing.assert_array_equal(again.labels, target.labels)


@pytest.mark.parametrize(
    ("labels", "y", "message"),
    [
        ([1, 2, 3], [1, 4, 0], "y must hold only the labels 1, 2, 3; got 4"),
        ([1, 2], [1.5], "y must hold only the labels 1, 2; got 1.5"),
        (["a", "b"], ["b", "bb"], "y must hold only the labels 'a', 'b'; got 'bb'"),
        (["a", "b"], [1], "y must hold only the labels 'a', 'b'; got 1"),
        ([0.0, 1.0], [np.nan], "y must hold only the labels 0.0, 1.0; got nan"),
        (list(range(9)), [9], r"y must hold only the labels 0, 1, 2, 3, 4, … \(9 in all\); got 9"),
    ],
)
def test_an_unknown_label_is_named(labels, y, message):
    with pytest.raises(ValueError, match=message):
        learn_classes(np.array(labels)).codes(np.array(y))


@pytest.mark.parametrize("label", [1, "a", True])
def test_one_class_is_not_enough(label):
    with pytest.raises(DataError, match=f"at least two classes; got one class only, {label!r}: there is nothing"):
        learn_classes(np.array([label, label]))


@pytest.mark.parametrize(
    ("output", "coded"),
    [("sigmoid", [0, 1, 1]), ("identity", [0, 1, 1]), ("tanh", [-1, 1, 1]), ("step", [-1, 1, 1])],
)
def test_two_classes_are_one_unit_whose_answers_are_those_of_the_output(output, coded):
    target = learn_classes(np.array(["no", "yes"]))
    assert (target.units, target.activation) == (1, "sigmoid")
    encoded = target.encode(np.array(["no", "yes", "yes"]), output)
    assert encoded.dtype == np.float32
    assert encoded.tolist() == [[code] for code in coded]
    assert target.probabilities(encoded, output).tolist() == [[1, 0], [0, 1], [0, 1]]


@pytest.mark.parametrize("output", ["tanh", "step", "softsign", "hard_tanh"])
def test_units_that_reach_from_minus_1_to_1_learn_signs_for_more_classes_too(output):
    target = learn_classes(np.array([4, 2, 8]))
    signs = [[-1, -1, 1], [1, -1, -1]]
    coded = target.encode(np.array([8, 2]), output)
    assert (coded.dtype, coded.tolist()) == (np.float32, signs)
    assert target.probabilities(coded, output).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert target.probabilities(np.float32([[-0.9, -0.6, -0.5]]), output).argmax() == 2


def test_more_classes_are_a_unit_each():
    target = learn_classes(np.array([4, 2, 8]))
    assert (target.units, target.activation) == (3, "softmax")
    encoded = target.encode(np.array([8, 2]), "softmax")
    assert (encoded.dtype, encoded.tolist()) == (np.int32, [2, 0])


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 4), st.sampled_from(["sigmoid", "tanh", "step", "identity"]), st.data())
def test_probabilities_sum_to_1_and_keep_the_order_of_the_units(classes, output, data):
    target = ClassTarget(np.arange(classes))
    rows = st.lists(st.floats(-2, 2, width=32), min_size=target.units, max_size=target.units)
    a = np.array(data.draw(st.lists(rows, min_size=1, max_size=5)), np.float32)
    a = np.abs(a) / 2 if output == "sigmoid" else a
    p = target.probabilities(a, output)
    assert (p.dtype, p.shape) == (np.float32, (len(a), classes))
    assert ((p >= 0) & (p <= 1)).all()
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
    if target.units > 1:
        assert (p[np.arange(len(a)), a.argmax(axis=1)] == p.max(axis=1)).all()


def test_softmax_is_a_probability_already():
    a = np.array([[0.2, 0.3, 0.5]], np.float32)
    assert ClassTarget(np.arange(3)).probabilities(a, "softmax").tolist() == a.tolist()


def test_units_that_all_say_no_say_nothing():
    p = ClassTarget(np.arange(4)).probabilities(np.full((2, 4), -1.0, np.float32), "tanh")
    assert p.tolist() == [[0.25] * 4] * 2


NUMBERS = {"kind": "numbers", "centre": [0.0], "scale": [1.0], "flat": True}
CLASSES = {"kind": "classes", "labels": [1, 2], "dtype": "<i8"}


@pytest.mark.parametrize(
    ("described", "message"),
    [
        ({}, "no such kind of target: None"),
        ({**NUMBERS, "scale": [1.0, 1.0]}, "centre and scale do not fit"),
        ({**NUMBERS, "scale": [0.0]}, "centre and scale do not fit"),
        ({**NUMBERS, "scale": [float("inf")]}, "'scale' must be a list of finite numbers"),
        ({**NUMBERS, "centre": [float("nan")]}, "'centre' must be a list of finite numbers"),
        ({**CLASSES, "labels": [1]}, "two or more different"),
        ({**CLASSES, "labels": [1, 1]}, "two or more different"),
        ({**CLASSES, "labels": [[1, 2], [3, 4]]}, "two or more different"),
        ({**CLASSES, "dtype": "M8[s]"}, "labels of type"),
        ({**CLASSES, "dtype": "c16"}, "labels of type 'c16' are not known"),
    ],
)
def test_a_broken_description_is_refused(described, message):
    with pytest.raises(ValueError, match=message):
        target_from_json(described)


def test_labels_are_shown_in_words():
    assert shown(np.array(["a", "b"])) == "'a', 'b'"
    assert shown(np.arange(7)) == "0, 1, 2, 3, 4, … (7 in all)"

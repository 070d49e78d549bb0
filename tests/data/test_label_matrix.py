"""Targets as matrices of 0 and 1."""

from __future__ import annotations

import json

import numpy as np
import pytest

from dendrax.data.label_matrix import LabelMatrix, is_one_of_k, label_matrix_from_json, learn_matrix
from dendrax.data.tables import DataError

ONE_OF_K = np.eye(3, dtype=np.int64)[[0, 2, 1, 2]]
SEVERAL = np.array([[1, 1, 0], [0, 0, 0], [1, 0, 1]], np.uint8)


def test_exactly_one_1_in_every_row_is_1_of_k():
    assert is_one_of_k(ONE_OF_K)
    target = learn_matrix(ONE_OF_K)
    assert (target.units, target.activation, target.labels.tolist()) == (3, "softmax", [0, 1, 2])
    assert target.encode(ONE_OF_K, "softmax").tolist() == [0, 2, 1, 2]
    assert learn_matrix(ONE_OF_K, multi_label=True).activation == "sigmoid"


def test_other_rows_hold_several_labels():
    assert not is_one_of_k(SEVERAL)
    target = learn_matrix(SEVERAL)
    assert target.activation == "sigmoid"
    coded = target.encode(SEVERAL, "sigmoid")
    assert coded.dtype == np.float32
    np.testing.assert_array_equal(coded, SEVERAL)


@pytest.mark.parametrize("y", [ONE_OF_K, SEVERAL, SEVERAL.astype(float), SEVERAL.astype(bool)], ids=str)
def test_answers_have_the_shape_and_type_of_the_targets(y):
    target = learn_matrix(y)
    p = np.where(y, np.float32(0.8), np.float32(0.1))
    answer = target.decode(target.probabilities(p, target.activation))
    assert answer.dtype == y.dtype
    np.testing.assert_array_equal(answer, y)


def test_units_that_are_no_probabilities_are_cut_off_or_shared_out():
    a = np.array([[1.5, -0.5, 0.5], [-1, -1, -1]], np.float32)
    assert learn_matrix(SEVERAL).probabilities(a, "identity").tolist() == [[1, 0, 0.5], [0, 0, 0]]
    shared = learn_matrix(ONE_OF_K).probabilities(a, "identity")
    np.testing.assert_allclose(shared, [[2 / 3, 0, 1 / 3], [1 / 3] * 3], rtol=1e-6)


@pytest.mark.parametrize("y", [ONE_OF_K, SEVERAL], ids=str)
def test_units_that_reach_from_minus_1_to_1_learn_signs(y):
    target = learn_matrix(y)
    coded = target.encode(y, "tanh")
    assert (coded.dtype, coded.tolist()) == (np.float32, (2.0 * y - 1).tolist())
    np.testing.assert_array_equal(target.probabilities(coded, "tanh"), y)
    assert target.decode(target.probabilities(0.2 * coded, "tanh")).tolist() == y.tolist()


@pytest.mark.parametrize("y", [np.ones((2, 2)), np.array([[0, 1], [0, 1]]), np.array([[2, 0], [0, 1]]), np.ones(3)])
def test_rows_that_do_not_fit_are_refused(y):
    with pytest.raises(DataError, match="y must"):
        learn_matrix(ONE_OF_K).encode(y, "softmax")


def test_one_class_only_is_refused():
    with pytest.raises(DataError, match="at least two classes"):
        learn_matrix(np.array([[0, 1], [0, 1]]))


@pytest.mark.parametrize("target", [learn_matrix(ONE_OF_K), learn_matrix(SEVERAL)], ids=str)
def test_a_description_in_json_is_read_back(target: LabelMatrix):
    assert label_matrix_from_json(json.loads(json.dumps(target.to_json()))) == target


@pytest.mark.parametrize(
    "change", [{"units": 1}, {"units": True}, {"units": 2.5}, {"exclusive": 1}, {"dtype": "O"}, {"dtype": 3}]
)
def test_a_description_that_is_none_is_refused(change):
    with pytest.raises(ValueError, match=r"matrix of labels|not known"):
        label_matrix_from_json(learn_matrix(ONE_OF_K).to_json() | change)

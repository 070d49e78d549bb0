from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, log_loss, r2_score, root_mean_squared_error

from dendrax.cli.scores import SMALLEST, answers_of, class_scores, number_scores, shown
from dendrax.data.number_target import as_they_are
from dendrax.data.tables import DataError, Table
from dendrax.data.targets import ClassTarget


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_classes_are_scored_as_scikit_learn_does(classes):
    rng = np.random.default_rng(classes)
    p = rng.dirichlet(np.ones(classes), 200)
    codes = np.concatenate([np.arange(classes), rng.integers(classes, size=200 - classes)])
    scores = class_scores(p, codes)
    assert scores["accuracy"] == accuracy_score(codes, p.argmax(axis=1))
    assert scores["log_loss"] == pytest.approx(log_loss(codes, p), rel=1e-12)


def test_by_hand():
    scores = class_scores(np.array([[0.5, 0.5], [0.25, 0.75]]), np.array([1, 1]))
    assert scores == {"accuracy": 0.5, "log_loss": pytest.approx((np.log(2) + np.log(4 / 3)) / 2)}
    assert number_scores(np.array([1.0, 2.0]), np.array([1.0, 4.0])) == {
        "r2": pytest.approx(1 - 2 / 2.25),
        "rmse": pytest.approx(np.sqrt(2)),
    }


def test_a_wrong_certainty_costs_a_finite_amount():
    scores = class_scores(np.array([[1.0, 0.0]], np.float32), np.array([1]))
    assert scores["log_loss"] == pytest.approx(-np.log(SMALLEST))


def test_numbers_are_scored_as_scikit_learn_does():
    rng = np.random.default_rng(0)
    y = rng.normal(10, 3, 100)
    answers = (y + rng.normal(size=100)).astype(np.float32)
    scores = number_scores(answers, y)
    assert scores["r2"] == pytest.approx(r2_score(y, answers), rel=1e-9)
    assert scores["rmse"] == pytest.approx(root_mean_squared_error(y, answers), rel=1e-9)


def test_constant_answers_have_no_spread_to_explain():
    assert number_scores(np.array([1.0, 2.0]), np.array([3.0, 3.0]))["r2"] == 0.0


def test_scores_in_words():
    assert shown({"accuracy": 0.98765, "log_loss": 0.0123456}) == ["98.8%", "0.01235"]


def of(labels=None):
    target = as_they_are(np.zeros(2)) if labels is None else ClassTarget(np.array(labels))
    return SimpleNamespace(target=target)


@pytest.mark.parametrize(
    ("labels", "column", "answers"),
    [
        (["a", "b"], np.array(["b", "a"], object), ["b", "a"]),
        (["1", "2"], np.array([2, 1]), ["2", "1"]),
        (["False", "True"], np.array([True, False]), ["True", "False"]),
        ([1, 2], np.array([2, 1]), [2, 1]),
        ([1, 2], np.array([2.0, 1.0]), [2, 1]),
        (None, np.array([3, 4]), [3.0, 4.0]),
    ],
)
def test_answers_are_read_in_the_type_of_the_labels(labels, column, answers):
    assert answers_of(Table({"kind": column}), "kind", of(labels)).tolist() == answers


@pytest.mark.parametrize(
    ("labels", "what"),
    [(None, "numbers"), ([1, 2], "only the labels 1, 2"), ([False, True], "only the labels False, True")],
)
@pytest.mark.parametrize("cell", ["many", "7x"])
def test_text_is_no_number(labels, what, cell):
    rows = Table({"kind": np.array(["1", "1", cell, "x"], object)})
    with pytest.raises(DataError, match=rf"^column 'kind' must hold {what}; got '{cell}' in row 3$"):
        answers_of(rows, "kind", of(labels))


def test_dates_are_no_answers():
    with pytest.raises(DataError, match="column 'kind' must hold numbers; got 2024-01-01 in row 1"):
        answers_of(Table({"kind": np.array(["2024-01-01"], "M8[D]")}), "kind", of())


def test_labels_beside_a_strange_one_are_labels():
    assert answers_of(Table({"kind": np.array(["2", "1"], object)}), "kind", of([1, 2])).tolist() == [2.0, 1.0]

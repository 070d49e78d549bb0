"""scikit-learn's callbacks see every epoch."""

from __future__ import annotations

import runpy
import sys

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.metrics import get_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dendrax import NeuralClassifier, NeuralRegressor
from dendrax.estimators import sklearn_callbacks as module

callback = pytest.importorskip("sklearn.callback", reason="scikit-learn before 1.9 has no callbacks")

X = np.random.default_rng(0).normal(size=(60, 3))
Y = X[:, 0] - X[:, 1]
SMALL = {"layers": [4], "max_epochs": 5, "random_state": 0}


class Notes:
    """A user's own callback: writes down what it is told, and stops after some epochs."""

    def __init__(self, stop_after=None):
        self.heard, self.answers, self.stop_after = [], [], stop_after

    def setup(self, estimator, context):
        self.heard.append(("setup", context.task_name))

    def teardown(self, estimator, context):
        self.heard.append(("teardown", context.task_name))

    def on_fit_task_begin(self, estimator, context):
        self.heard.append(("begin", context.task_name, context.task_id))

    def on_fit_task_end(self, estimator, context, *, X=None, fitted_estimator=None, metadata=None):
        self.heard.append(("end", context.task_name, context.task_id))
        if context.task_name == "epoch":
            self.answers.append(fitted_estimator.predict(X))
            self.metadata = metadata
        return context.task_name == "epoch" and context.task_id + 1 == self.stop_after


def epochs(n):
    return [(what, "epoch", i) for i in range(n) for what in ("begin", "end")]


def expected(n):
    return [("setup", "fit"), ("begin", "fit", 0), *epochs(n), ("end", "fit", 0), ("teardown", "fit")]


def test_each_epoch_begins_and_ends_once():
    notes = Notes()
    model = NeuralRegressor(**SMALL).set_callbacks(notes).fit(X, Y)
    assert notes.heard == expected(5)
    assert model.stopped_because_ == "epochs"


def test_true_stops_training():
    notes = Notes(stop_after=2)
    model = NeuralRegressor(**SMALL).set_callbacks(notes).fit(X, Y)
    assert notes.heard == expected(2)
    assert (model.n_iter_, model.stopped_because_) == (2, "callback")


def test_patience_leaves_no_epoch_open():
    notes = Notes()
    model = NeuralRegressor([4], max_epochs=9, patience=2, tolerance=1e9, random_state=0).set_callbacks(notes).fit(X, Y)
    assert model.n_iter_ < 9
    assert notes.heard == expected(model.n_iter_)


def test_beside_the_estimators_own_callbacks():
    notes, seen = Notes(), []

    def own(epoch):
        seen.append(epoch["epoch"])
        return epoch["epoch"] == 3

    NeuralRegressor(**SMALL, callbacks=[own]).set_callbacks(notes).fit(X, Y)
    assert seen == [1, 2, 3]
    assert notes.heard == expected(3)


def test_the_fitted_estimator_is_the_one_that_fewer_epochs_make():
    notes = Notes()
    NeuralRegressor(**SMALL).set_callbacks(notes).fit(X, Y)
    for n, answers in enumerate(notes.answers, 1):
        np.testing.assert_array_equal(answers, NeuralRegressor([4], max_epochs=n, random_state=0).fit(X, Y).predict(X))


def test_looking_on_changes_nothing():
    quiet = NeuralRegressor(**SMALL).fit(X, Y)
    np.testing.assert_array_equal(
        NeuralRegressor(**SMALL).set_callbacks(Notes()).fit(X, Y).predict(X), quiet.predict(X)
    )


def test_weights_are_told_as_metadata():
    notes, weights = Notes(), np.linspace(1, 2, len(Y))
    NeuralRegressor(**SMALL).set_callbacks(notes).fit(X, Y, sample_weight=weights)
    assert notes.metadata["sample_weight"] is weights


def test_the_scoring_monitor_of_scikit_learn():
    monitor = callback.ScoringMonitor(scoring="r2")
    model = NeuralRegressor(**SMALL).set_callbacks(monitor).fit(X, Y)
    log = {tuple(row["task_id_path"]): row["r2"] for row in monitor.get_logs().data}
    assert set(log) == {(0,), *((0, i) for i in range(5))}
    assert log[(0,)] == log[(0, 4)] == pytest.approx(model.score(X, Y))
    halfway = NeuralRegressor([4], max_epochs=2, random_state=0).fit(X, Y)
    assert log[(0, 1)] == pytest.approx(get_scorer("r2")(halfway, X, Y))


def test_the_progress_bar_of_scikit_learn(capsys):
    NeuralClassifier(**SMALL).set_callbacks(callback.ProgressBar()).fit(X, Y > 0)
    assert "NeuralClassifier" in capsys.readouterr().out


def test_through_a_pipeline_and_a_search():
    monitor = callback.ScoringMonitor(scoring="r2")
    search = GridSearchCV(
        make_pipeline(StandardScaler(), NeuralRegressor(**SMALL).set_callbacks(monitor)),
        {"neuralregressor__max_epochs": [1, 2]},
        cv=2,
    ).fit(X, Y)
    rows = [row for log in monitor.get_logs(select="all") for row in log.data if row["task_name"] == "epoch"]
    assert len(rows) == 2 * 1 + 2 * 2 + search.best_params_["neuralregressor__max_epochs"]


def test_callbacks_are_torn_down_after_a_fault():
    notes = Notes()
    model = NeuralRegressor([4], optimiser="sgd", learning_rate=1e30, prepare=None).set_callbacks(notes)
    with pytest.raises(ValueError, match="diverged"):
        model.fit(X, Y)
    assert notes.heard[-1] == ("teardown", "fit")
    with pytest.raises(ValueError, match="layers must be"):
        model.set_params(layers="many").fit(X, Y)


def test_partial_fit_tells_nobody_and_clones_keep_their_callbacks():
    notes = Notes()
    model = clone(NeuralRegressor(**SMALL).set_callbacks(notes))
    model.partial_fit(X, Y)
    assert notes.heard == []
    model.fit(X, Y)
    assert len(notes.heard) == len(expected(5))


def test_what_is_no_callback_is_refused():
    with pytest.raises(TypeError, match="FitCallback"):
        NeuralRegressor().set_callbacks(print)


def test_before_1_9_there_is_nothing_and_nothing_happens(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn.callback", None)
    older = runpy.run_path(str(module.__file__))
    assert older["with_callbacks"](print) is print
    epochs = older["Epochs"](older["TakesCallbacks"](), {}, dict, max_epochs=3)
    epochs.begin()
    epochs.end()
    assert not hasattr(older["TakesCallbacks"], "set_callbacks")
    assert epochs.beside(None) is None
    assert epochs.beside(lambda epoch, curves, seconds: epoch == 2)(2, None, 0.1, None)

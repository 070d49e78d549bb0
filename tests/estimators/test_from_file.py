"""Training from files, held whole or visited in parts; here the bounds are so low that small files are large."""

from __future__ import annotations

import signal

import numpy as np
import pytest
from sklearn.utils.class_weight import compute_sample_weight

from dendrax import NeuralClassifier, NeuralRegressor, load
from dendrax.core.constraints import HyperparameterError
from dendrax.data import files
from dendrax.data.files import read_table
from dendrax.data.tables import DataError
from dendrax.data.writing import write_table
from dendrax.estimators import large_fit
from dendrax.estimators.fitted_state import fitted_part
from dendrax.estimators.large_fit import weights_of_classes

N = 3000
PART = 2**13


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(0)
    x, kind = rng.normal(size=(N, 2)), rng.choice(["u", "v", "w"], N)
    f = np.sin(2 * x[:, 0]) + x[:, 1] + (kind == "v")
    number = f + 0.1 * rng.normal(size=N)
    number[5] = np.nan
    name = np.where(f > 0.3, "yes", "no").astype(object)
    name[9] = None
    return {"a": x[:, 0], "b": x[:, 1], "kind": kind.astype(object), "f": f, "number": number, "name": name}


@pytest.fixture(scope="module")
def path(table, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    inputs = {name: table[name] for name in ("a", "b", "kind")}
    for target in ("number", "name"):
        write_table(inputs | {target: table[target]}, folder / f"{target}.csv")
        write_table(inputs | {target: table[target]}, folder / f"{target}.parquet")
    return folder


@pytest.fixture
def large(monkeypatch):
    """Take every file for one larger than memory, of a few parts."""
    monkeypatch.setattr(files, "LARGE", 0)
    monkeypatch.setattr(large_fit, "PART", PART)
    monkeypatch.setattr(large_fit, "MOST_HELD", 400)


def quick(kind=NeuralRegressor, **options):
    settings = {"max_epochs": 40, "learning_rate": 0.03, "weight_decay": 0.0, "random_state": 0}
    return kind([16], **(settings | options))


def test_a_small_file_is_fitted_as_its_table_is(path):
    inputs = read_table(path / "name.csv")
    known = inputs.take(np.flatnonzero(inputs.columns["name"] != np.array(None)))
    ours = quick(NeuralClassifier, max_epochs=2).fit_file(path / "name.csv", "name")
    theirs = quick(NeuralClassifier, max_epochs=2).fit(known.without(["name"]), known.columns["name"])
    X = inputs.without(["name"])
    np.testing.assert_array_equal(ours.predict_proba(X), theirs.predict_proba(X))
    assert ours.notes_ == ["1 rows without 'name' are left out"]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_numbers_are_learned_part_by_part(path, table, large, ending):
    model = quick().fit_file(path / f"number.{ending}", "number")
    inputs = read_table(path / "number.csv").without(["number"])
    error = np.mean((model.predict(inputs) - table["f"]) ** 2)
    assert error < 0.03 * table["f"].var()
    assert model.n_features_in_ == 3
    assert model.feature_names_in_.tolist() == ["a", "b", "kind"]
    assert model.notes_[0] == "1 rows without 'number' are left out"


def test_every_visit_is_an_epoch_and_every_pass_visits_all_parts(path, large, monkeypatch):
    visited = []
    read = large_fit.RowParts.read
    monkeypatch.setattr(large_fit.RowParts, "read", lambda parts, k: visited.append(k) or read(parts, k))
    model = quick(max_epochs=3).fit_file(path / "number.csv", "number")
    parts = max(visited) + 1
    assert parts > 2
    assert model.n_iter_ == len(model.loss_curve_) == len(model.validation_curve_) == 3 * parts == len(visited)
    for turn in range(3):
        assert sorted(visited[turn * parts : (turn + 1) * parts]) == list(range(parts))
    assert visited[:parts] != visited[parts : 2 * parts] or visited[:parts] != visited[2 * parts :]


def test_visits_compile_one_program(path, large, compilations):
    quick(max_epochs=1).fit_file(path / "number.csv", "number")
    before = compilations.count
    quick(max_epochs=5).fit_file(path / "number.csv", "number")
    assert compilations.count == before


def test_it_reaches_what_training_in_memory_reaches(path, table, monkeypatch):
    inputs = read_table(path / "name.csv").without(["name"])
    truth = np.where(table["f"] > 0.3, "yes", "no")
    memory = quick(NeuralClassifier).fit_file(path / "name.csv", "name").score(inputs, truth)
    monkeypatch.setattr(files, "LARGE", 0)
    monkeypatch.setattr(large_fit, "PART", PART)
    streamed = quick(NeuralClassifier).fit_file(path / "name.csv", "name")
    assert streamed.classes_.tolist() == ["no", "yes"]
    assert streamed.n_iter_ > 40
    assert streamed.score(inputs, truth) == pytest.approx(memory, abs=0.02)
    assert memory > 0.95


def test_the_best_visit_is_kept_and_its_loss_is_that_of_the_rows_held_out(path, large):
    model = quick(max_epochs=4).fit_file(path / "number.csv", "number")
    assert model.best_loss_ == min(model.validation_curve_)
    assert model.validation_curve_[model.best_epoch_ - 1] == model.best_loss_
    assert model.best_loss_error_ > 0


def test_the_same_seed_gives_the_same_bits_and_a_saved_model_the_same_answers(path, large, tmp_path):
    one, two = (quick(max_epochs=2).fit_file(path / "number.csv", "number") for _ in range(2))
    inputs = read_table(path / "number.csv").without(["number"])
    np.testing.assert_array_equal(one.predict(inputs), two.predict(inputs))
    one.save(tmp_path / "m.dendrax")
    np.testing.assert_array_equal(load(tmp_path / "m.dendrax").predict(inputs), one.predict(inputs))


def test_patience_counts_passes(path, large):
    model = quick(max_epochs=50, patience=2, tolerance=10.0).fit_file(path / "number.csv", "number")
    parts = large_parts(path)
    assert model.stopped_because_ == "patience"
    assert model.n_iter_ in (2 * parts, 2 * parts + 1)


def large_parts(path):
    return quick(max_epochs=1).fit_file(path / "number.csv", "number").n_iter_


def test_a_metric_chooses_and_callbacks_watch(path, large):
    seen = []
    model = quick(metric="r2", callbacks=[lambda visit: seen.append(visit) or len(seen) == 6])
    model.fit_file(path / "number.csv", "number")
    assert model.stopped_because_ == "callback"
    assert [visit["epoch"] for visit in seen] == [1, 2, 3, 4, 5, 6]
    metric = model.history_["metric"]
    assert model.best_epoch_ == int(np.argmax(metric)) + 1
    assert metric[-1] > metric[0]


def test_time_ends_training(path, large):
    model = quick(max_epochs=10**6, time_limit=0.3).fit_file(path / "number.csv", "number")
    assert model.stopped_because_ == "time"


def test_ctrl_c_keeps_the_best_so_far_and_leaves_nothing_on_disk(path, large, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    model = quick(max_epochs=10**6, patience=10**6)
    model.set_params(callbacks=[lambda visit: visit["epoch"] == 3 and signal.raise_signal(signal.SIGINT)])
    model.fit_file(path / "number.csv", "number")
    assert model.stopped_because_ == "interrupted"
    assert model.n_iter_ in (3, 4)
    assert model.best_loss_ == min(model.validation_curve_)
    assert list(tmp_path.iterdir()) == []


def test_classes_are_weighed_by_all_rows(table):
    y = table["name"][table["name"] != np.array(None)].astype(str)
    labels, counts = np.unique(y, return_counts=True)
    for given in (None, "balanced", {"yes": 3.0}):
        rows = compute_sample_weight(given, y)
        expected = rows / rows.mean()
        found = weights_of_classes(given, labels, counts)[np.searchsorted(labels, y)]
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_class_weight_moves_the_answers(path, table, large):
    inputs = read_table(path / "name.csv").without(["name"])
    plain = quick(NeuralClassifier, max_epochs=3).fit_file(path / "name.csv", "name").predict_proba(inputs)
    heavy = quick(NeuralClassifier, max_epochs=3, class_weight={"yes": 20.0}).fit_file(path / "name.csv", "name")
    assert heavy.predict_proba(inputs)[:, 1].mean() > plain[:, 1].mean() + 0.05


def test_plain_numbers_can_be_left_unprepared(table, large, tmp_path):
    write_table({"a": table["a"], "b": table["b"], "f": table["f"]}, tmp_path / "a.csv")
    model = quick(prepare=None, max_epochs=20).fit_file(tmp_path / "a.csv", "f")
    X = {"a": table["a"], "b": table["b"]}
    assert np.corrcoef(model.predict(X), table["f"])[0, 1] > 0.9


def test_training_can_go_on_in_memory(path, large):
    model = quick(max_epochs=1).fit_file(path / "number.csv", "number")
    visits, rows = model.n_iter_, read_table(path / "number.csv")
    known = rows.take(np.flatnonzero(~np.isnan(rows.columns["number"])))
    model.partial_fit(known.without(["number"]), known.columns["number"])
    assert model.n_iter_ > visits


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"checkpoint": "state"}, "checkpoint must be None for a file larger than memory; got 'state'"),
        ({"warm_start": True}, "warm_start must be False for a file larger than memory; got True"),
        ({"recipe": "course"}, "recipe must be None for a file larger than memory; got 'course'"),
        ({"optimiser": "lbfgs"}, "optimiser must be one that takes batches for a file .*; got 'lbfgs'"),
        ({"batch_size": None}, "batch_size must be an int or 'auto' for a file larger than memory; got None"),
        ({"batch_size": 10**6}, "batch_size must be at most [0-9]+, the rows of a part, for a file"),
        (
            {"metric": "r2", "validation_fraction": 0.0},
            "metric must be None where validation_fraction is 0, for a file larger than memory; got 'r2'",
        ),
    ],
)
def test_what_needs_all_rows_at_once_is_refused_by_name(path, large, options, words):
    keep = {} if "recipe" in options else {"max_epochs": 2}
    with pytest.raises(HyperparameterError, match=words):
        NeuralRegressor([4], **keep, **options).fit_file(path / "number.csv", "number")


def test_what_classes_cannot_have_is_refused_by_name(path, large):
    with pytest.raises(HyperparameterError, match="multi_label must be False for a file larger than memory; got True"):
        NeuralClassifier(multi_label=True).fit_file(path / "name.csv", "name")
    with pytest.raises(HyperparameterError, match="class_weight must be above 0 for every class of a large file"):
        NeuralClassifier(class_weight={"yes": 0.0}).fit_file(path / "name.csv", "name")


@pytest.mark.parametrize("target", ["name", "number"])
def test_a_fit_of_a_large_file_that_fails_leaves_the_model_as_it_was(path, table, large, target):
    def failing(visit):
        raise KeyboardInterrupt

    model = quick(NeuralClassifier if target == "name" else NeuralRegressor, max_epochs=1)
    model.fit(np.c_[table["a"], table["b"]], np.where(table["a"] > 0, "u", "v") if target == "name" else table["a"])
    before = fitted_part(model)
    with pytest.raises(KeyboardInterrupt):
        model.set_params(callbacks=[failing]).fit_file(path / f"{target}.csv", target)
    assert fitted_part(model).keys() == before.keys()
    assert all(fitted_part(model)[name] is value for name, value in before.items())
    model.set_params(callbacks=None).fit_file(path / f"{target}.csv", target)
    assert model.feature_names_in_.tolist() == ["a", "b", "kind"]


def test_nothing_can_be_held_out(path, large):
    model = quick(validation_fraction=0.0, max_epochs=2).fit_file(path / "number.csv", "number")
    assert model.validation_curve_ is None
    assert model.best_epoch_ == model.n_iter_


def test_the_target_is_what_the_estimator_predicts(path, table, large, tmp_path):
    with pytest.raises(DataError, match=r"column 'name' must hold numbers; got '(yes|no)'"):
        NeuralRegressor().fit_file(path / "name.csv", "name")
    with pytest.raises(DataError, match="must have the column 'price'"):
        NeuralRegressor().fit_file(path / "name.csv", "price")
    with pytest.raises(DataError, match="y must hold numbers of 0 and more with loss='poisson'; got -"):
        NeuralRegressor(loss="poisson").fit_file(path / "number.csv", "number")

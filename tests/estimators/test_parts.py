"""Losses, optimisers, schedules and layers through the estimators: they work, and what cannot apply raises."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.metrics import r2_score
from sklearn.neural_network import MLPRegressor

from dendrax import NeuralClassifier, NeuralRegressor
from dendrax.core.constraints import HyperparameterError
from dendrax.layers import Dense, Dropout, LayerNorm, Residual, RMSNorm
from dendrax.learning import LBFGS, Adam, Lion, Step
from dendrax.losses import CrossEntropy, Huber, Poisson, Quantile

RNG = np.random.default_rng(0)
X = RNG.normal(size=(300, 3))
WAVE = np.sin(2 * X[:, 0]) + X[:, 1]
CLASSES = np.digitize(X[:, 0] + X[:, 1], [-0.5, 0.5])


def fitted(kind, y, layers=(16,), **options):
    return kind(list(layers), random_state=0, **({"max_epochs": 150, "learning_rate": 0.01} | options)).fit(X, y)


@pytest.mark.parametrize("name", ["sgd", "nesterov", "rmsprop", "adam", "adamw", "lion", "lbfgs"])
def test_every_optimiser_learns_with_its_own_rate(name):
    model = NeuralRegressor([16], optimiser=name, random_state=0, max_epochs=300).fit(X, WAVE)
    assert model.score(X, WAVE) > 0.75


def test_lbfgs_goes_as_deep_as_scipy_s():
    options = {"alpha": 1e-3, "solver": "lbfgs", "max_iter": 5000, "random_state": 0}
    peer = MLPRegressor(hidden_layer_sizes=(8,), activation="tanh", **options).fit(X, WAVE)  # type: ignore[arg-type]
    ours = NeuralRegressor(
        [Dense(8, "tanh")], optimiser="lbfgs", max_epochs=3000, tolerance=0.0, validation_fraction=0, random_state=0
    ).fit(X, WAVE)
    assert ours.loss_curve_[-1] * WAVE.var() < 2 * peer.loss_ + 1e-3
    assert all(b <= a + 1e-6 for a, b in zip(ours.loss_curve_, ours.loss_curve_[1:], strict=False))


@pytest.mark.parametrize("schedule", ["constant", "cosine", "step", "one_cycle", "inverse_scaling", Step(0.5, 0.1)])
def test_every_schedule_learns(schedule):
    assert fitted(NeuralRegressor, WAVE, schedule=schedule, max_epochs=100).score(X, WAVE) > 0.6


@pytest.mark.parametrize("loss", ["squared", "absolute", "huber", "quantile", Huber(0.3), Quantile(0.5)], ids=str)
def test_every_loss_of_numbers_learns(loss):
    assert fitted(NeuralRegressor, WAVE, loss=loss).score(X, WAVE) > 0.8


def test_a_loss_of_your_own_learns():
    model = fitted(NeuralRegressor, WAVE, loss=lambda y, a: jnp.sum(jnp.cosh(y - a) - 1))
    assert model.score(X, WAVE) > 0.75


@pytest.mark.parametrize("loss", ["cross_entropy", "squared", "absolute", "hinge", CrossEntropy(0.1)], ids=str)
def test_every_loss_of_classes_learns(loss):
    assert fitted(NeuralClassifier, CLASSES, loss=loss).score(X, CLASSES) > 0.8
    assert fitted(NeuralClassifier, CLASSES > 0, loss=loss).score(X, CLASSES > 0) > 0.85


def test_hinge_tells_no_probabilities():
    model = fitted(NeuralClassifier, CLASSES, loss="hinge")
    assert not hasattr(model, "predict_proba")
    with pytest.raises(AttributeError, match="has no attribute 'predict_proba'"):
        model.predict_proba(X)


@pytest.mark.parametrize("q", [0.1, 0.9])
def test_a_quantile_is_above_its_share_of_the_targets(q):
    y = X[:, 0] + RNG.exponential(size=300)
    model = fitted(NeuralRegressor, y, loss=Quantile(q), max_epochs=150, validation_fraction=0)
    assert np.mean(y <= model.predict(X)) == pytest.approx(q, abs=0.09)


def test_counts_are_never_negative_and_their_mean_is_met():
    counts = RNG.poisson(np.exp(X[:, 0]))
    model = fitted(NeuralRegressor, counts, loss="poisson", max_epochs=150, validation_fraction=0)
    assert model.out_activation_ == "exponential"
    assert (model.predict(X) >= 0).all()
    assert model.predict(X).mean() == pytest.approx(counts.mean(), rel=0.05)
    with pytest.raises(ValueError, match="y must hold numbers of 0 and more"):
        fitted(NeuralRegressor, counts - 1.0, loss=Poisson())


def test_blocks_norms_dropout_and_functions_of_your_own_learn_together():
    layers = [
        32,
        Residual([Dense(32), Dropout(0.1), Dense(32, "identity")]),
        LayerNorm(),
        Dense(16, jnp.sin),
        RMSNorm(),
    ]
    model = fitted(NeuralRegressor, WAVE, layers, max_epochs=100)
    assert model.score(X, WAVE) > 0.8
    assert [w.shape for w in model.coefs_] == [(3, 32), (32, 32), (32, 32), (32, 16), (16, 1)]
    assert [layer["a"].shape[1] for layer in model.trace(X)] == [32, 32, 32, 16, 1]
    np.testing.assert_array_equal(model.predict(X), model.predict(X))  # nothing is dropped


def test_clipping_bounds_the_path():
    options = {"optimiser": "sgd", "learning_rate": 0.1, "prepare": None, "max_epochs": 1}
    free, short = (fitted(NeuralRegressor, WAVE, clip_gradient=bound, **options) for bound in (None, 1e-3))
    start = NeuralRegressor([16], random_state=0, learning_rate=1e-12, max_epochs=1, prepare=None).fit(X, WAVE)
    moved = [np.abs(m.coefs_[0] - start.coefs_[0]).max() for m in (free, short)]
    assert moved[1] < 2e-3 < 1e-2 < moved[0]


def test_1_of_k_and_several_labels():
    X, codes = load_iris(return_X_y=True)
    y = np.eye(3, dtype=int)[codes]
    model = NeuralClassifier([16], random_state=0).fit(X, y)
    assert (model.out_activation_, model.classes_.tolist()) == ("softmax", [0, 1, 2])
    assert model.predict(X).shape == y.shape
    assert model.score(X, y) > 0.95
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-5)
    plain = NeuralClassifier([16], random_state=0).fit(X, codes)
    np.testing.assert_array_equal(model.predict_proba(X), plain.predict_proba(X))
    several = NeuralClassifier([16], random_state=0, multi_label=True).fit(X, y)
    assert several.out_activation_ == "sigmoid"


def test_several_labels_are_judged_by_whole_rows():
    X, y = make_multilabel_classification(300, n_classes=3, random_state=0)
    model = NeuralClassifier([32], random_state=0).fit(X[:200], y[:200])
    assert model.predict(X).dtype == y.dtype
    assert model.predict_proba(X).shape == (300, 3)
    assert model.score(X[200:], y[200:]) > 0.5


def test_missing_targets_are_passed_over():
    y = np.c_[WAVE, -2 * WAVE + 5]
    holes = y.copy()
    holes[::3, 0] = holes[1::3, 1] = np.nan
    holes[5] = np.nan
    model = fitted(NeuralRegressor, holes, max_epochs=100, validation_fraction=0)
    assert model.score(X, y) > 0.85
    alone = fitted(NeuralRegressor, np.c_[WAVE, np.where(np.arange(300) == 5, np.nan, WAVE)])
    assert np.isfinite(alone.loss_curve_).all()


@pytest.mark.parametrize(
    ("y", "words"),
    [
        (np.c_[WAVE, np.full(300, np.nan)], "output 2 is missing in all"),
        (np.full((300, 2), np.nan), "known target in some row"),
        (np.where(np.arange(300) == 7, np.nan, WAVE), "contains NaN"),
    ],
)
def test_targets_that_are_missing_altogether_are_refused(y, words):
    with pytest.raises(ValueError, match=words):
        NeuralRegressor([4]).fit(X, y)


REFUSED = [
    ({"optimiser": "lbfgs", "batch_size": 32}, "batch_size must be None with optimiser='lbfgs'"),
    ({"optimiser": LBFGS(), "clip_gradient": 1.0}, "clip_gradient must be None with optimiser='lbfgs'"),
    ({"optimiser": "lbfgs", "layers": [Residual([Dropout()])]}, "layers must hold no Dropout with optimiser='lbfgs'"),
    ({"optimiser": "adam", "momentum": 0.5}, "momentum must be 0 unless optimiser is 'sgd' or 'nesterov'"),
    ({"optimiser": Lion(), "momentum": 0.5}, "momentum must be 0 unless"),
    ({"loss": "cross_entropy"}, "loss must be one of 'squared', .* for numbers; got 'cross_entropy'"),
    ({"loss": "hinge"}, "loss must be one of .* for numbers; got 'hinge'"),
    ({"loss": lambda y, a: y}, "loss must be a function of y and a"),
    ({"loss": "poisson", "output_activation": "identity"}, "output_activation must be 'exponential'"),
    ({"recipe": "course", "clip_gradient": 1.0}, "clip_gradient must be left out with recipe='course'"),
    ({"recipe": "course", "optimiser": Adam()}, "optimiser must be left out with recipe='course'"),
]


@pytest.mark.parametrize(("options", "words"), REFUSED, ids=[words for _, words in REFUSED])
def test_what_cannot_apply_raises(options, words):
    with pytest.raises(HyperparameterError, match=words):
        NeuralRegressor(**options).fit(X, np.abs(WAVE))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"loss": "poisson"}, "for classes; got 'poisson'"),
        ({"loss": "squared", "label_smoothing": 0.1}, "label_smoothing must be 0 unless loss is 'cross_entropy'"),
    ],
    ids=str,
)
def test_what_cannot_apply_to_classes_raises(options, words):
    with pytest.raises(HyperparameterError, match=words):
        NeuralClassifier(**options).fit(X, CLASSES)


def test_numbers_of_losses_and_optimisers_compile_nothing(compilations):
    fitted(NeuralRegressor, WAVE, loss=Quantile(0.4), optimiser=Adam(0.8), schedule=Step(0.4), clip_gradient=2.0)
    before = compilations.count
    fitted(NeuralRegressor, WAVE, loss=Quantile(0.6), optimiser=Adam(0.7), schedule=Step(0.3), clip_gradient=3.0)
    assert compilations.count == before


def test_the_score_of_missing_targets_is_that_of_the_known_ones():
    y = np.c_[WAVE, -2 * WAVE]
    model = fitted(NeuralRegressor, y, max_epochs=5)
    holes, weights = y.copy(), RNG.uniform(1, 2, 300)
    holes[:100, 0] = holes[250:, 1] = np.nan
    each = [
        r2_score(y[part, i], model.predict(X)[part, i], sample_weight=weights[part])
        for i, part in enumerate([slice(100, 300), slice(250)])
    ]
    assert model.score(X, holes, weights) == pytest.approx(np.mean(each))
    holes[:, 0] = np.nan
    with pytest.raises(ValueError, match="y must hold a known target of each output"):
        model.score(X, holes)

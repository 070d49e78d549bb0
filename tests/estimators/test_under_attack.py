"""Training under attack: what is asked too much ends in a finite model, or in an error that says what to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dendrax import NeuralClassifier, NeuralRegressor
from dendrax.learning.outcome import DivergenceError

RNG = np.random.default_rng(0)
X = RNG.normal(size=(120, 3))
Y = np.sin(X[:, 0]) + X[:, 1]
SHORT = {"max_epochs": 20, "random_state": 0}


def finite(model):
    return all(np.isfinite(a).all() for a in (*model.coefs_, *model.intercepts_))


def fitted_or_advice(model, X, y):
    """Fit: either every weight is finite, or an error says what to do."""
    try:
        model.fit(X, y)
    except DivergenceError as error:
        return str(error)
    assert finite(model)
    return None


@pytest.mark.parametrize("epochs", [1, 2, 4])
def test_an_explosion_is_no_model_where_nothing_is_held_out(epochs):
    given = {"optimiser": "adam", "learning_rate": 1e12, "validation_fraction": 0, "tolerance": 0.0}
    model = NeuralRegressor([8], max_epochs=epochs, random_state=0, **given)
    with pytest.raises(DivergenceError, match="give a smaller learning_rate"):
        model.fit(X, Y)
    assert not hasattr(model, "n_iter_")
    with pytest.raises(DivergenceError, match="give a smaller learning_rate"):
        NeuralClassifier([8], max_epochs=epochs, random_state=0, **given).fit(X, Y > 0)


@pytest.mark.parametrize("optimiser", ["sgd", "nesterov", "rmsprop", "adam", "adamw", "lion", "lbfgs"])
@pytest.mark.parametrize("validation", [0, 0.2])
def test_T1_a_learning_rate_of_1000_ends_finite_or_with_advice(optimiser, validation):
    model = NeuralRegressor([8], optimiser=optimiser, learning_rate=1e3, validation_fraction=validation, **SHORT)
    advice = fitted_or_advice(model, X, Y)
    assert "give a smaller learning_rate" in advice if advice else np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize("scale", [1e-30, 1e-6, 1e6, 1e30])
def test_T1_targets_of_any_scale_are_learned(scale):
    model = NeuralRegressor([16], max_epochs=150, learning_rate=0.01, random_state=0).fit(X, scale * Y)
    assert model.score(X, scale * Y) > 0.7


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_T1_inputs_of_any_scale_are_learned(scale):
    model = NeuralRegressor([16], max_epochs=150, learning_rate=0.01, random_state=0).fit(scale * X, Y)
    assert model.score(scale * X, Y) > 0.7


def test_T1_raw_inputs_of_1e30_are_an_error_or_finite():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        advice = fitted_or_advice(NeuralRegressor([8], prepare=None, **SHORT), 1e30 * X, Y)
    assert "common scale" in (advice or "common scale")


def test_T1_step_units_do_not_hide_weights_that_are_not_finite():
    from dendrax.layers import Dense

    x = RNG.normal(size=(300, 64)) * 1e30
    y = RNG.normal(size=300) * 1e12
    options = {"prepare": None, "max_epochs": 3, "validation_fraction": 0, "random_state": 0}
    fitted_or_advice(NeuralRegressor([Dense(64, "step")], **options), x, y)


PROGRAM = """
    import sys, threading, time, os, signal
    import numpy as np
    from dendrax import NeuralRegressor
    X = np.random.default_rng(0).normal(size=(500, 3))
    sent = []
    def interrupt(epoch):
        if epoch["epoch"] == 3:
            for _ in range(int(sys.argv[1])):
                os.kill(os.getpid(), signal.SIGINT)
    model = NeuralRegressor([8], max_epochs=10**6, random_state=0, tolerance=0.0, patience=10**6,
                            callbacks=[interrupt], verbose=False)
    try:
        model.fit(X, X[:, 0])
        print(model.stopped_because_, model.n_iter_, np.isfinite(model.predict(X)).all())
    except KeyboardInterrupt:
        print("stopped at once")
"""


@pytest.mark.parametrize(("times", "words"), [(1, "interrupted 4 True"), (2, "stopped at once")])
def test_T2_ctrl_c_once_keeps_the_model_and_twice_stops_at_once(times, words):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM), str(times)], capture_output=True, text=True, timeout=200
    )
    assert done.stdout.strip() == words, done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_T3_a_cache_folder_that_cannot_be_written_is_passed_over(tmp_path):
    tmp_path.chmod(0o500)
    _fit_with_cache(tmp_path)


def test_T3_a_cache_folder_that_is_a_file_is_passed_over(tmp_path):
    path = tmp_path / "cache"
    path.write_text("no folder")
    _fit_with_cache(path)


def _fit_with_cache(path):
    code = "from dendrax import NeuralRegressor; import numpy as np; X = np.eye(80); "
    code += "print(NeuralRegressor([4], max_epochs=2, verbose=False).fit(X, X[:, 0]).n_iter_)"
    wanted = {**os.environ, "JAX_COMPILATION_CACHE_DIR": str(path), "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=wanted, capture_output=True, text=True, timeout=200)
    assert done.stdout.strip() == "2", done.stderr


def test_T4_the_same_seed_gives_the_same_bits():
    first, second = (NeuralRegressor([8], **SHORT).fit(X, Y) for _ in range(2))
    assert all(np.array_equal(a, b) for a, b in zip(first.coefs_, second.coefs_, strict=True))


def test_T5_two_threads_fit_two_networks_and_get_what_one_would():
    alone = [NeuralRegressor([8], max_epochs=20, random_state=seed).fit(X, Y).coefs_ for seed in range(4)]
    with ThreadPoolExecutor(4) as pool:
        models = list(pool.map(lambda s: NeuralRegressor([8], max_epochs=20, random_state=s).fit(X, Y), range(4)))
    for model, expected in zip(models, alone, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(model.coefs_, expected, strict=True))
    assert threading.current_thread() is threading.main_thread()
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("options", [{"layers": [0]}, {"layers": [-3]}, {"layers": [1.5]}, {"batch_size": 0}], ids=str)
def test_T6_impossible_sizes_are_refused_by_name(options):
    with pytest.raises(ValueError, match=f"{next(iter(options))} must be"):
        NeuralRegressor(**options).fit(X, Y)


def test_D2_one_row_two_rows():
    assert finite(NeuralRegressor([4], max_epochs=3).fit(X[:1], Y[:1]))
    assert finite(NeuralClassifier([4], max_epochs=3).fit(X[:2], [0, 1]))


def test_D4_a_class_of_one_row_is_learned_from_and_never_only_judged():
    labels = np.r_[np.zeros(79), np.ones(40), 2]
    model = NeuralClassifier([4], max_epochs=3, validation_fraction=0.3, random_state=0).fit(X, labels)
    assert model.classes_.tolist() == [0, 1, 2]
    assert model.predict_proba(X).shape == (120, 3)


def test_D12_batches_of_weight_zero_change_nothing():
    weights = np.r_[np.ones(60), np.zeros(60)]
    options = {"batch_size": 16, "validation_fraction": 0} | SHORT
    with_zeros = NeuralRegressor([8], **options).fit(X, Y, sample_weight=weights)
    without = NeuralRegressor([8], **options).fit(X[:60], Y[:60])
    assert all(np.array_equal(a, b) for a, b in zip(with_zeros.coefs_, without.coefs_, strict=True))
    tiny = NeuralRegressor([8], **options).fit(X, Y, sample_weight=np.r_[np.ones(60), np.full(60, 1e-300)])
    assert finite(tiny)

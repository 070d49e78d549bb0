"""A fitted network: chunks, padding, threads and pickles change no answer."""

from __future__ import annotations

import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import jax
import numpy as np
import pytest

from dendrax.core.random import key
from dendrax.nn.dense import Dense
from dendrax.nn.network import network_of
from dendrax.predictor import network_model
from dendrax.predictor.network_model import NetworkModel, padded_size

NETWORK, NUMBERS = network_of([Dense(16, "tanh"), Dense(8, "relu")], (4,), 3, "softmax")
PARAMS = jax.tree.map(np.asarray, NETWORK.initialise(jax.numpy.asarray(key(3))))
X = np.random.default_rng(0).normal(size=(1000, 4)).astype(np.float32)


def fresh() -> NetworkModel:
    return NetworkModel(NETWORK, NUMBERS, PARAMS)


def by_hand(x):
    """The formula in float64."""
    for params, g in zip(PARAMS, (np.tanh, lambda z: np.maximum(z, 0), lambda z: z), strict=True):
        x = g(x @ params["weights"].astype(float) + params["biases"])
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def test_it_is_its_formula():
    np.testing.assert_allclose(fresh().outputs(X), by_hand(X.astype(float)), rtol=1e-4, atol=1e-6)
    assert fresh().output == "softmax"


@pytest.mark.parametrize("rows", [1, 64, 65, 200, 999])
def test_chunks_answer_as_one_shot(monkeypatch, rows):
    whole = fresh().outputs(X[:rows])
    monkeypatch.setattr(network_model, "CHUNK_BYTES", 1)  # as few rows at once as may be: 64
    shapes = []
    model = fresh()
    apply = model._apply
    monkeypatch.setattr(model, "_apply", lambda p, q, x: shapes.append(x.shape) or apply(p, q, x))
    parts = model.outputs(X[:rows])
    np.testing.assert_allclose(parts, whole, rtol=0, atol=1e-6)
    assert len(shapes) == -(-rows // 64)
    assert len(set(shapes)) == 1


def test_an_answer_does_not_depend_on_the_other_rows():
    model, other = fresh(), X.copy()
    whole = model.outputs(X)
    alone = np.concatenate([model.outputs(X[i : i + 1]) for i in range(50)])
    np.testing.assert_allclose(alone, whole[:50], rtol=0, atol=1e-6)
    other[50:] = 1e6
    np.testing.assert_array_equal(model.outputs(other)[:50], whole[:50])
    np.testing.assert_allclose(model.outputs(X[::-1].copy())[::-1], whole, rtol=0, atol=1e-6)


@pytest.mark.parametrize("rows", [0, 1, 16, 17, 64, 65, 70])
def test_as_many_answers_as_rows(rows):
    answers = fresh().outputs(X[:rows])
    assert answers.shape == (rows, 3)
    assert answers.dtype == np.float32


def test_sizes_are_few():
    assert [padded_size(n) for n in (0, 1, 16, 17, 64, 65, 72, 73)] == [16, 16, 16, 64, 64, 72, 72, 80]


@pytest.mark.parametrize("chunk", [2**25, 1])
def test_answers_are_fresh_and_writable(monkeypatch, chunk):
    monkeypatch.setattr(network_model, "CHUNK_BYTES", chunk)
    model = fresh()
    first = model.outputs(X)
    kept = first.copy()
    first[:] = -1
    np.testing.assert_array_equal(model.outputs(X), kept)
    assert first.flags.owndata


def test_its_parameters_are_its_own_and_fixed():
    mine = [{name: a.copy() for name, a in layer.items()} for layer in PARAMS]
    model = NetworkModel(NETWORK, NUMBERS, mine)
    before = model.outputs(X)
    mine[0]["weights"][:] = 0
    np.testing.assert_array_equal(model.outputs(X), before)
    with pytest.raises(ValueError, match="read-only"):
        model.params[0]["weights"][0] = 1


def test_predicting_moves_the_weights_once(monkeypatch):
    moved = []
    put = jax.device_put
    monkeypatch.setattr(jax, "device_put", lambda *a, **k: moved.append(a) or put(*a, **k))
    model = fresh()
    for rows in (1, 100, 1000):
        model.outputs(X[:rows])
    model.trace(X[:3])
    assert len(moved) == 1


@pytest.mark.loose_promotion  # JAX's strictness holds for one thread only
def test_threads_get_the_same_bits():
    model, moved = fresh(), []
    together = threading.Barrier(8)

    def answer(_: int) -> list[np.ndarray]:
        together.wait()
        answers = [model.outputs(X[:rows]) for rows in (1, 300, 1000)]
        moved.append(id(model._device))
        return answers

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(answer, range(8)))
    assert len(set(moved)) == 1
    expected = [fresh().outputs(X[:rows]) for rows in (1, 300, 1000)]
    for result in results:
        for one, other in zip(result, expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_a_pickle_holds_no_device_copy():
    model = fresh()
    before = model.outputs(X)
    state = pickle.dumps(model)
    assert model._device is not None
    assert len(state) < len(pickle.dumps(PARAMS)) + 3000
    again = pickle.loads(state)
    assert again._device is None
    np.testing.assert_array_equal(again.outputs(X), before)
    assert not again.params[0]["weights"].flags.writeable


def test_the_trace_ends_in_the_answer():
    trace = fresh().trace(X[:21])
    assert [layer["a"].shape for layer in trace] == [(21, 16), (21, 8), (21, 3)]
    np.testing.assert_allclose(trace[0]["a"], np.tanh(trace[0]["in"]), rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(trace[-1]["a"], fresh().outputs(X[:21]), rtol=0, atol=1e-6)
    trace[0]["a"][:] = 0

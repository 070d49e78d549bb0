from itertools import pairwise

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.learning.back_propagation import (
    BackPropagation,
    back_propagate,
    back_propagate_sample,
    learn_by_back_propagation,
)
from dendrax.learning.delta_rule import delta_step
from dendrax.nn.activations import HIDDEN
from dendrax.nn.dense import Dense
from dendrax.nn.layer import PREDICTING
from dendrax.nn.losses import LOSSES

Stack = list[dict[str, np.ndarray]]
generator = np.random.default_rng(0)
X, Y = generator.normal(size=(6, 4)), generator.uniform(size=(6, 2))


def stack(*sizes: int, seed: int = 1) -> Stack:
    draw = np.random.default_rng(seed).normal
    return [{"weights": draw(size=(i, o)), "biases": draw(size=o)} for i, o in pairwise(sizes)]


def energy(params: Stack, activations: list[str], x: jax.Array, y: jax.Array, loss: str) -> jax.Array:
    """Compute the mean loss of the rows by the network's own layers, for JAX to differentiate."""
    for layer, name in zip(params[:-1], activations[:-1], strict=True):
        x = Dense(len(layer["biases"]), name).apply(layer, {}, x, PREDICTING)
    z = Dense(len(params[-1]["biases"]), activations[-1]).pre_activation(params[-1], x)
    kind = LOSSES[loss]()
    return kind.rows(kind.judging({"smoothing": 0.0}), z, activations[-1], y).mean()


def check_against_jax(step: BackPropagation, params: Stack, activations: list[str], rate: float, loss: str) -> None:
    with jax.enable_x64(True):
        gradient = jax.grad(energy)(
            jax.tree.map(jnp.asarray, params), activations, jnp.asarray(X), jnp.asarray(Y), loss
        )
        gradient = jax.tree.map(np.asarray, gradient)
    for layer, own, before, after in zip(step.layers, gradient, params, step.params, strict=True):
        np.testing.assert_allclose(layer.weight_change, -rate * own["weights"], rtol=0, atol=1e-10)
        np.testing.assert_allclose(layer.bias_change, -rate * own["biases"], rtol=0, atol=1e-10)
        np.testing.assert_array_equal(after["weights"], before["weights"] + layer.weight_change)
        np.testing.assert_array_equal(after["biases"], before["biases"] + layer.bias_change)


def test_a_step_by_hand_through_hidden_rectifiers():
    # x = (1, 2) → in = (2, 1, −1), a = (2, 1, 0) → in = 2·2 − 1·1 + 5·0 − 1 = 2; the sample asks for 3
    params = [
        {"weights": [[1.0, -1.0, 1.0], [0.5, 1.0, -1.0]], "biases": [0.0, 0.0, 0.0]},
        {"weights": [[2.0], [-1.0], [5.0]], "biases": [-1.0]},
    ]
    step = back_propagate_sample(params, ["relu", "identity"], [1.0, 2.0], [3.0], learning_rate=0.5)
    hidden, output = step.layers
    assert hidden.pre_activation.tolist() == [2, 1, -1]
    assert hidden.activation.tolist() == [2, 1, 0]
    assert output.pre_activation.tolist() == output.activation.tolist() == [2]
    assert step.error.tolist() == output.delta.tolist() == [1]
    assert hidden.delta.tolist() == [2, -1, 0]  # g' = (1, 1, 0) times W Δ = (2, −1, 5)
    assert output.weight_change.tolist() == [[1], [0.5], [0]]
    assert output.bias_change.tolist() == [0.5]
    assert hidden.weight_change.tolist() == [[1, -0.5, 0], [2, -1, 0]]
    assert hidden.bias_change.tolist() == [1, -0.5, 0]
    assert step.params[0]["weights"].tolist() == [[2, -1.5, 1], [2.5, 0, -1]]
    assert step.params[1]["weights"].tolist() == [[3], [-0.5], [5]]
    assert step.params[1]["biases"].tolist() == [-0.5]


def test_a_step_by_hand_through_sigmoid_units():
    # every in is 0, so every a is ½ and every slope ¼:  Δ = (1 − ½)·¼ = ⅛,  Δ hidden = ¼·4·⅛ = ⅛ and −⅛
    params = [
        {"weights": [[1.0, -1.0]], "biases": [-2.0, 2.0]},
        {"weights": [[4.0], [-4.0]], "biases": [0.0]},
    ]
    step = back_propagate_sample(params, ["sigmoid", "sigmoid"], [2.0], [1.0], learning_rate=8.0)
    assert step.layers[1].delta.tolist() == [0.125]
    assert step.layers[0].delta.tolist() == [0.125, -0.125]
    assert step.layers[1].weight_change.tolist() == [[0.5], [0.5]]
    assert step.layers[0].weight_change.tolist() == [[2, -2]]
    entropy = back_propagate_sample(params, ["sigmoid", "sigmoid"], [2.0], [1.0], 8.0, "cross_entropy")
    assert entropy.layers[1].delta.tolist() == [0.5]
    assert entropy.layers[0].delta.tolist() == [0.5, -0.5]


@pytest.mark.parametrize("name", HIDDEN)
def test_one_layer_is_the_gradient_that_jax_takes(name: str):
    params = stack(4, 2)
    check_against_jax(back_propagate(params, [name], X, Y, 0.7), params, [name], 0.7, "squared")


@pytest.mark.parametrize("name", [name for name in HIDDEN if name != "exponential"])
def test_three_layers_are_the_gradient_that_jax_takes(name: str):
    params, names = stack(4, 5, 3, 2), [name] * 3
    check_against_jax(back_propagate(params, names, X, Y, 0.7), params, names, 0.7, "squared")


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_cross_entropy_is_the_gradient_that_jax_takes(output: str):
    params, names = stack(4, 5, 3, 2), ["tanh", "gelu", output]
    step = back_propagate(params, names, X, Y / Y.sum(axis=1, keepdims=True), 0.7, "cross_entropy")
    np.testing.assert_array_equal(step.layers[-1].delta, step.error)
    if output == "sigmoid":
        step = back_propagate(params, names, X, Y, 0.7, "cross_entropy")
        check_against_jax(step, params, names, 0.7, "cross_entropy")
    else:
        with jax.enable_x64(True):
            y = Y / Y.sum(axis=1, keepdims=True)
            tree = jax.tree.map(jnp.asarray, params)
            gradient = jax.grad(energy)(tree, names, jnp.asarray(X), jnp.asarray(y), "cross_entropy")
        for layer, own in zip(step.layers, gradient, strict=True):
            np.testing.assert_allclose(layer.weight_change, -0.7 * np.asarray(own["weights"]), rtol=0, atol=1e-10)


def test_the_changes_are_what_differences_tell():
    params, names, h = stack(4, 5, 3, 2), ["tanh", "silu", "sigmoid"], 1e-5
    step = back_propagate(params, names, X, Y, learning_rate=1.0)

    def loss() -> float:
        return 0.5 * float((back_propagate(params, names, X, Y).error ** 2).sum()) / len(X)

    for layer, own in zip(step.layers, params, strict=True):
        for change, values in ((layer.weight_change, own["weights"]), (layer.bias_change, own["biases"])):
            for place in [(0,) * values.ndim, tuple(n - 1 for n in values.shape)]:
                kept = values[place]
                values[place] = kept + h
                above = loss()
                values[place] = kept - h
                difference = (above - loss()) / (2 * h)
                values[place] = kept
                assert change[place] == pytest.approx(-difference, rel=1e-6, abs=1e-9)


def test_a_batch_is_the_mean_of_its_samples():
    params, names = stack(4, 5, 2), ["softplus", "tanh"]
    batch = back_propagate(params, names, X, Y, 0.3)
    samples = [back_propagate_sample(params, names, x, y, 0.3) for x, y in zip(X, Y, strict=True)]
    for i, layer in enumerate(batch.layers):
        own = [s.layers[i] for s in samples]
        for field in ("weight_change", "bias_change"):
            np.testing.assert_allclose(
                getattr(layer, field), np.mean([getattr(o, field) for o in own], axis=0), atol=1e-15
            )
        for field in ("pre_activation", "activation", "delta"):
            np.testing.assert_allclose(getattr(layer, field), [getattr(o, field) for o in own], atol=1e-15)


@pytest.mark.parametrize("name", ["identity", "sigmoid", "step"])
def test_one_layer_is_the_delta_rule(name: str):
    params = stack(4, 2)
    deep = back_propagate_sample(params, [name], X[0], Y[0], 0.3)
    flat = delta_step(params[0]["weights"], params[0]["biases"], X[0], Y[0], name, 0.3)
    np.testing.assert_allclose(deep.layers[0].delta, flat.delta, rtol=1e-15)
    np.testing.assert_allclose(deep.layers[0].weight_change, flat.weight_change, rtol=1e-14)
    np.testing.assert_allclose(deep.params[0]["biases"], flat.biases, rtol=1e-14)


def test_numpy_is_computed_in_float64_and_jax_in_its_own_float():
    params, names = stack(4, 5, 2), ["relu", "tanh"]
    exact = back_propagate(params, names, X, Y)
    rounded = jax.jit(lambda p, x, y: back_propagate(p, names, x, y))(
        jax.tree.map(jnp.float32, params), jnp.float32(X), jnp.float32(Y)
    )
    for one, other in zip(jax.tree.leaves(exact), jax.tree.leaves(rounded), strict=True):
        assert (one.dtype, other.dtype) == (np.float64, np.float32)
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


CORNERS, XOR = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0], [1], [1], [0]])


@pytest.mark.parametrize(
    ("name", "x", "y", "rate"),
    [("sigmoid", CORNERS, XOR, 4.0), ("tanh", 2 * CORNERS - 1, 2 * XOR - 1, 0.3)],
    ids=["0/1", "-1/+1"],
)
def test_hidden_units_learn_xor_by_the_rules_alone(name: str, x: np.ndarray, y: np.ndarray, rate: float):
    run = learn_by_back_propagation(stack(2, 3, 1, seed=3), [name] * 2, x, y, learning_rate=rate, epochs=250)
    answers = back_propagate(run.params, [name] * 2, x, y).layers[-1].activation
    assert np.abs(answers - y).max() < 0.1
    assert run.losses[-1] < 0.01 < 0.5 < run.losses[0]


def test_epochs_walk_the_samples_in_the_given_order():
    params, names = stack(4, 3, 2), ["relu", "sigmoid"]
    run = learn_by_back_propagation(params, names, X, Y, 0.4, epochs=2, loss="cross_entropy")
    losses = np.zeros(2)
    for epoch in range(2):
        for x, y in zip(X, Y, strict=True):
            step = back_propagate_sample(params, names, x, y, 0.4, "cross_entropy")
            params = step.params
            losses[epoch] += 0.5 * (step.error**2).sum()
    np.testing.assert_array_equal(run.losses, losses)
    for one, other in zip(jax.tree.leaves(run.params), jax.tree.leaves(params), strict=True):
        np.testing.assert_array_equal(one, other)


def test_nothing_is_changed_in_place():
    params = stack(4, 3, 2)
    kept = jax.tree.map(np.copy, params)
    learn_by_back_propagation(params, ["tanh", "identity"], X, Y)
    for one, other in zip(jax.tree.leaves(params), jax.tree.leaves(kept), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"x": X[:, :3]}, r"^weights of layer 1 must have shape \(3, 5\), \(inputs, units\); got shape \(4, 5\)$"),
        ({"y": Y[:, :1]}, r"^y must have shape \(6, 2\), one target .*; got shape \(6, 1\)$"),
        ({"params": [*stack(4, 5), *stack(6, 2)]}, r"^weights of layer 2 must have shape \(5, 2\), .* \(6, 2\)$"),
        ({"activations": ["tanh"]}, r"^activations must name one for each of 2 layers; got \['tanh'\]$"),
        ({"params": [], "activations": []}, r"^activations must name one for each of 0 layers; got"),
        ({"activations": ["softmax", "tanh"]}, r"^activation must have a slope .*; got 'softmax'"),
        ({"activations": ["tanh", "softmax"]}, r"^activation must have a slope .*; got 'softmax'"),
        ({"activations": ["tanh", "swish"]}, r"^activation must be one of .*; got 'swish'"),
        ({"loss": "huber"}, r"^loss must be 'squared' or 'cross_entropy'; got 'huber'$"),
        ({"loss": "cross_entropy"}, r"^the last activation must be sigmoid or softmax .*; got 'tanh'$"),
    ],
)
def test_what_does_not_fit_is_refused(changed: dict[str, object], message: str):
    given = {"params": stack(4, 5, 2), "activations": ["tanh", "tanh"], "x": X, "y": Y}
    with pytest.raises(ValueError, match=message):
        back_propagate(**{**given, **changed})  # type: ignore[arg-type]

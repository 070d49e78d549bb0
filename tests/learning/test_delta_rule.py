import jax
import jax.numpy as jnp
import numpy as np
import pytest

from dendrax.learning.delta_rule import delta_step, learn_by_delta_rule, slope
from dendrax.nn.activations import HIDDEN, activation

SMOOTH = [name for name in HIDDEN if name not in ("relu", "step")]


def sample(seed: int = 0, inputs: int = 4, units: int = 3) -> tuple[np.ndarray, ...]:
    generator = np.random.default_rng(seed)
    return tuple(generator.normal(size=shape) for shape in ((inputs, units), units, inputs, units))


def half_squares(w: jax.Array, b: jax.Array, x: jax.Array, y: jax.Array, name: str) -> jax.Array:
    """E = ½ Σ (y − a)², for JAX to differentiate."""
    return 0.5 * ((y - activation(name).function(x @ w + b)) ** 2).sum()


def test_a_step_by_hand_for_two_sigmoid_units():
    # in = (2·3 − 1·5 − 1, 0·3 + 1·5 − 5) = (0, 0): both units stand at a = ½, where the slope is ¼
    step = delta_step([[2.0, 0.0], [-1.0, 1.0]], [-1.0, -5.0], [3.0, 5.0], [1.0, 0.0], "sigmoid", learning_rate=2.0)
    assert step.pre_activation.tolist() == [0, 0]
    assert step.activation.tolist() == [0.5, 0.5]
    assert step.error.tolist() == [0.5, -0.5]
    assert step.delta.tolist() == [0.125, -0.125]
    assert step.weight_change.tolist() == [[0.75, -0.75], [1.25, -1.25]]
    assert step.bias_change.tolist() == [0.25, -0.25]
    assert step.weights.tolist() == [[2.75, -0.75], [0.25, -0.25]]
    assert step.biases.tolist() == [-0.75, -5.25]


def test_a_step_by_hand_for_a_perceptron():
    # in = 1·2 − 1·2 = 0, so a = +1; the sample asks for −1: Err = −2
    step = delta_step([[1.0], [-1.0]], [0.0], [2.0, 2.0], [-1.0], "step", learning_rate=0.5)
    assert step.activation.tolist() == [1]
    assert step.delta.tolist() == [-2]
    assert step.weights.tolist() == [[-1], [-3]]
    assert step.biases.tolist() == [-1]


@pytest.mark.parametrize("name", HIDDEN)
def test_the_changes_are_down_the_gradient_that_jax_takes(name: str):
    w, b, x, y = sample()
    step = delta_step(w, b, x, y, name, learning_rate=0.3)
    with jax.enable_x64(True):
        gradient = jax.grad(half_squares, (0, 1))(*map(jnp.asarray, (w, b, x, y)), name)
    np.testing.assert_allclose(step.weight_change, -0.3 * np.asarray(gradient[0]), atol=1e-10)
    np.testing.assert_allclose(step.bias_change, -0.3 * np.asarray(gradient[1]), atol=1e-10)
    np.testing.assert_array_equal(step.weights, w + step.weight_change)
    np.testing.assert_array_equal(step.biases, b + step.bias_change)


@pytest.mark.parametrize("name", [*SMOOTH, "relu"])
def test_the_changes_are_what_differences_tell(name: str):
    w, b, x, y = sample(1)
    step, h = delta_step(w, b, x, y, name, learning_rate=1.0), 1e-5

    def energy(change: np.ndarray) -> float:
        return 0.5 * float((delta_step(w + change, b, x, y, name).error ** 2).sum())

    for place in np.ndindex(w.shape):
        change = np.zeros_like(w)
        change[place] = h
        difference = (energy(change) - energy(-change)) / (2 * h)
        assert step.weight_change[place] == pytest.approx(-difference, rel=1e-6, abs=1e-8)


def test_numpy_is_computed_in_float64_and_jax_in_its_own_float():
    arrays = sample()
    exact = delta_step(*arrays, "tanh")
    rounded = delta_step(*(jnp.float32(a) for a in arrays), "tanh")
    for field, number in zip(exact, rounded, strict=True):
        assert isinstance(field, np.ndarray)
        assert field.dtype == np.float64
        assert isinstance(number, jax.Array)
        assert number.dtype == jnp.float32
        np.testing.assert_allclose(field, number, rtol=1e-4, atol=1e-6)


def test_a_step_may_be_compiled():
    arrays = [jnp.float32(a) for a in sample()]
    for field, number in zip(
        delta_step(*arrays, "gelu"), jax.jit(lambda *a: delta_step(*a, "gelu"))(*arrays), strict=True
    ):
        np.testing.assert_allclose(field, number, rtol=1e-5, atol=1e-6)


def test_whole_numbers_and_lists_are_welcome():
    step = delta_step([[1], [2]], [0], [3, 4], np.array([10]), learning_rate=0.5)
    assert step.error.tolist() == [-1]
    assert step.weights.tolist() == [[-0.5], [0]]


def test_nothing_is_changed_in_place():
    arrays = sample()
    kept = [a.copy() for a in arrays]
    step = delta_step(*arrays, "sigmoid")
    step.activation[0] = 99.0  # what comes back is the caller's own
    for a, b in zip(arrays, kept, strict=True):
        np.testing.assert_array_equal(a, b)


def test_epochs_walk_the_samples_in_the_given_order():
    w, b, *_ = sample()
    generator = np.random.default_rng(2)
    x, y = generator.normal(size=(5, 4)), generator.normal(size=(5, 3))
    run = learn_by_delta_rule(w, b, x, y, "tanh", learning_rate=0.2, epochs=3)
    losses = np.zeros(3)
    for epoch in range(3):
        for i in range(5):
            step = delta_step(w, b, x[i], y[i], "tanh", 0.2)
            w, b = step.weights, step.biases
            losses[epoch] += 0.5 * (step.error**2).sum()
    np.testing.assert_array_equal(run.weights, w)
    np.testing.assert_array_equal(run.biases, b)
    np.testing.assert_array_equal(run.losses, losses)
    w, b, *_ = sample()
    backwards = learn_by_delta_rule(w, b, x[::-1], y[::-1], "tanh", learning_rate=0.2, epochs=3)
    assert np.abs(backwards.weights - run.weights).max() > 1e-3


def test_linear_units_find_the_weights_that_made_the_data():
    generator = np.random.default_rng(3)
    w, b, x = generator.normal(size=(3, 2)), generator.normal(size=2), generator.normal(size=(40, 3))
    run = learn_by_delta_rule(np.zeros((3, 2)), np.zeros(2), x, x @ w + b, learning_rate=0.1, epochs=30)
    np.testing.assert_allclose(run.weights, w, atol=1e-9)
    np.testing.assert_allclose(run.biases, b, atol=1e-9)
    assert run.losses[-1] < 1e-15


@pytest.mark.parametrize("seed", range(3))
def test_a_perceptron_separates_what_is_separable_within_the_bound_of_the_theorem(seed: int):
    generator = np.random.default_rng(seed)
    direction = np.array([np.cos(seed), np.sin(seed), 0.5])
    direction /= np.linalg.norm(direction)
    x = generator.normal(size=(150, 2))
    rows = np.column_stack([x, np.ones(150)])  # the bias is the weight of an input that is always 1
    far = np.abs(rows @ direction) > 0.3
    x, rows = x[far], rows[far]
    y = np.where(rows @ direction > 0, 1.0, -1.0)
    radius, margin = np.linalg.norm(rows, axis=1).max(), (y * (rows @ direction)).min()
    bound = (radius / margin) ** 2

    run = learn_by_delta_rule(np.zeros((2, 1)), np.zeros(1), x, y[:, None], "step", learning_rate=0.1, epochs=15)
    mistakes = run.losses / 2  # a mistake is Err = ±2, E = 2
    assert mistakes.sum() <= bound
    assert mistakes[0] > 0
    assert mistakes[-1] == 0
    assert (np.where(x @ run.weights[:, 0] + run.biases < 0, -1, 1) == y).all()


def test_a_single_layer_never_learns_xor():
    x, y = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]]), np.array([[-1], [1], [1], [-1]])
    run = learn_by_delta_rule(np.zeros((2, 1)), np.zeros(1), x, y, "step", learning_rate=0.1, epochs=30)
    assert run.losses.min() > 0


@pytest.mark.parametrize(
    ("name", "arrays"),
    [
        ("biases", ([[1.0], [1.0]], [0.0, 0.0], [1.0, 1.0], [1.0])),
        ("x", ([[1.0], [1.0]], [0.0], [1.0], [1.0])),
        ("y", ([[1.0], [1.0]], [0.0], [1.0, 1.0], [1.0, 1.0])),
        ("y", ([[1.0], [1.0]], [0.0], [1.0, 1.0], 1.0)),
    ],
)
def test_a_shape_that_would_only_broadcast_is_refused(name: str, arrays: tuple[list, ...]):
    with pytest.raises(ValueError, match=rf"^{name} must have shape \(\d+,\), one .*; got shape \("):
        delta_step(*arrays)


def test_what_has_no_slope_is_refused():
    with pytest.raises(ValueError, match=r"^activation must have a slope .*; got 'softmax', which learns from"):
        delta_step(*sample(), "softmax")
    with pytest.raises(ValueError, match=r"^activation must be one of .*; got 'swish'"):
        slope("swish", np.zeros(1))

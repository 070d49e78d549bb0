from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import special, stats
from sklearn.metrics import log_loss

from dendrax.core.constraints import HyperparameterError
from dendrax.core.structure import numbers, structure
from dendrax.nn.activations import ACTIVATIONS, activation
from dendrax.nn.losses import (
    LOSSES,
    Absolute,
    CrossEntropy,
    Hinge,
    Huber,
    Loss,
    Poisson,
    Quantile,
    Squared,
    one_of_k,
)

SHARP = {"smoothing": 0.0}
generator = np.random.default_rng(0)
Z = generator.normal(size=(40, 3)) * 2
Y = generator.normal(size=(40, 3))
CODES = generator.integers(0, 3, 40)
BITS = generator.integers(0, 2, (40, 3)).astype(float)


def rows(loss: Loss, z: np.ndarray, output: str, y: np.ndarray) -> np.ndarray:
    """Compute in float64."""
    with jax.enable_x64(True):
        given = {name: jnp.float64(value) for name, value in numbers(loss).items()}
        return np.asarray(loss.rows(given, jnp.asarray(z), output, jnp.asarray(y)))


def huber(error: np.ndarray, delta: float) -> np.ndarray:
    size = np.abs(error)
    return np.where(size <= delta, error**2 / 2, delta * (size - delta / 2))


Q = float(np.float32(0.9))
FORMULAS = {
    Squared(): lambda error: error**2 / 2,
    Absolute(): np.abs,
    Huber(): partial(huber, delta=1.0),
    Huber(0.25): partial(huber, delta=0.25),
    Quantile(): lambda error: np.abs(error) / 2,
    Quantile(0.9): lambda error: np.where(error > 0, Q * error, (Q - 1) * error),
}


@pytest.mark.parametrize("output", ACTIVATIONS)
@pytest.mark.parametrize("loss", FORMULAS, ids=repr)
def test_losses_of_errors_are_their_formulas(loss: Loss, output: str):
    with jax.enable_x64(True):
        a = np.asarray(activation(output).function(jnp.asarray(Z)))
    np.testing.assert_allclose(rows(loss, Z, output, Y), FORMULAS[loss](Y - a).sum(axis=1), rtol=1e-12)


def test_cross_entropy_of_sigmoid_units_is_its_formula():
    a = special.expit(Z)
    expected = -(BITS * np.log(a) + (1 - BITS) * np.log(1 - a)).sum(axis=1)
    np.testing.assert_allclose(rows(CrossEntropy(), Z, "sigmoid", BITS), expected, rtol=1e-12)
    soft = generator.uniform(size=BITS.shape)
    expected = -(soft * np.log(a) + (1 - soft) * np.log(1 - a)).sum(axis=1)
    np.testing.assert_allclose(rows(CrossEntropy(), Z, "sigmoid", soft), expected, rtol=1e-12)


def test_cross_entropy_of_softmax_units_is_its_formula():
    expected = -np.log(special.softmax(Z, axis=1)[np.arange(40), CODES])
    np.testing.assert_allclose(rows(CrossEntropy(), Z, "softmax", CODES), expected, rtol=1e-12)
    np.testing.assert_allclose(rows(CrossEntropy(), Z, "softmax", np.eye(3)[CODES]), expected, rtol=1e-12)
    soft = generator.dirichlet(np.ones(3), 40)
    expected = -(soft * np.log(special.softmax(Z, axis=1))).sum(axis=1)
    np.testing.assert_allclose(rows(CrossEntropy(), Z, "softmax", soft), expected, rtol=1e-12)


def test_cross_entropy_is_the_log_loss_of_scikit_learn():
    many = rows(CrossEntropy(), Z, "softmax", CODES).mean()
    assert many == pytest.approx(log_loss(CODES, special.softmax(Z, axis=1), labels=[0, 1, 2]), rel=1e-12)
    two = rows(CrossEntropy(), Z[:, :1], "sigmoid", BITS[:, :1]).mean()
    assert two == pytest.approx(log_loss(BITS[:, 0], special.expit(Z[:, 0])), rel=1e-12)


def test_one_sigmoid_unit_equals_two_softmax_units():
    one = rows(CrossEntropy(), Z[:, :1], "sigmoid", BITS[:, :1])
    two = rows(CrossEntropy(), np.column_stack([np.zeros(40), Z[:, 0]]), "softmax", BITS[:, 0].astype(int))
    np.testing.assert_allclose(one, two, rtol=1e-12)


def test_codes_are_written_as_1_of_k():
    assert one_of_k(jnp.asarray([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]
    numbers_already = jnp.ones((2, 3))
    assert one_of_k(numbers_already, 3) is numbers_already
    np.testing.assert_allclose(
        rows(Squared(), Z, "softmax", CODES), rows(Squared(), Z, "softmax", np.eye(3)[CODES]), rtol=1e-12
    )


def test_huber_lies_between_the_other_two():
    z, y = jnp.float32(Z), jnp.float32(Y)
    squared = Squared().rows({}, z, "identity", y)
    np.testing.assert_allclose(Huber().rows({"threshold": 1e6}, z, "identity", y), squared, rtol=1e-6)
    tiny = 2.0**-12
    bent = Huber().rows({"threshold": tiny}, z, "identity", y) / tiny
    np.testing.assert_allclose(bent, Absolute().rows({}, z, "identity", y), rtol=1e-3)


@pytest.mark.parametrize(("loss", "centre"), [(Squared(), np.mean), (Absolute(), np.median)], ids=["mean", "median"])
def test_the_best_constant_is_the_mean_or_the_median(loss: Loss, centre: object):
    y = np.array([0.0, 0.1, 0.4, 1.0, 7.0])
    guesses = np.linspace(-1, 8, 9001)
    total = [rows(loss, np.full((5, 1), g), "identity", y[:, None]).sum() for g in guesses[::10]]
    assert guesses[::10][np.argmin(total)] == pytest.approx(centre(y), abs=0.006)  # type: ignore[operator]


ANY = tuple(ACTIVATIONS)


def cases() -> list[tuple[Loss, str]]:
    losses = [make() for make in LOSSES.values()]
    return [(loss, output) for loss in losses for output in loss.activations or ANY if output != "exponential"]


@pytest.mark.parametrize(("loss", "output"), cases(), ids=str)
def test_at_extreme_inputs_losses_and_gradients_are_finite(loss: Loss, output: str):
    corners = jnp.float32([(p, q) for p in (-1e4, 0, 1e4) for q in (-1e4, -50, 50, 1e4)])
    for y in (jnp.tile(jnp.float32([[0.0, 1.0]]), (12, 1)), jnp.tile(jnp.float32([[1.0, 0.0]]), (12, 1))):

        def total(z: jax.Array, y: jax.Array = y) -> jax.Array:
            return loss.rows(numbers(loss), z, output, y).sum()

        value, gradient = jax.value_and_grad(total)(corners)
        assert jnp.isfinite(value)
        assert jnp.isfinite(gradient).all()


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_cross_entropy_still_pulls_where_the_activation_is_saturated(output: str):
    z, y = jnp.float32([[1e4, -1e4]]), jnp.float32([[0.0, 1.0]])
    loss = CrossEntropy().rows(SHARP, z, output, y)
    assert loss[0] == 2e4
    gradient = jax.grad(lambda z: CrossEntropy().rows(SHARP, z, output, y).sum())(z)
    assert gradient.tolist() == [[1.0, -1.0]]


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_the_gradient_of_cross_entropy_is_a_minus_y(output: str):
    with jax.enable_x64(True):
        z, y = jnp.asarray(Z), jnp.asarray(np.eye(3)[CODES])
        gradient = jax.grad(lambda z: CrossEntropy().rows(SHARP, z, output, y).sum())(z)
        np.testing.assert_allclose(gradient, activation(output).function(z) - y, atol=1e-12)


def test_another_threshold_changes_the_answer_and_compiles_nothing():
    @partial(jax.jit, static_argnums=0)
    def mean(loss: Loss, given: dict[str, np.float32], z: jax.Array, y: jax.Array) -> jax.Array:
        return loss.rows(given, z, "identity", y).mean()

    z, y = jnp.float32(Z), jnp.float32(Y)
    thresholds = (0.1, 0.5, 1.0, 3.0)
    means = [float(mean(structure(Huber(t)), numbers(Huber(t)), z, y)) for t in thresholds]
    assert means == pytest.approx([rows(Huber(t), Z, "identity", Y).mean() for t in thresholds], rel=1e-5)
    assert means == sorted(set(means))
    assert mean._cache_size() == 1


def test_losses_are_found_by_their_names():
    assert {name: make().name for name, make in LOSSES.items()} == {name: name for name in LOSSES}
    assert set(LOSSES) == {"squared", "absolute", "huber", "quantile", "poisson", "hinge", "cross_entropy"}


def test_poisson_is_the_likelihood_of_counts():
    counts = generator.poisson(3.0, Z.shape).astype(float)
    a = np.exp(Z)
    expected = -(stats.poisson.logpmf(counts, a) + special.gammaln(counts + 1)).sum(axis=1)
    np.testing.assert_allclose(rows(Poisson(), Z, "exponential", counts), expected, rtol=1e-10)


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_the_best_constant_is_the_quantile(q: float):
    y = generator.exponential(size=1001)
    guesses = np.sort(y)
    total = [rows(Quantile(q), np.full((1001, 1), g), "identity", y[:, None]).sum() for g in guesses[::10]]
    assert guesses[::10][np.argmin(total)] == pytest.approx(np.quantile(y, q), abs=0.05)


def test_hinge_is_its_formula():
    signed = np.where(BITS > 0, 1.0, -1.0)
    expected = np.maximum(0, 1 - signed * (2 * Z - 1)).sum(axis=1)
    np.testing.assert_allclose(rows(Hinge(), Z, "identity", BITS), expected, rtol=1e-12)
    one = np.maximum(0, 1 - signed[:, :1] * np.tanh(Z[:, :1]))[:, 0]
    np.testing.assert_allclose(rows(Hinge(), Z[:, :1], "tanh", signed[:, :1]), one, rtol=1e-12)
    several = np.maximum(0, 1 - signed * np.tanh(Z)).sum(axis=1)
    np.testing.assert_allclose(rows(Hinge(), Z, "tanh", signed), several, rtol=1e-12)


@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_smoothing_spreads_the_targets_evenly(output: str):
    y = BITS if output == "sigmoid" else np.eye(3)[CODES]
    even = 1 / 2 if output == "sigmoid" else 1 / 3
    expected = rows(CrossEntropy(), Z, output, 0.9 * y + 0.1 * even)
    np.testing.assert_allclose(rows(CrossEntropy(0.1), Z, output, y), expected, rtol=1e-7)
    assert float(CrossEntropy(0.1).judging(numbers(CrossEntropy(0.1)))["smoothing"]) == 0.0


@pytest.mark.parametrize("loss", [Squared(holes=True), Quantile(0.3, holes=True), Poisson(holes=True)], ids=repr)
def test_a_missing_target_adds_nothing(loss: Loss):
    output = (loss.activations or ("identity",))[0]
    y = np.abs(Y)
    holes = y.copy()
    holes[::2, 1] = holes[1, :] = np.nan
    whole = type(loss)(**({"q": 0.3} if isinstance(loss, Quantile) else {}))
    each = np.stack([rows(whole, Z[:, [i]], output, y[:, [i]]) for i in range(3)], axis=1)
    expected = np.where(np.isnan(holes), 0, each).sum(axis=1)
    np.testing.assert_allclose(rows(loss, Z, output, holes), expected, rtol=1e-10)
    gradient = jax.grad(lambda z: loss.rows(numbers(loss), z, output, jnp.float32(holes)).sum())(jnp.float32(Z))
    assert np.array_equal(np.asarray(gradient) == 0, np.isnan(holes))


@pytest.mark.parametrize("make", [lambda: Quantile(1.0), lambda: Huber(0.0), lambda: CrossEntropy(1.0)])
def test_numbers_that_make_no_loss_are_refused(make: object):
    with pytest.raises(HyperparameterError, match=r"must be a float (above 0|of 0 or more)"):
        make()  # type: ignore[operator]

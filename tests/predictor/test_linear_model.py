import numpy as np
import pytest
from scipy.special import expit, softmax

from dendrax.basis import Powers
from dendrax.nn.expansion import Block, Expansion
from dendrax.predictor.linear_model import LinearModel, link

Z = np.array([[0.0, 1.0, -2.0], [800.0, -800.0, 3.0]])


@pytest.mark.parametrize(
    ("output", "g"), [("identity", lambda z: z), ("sigmoid", expit), ("softmax", lambda z: softmax(z, axis=1))]
)
def test_links_are_their_formulas_without_overflow(output, g):
    np.testing.assert_allclose(link(Z, output), g(Z), rtol=1e-12, atol=1e-300)


def test_it_is_its_formula_in_float64():
    rng = np.random.default_rng(0)
    W, b, x = rng.normal(size=(4, 2)), rng.normal(size=2), rng.normal(size=(9, 4))
    answers = LinearModel(W, b, "sigmoid").outputs(x)
    assert answers.dtype == np.float64
    np.testing.assert_allclose(answers, expit(x @ W + b), rtol=1e-12)


def test_its_arrays_are_its_own_and_fixed():
    W = np.ones((2, 1))
    model = LinearModel(W, np.zeros(1), "identity")
    W[:] = 5
    assert model.weights.tolist() == [[1.0], [1.0]]
    with pytest.raises(ValueError, match="read-only"):
        model.weights[0] = 2
    with pytest.raises(ValueError, match="read-only"):
        model.biases[0] = 2


def test_step_units_answer_with_a_sign_and_of_several_one_fires():
    assert link(np.array([[0.0], [-1e-9], [3.0]]), "step").tolist() == [[1.0], [-1.0], [1.0]]
    assert link(Z, "step").tolist() == [[-1.0, 1.0, -1.0], [1.0, -1.0, -1.0]]


def test_functions_are_compared_with_their_mean():
    rng = np.random.default_rng(0)
    W, level, mean, x = (
        rng.normal(size=(3, 2)),
        rng.normal(size=2),
        1e9 + rng.normal(size=3),
        1e9 + rng.normal(size=(9, 3)),
    )
    model = LinearModel(W, level, "identity", mean)
    np.testing.assert_allclose(model.outputs(x), (x - mean) @ W + level, rtol=1e-12)
    weights, intercepts = model.coefficients()
    np.testing.assert_array_equal(weights, W)
    np.testing.assert_allclose(intercepts, level - mean @ W, rtol=1e-12)


def test_a_basis_stands_between_inputs_and_weights():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(9, 2))
    expansion = Expansion((Block((1,), Powers(3).learn(x[:, [1]], np.ones(9), True)),), 2)
    W, level = rng.normal(size=(expansion.size, 1)), rng.normal(size=1)
    model = LinearModel(W, level, "identity", np.full(expansion.size, 0.5), expansion)
    with pytest.raises(ValueError, match="read-only"):
        model.mean[0] = 2
    assert model.n_inputs == 2
    weights, intercepts = model.coefficients()
    plain = np.column_stack([x[:, 1], x[:, 1] ** 2, x[:, 1] ** 3, x[:, 0]])
    np.testing.assert_allclose(model.outputs(x), plain @ weights + intercepts, rtol=1e-10, atol=1e-12)


def test_far_beyond_the_data_a_power_is_infinite_without_a_warning():
    x = np.linspace(0, 1, 9)[:, None]
    expansion = Expansion((Block((0,), Powers(3).learn(x, np.ones(9), True)),), 1)
    assert (
        LinearModel(np.ones((3, 1)), np.zeros(1), "identity", None, expansion).outputs(np.array([[1e200]]))[0, 0]
        > 1e300
    )


def test_intercepts_beyond_the_largest_float_are_infinite_without_a_warning():
    huge = LinearModel(np.full((2, 1), 1e308), np.zeros(1), "identity", np.full(2, 1e3))
    with np.errstate(all="raise"):
        assert huge.coefficients()[1].tolist() == [-np.inf]

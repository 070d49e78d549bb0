import numpy as np
import pytest
from scipy.special import expit, softmax

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

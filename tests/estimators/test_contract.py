"""scikit-learn's own checks of an estimator."""

from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor
from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal

FLOAT32 = "networks compute in float32, the check compares at 1e-7; test_neural.py holds our own check at 1e-3"
IN_ORDER = "the perceptron learns row by row: a row of weight 2 is one larger step, a row that comes twice may be two"
NOT_CONVEX = "rounding leads two runs of a trainable basis apart; test_linear.py compares their first steps"
SMALL = {"layers": [8], "max_epochs": 60, "learning_rate": 0.01, "random_state": 0}


def expected(estimator: object) -> dict[str, str]:
    if isinstance(estimator, (NeuralClassifier, NeuralRegressor)):
        return {"check_sample_weight_equivalence_on_dense_data": FLOAT32}
    if isinstance(estimator, LinearClassifier) and estimator.loss == "perceptron":
        return {"check_sample_weight_equivalence_on_dense_data": IN_ORDER}
    if isinstance(estimator, LinearRegressor) and estimator.max_epochs != "auto":
        return {"check_sample_weight_equivalence_on_dense_data": NOT_CONVEX}
    return {}


LINEAR = [
    LinearRegressor(),
    LinearRegressor(Powers(2) + Gaussian(3)),
    LinearRegressor(solver="gradient"),
    LinearRegressor(Sigmoidal(2, trainable=True), max_epochs=10, penalty=0.1),
    LinearClassifier(),
    LinearClassifier(Powers(2) + Fourier(1)),
    LinearClassifier(solver="gradient", max_epochs=500),
    LinearClassifier(loss="perceptron", max_epochs=50),
]


@parametrize_with_checks(
    [*LINEAR, NeuralRegressor(**SMALL), NeuralClassifier(**SMALL)],
    expected_failed_checks=expected,
    xfail_strict=False,
)
def test_the_contract_of_scikit_learn(estimator, check):
    check(estimator)

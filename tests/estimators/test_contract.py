"""scikit-learn's own checks of an estimator."""

from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor

FLOAT32 = "networks compute in float32, the check compares at 1e-7; test_neural.py holds our own check at 1e-3"
SMALL = {"layers": [8], "max_epochs": 60, "learning_rate": 0.01, "random_state": 0}


def expected(estimator: object) -> dict[str, str]:
    if isinstance(estimator, (NeuralClassifier, NeuralRegressor)):
        return {"check_sample_weight_equivalence_on_dense_data": FLOAT32}
    return {}


@parametrize_with_checks(
    [LinearRegressor(), LinearClassifier(), NeuralRegressor(**SMALL), NeuralClassifier(**SMALL)],
    expected_failed_checks=expected,
    xfail_strict=False,
)
def test_the_contract_of_scikit_learn(estimator, check):
    check(estimator)

"""scikit-learn's own checks of an estimator."""

from __future__ import annotations

from sklearn.utils.estimator_checks import parametrize_with_checks

from dendrax import (
    LinearClassifier,
    LinearRegressor,
    NeuralClassifier,
    NeuralRegressor,
    RestrictedBoltzmannMachine,
)
from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal

FLOAT32 = "networks compute in float32, the check compares at 1e-7; test_neural.py holds our own check at 1e-3"
IN_ORDER = "the perceptron learns row by row: a row of weight 2 is one larger step, a row that comes twice may be two"
NOT_CONVEX = "rounding leads two runs of a trainable basis apart; test_linear.py compares their first steps"
DRAWN = "a row of weight 2 is drawn once, a row that comes twice is drawn twice; test_restricted_boltzmann_machine.py"
ITS_OWN_RANGE = "binary units refuse what is no probability; test_restricted_boltzmann_machine.py holds what they take"
GOES_ON = "a second fit with warm_start goes on from the first, so it cannot give the same"
KINDS = ("dense", "sparse")
SMALL = {"layers": [8], "max_epochs": 60, "learning_rate": 0.01, "random_state": 0}


def why(estimator: object) -> str | None:
    """Say why weighing a row is not the same, to the seventh digit, as repeating it."""
    if isinstance(estimator, (NeuralClassifier, NeuralRegressor)):
        return None if estimator.loss == "hinge" else FLOAT32  # labels alone do not tell the seventh digit
    if isinstance(estimator, LinearClassifier) and estimator.loss == "perceptron":
        return IN_ORDER
    if isinstance(estimator, LinearRegressor) and estimator.max_epochs != "auto":
        return NOT_CONVEX
    return None


# checks whose rows are drawn from a normal law, without a look at the tags
NORMAL = """
estimators_overwrite_params dont_overwrite_parameters estimators_fit_returns_self readonly_memmap_input
n_features_in_after_fitting positive_only_tag_during_fit estimators_dtypes sample_weights_pandas_series
sample_weights_not_an_array sample_weights_shape sample_weights_not_overwritten pipeline_consistency
estimators_pickle f_contiguous_array_estimator transformer_data_not_an_array transformer_general
transformer_preserve_dtypes methods_sample_order_invariance methods_subset_invariance fit2d_1sample fit2d_1feature
dict_unchanged fit_idempotent fit_check_is_fitted n_features_in fit2d_predict1d
""".split()


def of_machine(visible: str) -> dict[str, str]:
    weights = {f"check_sample_weight_equivalence_on_{kind}_data": DRAWN for kind in KINDS}
    return weights | (dict.fromkeys([f"check_{name}" for name in NORMAL], ITS_OWN_RANGE) if visible == "binary" else {})


def expected(estimator: object) -> dict[str, str]:
    if isinstance(estimator, RestrictedBoltzmannMachine):
        return of_machine(estimator.visible)
    reason = why(estimator)
    failures = {} if reason is None else {f"check_sample_weight_equivalence_on_{kind}_data": reason for kind in KINDS}
    if getattr(estimator, "warm_start", False):
        failures |= dict.fromkeys(("check_supervised_y_2d", "check_fit_idempotent"), GOES_ON)
    return failures


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
NEURAL = [
    NeuralRegressor(**SMALL),
    NeuralRegressor([], optimiser="lbfgs", max_epochs=20, random_state=0),
    NeuralRegressor(**SMALL, metric="r2", warm_start=True),
    NeuralClassifier(**SMALL),
    NeuralClassifier(**SMALL, loss="hinge"),
    NeuralClassifier([], optimiser="lbfgs", max_epochs=20, multi_label=True, class_weight="balanced", random_state=0),
]
MACHINES = [
    RestrictedBoltzmannMachine(4, visible=visible, max_epochs=5, random_state=0) for visible in ("binary", "gaussian")
]


@parametrize_with_checks([*LINEAR, *NEURAL, *MACHINES], expected_failed_checks=expected, xfail_strict=False)
def test_the_contract_of_scikit_learn(estimator, check):
    check(estimator)

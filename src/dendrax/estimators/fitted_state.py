"""What a fit leaves on an estimator, all of it at once: a fit that fails leaves everything as it was.

fit on a copy → the fitted names of the copy replace those of the estimator
"""

from __future__ import annotations

from typing import Any

INNER = ("_setting", "_kept", "_predictor", "_model", "_learning", "_mean_log_weight")


def fitted_part(estimator: Any) -> dict[str, Any]:
    """Take what fits have left on an estimator."""
    known = vars(estimator).items()
    return {name: value for name, value in known if name in INNER or (name.endswith("_") and name[0] != "_")}


def take_over(estimator: Any, fitted: Any) -> None:
    """Give an estimator what a copy of it has become by a fit.

    Parameters
    ----------
    estimator : BaseEstimator
        It forgets its own fit.
    fitted : BaseEstimator
        The copy.
    """
    left = fitted_part(fitted)
    gone = fitted_part(estimator).keys() - left.keys()
    vars(estimator).update(left)
    for name in gone:
        delattr(estimator, name)

"""What a model file says about its model, for people and estimators: a closed table of names, with a rule for each.

    estimator, hyperparameters, fitted    what `dendrax.load` makes an estimator of again
    feature_names, target_name            the columns it was learned from
    test_scores                           how good it was on rows it never saw

Rows of numbers in `fitted` (the curves) are arrays of float64, in the file too ("fitted.NAME"); a hole in them is NaN.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from dendrax.core.constraints import Exactly, Real, Such
from dendrax.core.described import fields_of
from dendrax.core.limits import LIMITS
from dendrax.core.sealed import Arrays

NUMBER = Real()
NONE = Exactly(None)


def is_text(value: Any) -> bool:
    """Say whether a value is a str."""
    return isinstance(value, str)


def is_plain(value: Any, depth: int = LIMITS["depth"].most) -> bool:
    """Say whether a value is JSON of bounded depth."""
    if isinstance(value, (list, dict)):
        each = value.values() if isinstance(value, dict) else value
        return depth > 0 and all(is_plain(v, depth - 1) for v in each)
    return value is None or isinstance(value, (bool, int, float, str))


def is_curve(value: Any) -> bool:
    """Say whether a value is an array of one row of finite numbers and NaN."""
    return isinstance(value, np.ndarray) and value.dtype == np.float64 and value.ndim == 1 and not np.isinf(value).any()


def _is_mapping(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(name, str) and is_plain(v) for name, v in value.items())


def _is_fitted(value: Any) -> bool:
    scalars = (type(None), bool, int, float, str)
    return isinstance(value, dict) and all(isinstance(v, scalars) or is_curve(v) for v in value.values())


def _are_scores(value: Any) -> bool:
    return isinstance(value, dict) and all(v is None or NUMBER.allows(v) for v in value.values())


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(v, str) for v in value) and len(set(value)) == len(value) > 0


ABOUT = {
    "estimator": (Such(is_text, "text"),),
    "hyperparameters": (Such(_is_mapping, "an object of plain values"),),
    "fitted": (Such(_is_fitted, "an object of numbers, texts and curves"),),
    "feature_names": (NONE, Such(_are_names, "a list of different names")),
    "target_name": (NONE, Such(is_text, "text")),
    "test_scores": (NONE, Such(_are_scores, "an object of finite numbers")),
}
CURVE = "fitted."


def about_to_json(about: dict[str, Any]) -> tuple[dict[str, Any], Arrays]:
    """Split what is said about a model into JSON and the arrays of its curves.

    Parameters
    ----------
    about : dict
        Names of `ABOUT`.

    Returns
    -------
    dict
        JSON values, without the curves.
    dict of str to ndarray of float64
        The curves.

    Raises
    ------
    ValueError
        If it is not what `ABOUT` allows.

    Examples
    --------
    >>> about_to_json({"fitted": {"n_iter_": 2, "loss_curve_": np.array([0.5, np.nan])}})
    ({'fitted': {'n_iter_': 2}}, {'fitted.loss_curve_': array([0.5, nan])})
    """
    given = fields_of("what is said about the model", about, ABOUT, optional=ABOUT)
    if "fitted" not in given:
        return given, {}
    fitted = given["fitted"]
    curves = {f"{CURVE}{name}": v for name, v in fitted.items() if isinstance(v, np.ndarray)}
    scalars = {name: v for name, v in fitted.items() if not isinstance(v, np.ndarray)}
    return {**given, "fitted": scalars}, curves


def about_from_json(described: Any, arrays: Arrays) -> tuple[dict[str, Any], Arrays]:
    """Put together again what `about_to_json` took apart.

    Parameters
    ----------
    described : Any
        The JSON part, if all is well.
    arrays : dict of str to ndarray
        All arrays of the file.

    Returns
    -------
    dict
        What is said about the model.
    dict of str to ndarray
        The arrays that are no curves.

    Raises
    ------
    ValueError
        If it is not what `ABOUT` allows, or a curve is none.
    """
    given = fields_of("what is said about the model", described, ABOUT, optional=ABOUT)
    curves = {name.removeprefix(CURVE): a for name, a in arrays.items() if name.startswith(CURVE)}
    others = {name: a for name, a in arrays.items() if not name.startswith(CURVE)}
    if given.get("fitted", {}).keys() & curves.keys() or (curves and "fitted" not in given):
        raise ValueError("every curve in 'fitted' must stand once, as an array")
    if "fitted" in given:
        given["fitted"] = given["fitted"] | {name: _kept(name, curve) for name, curve in curves.items()}
    return given, others


def _kept(name: str, curve: np.ndarray) -> np.ndarray:
    """Copy a curve, so that it does not keep the bytes of the whole file."""
    if not is_curve(curve):
        raise ValueError(f"curve {name!r} must hold one row of finite numbers")
    kept = np.array(curve, np.float64)
    kept.setflags(write=False)
    return kept

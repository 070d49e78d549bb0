"""Targets from a model file: read strictly, each field by its rule.

{"kind": "numbers", "centre": [0.0], "scale": [1.0], "flat": true}
{"kind": "classes", "labels": ["no", "yes"], "dtype": "<U3"}
{"kind": "matrix", "units": 3, "exclusive": true, "dtype": "int64"}
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from dendrax.core.constraints import FLAG, OneOf, Real, Such, Whole
from dendrax.core.described import fields_of, shown
from dendrax.core.limits import within
from dendrax.data.label_matrix import label_matrix_from_json
from dendrax.data.number_target import NumberTarget
from dendrax.data.targets import ClassTarget, Target

DIFFER = "the labels of the classes are not two or more different ones, sorted"


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and len(value) > 0 and all(Real().allows(v) for v in value)


NUMBERS = {
    "kind": (OneOf(("numbers",)),),
    "centre": (Such(_are_numbers, "a list of finite numbers"),),
    "scale": (Such(_are_numbers, "a list of finite numbers"),),
    "flat": FLAG,
}
CLASSES = {
    "kind": (OneOf(("classes",)),),
    "labels": (Such(lambda value: isinstance(value, list), "a list"),),
    "dtype": (Such(lambda value: isinstance(value, str), "the name of a type"),),
}
NUMERIC = ("bool", *(f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)), "float32", "float64")
MATRIX = {
    "kind": (OneOf(("matrix",)),),
    "units": (Whole(2, 2**24),),
    "exclusive": FLAG,
    "dtype": (OneOf((*NUMERIC, "float16")),),
}
TYPE = re.compile(r"[<>|](b1|[iu][1248]|f[248]|U[1-9][0-9]{0,4}|O)")
LABELS = {  # what labels of each of NumPy's kinds of types are in JSON: all of one of these sets
    "b": ({bool},),
    "i": ({int},),
    "u": ({int},),
    "f": ({float},),
    "U": ({str},),
    "O": ({bool}, {int, float}, {str}),
}


def target_from_json(described: Any) -> Target:
    """Rebuild a target from its description.

    Parameters
    ----------
    described : Any
        What `to_json` made, if all is well.

    Returns
    -------
    NumberTarget, ClassTarget or LabelMatrix
        The target.

    Raises
    ------
    ValueError
        If it is not such a description.

    Examples
    --------
    >>> target_from_json({"kind": "classes", "labels": ["no", "yes"], "dtype": "<U3"}).units
    1
    """
    kind = described.get("kind") if isinstance(described, dict) else None
    if kind == "numbers":
        return _numbers(fields_of("a target of numbers", described, NUMBERS))
    if kind == "classes":
        return _classes(fields_of("a target of classes", described, CLASSES))
    if kind == "matrix":
        return label_matrix_from_json(fields_of("a matrix of labels", described, MATRIX))
    raise ValueError(f"no such kind of target: {shown(kind)}")


def _numbers(given: dict[str, Any]) -> NumberTarget:
    centre, scale = (np.array(given[name], np.float64) for name in ("centre", "scale"))
    if centre.shape != scale.shape or not (scale > 0).all():
        raise ValueError("the target's centre and scale do not fit each other")
    if given["flat"] and len(centre) > 1:
        raise ValueError(f"a flat target must be one number a row; got {len(centre)}")
    return NumberTarget(centre, scale, given["flat"])


def _classes(given: dict[str, Any]) -> ClassTarget:
    labels = given["labels"]
    if TYPE.fullmatch(given["dtype"]) is None:
        raise ValueError(f"labels of type {shown(given['dtype'])} are not known")
    dtype = np.dtype(given["dtype"])
    found = {type(label) for label in labels}
    if len(labels) < 2 or not any(found <= types for types in LABELS[dtype.kind]):
        raise ValueError(f"{DIFFER}, all of type {dtype}")
    if dtype.kind == "U":  # the type, not the label, sets the memory that each label takes
        within("label", dtype.itemsize // 4)
        within("labels", dtype.itemsize * len(labels))
    return ClassTarget(_sorted(labels, dtype))


def _sorted(labels: list[Any], dtype: np.dtype) -> np.ndarray:
    try:
        with np.errstate(over="ignore"):
            array = np.array(labels, dtype)
    except OverflowError:
        raise ValueError(f"{DIFFER}, that {dtype} can hold") from None
    if array.tolist() != labels or not np.all(array[:-1] < array[1:]):
        raise ValueError(f"{DIFFER}, that {dtype} can hold")
    return array

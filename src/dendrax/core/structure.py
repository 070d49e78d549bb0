"""Structure and numbers: what changes a compiled program, and what is only a number in it.

A layer, a loss, an optimiser or a schedule is a frozen dataclass. It splits into

    structure   the same dataclass with its numeric fields blanked: hashable, compared, the static part of a program;
    numbers     {field name: float32}: traced, so that changing one compiles nothing.

A field declared with `number(default)` is numeric; every other field belongs to the structure.
"""

from __future__ import annotations

from dataclasses import MISSING, field, fields, replace
from typing import Any, TypeVar

import numpy as np

Split = TypeVar("Split")

BLANK = 0.0


def number(default: float | Any = MISSING) -> Any:
    """Declare a numeric field of a frozen dataclass.

    Parameters
    ----------
    default : float, optional
        The value where the user gives none.

    Returns
    -------
    Any
        A dataclass field that belongs to the numbers, not to the structure.
    """
    return field(default=default, metadata={"number": True})


def _numeric(part: Any) -> list[str]:
    return [f.name for f in fields(part) if f.metadata.get("number")]


def structure(part: Split) -> Split:
    """Blank every numeric field: two parts that differ in numbers only share one program.

    Parameters
    ----------
    part : dataclass
        A layer, loss, optimiser or schedule.

    Returns
    -------
    dataclass
        The same kind of part; its numeric fields are 0.

    Examples
    --------
    >>> from dendrax.learning.optimisers import Adam
    >>> structure(Adam(decay_1=0.9)) == structure(Adam(decay_1=0.8))
    True
    """
    return replace(part, **dict.fromkeys(_numeric(part), BLANK))  # type: ignore[type-var]


def numbers(part: Any) -> dict[str, np.float32]:
    """Collect the numeric fields, as the float32 that the program takes.

    Parameters
    ----------
    part : dataclass
        A layer, loss, optimiser or schedule.

    Returns
    -------
    dict of str to float32
        One entry for each numeric field.
    """
    return {name: np.float32(getattr(part, name)) for name in _numeric(part)}

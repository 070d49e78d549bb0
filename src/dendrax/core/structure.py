"""Structure and numbers: what changes a compiled program, and what is only a number in it.

A layer, a loss, an optimiser or a schedule is a frozen dataclass. It splits into

    structure   the same dataclass with its numeric fields blanked: hashable, compared, the static part of a program;
    numbers     {field name: float32}: traced, so that changing one compiles nothing.

A field declared with `number(default)` is numeric; every other field belongs to the structure. A field that holds a
tuple of such dataclasses (the layers of a block) is split part by part.
"""

from __future__ import annotations

import copy
from dataclasses import MISSING, field, fields, is_dataclass
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


def _parts(part: Any) -> list[str]:
    """List the fields that hold tuples of dataclasses."""
    return [f.name for f in fields(part) if _are_parts(getattr(part, f.name))]


def _are_parts(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and all(is_dataclass(v) for v in value)


def _with(part: Split, changes: dict[str, Any]) -> Split:
    """Change fields without the checks of a new part: a blank is no value that a user would give."""
    changed = copy.copy(part)
    for name, value in changes.items():
        object.__setattr__(changed, name, value)
    return changed


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
    inner = {name: tuple(structure(v) for v in getattr(part, name)) for name in _parts(part)}
    return _with(part, dict.fromkeys(_numeric(part), BLANK) | inner)


def numbers(part: Any) -> dict[str, Any]:
    """Collect the numeric fields, as the float32 that the program takes.

    Parameters
    ----------
    part : dataclass
        A layer, loss, optimiser or schedule.

    Returns
    -------
    dict of str to float32
        One entry for each numeric field, and for each tuple of parts a tuple of such dicts.
    """
    inner = {name: tuple(numbers(v) for v in getattr(part, name)) for name in _parts(part)}
    return {name: np.float32(getattr(part, name)) for name in _numeric(part)} | inner


def whole(structure: Split, numbers: dict[str, Any]) -> Split:
    """Put a structure and its numbers together again: each number is the shortest decimal of its float32.

    Examples
    --------
    >>> from dendrax.nn.losses import Huber
    >>> whole(structure(Huber(0.5)), numbers(Huber(0.5)))
    Huber(threshold=0.5)
    """
    inner = {
        name: tuple(whole(v, its) for v, its in zip(getattr(structure, name), numbers[name], strict=True))
        for name in _parts(structure)
    }
    return _with(structure, {name: float(str(np.float32(numbers[name]))) for name in _numeric(structure)} | inner)

"""A thing as a file describes it: its fields by name, no more and no fewer, each of them what its rule allows.

{"units": 3, "activation": "relu"}   against   {"units": (Whole(1),), "activation": (OneOf(…),)}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dendrax.core.constraints import Constraint


def fields_of(
    what: str, entry: Any, rules: Mapping[str, Sequence[Constraint]], optional: Collection[str] = ()
) -> dict[str, Any]:
    """Take the fields of a described thing.

    Parameters
    ----------
    what : str
        What is described, for the message.
    entry : Any
        What the file says: a dict, if all is well.
    rules : mapping of str to sequence of Constraint
        For each field the constraints, any of which is enough.
    optional : collection of str, default=()
        Fields that may be absent.

    Returns
    -------
    dict
        The fields.

    Raises
    ------
    ValueError
        Naming the thing, the field, what must hold and what came.

    Examples
    --------
    >>> from dendrax.core.constraints import Whole
    >>> fields_of("layer 1", {"units": 3}, {"units": (Whole(1),)})
    {'units': 3}
    >>> fields_of("layer 1", {"units": 0}, {"units": (Whole(1),)})
    Traceback (most recent call last):
        ...
    ValueError: layer 1: 'units' must be an int of 1 or more; got 0
    """
    if not isinstance(entry, dict):
        raise ValueError(f"{what} must be described by names and values; got {shown(entry)}")
    for name in entry:
        if name not in rules:
            raise ValueError(f"{what} has no {shown(name)}; it has {', '.join(rules)}")
    for name, allowed in rules.items():
        if name not in entry:
            if name in optional:
                continue
            raise ValueError(f"{what} must have {name!r}; it is absent")
        if not any(constraint.allows(entry[name]) for constraint in allowed):
            words = " or ".join(constraint.words for constraint in allowed)
            raise ValueError(f"{what}: {name!r} must be {words}; got {shown(entry[name])}")
    return dict(entry)


def shown(value: Any, most: int = 60) -> str:
    """Show what a file holds in a few letters, whatever it is: a list or an object only by its size.

    Examples
    --------
    >>> shown([1, 2]), shown("x"), shown("y" * 99, most=5)
    ('a list of 2', "'x'", "'yyyy…")
    """
    if isinstance(value, (list, dict, tuple)):
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)}"
    text = repr(value[: most + 1] if isinstance(value, str) else value)
    return text if len(text) <= most else text[:most] + "…"

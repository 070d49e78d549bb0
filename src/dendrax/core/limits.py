"""What a file of ours may hold at most, as data: looked at before memory is taken for it.

    count(file) ≤ LIMITS[name].most        else one error that names the limit

Together they bound what a file costs: a header of 4 MiB with so many brackets and commas becomes less than 64 MB of
Python objects, and arrays are never larger than the bytes that are there.
"""

from __future__ import annotations

from typing import NamedTuple


class LimitError(ValueError):
    """A file says that it holds more than a limit allows."""


class Limit(NamedTuple):
    """The most of something.

    Attributes
    ----------
    most : int
        The largest count that is allowed.
    words : str
        What is counted.
    """

    most: int
    words: str


LIMITS = {
    "file": Limit(2**34, "bytes"),
    "header": Limit(4 * 2**20, "bytes in the header"),
    "brackets": Limit(40_000, "lists and objects in the header"),
    "commas": Limit(200_000, "values in the header"),
    "digits": Limit(100, "digits in a whole number"),
    "arrays": Limit(4_000, "arrays"),
    "axes": Limit(8, "axes in an array"),
    "elements": Limit(2**40, "elements in an array"),
    "layers": Limit(1_000, "layers"),
    "depth": Limit(32, "levels of lists and objects"),
    "label": Limit(4_096, "characters in a class label"),
    "labels": Limit(2**24, "bytes in the class labels"),
}


def within(name: str, count: int) -> None:
    """Raise unless a count is within its limit.

    Parameters
    ----------
    name : str
        A key of `LIMITS`.
    count : int
        What was found.

    Raises
    ------
    LimitError
        Naming the limit and what came.

    Examples
    --------
    >>> within("layers", 3)
    >>> within("layers", 10**6)
    Traceback (most recent call last):
        ...
    dendrax.core.limits.LimitError: it may hold at most 1000 layers; got 1000000
    """
    limit = LIMITS[name]
    if count > limit.most:
        raise LimitError(f"it may hold at most {limit.most} {limit.words}; got {count}")

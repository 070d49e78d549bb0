r"""JSON in one form only: a text is read only if writing what it says gives the same text again.

    read(text) = value    where    write(value) = text

So a name that stands twice, NaN, 1e999, 1.0 for 1, a blank, or another spelling of a letter cannot hide in it: each
would be written otherwise. The text is ASCII; letters beyond it stand as \uXXXX.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any

from dendrax.core.limits import within

STRING = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # one that never ends goes to the end
OTHER = re.compile(r"[^\[\]{}]+")


def dumped(value: Any) -> str:
    """Write a value as JSON in the one form.

    Parameters
    ----------
    value : Any
        None, bool, int, finite float, str, lists and dicts with str keys.

    Returns
    -------
    str
        ASCII, without blanks.

    Raises
    ------
    ValueError
        If JSON cannot hold it.

    Examples
    --------
    >>> dumped({"a": [1, 2.5, None]})
    '{"a":[1,2.5,null]}'
    """
    try:
        text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"JSON cannot hold it: {error}") from None
    _refuse_half_letters(value, text)
    return text


def loaded(text: str) -> Any:
    """Read JSON that `dumped` wrote, and nothing else.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    Any
        The value.

    Raises
    ------
    ValueError
        If the text is not JSON, or not in the one form.

    Examples
    --------
    >>> loaded('{"a":1}')
    {'a': 1}
    >>> loaded('{"a":1,"a":2}')
    Traceback (most recent call last):
        ...
    ValueError: its JSON is not in the one form that dendrax writes
    """
    within("brackets", text.count("[") + text.count("{"))
    within("commas", text.count(","))
    _refuse_deep(text)
    try:
        value = json.loads(text, parse_int=_whole, parse_constant=_refused)
    except json.JSONDecodeError as error:
        raise ValueError(f"its JSON cannot be read: {error}") from None
    if dumped(value) != text:
        raise ValueError("its JSON is not in the one form that dendrax writes")
    return value


def _refuse_deep(text: str) -> None:
    """Count levels without a parser: a deep text could exhaust the stack of one that recurs."""
    brackets = OTHER.sub("", STRING.sub("", text))
    within("depth", max(accumulate(1 if bracket in "[{" else -1 for bracket in brackets), default=0))


def _whole(digits: str) -> int:
    within("digits", len(digits))
    return int(digits)


def _refused(word: str) -> None:
    raise ValueError(f"its JSON holds {word} where a finite number must stand")


def _refuse_half_letters(value: Any, text: str) -> None:
    """Refuse half of a surrogate pair, which no text file, screen or CSV can hold."""
    if r"\ud" in text:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"a text holds half of a letter, {error.object[error.start]!r}") from None

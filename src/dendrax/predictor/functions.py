"""Functions of the user's own in a model file: their names, never their code.

    write   f → {"function": "wave"}      where functions = {"wave": f} is given to save
    read    {"function": "wave"} → f      where functions = {"wave": f} is given to load

A function has one name, a name one function and one purpose. What a model computes with must be given to read it; what
only training needs may be absent, and then stands as `Absent`, with which nothing can be trained.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MethodType
from typing import Any

from dendrax.core.constraints import Such
from dendrax.core.described import fields_of, shown

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
REFERENCE = "function"
ACTIVATION = "activation function"
PURPOSES = {"layers": ACTIVATION, "callbacks": "callback"}  # of a hyper-parameter; else it is the name itself
PLAIN = (type(None), bool, int, float, str)


class FunctionsError(ValueError):
    """The functions given are not those that a model uses; the words go on a sentence about the model."""


@dataclass(frozen=True)
class Absent:
    """A function that a file names and nobody gave: training needs it, answering does not.

    Parameters
    ----------
    name : str
        The name in the file.
    """

    name: str

    def __call__(self, *_: Any, **__: Any) -> Any:
        """Refuse to be used."""
        raise FunctionsError(f"needs the function {self.name!r}, which was not given to load")


def is_reference(value: Any) -> bool:
    """Say whether a value of a file stands for a function: {"function": "wave"}."""
    return isinstance(value, dict) and value.keys() == {REFERENCE} and _is_name(value[REFERENCE])


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and NAME.fullmatch(value) is not None


def purpose_of(hyperparameter: str) -> str:
    """Say what a function in a hyper-parameter is for."""
    return PURPOSES.get(hyperparameter, hyperparameter)


def references(described: Any) -> Iterator[str]:
    """Find the names of functions in values of a file, whatever else those hold."""
    if is_reference(described):
        yield described[REFERENCE]
    elif isinstance(described, (dict, list)):
        for value in described.values() if isinstance(described, dict) else described:
            yield from references(value)


def checked(functions: Any) -> dict[str, Any]:
    """Check what a user gives as `functions`.

    Parameters
    ----------
    functions : mapping of str to callable, or None
        Functions by name.

    Returns
    -------
    dict
        The same; empty for None.

    Raises
    ------
    ValueError
        If it is no mapping, a name is not like one in Python, or a function has two names.

    Examples
    --------
    >>> checked({"longest": max})
    {'longest': <built-in function max>}
    >>> checked({"the longest": max})
    Traceback (most recent call last):
        ...
    ValueError: functions must have names of letters, digits and underscores, as in Python; got 'the longest'
    """
    if functions is None:
        return {}
    if not isinstance(functions, Mapping):
        raise ValueError(f"functions must be a mapping of names to functions; got {shown(functions)}")
    for i, (name, function) in enumerate(functions.items()):
        if not _is_name(name):
            raise ValueError(
                f"functions must have names of letters, digits and underscores, as in Python; got {shown(name)}"
            )
        if isinstance(function, PLAIN):
            raise ValueError(f"functions must hold functions; got {name!r}: {shown(function)}")
        twin = next((n for n in list(functions)[:i] if _same(functions[n], function)), None)
        if twin is not None:
            raise ValueError(f"functions must give each function one name; got {twin!r} and {name!r} for one")
    return dict(functions)


def _same(one: Any, other: Any) -> bool:
    """Compare functions; a method of an object is another object each time it is looked up."""
    return one is other or (isinstance(one, MethodType) and isinstance(other, MethodType) and one == other)


class Functions:
    """The functions given to save or load, and those that were asked for.

    Parameters
    ----------
    given : mapping of str to callable, optional
        Functions by name.

    Attributes
    ----------
    purposes : dict of str to str
        The names that the model uses, and what each is for.
    """

    def __init__(self, given: Any = None) -> None:
        self.given = checked(given)
        self.purposes: dict[str, str] = {}
        self._nameless: list[tuple[str, Any]] = []
        self._missing: dict[str, str] = {}

    def reference(self, purpose: str, function: Any) -> dict[str, str]:
        """Give what stands in the file for a function; `settle` tells of one without a name."""
        name = next((name for name, one in self.given.items() if _same(one, function)), None)
        name = function.name if isinstance(function, Absent) else name
        if name is not None:
            self.note(purpose, name)
        elif not any(_same(one, function) for _, one in self._nameless):
            self._nameless.append((purpose, function))
        return {REFERENCE: name or "_"}

    def function(self, purpose: str, described: Any, *, needed: bool = True) -> Any:
        """Give the function that a file names, or an `Absent`; `settle` tells of one that is needed."""
        rules = {REFERENCE: (Such(_is_name, "a name of letters, digits and underscores"),)}
        name = fields_of(purpose, described, rules)[REFERENCE]
        self.note(purpose, name)
        if name in self.given:
            return self.given[name]
        if needed:
            self._missing[name] = purpose
        return Absent(name)

    def note(self, purpose: str, name: str) -> None:
        """Note that a name is used; it may have one purpose only."""
        known = self.purposes.setdefault(name, purpose)
        if known != purpose:
            raise FunctionsError(f"uses the function {name!r} for two purposes, {known} and {purpose}")

    def settle(self) -> None:
        """Raise if a function has no name, or one that is needed was not given.

        Raises
        ------
        FunctionsError
            Naming them, and what they are for.
        """
        if self._nameless:
            told = ", ".join(
                f"{getattr(function, '__name__', type(function).__name__)} ({purpose})"
                for purpose, function in self._nameless
            )
            raise FunctionsError(
                f"has functions of your own, and a file holds no code; give each a name, as in "
                f"save(path, functions={{'name': function}}), and give them to load again: {told}"
            )
        if self._missing:
            told = ", ".join(f"{name!r} ({purpose})" for name, purpose in self._missing.items())
            raise FunctionsError(
                f"needs functions of your own, which no file holds: {told}; read it in Python, with "
                f"functions={{{next(iter(self._missing))!r}: …}}"
            )

    def refuse_strange(self) -> None:
        """Raise if a function was given that the model does not use."""
        strange = next((name for name in self.given if name not in self.purposes), None)
        if strange is not None:
            used = ", ".join(map(repr, self.purposes)) or "none"
            raise FunctionsError(f"uses no function {strange!r}; functions must hold those that it uses: {used}")

"""What a hyper-parameter must be, as data: the check, its message and the values that tests try come from one place.

learning_rate must be a float above 0, or 'auto'; got -0.1
└ name ┘ must be └ words of the constraints ┘; got └ value ┘
"""

from __future__ import annotations

import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class HyperparameterError(ValueError):
    """A hyper-parameter is not what it must be."""


@dataclass(frozen=True)
class Whole:
    """A whole number of `low` or more (and `high` or less)."""

    low: int | None = None
    high: int | None = None

    def allows(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, numbers.Integral)):
            return False
        value = int(value)
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    @property
    def words(self) -> str:
        if self.low is not None and self.high is not None:
            return f"an int from {self.low} to {self.high}"
        if self.high is not None:
            return f"an int of {self.high} or less"
        return "an int" if self.low is None else f"an int of {self.low} or more"

    @property
    def invalid(self) -> tuple[Any, ...]:
        return (
            1.5,
            *(() if self.low is None else (self.low - 1,)),
            *(() if self.high is None else (self.high + 1,)),
        )


@dataclass(frozen=True)
class Real:
    """A finite number in an interval; `open_low` and `open_high` leave out the ends."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False

    def allows(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (float, numbers.Real)):
            return False
        try:
            value = float(value)
        except OverflowError:  # an int beyond every float
            return False
        if not math.isfinite(value):
            return False
        above = value > self.low if self.open_low else value >= self.low
        below = value < self.high if self.open_high else value <= self.high
        return above and below

    @property
    def words(self) -> str:
        low = f"above {self.low:g}" if self.open_low else f"of {self.low:g} or more"
        high = f"below {self.high:g}" if self.open_high else f"at most {self.high:g}"
        ends = [words for end, words in ((self.low, low), (self.high, high)) if not math.isinf(end)]
        return " ".join(["a float", " and ".join(ends)]).rstrip()

    @property
    def invalid(self) -> tuple[Any, ...]:
        low = () if math.isinf(self.low) else (self.low if self.open_low else self.low - 1,)
        high = () if math.isinf(self.high) else (self.high if self.open_high else self.high + 1,)
        return (math.nan, math.inf, *low, *high)


@dataclass(frozen=True)
class OneOf:
    """One of a few strings."""

    options: tuple[str, ...]

    def allows(self, value: Any) -> bool:
        return isinstance(value, str) and value in self.options

    @property
    def words(self) -> str:
        return ", ".join(repr(option) for option in self.options)

    @property
    def invalid(self) -> tuple[Any, ...]:
        return ("no such choice",)


@dataclass(frozen=True)
class Exactly:
    """One value, such as None or True."""

    value: Any

    def allows(self, value: Any) -> bool:
        return value is self.value

    @property
    def words(self) -> str:
        return repr(self.value)

    @property
    def invalid(self) -> tuple[Any, ...]:
        return ()


@dataclass(frozen=True)
class Such:
    """Whatever a function allows, named in words; `invalid` are examples that it refuses."""

    test: Callable[[Any], bool]
    words: str
    invalid: tuple[Any, ...] = ()

    def allows(self, value: Any) -> bool:
        return self.test(value)


Constraint = Whole | Real | OneOf | Exactly | Such
Constraints = Mapping[str, Sequence[Constraint]]

FLAG = (Exactly(True), Exactly(False))


def check(name: str, value: Any, allowed: Sequence[Constraint]) -> None:
    """Raise unless one of the constraints allows the value.

    Parameters
    ----------
    name : str
        The hyper-parameter's name, for the message.
    value : Any
        What the user gave.
    allowed : sequence of Constraint
        Any of which is enough.

    Raises
    ------
    HyperparameterError
        Naming the hyper-parameter, what it must be and what came.

    Examples
    --------
    >>> check("learning_rate", 0.1, [Real(0, open_low=True)])
    >>> check("learning_rate", -0.1, [Real(0, open_low=True)])
    Traceback (most recent call last):
        ...
    dendrax.core.constraints.HyperparameterError: learning_rate must be a float above 0; got -0.1
    """
    if not any(constraint.allows(value) for constraint in allowed):
        words = " or ".join(filter(None, [", ".join(c.words for c in allowed[:-1]), allowed[-1].words]))
        if isinstance(value, numbers.Real) and value in (math.inf, -math.inf):
            words = words.replace("a float", "a finite float")
        shown = repr(value)
        raise HyperparameterError(f"{name} must be {words}; got {shown if len(shown) < 80 else shown[:77] + '...'}")


def check_all(values: Mapping[str, Any], constraints: Constraints) -> None:
    """Check every hyper-parameter that has a constraint, in the order of the constraints."""
    for name, allowed in constraints.items():
        if name in values:
            check(name, values[name], allowed)

"""What a basis is: kinds of functions of some columns, and sums of them.

A basis is applied to each column alone: to all columns of numbers, or to those that `columns` names; columns that no
part of a basis names enter as they are, and so do categories (1-of-K). A sum of bases holds the functions of all its
parts. The kinds themselves stand in `dendrax.nn.bases`.
"""

from __future__ import annotations

import numbers
from abc import ABC, abstractmethod
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, ClassVar

import numpy as np

from dendrax.core.constraints import FLAG, Exactly, Real, Such, Whole, check_all
from dendrax.nn.expansion import Functions

NONE = Exactly(None)


def _are_columns(value: Any) -> bool:
    known = isinstance(value, (list, tuple)) and all(isinstance(v, (str, numbers.Integral)) for v in value)
    return known and not any(isinstance(v, bool) for v in value) and 0 < len(value) == len(set(value))


CONSTRAINTS = {
    "degree": (Whole(1, 100),),
    "n": (Whole(1, 10_000),),
    "width": (NONE, Real(0, open_low=True)),
    "slope": (NONE, Real(0, open_low=True)),
    "period": (NONE, Real(0, open_low=True)),
    "trainable": FLAG,
    "columns": (NONE, Such(_are_columns, "a list of different names or places of columns", ("age", [], [1.5]))),
}


class Basis(ABC):
    """What every basis does; bases add up."""

    @property
    @abstractmethod
    def parts(self) -> tuple[Part, ...]:
        """The bases that this one is the sum of."""

    def __add__(self, other: Basis) -> Sum:
        """Join the functions of two bases."""
        return Sum((*self.parts, *other.parts)) if isinstance(other, Basis) else NotImplemented


@dataclass(frozen=True, repr=False)
class Part(Basis):
    """One kind of functions of some columns."""

    kind: ClassVar[str]
    columns: Any = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        """Check the fields and settle their types."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        check_all(values, CONSTRAINTS)
        if self.columns is not None:
            named = tuple(c if isinstance(c, str) else int(c) for c in self.columns)
            object.__setattr__(self, "columns", named)

    def __repr__(self) -> str:
        given = [(f, getattr(self, f.name)) for f in fields(self)]
        first = [repr(value) for f, value in given if f.default is MISSING]
        others = [f"{f.name}={value!r}" for f, value in given if f.default is not MISSING and value != f.default]
        return f"{type(self).__name__}({', '.join([*first, *others])})"

    @property
    def parts(self) -> tuple[Part, ...]:
        """The basis alone."""
        return (self,)

    @property
    def is_trainable(self) -> bool:
        """Whether a fit moves centres and widths."""
        return bool(getattr(self, "trainable", False))

    @abstractmethod
    def learn(self, x: np.ndarray, row_weights: np.ndarray, intercept: bool) -> Functions:
        """Fit the functions to columns, of shape (rows, columns)."""


@dataclass(frozen=True, repr=False)
class Sum(Basis):
    """Several bases at once; `a + b` makes it."""

    terms: tuple[Part, ...]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The bases in it."""
        return self.terms

    def __repr__(self) -> str:
        return " + ".join(map(repr, self.terms))

"""Every hyper-parameter of every estimator, as a page: `python docs/constraints_table.py` writes it.

name    which estimators    what must hold, in the words of its constraints    default
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import dendrax
from dendrax import basis
from dendrax.core.constraints import Constraints, words_of
from dendrax.estimators import linear_options, options, restricted_options, symmetric_options
from dendrax.nn import basis as basis_fields

PAGE = Path(__file__).parent / "hyperparameters.rst"
ESTIMATORS: dict[str, Constraints] = {
    "BoltzmannMachine": symmetric_options.CONSTRAINTS,
    "LinearClassifier": linear_options.CONSTRAINTS,
    "LinearRegressor": linear_options.CONSTRAINTS,
    "NeuralClassifier": options.CONSTRAINTS,
    "NeuralRegressor": options.CONSTRAINTS,
    "RestrictedBoltzmannMachine": restricted_options.CONSTRAINTS,
}
BASES: dict[str, Constraints] = dict.fromkeys(basis.__all__, basis_fields.CONSTRAINTS)
HEAD = """Hyper-parameters
================

What each must be, in the words of the errors. A value is checked by ``fit``; that of a basis when the basis is made.
Where no words stand, the page of the class says what is taken.
"""


class Row(NamedTuple):
    """What one hyper-parameter is in one class."""

    name: str
    words: str
    default: str


def as_code(words: str) -> str:
    """Mark the values among the words, so that their quotes stay as one types them."""
    return re.sub(r"'\w+'|'±\d'|\b(?:None|True|False)\b", r"``\g<0>``", words)


def rows_of(owner: type, constraints: Constraints) -> Iterator[Row]:
    """Describe the parameters of a class, in the order of its signature."""
    for name, parameter in inspect.signature(owner).parameters.items():
        words = as_code(words_of(constraints[name])) if name in constraints else ""
        must_be_given = parameter.default is inspect.Parameter.empty
        yield Row(name, words, "" if must_be_given else f"``{parameter.default!r}``")


def gathered(module: str, classes: Iterable[tuple[str, type, Constraints]]) -> dict[Row, list[str]]:
    """Gather the classes in which a hyper-parameter is the same, by its name."""
    owners: dict[Row, list[str]] = {}
    for name, owner, constraints in classes:
        for row in rows_of(owner, constraints):
            owners.setdefault(row, []).append(f":py:class:`~{module}.{name}`")
    return dict(sorted(owners.items()))


def table(title: str, owners: dict[Row, list[str]]) -> str:
    """Write a list table under a title."""
    lines = [title, "-" * len(title), "", ".. list-table::", "   :header-rows: 1", ""]
    cells = [("name", "of", "must be", "default")]
    cells += [(f"``{row.name}``", ", ".join(names), row.words, row.default) for row, names in owners.items()]
    for row in cells:
        lines += [f"   {'*' if at == 0 else ' '} - {cell}".rstrip() for at, cell in enumerate(row)]
    return "\n".join([*lines, ""])


def page() -> str:
    """Write the whole page."""
    estimators = [(name, getattr(dendrax, name), rules) for name, rules in ESTIMATORS.items()]
    bases = [(name, getattr(basis, name), rules) for name, rules in BASES.items()]
    return "\n".join(
        [
            HEAD,
            table("Estimators", gathered("dendrax", estimators)),
            table("Bases", gathered("dendrax.basis", bases)),
        ]
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

"""Symmetric networks in files, as commands take them: the network asked by place, the names of its columns beside it.

Rows come from files by name and are put in order here; scikit-learn would want names in the rows themselves.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.core.regular_file import START
from dendrax.core.sealed_start import kind_of
from dendrax.data.faults import DataError

KINDS = ("machine", "symmetric")


@dataclass(frozen=True)
class Machine:
    """A fitted symmetric network.

    Attributes
    ----------
    estimator : RestrictedBoltzmannMachine or BoltzmannMachine
        The network, without names.
    names : list of str or None
        Its columns, where it learned from a table.
    """

    estimator: Any
    names: list[str] | None

    @property
    def is_restricted(self) -> bool:
        """Whether it is a restricted machine."""
        return hasattr(self.estimator, "visible")

    @property
    def visible(self) -> str:
        """What its columns are."""
        return self.estimator.visible if self.is_restricted else "binary"

    @property
    def columns(self) -> list[str]:
        """Names for the columns: those of the table, or unit_0, unit_1, …."""
        return self.names or [f"unit_{i}" for i in range(self.estimator.n_features_in_)]

    def save(self, path: Path) -> None:
        """Write it, whole or not at all."""
        named = copy(self.estimator)
        if self.names is not None:
            named.feature_names_in_ = np.array(self.names, object)
        named.save(path)


def is_machine(path: Path) -> bool:
    """Say whether a file holds a symmetric network."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return kind_of(file.read(START)) in KINDS


def load_machine(path: Path, command: str) -> Machine:
    """Read a symmetric network.

    Raises
    ------
    ModelFileError
        If there is no such model.
    DataError
        If it is a network that predicts.
    """
    from dendrax import load

    estimator = load(path)
    if not hasattr(estimator, "sample"):
        raise DataError(f"dendrax {command} must be given a Boltzmann machine; {path} is a {type(estimator).__name__}")
    names = getattr(estimator, "feature_names_in_", None)
    vars(estimator).pop("feature_names_in_", None)
    return Machine(estimator, None if names is None else [str(name) for name in names])

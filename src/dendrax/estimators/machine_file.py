"""A machine in a file of its own kind: its description and arrays, its hyper-parameters, and how it learned.

write   estimator → description, arrays → sealed bytes → the disk, whole or not at all
read    the disk → checksum → limits → each field by its rule → the parts against each other → estimator

A machine predicts no target, so it is no `Predictor`, and its file is none of a model.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from dendrax.core.atomic import write_atomically
from dendrax.core.canonical_json import dumped, loaded
from dendrax.core.constraints import Constraint, Constraints
from dendrax.core.described import fields_of
from dendrax.core.sealed import Arrays, seal, unseal
from dendrax.core.sealed_start import judge_start
from dendrax.estimators.described_estimator import described, restore_names
from dendrax.estimators.hyperparameters import hyperparameters_from_json
from dendrax.predictor.about import about_from_json, about_to_json
from dendrax.predictor.file import ModelFileError
from dendrax.predictor.functions import Functions

Rules = Mapping[str, Sequence[Constraint]]


class Taken(NamedTuple):
    """What a file takes of a fitted machine.

    Attributes
    ----------
    machine : dict
        JSON values that say what the machine is.
    arrays : dict of str to ndarray
        Its arrays.
    fitted : dict
        How it learned: numbers, texts, and curves as arrays of float64.
    """

    machine: dict[str, Any]
    arrays: Arrays
    fitted: dict[str, Any]


class Given(NamedTuple):
    """What a file gives of a machine, each field as its rule wants it.

    Attributes
    ----------
    machine, arrays, fitted
        As in `Taken`; arrays without the curves, which are in `fitted`.
    hyperparameters : dict
        The hyper-parameters.
    feature_names : list of str or None
        The names of the columns.
    """

    machine: dict[str, Any]
    arrays: Arrays
    fitted: dict[str, Any]
    hyperparameters: dict[str, Any]
    feature_names: list[str] | None


@dataclass(frozen=True)
class MachineFile:
    """The file of one kind of machine.

    Parameters
    ----------
    kind : str
        What the file says that it is.
    format : int
        The version of the description.
    estimator : type
        The estimator's class.
    constraints : mapping of str to sequence of Constraint
        What each hyper-parameter must be.
    parts, fitted : mapping of str to sequence of Constraint
        What each field of the description, and of what was fitted, must be.
    take : callable
        From a fitted estimator to what the file holds of it; raises where it is not fitted.
    build : callable
        Back to an estimator, after the parts have been held against each other.
    apart : frozenset of str
        Hyper-parameters that do not stand among the others.
    """

    kind: str
    format: int
    estimator: Any
    constraints: Constraints
    parts: Rules
    fitted: Rules
    take: Callable[[Any], Taken]
    build: Callable[[Given], Any]
    apart: frozenset[str] = frozenset()

    def write(self, estimator: Any, path: str | os.PathLike[str]) -> None:
        """Write a fitted machine to one file, whole or not at all.

        Parameters
        ----------
        estimator : estimator
            A fitted one.
        path : path
            The file.

        Raises
        ------
        ModelFileError
            If it is nothing that `load` would take; no file is touched then.
        """
        machine, arrays, fitted = self.take(estimator)
        about, curves = about_to_json(described(estimator, fitted, Functions(), self.apart))
        machine, arrays = machine | {"about": about}, arrays | curves
        try:
            self._estimator_of(loaded(dumped(machine)), arrays)
            content = seal(self.kind, self.format, machine, arrays)
        except ValueError as error:
            raise ModelFileError(f"the machine cannot be saved: {error}") from None
        write_atomically(path, content)

    def judge(self, start: bytes) -> None:
        """Look at the first bytes: raise where the rest need not be read."""
        judge_start(start, self.kind, self.format)

    def read(self, content: bytes | bytearray, functions: Functions) -> Any:
        """Read a machine from the content of its file.

        Parameters
        ----------
        content : bytes
            The whole file.
        functions : Functions
            Functions of the user's own, of which a machine has none.

        Returns
        -------
        estimator
            Fitted, with the hyper-parameters that it had.

        Raises
        ------
        ValueError
            If it is damaged, or was made by a newer version.
        """
        functions.refuse_strange()
        return self._estimator_of(*unseal(content, self.kind, self.format))

    def _estimator_of(self, described: Any, arrays: Arrays) -> Any:
        machine = fields_of("a machine", described, self.parts)
        about, own = about_from_json(machine["about"], arrays)
        name = self.estimator.__name__
        if about.get("estimator") != name:
            raise ValueError(f"is damaged: its estimator must be a {name}")
        known = set(self.estimator().get_params(deep=False)) - self.apart
        values = hyperparameters_from_json(about.get("hyperparameters"), known, self.constraints, Functions())
        fitted = fields_of("what was fitted", about.get("fitted"), self.fitted)
        names = about.get("feature_names")
        estimator = self.build(Given(machine, own, fitted, values, names))
        restore_names(estimator, names)
        return estimator

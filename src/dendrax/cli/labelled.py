"""A model file as `dendrax predict` asks it: a network that predicts, or a Boltzmann machine that learned labels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli.machine_rows import units_of
from dendrax.cli.machines import Machine, is_machine, load_machine
from dendrax.data.faults import DataError
from dendrax.data.tables import Table
from dendrax.data.targets import ClassTarget
from dendrax.predictor import read


class LabelledMachine:
    """A machine with labels, asked as a `Predictor` is.

    Parameters
    ----------
    machine : Machine
        A restricted one that learned labels.
    """

    encoder = None

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.target = ClassTarget(machine.estimator.classes_)
        self.about = {"target_name": "label"}

    def predict_proba(self, table: Table) -> np.ndarray:
        """Compute the probability of each class."""
        return self.machine.estimator.predict_proba(units_of(table, self.machine.columns, self.machine.visible))

    def predict(self, table: Table) -> np.ndarray:
        """Answer each row with its most probable class."""
        return self.target.labels[self.predict_proba(table).argmax(axis=1)]


def read_answering(path: Path) -> Any:
    """Read a model that answers rows.

    Raises
    ------
    DataError
        If it is a symmetric network without labels.
    """
    if not is_machine(path):
        return read(path)
    machine = load_machine(path, "predict")
    if not machine.is_restricted or not machine.estimator.labels:
        raise DataError(
            f"{path} must predict something; it is a Boltzmann machine without labels, for `dendrax sample`, "
            "`complete` and `evaluate`"
        )
    return LabelledMachine(machine)

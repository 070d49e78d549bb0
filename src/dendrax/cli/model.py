"""A model file as the commands use it: a predictor of a column, or a machine, which is a law of all columns.

kind of file "model"                     `Predictor`, without scikit-learn
kinds "machine" and "symmetric"          `Machine`: a restricted Boltzmann machine, and one of any graph
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dendrax.cli.machine import Machine
from dendrax.core.regular_file import read_regular
from dendrax.core.sealed_start import kind_of
from dendrax.predictor import file as predictor_file
from dendrax.predictor.file import ModelFileError, one_line
from dendrax.predictor.functions import Functions
from dendrax.predictor.predictor import Predictor

MACHINES = ("machine", "symmetric")


def read_model(path: Path) -> Predictor | Machine:
    """Read a model file of any kind, opened once.

    Raises
    ------
    ModelFileError
        If the file is no model of dendrax, is damaged, or was made by a newer version.
    """
    try:
        content = read_regular(path, _judge)
        if kind_of(content) in MACHINES:
            return Machine(_machine_files()[kind_of(content)].read(content, Functions()), str(path))
        return predictor_file.read_content(content)
    except ValueError as error:
        raise ModelFileError(f"{path} {one_line(error)}") from None


def read_machine(path: Path) -> Machine:
    """Read a file that must hold a machine; a `ModelFileError` where it holds a network or a linear model."""
    model = read_model(path)
    if not isinstance(model, Machine):
        raise ModelFileError(
            f"{path} must hold a machine, which has a law of all columns; it holds a model that predicts one: "
            "dendrax predict takes it"
        )
    return model


def _judge(start: bytes) -> None:
    kind = kind_of(start)
    (_machine_files()[kind] if kind in MACHINES else predictor_file).judge(start)


def _machine_files() -> dict[str | None, Any]:
    from dendrax.estimators.saving import MACHINES as modules

    return {**modules}

"""`dendrax sample MODEL`: draw rows from a symmetric network, some columns held if wanted.

rows into a table of the model's columns, or into an .npz file as X, in the shape of a picture if one is given
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.machines import Machine, load_machine
from dendrax.cli.output_path import check_output
from dendrax.cli.settings import parse_value
from dendrax.cli.voice import Voice
from dendrax.data.faults import DataError
from dendrax.data.npz_file import is_npz, shape_of, write_npz
from dendrax.data.writing import Columns, check_ending, plain, write_table


@dataclass(frozen=True)
class Request:
    """What was typed."""

    model: Path
    rows: int
    output: Path | None
    given: list[str]
    label: str | None
    sweeps: int | None
    seed: int
    shape: str | None
    as_json: bool = False


def run(request: Request, *, quiet: bool) -> None:
    """Run the command."""
    voice = Voice(as_json=request.as_json or request.output is None, quiet=quiet)
    npz = request.output is not None and is_npz(request.output)
    if request.output is not None:
        check_output(request.output, request.model)
        if not npz:
            check_ending(request.output)
    if request.shape is not None and not npz:
        raise DataError("--shape must be left out unless --output ends in .npz")
    use_disk_cache()
    machine = load_machine(request.model, "sample")
    shape = picture_shape(request.shape, machine)
    drawn = draw(machine, request)
    if npz:
        assert request.output is not None
        write_npz(request.output, X=drawn.reshape(len(drawn), *shape))
    elif request.output is not None or not request.as_json:
        write_table(columns_of(machine, drawn), request.output)
    if request.output is not None:
        voice.say(f"wrote {len(drawn)} rows to {request.output}")
    if request.as_json:
        columns = {name: plain(values) for name, values in columns_of(machine, drawn).items()}
        told = {"sample": columns} if request.output is None else {"output": str(request.output)}
        voice.tell({"rows": len(drawn), **told})


def picture_shape(words: str | None, machine: Machine) -> tuple[int, ...]:
    """Read `--shape 28x28`; where it is left out, the shape of what was learned from."""
    if words is None:
        return shape_of(machine.columns)
    units = machine.estimator.n_features_in_
    parts = words.lower().split("x")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in parts):
        raise DataError(f"--shape must be like 28x28; got {words!r}")
    shape = tuple(map(int, parts))
    if math.prod(shape) != units:
        raise DataError(f"--shape must have as many places as the model has columns, {units}; got {words!r}")
    return shape


def draw(machine: Machine, request: Request) -> np.ndarray:
    """Draw rows of columns; hidden units are left out."""
    options: dict[str, Any] = {} if request.sweeps is None else {"sweeps": request.sweeps}
    if request.label is not None:
        if not machine.is_restricted or not machine.estimator.labels:
            raise DataError(f"--label must be left out: {request.model} was learned without labels")
        options["label"] = spelled(request.label, machine.estimator.classes_, "--label")
    given = dict(held(words, machine) for words in request.given) if request.given else None
    drawn = machine.estimator.sample(request.rows, given=given, random_state=request.seed, **options)
    return drawn[:, : len(machine.columns)]


def held(words: str, machine: Machine) -> tuple[int, Any]:
    """Read `--given column=value`."""
    name, equals, value = words.partition("=")
    if not equals or name not in machine.columns:
        known = ", ".join(machine.columns[:12]) + (", …" if len(machine.columns) > 12 else "")
        raise DataError(f"--given must be COLUMN=VALUE, with a column among {known}; got {words!r}")
    place = machine.columns.index(name)
    if machine.visible == "categorical":
        return place, spelled(value, machine.estimator.levels_[place], f"--given {name}")
    number = parse_value(value)
    if isinstance(number, bool) or not isinstance(number, (int, float)):
        raise DataError(f"--given {name} must be a number; got {value!r}")
    return place, number


def spelled(words: str, values: np.ndarray, what: str) -> Any:
    """Find the label or level that is spelled so; of numbers any spelling does."""
    for value in values.tolist():
        if words == str(value) or (not isinstance(value, str) and parse_value(words) == value):
            return value
    raise DataError(f"{what} must be one of {', '.join(map(str, values[:12]))}; got {words!r}")


def columns_of(machine: Machine, rows: np.ndarray) -> Columns:
    """Part rows into named columns; whole numbers are written as such."""
    return {name: narrowed(rows[:, i]) for i, name in enumerate(machine.columns)}


def narrowed(column: np.ndarray) -> np.ndarray:
    """Write a column of one type; whole numbers as such."""
    if column.dtype.kind == "O":
        cells = column.tolist()
        if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in cells):
            column = np.array(cells, np.float64)
        else:
            return np.array([str(v) for v in cells], object)
    if column.dtype.kind == "U":
        return column.astype(object)
    if column.dtype.kind == "f" and (column == np.round(column)).all() and (np.abs(column) < 2**53).all():
        return column.astype(np.int64)
    return column

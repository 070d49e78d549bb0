"""`dendrax complete MODEL DATA`: fill in what is missing, given what is there; everything else stays as it is written.

empty cells of a table, NaN in the array X of an .npz file      one draw of p(missing | known), or its mean
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.machine_rows import units_of
from dendrax.cli.machines import Machine, load_machine
from dendrax.cli.output_path import check_output
from dendrax.cli.sample import narrowed
from dendrax.cli.voice import Voice
from dendrax.data.faults import DataError
from dendrax.data.files import open_table
from dendrax.data.npz_file import is_npz, read_npz, write_npz
from dendrax.data.plain_file import CSV, TSV
from dendrax.data.tables import Table
from dendrax.data.writing import Columns, check_ending, table_writer


@dataclass(frozen=True)
class Request:
    """What was typed."""

    model: Path
    data: Path
    output: Path | None
    expected: bool
    sweeps: int | None
    seed: int
    encoding: str | None = None
    as_json: bool = False


def run(request: Request, *, quiet: bool) -> None:
    """Run the command."""
    voice = Voice(as_json=request.as_json or request.output is None, quiet=quiet)
    if request.output is None and request.as_json:
        raise DataError("--output must be given with --json: rows and words for a machine would mingle")
    if request.output is not None:
        check_output(request.output, request.model, request.data)
    use_disk_cache()
    machine = load_machine(request.model, "complete")
    if request.expected and not machine.is_restricted:
        raise DataError("--expected must be left out: a general Boltzmann machine gives draws only")
    rows, filled = _in_npz(machine, request) if is_npz(request.data) else _in_table(machine, request)
    if request.output is not None:
        voice.say(f"filled {filled} cells of {rows} rows into {request.output}")
        voice.tell({"rows": rows, "filled": filled, "output": str(request.output)})


def complete(machine: Machine, X: np.ndarray, request: Request, part: int = 0) -> np.ndarray:
    """Fill the holes of rows; each part of a file draws for itself."""
    options: dict[str, Any] = {"expected": True} if request.expected else {}
    if request.sweeps is not None:
        options["sweeps"] = request.sweeps
    return machine.estimator.complete(X, random_state=request.seed + part, **options)


def _in_npz(machine: Machine, request: Request) -> tuple[int, int]:
    if request.output is None or not is_npz(request.output):
        raise DataError(f"--output must end in .npz, as {request.data} does")
    if request.encoding is not None:
        raise DataError(f"--encoding must be left out for {request.data}, which is not text")
    found = read_npz(request.data)
    units = machine.estimator.n_features_in_
    if found.X.shape[1] != units:
        raise DataError(f"{request.data}, array X must hold rows of {units} units; it holds {found.X.shape[1]}")
    filled = complete(machine, found.X, request).astype(np.float32)
    labels = {} if found.y is None else {"y": found.y}
    write_npz(request.output, X=filled.reshape(len(filled), *found.shape), **labels)
    return len(filled), int(np.isnan(found.X).sum())


def _in_table(machine: Machine, request: Request) -> tuple[int, int]:
    suffix = CSV if request.output is None else check_ending(request.output)
    rows = filled = 0
    text = machine.columns if machine.visible == "categorical" and _levels_are_text(machine) else ()
    with (
        open_table(request.data, encoding=request.encoding, text=text) as opened,
        table_writer(request.output) as write,
    ):
        spelled = opened.spelled() if suffix in (CSV, TSV) else None
        for part, table in enumerate(opened.batches()):
            columns, count = _completed(machine, request, table, spelled, part)
            write(columns)
            rows, filled = rows + table.n_rows, filled + count
    return rows, filled


def _levels_are_text(machine: Machine) -> bool:
    return all(levels.dtype.kind == "U" for levels in machine.estimator.levels_)


def _completed(
    machine: Machine, request: Request, table: Table, spelled: Iterator[Columns] | None, part: int
) -> tuple[Columns, int]:
    """Fill the holes of some rows of a table; cells that are known stay, to CSV as they are spelled."""
    X = units_of(table, machine.columns, machine.visible)
    holes = np.array([[cell is None or cell != cell for cell in row] for row in X]).reshape(X.shape)
    columns = dict(table.columns if spelled is None else next(spelled))
    if holes.any():
        filled = complete(machine, X, request, part)
        for i, name in enumerate(machine.columns):
            if holes[:, i].any():
                columns[name] = _with(columns[name], filled[:, i], holes[:, i])
    return columns, int(holes.sum())


def _with(column: np.ndarray, filled: np.ndarray, holes: np.ndarray) -> np.ndarray:
    """Put what was filled in into a column."""
    new = narrowed(filled[holes])
    if column.dtype.kind == "O":
        cells = column.copy()
        cells[holes] = [str(value) for value in new.tolist()]
        return cells
    cells = column.astype(np.float64)  # a column with holes is of this type in every part of a file
    cells[holes] = new
    return cells

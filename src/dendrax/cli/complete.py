"""`dendrax complete MODEL DATA`: empty cells filled by what a machine learned; every other cell stays as it is written.

a hole     a draw from p(hole | known cells of its row), or with --expected the mean of all draws
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli.batches import together, written
from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.machine import Machine
from dendrax.cli.model import read_machine
from dendrax.cli.output_path import check_output
from dendrax.cli.reading import say_tie
from dendrax.cli.voice import Voice
from dendrax.data.files import TableFile, open_table
from dendrax.data.npz_file import LABELS, ROWS, NpzFile, write_npz
from dendrax.data.plain_file import CSV, JSON_LINES, NPZ, TSV
from dendrax.data.tables import DataError, Table
from dendrax.data.writing import Columns, check_ending


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

    @property
    def suffix(self) -> str:
        """The kind of file to write; empty where rows are told as JSON."""
        return ("" if self.as_json else CSV) if self.output is None else check_ending(self.output, NPZ)


@dataclass
class Filler:
    """A machine at work, batch by batch.

    Attributes
    ----------
    machine : Machine
        The machine.
    request : Request
        What was typed.
    filled : int
        Holes that were filled so far.
    batch : int
        Batches so far: each draws from numbers of its own.
    """

    machine: Machine
    request: Request
    filled: int = 0
    batch: int = 0

    def fill(self, table: Table, beside: Columns) -> Columns:
        """Give the columns of `beside`, the cells of the same rows as they are written, with the holes filled."""
        machine, request = self.machine, self.request
        rows = machine.rows(table)
        holes = machine.holes(rows)
        touched = np.flatnonzero(holes.any(axis=1))
        self.filled += int(holes.sum())
        seed = int(np.random.SeedSequence([request.seed, self.batch]).generate_state(1)[0])
        self.batch += 1
        if not len(touched):
            return beside
        completed = machine.complete(rows[touched], expected=request.expected, sweeps=request.sweeps, seed=seed)
        answers, whole = machine.as_columns(completed), dict(beside)
        for i, (name, column) in enumerate(zip(machine.columns(table), answers.values(), strict=True)):
            here = holes[touched, i]
            if here.any():
                as_truth = table.columns[name].dtype.kind == "O" and machine.kind != "categorical"
                values = _truths(column[here]) if as_truth else column[here]
                whole[name] = placed(beside[name], touched[here], values)
        return whole


def _truths(values: np.ndarray) -> np.ndarray:
    """Write 0 and 1 as the booleans of their column; a mean between stays a number."""
    words: dict[Any, Any] = {0: "False", 1: "True"}
    return np.array([words.get(value, value) for value in values.tolist()], object)


def placed(cells: np.ndarray, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Put values into some rows of a column.

    Examples
    --------
    >>> placed(np.array(["01", None], object), np.array([1]), np.array([3])).tolist()
    ['01', '3']
    """
    text = cells.dtype.kind == "O" or values.dtype.kind == "O"
    whole = cells.astype(object) if text else cells.astype(np.result_type(cells, values))
    whole[rows] = [str(value) for value in values.tolist()] if text else values
    return whole


def beside_of(opened: TableFile, machine: Machine, suffix: str) -> Iterator[Columns] | None:
    """Read the cells as they are kept: to CSV as they are spelled, to Parquet and Arrow as what they look like."""
    if suffix in (CSV, TSV):
        return opened.spelled()
    return None if suffix in ("", *JSON_LINES) else opened.typed(machine.text)


def completed(filler: Filler, voice: Voice) -> Iterator[Columns]:
    """Fill a file batch by batch, so that memory stays bounded however large it is."""
    request, machine = filler.request, filler.machine
    with open_table(request.data, encoding=request.encoding, text=machine.text) as opened:
        say_tie(voice, opened.file.shown, opened.columns.dialect)
        cells = beside_of(opened, machine, request.suffix)
        for table in opened.batches():
            yield filler.fill(table, table.columns if cells is None else next(cells))


def run(request: Request, *, quiet: bool) -> None:
    """Run the command."""
    output, as_json = request.output, request.as_json
    voice = Voice(as_json=as_json or output is None, quiet=quiet)
    if output is not None:
        check_output(output, request.model, request.data)
    suffix = request.suffix
    use_disk_cache()
    machine = read_machine(request.model)
    if request.expected and not machine.restricted:
        raise DataError("--expected must be left out for a machine of any graph; only restricted ones compute means")
    filler = Filler(machine, request)
    if suffix == "":
        rows, cells = together(completed(filler, voice))
        result: dict[str, Any] = {"table": cells}
    else:
        rows = _packed(filler, voice) if suffix == NPZ else written(completed(filler, voice), output)
        result = {"output": str(output)}
    if output is not None:
        voice.say(f"filled {filler.filled} cells; wrote {rows} rows to {output}")
    if as_json:
        voice.tell({"rows": rows, "filled": filler.filled, **result})


def _packed(filler: Filler, voice: Voice) -> int:
    """Write a .npz of what a .npz held; of other tables it could not hold all."""
    request = filler.request
    with open_table(request.data) as opened:
        file = opened.columns
        if not isinstance(file, NpzFile):
            raise DataError(f"--output must be a table such as .csv where DATA is none of .npz; got {request.output}")
    if file.notes:
        raise DataError(f"{request.data} must hold X and y alone, so that none is lost; {file.notes[0]}")
    parts = [np.stack([columns[name] for name in file.units], axis=1) for columns in completed(filler, voice)]
    X = np.concatenate(parts).reshape(-1, *file.shape)
    assert request.output is not None
    write_npz(request.output, {ROWS: X.astype(file.X.dtype), **({} if file.y is None else {LABELS: file.y})})
    return len(X)

"""`dendrax sample MODEL`: rows drawn from the law that a machine learned, some columns held if wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.machine import Machine
from dendrax.cli.model import read_machine
from dendrax.cli.output_path import check_output
from dendrax.cli.voice import Voice
from dendrax.data.npz_file import write_npz
from dendrax.data.numerals import number_of
from dendrax.data.plain_file import NPZ
from dendrax.data.tables import DataError, listed
from dendrax.data.writing import check_ending, plain, write_table


@dataclass(frozen=True)
class Request:
    """What was typed."""

    model: Path
    n: int
    given: list[str]
    label: str | None
    sweeps: int | None
    seed: int
    shape: str | None
    output: Path | None
    as_json: bool = False


def run(request: Request, *, quiet: bool) -> None:
    """Run the command."""
    output, as_json = request.output, request.as_json
    voice = Voice(as_json=as_json or output is None, quiet=quiet)
    if output is not None:
        check_output(output, request.model)
        check_ending(output, NPZ)
    packed = output is not None and check_ending(output, NPZ) == NPZ
    if request.shape is not None and not packed:
        raise DataError("--shape must be left out unless --output names a .npz file: other tables have no shape")
    use_disk_cache()
    machine = read_machine(request.model)
    shape = machine.shape if request.shape is None else parse_shape(request.shape, len(machine.names))
    given = parse_given(request.given, machine)
    label = None if request.label is None else parse_label(request.label, machine)
    rows = machine.sample(request.n, given, label, request.sweeps, request.seed)
    columns = machine.as_columns(rows)
    if output is not None and packed:
        write_npz(output, {"X": stacked(columns, machine).reshape(-1, *shape)})
    elif output is not None or not as_json:
        write_table(columns, output)
    if output is not None:
        voice.say(f"wrote {len(rows)} rows to {output}")
    if as_json:
        cells = {"sample": {name: plain(values) for name, values in columns.items()}}
        voice.tell({"rows": len(rows), **(cells if output is None else {"output": str(output)})})


def parse_shape(text: str, units: int) -> tuple[int, ...]:
    """Read `--shape`, such as 28x28; a `DataError` unless it has as many places as there are units.

    Examples
    --------
    >>> parse_shape("2x3", 6)
    (2, 3)
    """
    words = text.lower().split("x")
    sizes = [int(word) if word.isascii() and word.isdigit() and len(word) < 10 else 0 for word in words]
    if 0 in sizes or np.prod(sizes, dtype=object) != units:
        raise DataError(f"--shape must be like 28x28, with a place for each of {units} units; got {text!r}")
    return tuple(sizes)


def parse_given(given: Sequence[str], machine: Machine) -> dict[int, Any]:
    """Read every `--given COLUMN=VALUE`, as places of columns and their values."""
    held: dict[int, Any] = {}
    for text in given:
        ends = [i for i in reversed(range(len(text))) if text[i] == "="]  # the longest name that there is
        end = next((i for i in ends if _place(text[:i], machine) is not None), None)
        if end is None:
            raise DataError(f"--given must be COLUMN=VALUE, with a column among {listed(machine.names)}; got {text!r}")
        place = _place(text[:end], machine)
        assert place is not None
        if place in held:
            raise DataError(f"--given must hold a column once; {machine.names[place]!r} stands there again")
        held[place] = _value(text[end + 1 :], machine, place)
    return held


def _place(name: str, machine: Machine) -> int | None:
    """Find a column by its name, else by its place."""
    if name in machine.names:
        return machine.names.index(name)
    is_place = name.isascii() and name.isdigit() and len(name) < 10 and int(name) < len(machine.names)
    return int(name) if is_place else None


def _value(text: str, machine: Machine, place: int) -> Any:
    name = machine.names[place]
    if machine.kind == "categorical":
        return _level(text, machine.levels[name], f"--given of column {name!r}")
    number = number_of(text)
    allowed = {"binary": (0, 1), "01": (0, 1), "±1": (-1, 1)}.get(machine.kind)
    if number is None or (allowed is not None and number not in allowed):
        words = "a number" if allowed is None else f"{allowed[0]} or {allowed[1]}"
        raise DataError(f"--given of column {name!r} must be {words}; got {text!r}")
    return number


def _level(text: str, levels: np.ndarray, where: str) -> Any:
    """Find a level by its text or by its number."""
    for level in levels.tolist():
        if str(level) == text or (not isinstance(level, str) and number_of(text) == level):
            return level
    raise DataError(f"{where} must be one of {listed(levels.tolist())}; got {text!r}")


def parse_label(text: str, machine: Machine) -> Any:
    """Read `--label`; a `DataError` where the machine has no such label, or none at all."""
    if not machine.labelled:
        raise DataError(f"--label must be left out for a machine without labels; {machine.source} has none")
    return _level(text, machine.target.labels, "--label")


def stacked(columns: dict[str, np.ndarray], machine: Machine) -> np.ndarray:
    """Put columns beside each other, shape (rows, columns): states as one byte each, other numbers as they are."""
    text = [name for name, cells in columns.items() if cells.dtype.kind == "O"]
    if text:
        raise DataError(f"a .npz file must hold numbers; column {text[0]!r} holds text: write .csv")
    rows = np.stack(list(columns.values()), axis=1)
    small = {"binary": np.uint8, "01": np.uint8, "±1": np.int8}.get(machine.kind)
    return rows if small is None or rows.dtype.kind == "f" else rows.astype(small)

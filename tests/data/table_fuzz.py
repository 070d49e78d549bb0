"""Fuzzers of what reads tables: whatever the bytes, a table or one `DataError` in one line.

scripts/fuzz csv 100000           so many executions; prints findings and the rate
scripts/fuzz csv 100000 --seed 7

Each case is "read", "refused", or in words what came out that must not. What was read must be learned, kept in a file
and encoded; reading in other blocks must give the same. Numbers and dates are compared with a reading by hand.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa
from cells_by_hand import dates_by_hand, is_number_by_hand, made_date, made_number
from made_tables import FILES, Case, grid

from dendrax.data import arrow_file, csv_file, json_lines
from dendrax.data.columns import encoder_from_json
from dendrax.data.design import design_matrix, learn_design
from dendrax.data.files import read_table
from dendrax.data.guess import Guess, as_numpy
from dendrax.data.iso_dates import dates_of
from dendrax.data.numerals import is_number
from dendrax.data.tables import DataError, Table
from dendrax.data.understand import learn_table

Judge = Callable[[random.Random, Path], tuple[str, Any]]


def read(path: Path, encoding: str | None, block: int, text: Collection[str] = ()) -> Table | str:
    """Read a file in blocks of a size; the words of a `DataError` where there is one."""
    sizes = patch.object(csv_file, "BLOCK", block), patch.object(json_lines, "ROWS", max(block // 16, 1))
    with sizes[0], sizes[1], patch.object(arrow_file, "ROWS", max(block // 16, 1)):
        try:
            return read_table(path, encoding=encoding, text=text)
        except DataError as error:
            return str(error)


def judged(case: Case, folder: Path) -> str:
    """Read a file twice; say "read" or "refused"."""
    path = folder / f"case{case.suffix}"
    path.write_bytes(case.content)
    found = read(path, case.encoding, case.block)
    other = read(path, case.encoding, 2**21 if case.block < 2**20 else 64)
    if isinstance(found, str):
        named = str(path) in found or "encoding must name" in found
        assert named, f"no file is named: {found}"
        assert found.isprintable(), f"not one line: {found!r}"
        assert isinstance(other, str), "other blocks can be read"
        return "refused"
    assert isinstance(other, Table), f"other blocks cannot be read: {other}"
    for name, column in found.columns.items():
        np.testing.assert_array_equal(column, other.columns[name], f"other blocks differ in {name}", strict=True)
    used(found)
    return "read"


def used(table: Table) -> None:
    """Learn what was read, keep what was learned in a file, encode by it."""
    assert table.n_rows > 0, "no rows"
    assert all(column.dtype.kind in "fibMO" for column in table.columns.values()), "a column of a strange type"
    for learn in (learn_table, learn_design):
        try:
            encoder = learn(table)
        except DataError as error:
            assert "no column to learn from" in str(error), f"not learned: {error}"  # noqa: PT017
            continue
        kept = encoder_from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False)))
        assert kept == encoder, "kept otherwise than learned"
        encoded = encoder.encode(table) if learn is learn_table else {"x": design_matrix(encoder, table)}
        assert all(np.isfinite(values).all() for values in encoded.values()), "a number that is not finite"
        assert encoder.unseen(table) == {}, "levels that were not seen"


def later(first: str, second: str, folder: Path) -> str:
    """Learn one table and encode another by it: finite numbers, or one `DataError`."""
    tables = []
    for text, spelled in ((first, ()), (second, "abcd"[: len(second) % 5])):
        (folder / "later.csv").write_text(text)
        found = read(folder / "later.csv", None, 2**20, spelled)
        if isinstance(found, str):
            return "refused"
        tables.append(found)
    ends = set()
    for learn in (learn_table, learn_design):
        try:
            encoder = learn(tables[0])
            encoded = encoder.encode(tables[1]) if learn is learn_table else {"x": design_matrix(encoder, tables[1])}
            encoder.unseen(tables[1])
        except DataError as error:
            assert str(error).isprintable(), f"not one line: {error}"  # noqa: PT017
            ends.add("refused")
            continue
        for values in encoded.values():
            assert len(values) == tables[1].n_rows, "rows were lost"
            assert np.isfinite(values).all(), "a number that is not finite"
        ends.add("read")
    return min(ends)


def number(cell: str) -> str:
    """Read a cell that is a number, or is none, by the grammar."""
    guess, cells, by_hand = Guess(), pa.array([cell]), is_number_by_hand(cell)
    guess.look(cells)
    assert is_number(cell) == by_hand, f"is_number says {not by_hand}"
    assert (guess.kind in ("whole", "number")) == (by_hand or not guess.seen), f"a column of it is {guess.kind}"
    if by_hand:
        found = as_numpy(cells, guess, guess.kind)[0]
        assert found == (int(cell) if guess.kind == "whole" else float(cell)), f"read as {found!r}"
    return "read" if by_hand else "refused"


def dates(cells: list[str]) -> str:
    """Read cells that are dates, or are none, by the grammar."""
    found, by_hand = dates_of(pa.array(cells, pa.string())), dates_by_hand(cells)
    assert (found is None) == (by_hand is None), f"read as {found}, by hand {by_hand}"
    if found is None or by_hand is None:
        return "refused"
    np.testing.assert_array_equal(found, by_hand, "dates", strict=True)
    return "read"


def _files(make: Callable[[random.Random], Case]) -> Judge:
    return lambda chance, folder: _ended(make(chance), lambda case: judged(case, folder))


def _ended(case: Any, judge: Callable[[Any], str]) -> tuple[str, Any]:
    try:
        return judge(case), case
    except Exception as error:  # everything else is a finding
        return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300], case


READERS: dict[str, Judge] = {
    **{name: _files(make) for name, make in FILES.items()},
    "later": lambda chance, folder: _ended((grid(chance), grid(chance)), lambda pair: later(*pair, folder)),
    "numbers": lambda chance, _: _ended(made_number(chance), number),
    "dates": lambda chance, _: _ended([made_date(chance) for _ in range(chance.choice((1, 1, 2, 3)))], dates),
}


def fuzz(reader: str, executions: int, seed: int, folder: Path) -> tuple[Counter[str], list[tuple[str, Any]]]:
    """Read tables made by chance; count how they ended, and keep the findings."""
    chance, counts, findings = random.Random(seed), Counter[str](), []
    for _ in range(executions):
        words, case = READERS[reader](chance, folder)
        counts[words if words in ("read", "refused") else "finding"] += 1
        if words not in ("read", "refused"):
            findings.append((words, case))
    return counts, findings


def main() -> None:
    """Fuzz one reader and print what was found."""
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description="Fuzz a reader of tables.")
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("executions", type=int)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    warnings.simplefilter("error")
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:
        counts, findings = fuzz(chosen.reader, chosen.executions, chosen.seed, Path(folder))
    seconds = time.perf_counter() - start
    print(chosen.reader, dict(counts), f"{chosen.executions / seconds:.0f} executions a second")
    for words, case in findings[:20]:
        print(words, "\n   ", case)


if __name__ == "__main__":
    main()

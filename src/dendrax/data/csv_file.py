"""A CSV file, read twice in blocks of bounded size: once to know what each column is, once to read it as that.

    file → dialect, header → blocks of text (Arrow) → a guess for each column → blocks of columns (NumPy)

The first line names the columns. A column without a name at the end, and empty, is what a delimiter behind every row
makes: it is passed over. A first column without a name is what pandas writes as its index: whole numbers are left out
with a note, anything else is called "index".
"""

from __future__ import annotations

import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from dendrax.data import csv_lines
from dendrax.data.dialect import Dialect, find_dialect
from dendrax.data.faults import DataError, one_line
from dendrax.data.guess import COMMA_KINDS, ORDER, Guess, as_numpy, longest
from dendrax.data.number_cells import loses_digits
from dendrax.data.numerals import MISSING
from dendrax.data.plain_file import TSV, PlainFile
from dendrax.data.refusals import first_cell, refuse_groups, refuse_infinite_word
from dendrax.data.tables import refuse_repeated

if TYPE_CHECKING:
    import pyarrow as pa

BLOCK = 2**21  # bytes read at once, and Arrow reads some 30 ahead; a record must fit in
LARGEST_BLOCK = 2**27
INDEX = "index"
LEFT_OUT = "left out"


class CsvFile:
    """A CSV file whose columns are understood.

    Parameters
    ----------
    file : PlainFile
        The file, in UTF-8.
    text : collection of str
        Columns that are text, whatever they hold.

    Attributes
    ----------
    dialect : Dialect
        How it is written.
    names : list of str
        The columns that are given; those left out are not among them.
    notes : list of str
        What a person should know of it.

    Raises
    ------
    DataError
        Naming the file, and where there is one the line, and what to do.
    """

    def __init__(self, file: PlainFile, text: Collection[str] = ()) -> None:
        self.file, self.notes, self._block = file, list[str](), BLOCK
        self.dialect, self._header = Dialect(), list[str]()
        with csv_lines.mapped(file.path) as content:
            self.dialect = find_dialect(content, "\t" if file.suffix == TSV else None, file.encoding)
            header = next(csv_lines.records(content, self.dialect.delimiter), None)
            if header is None:
                raise DataError(f"{file.shown} cannot be read: it holds no line that names its columns")
            if csv_lines.first_not_utf8(content[: header.end]) is not None:
                raise self._fault("its header is not in UTF-8")
        self._start = header.end
        self._header = self._named(header.cells)
        self._understand(set(text))

    def _named(self, cells: list[str]) -> list[str]:
        """Name every column; the one behind a trailing delimiter has none."""
        names = list(cells)
        if self.dialect.trailing and names[-1] == "":
            names.pop()
        self._has_index = names[0] == "" and len(names) > 1
        if self._has_index:
            names[0] = INDEX
        check_names(self.file.shown, names)
        return names

    def _understand(self, text: set[str]) -> None:
        """Know what each column is."""
        kinds = [kind for kind in ORDER if self.dialect.delimiter != "," or kind not in COMMA_KINDS]
        while True:
            self._guesses = [Guess([] if name in text else list(kinds)) for name in self._header]
            try:
                self._look()
                break
            except _TooSmall:
                self._block *= 4
        self._kinds = [guess.kind for guess in self._guesses]
        self._refuse()
        self.notes += [
            f"column {name!r} is text, not numbers: {guess.codes} of {guess.present} cells have leading zeros, "
            f"such as {guess.code}"
            for name, guess in zip(self._header, self._guesses, strict=True)
            if 0 < 2 * guess.codes < guess.present
        ]
        if "comma" in self._kinds:
            self.dialect = replace(self.dialect, decimal=",")
        if self._has_index and self._kinds[0] in ("whole", "number"):
            self._kinds[0] = LEFT_OUT
            self.notes.append("the first column has no name and holds numbers: it is taken for an index and left out")
        elif self._has_index:
            self.notes.append(f"the first column has no name: it is called {INDEX!r}")

    @property
    def names(self) -> list[str]:
        """The columns that are given."""
        return [name for name, kind in zip(self._header, self._kinds, strict=True) if kind != LEFT_OUT]

    def _look(self) -> None:
        """Look at every cell of the file."""
        suspect, last = csv_lines.is_suspect(self.file.path), list[str]()
        for block in self._blocks():
            for guess, cells in zip(self._guesses, block.columns, strict=False):
                guess.look(cells)
                suspect |= not guess.alive and longest(cells) > csv_lines.LONGEST
            if self.dialect.trailing and block.columns[-1].null_count < block.num_rows:
                raise self._fault_behind()
            last = [str(column[-1]) for column in block.columns]
        if not last:
            raise DataError(f"{self.file.shown} must hold at least one row below its header; it holds none")
        trouble = self._trouble() if suspect or any(re.search("[\r\n]", cell) for cell in last) else None
        if trouble is not None:
            raise DataError(trouble)

    def _blocks(self, missing: Sequence[str] = MISSING) -> Iterator[pa.RecordBatch]:
        """Read the rows below the header as text, block by block."""
        import pyarrow as pa
        from pyarrow import csv

        places = [str(i) for i in range(len(self._header) + self.dialect.trailing)]
        try:
            with self.file.path.open("rb", buffering=0) as source:
                source.seek(self._start)
                blocks = csv.open_csv(
                    pa.PythonFile(WholeBreaks(source), "r"),
                    csv.ReadOptions(column_names=places, block_size=self._block),
                    csv.ParseOptions(delimiter=self.dialect.delimiter, newlines_in_values=True),
                    csv.ConvertOptions(
                        null_values=missing,
                        strings_can_be_null=True,
                        column_types=dict.fromkeys(places, pa.string()),
                    ),
                )
                yield from (block for block in blocks if block.num_rows)
        except (pa.ArrowException, UnicodeDecodeError) as error:
            self._explain(str(error))

    def _explain(self, words: str) -> None:
        if "Empty CSV file" in words:
            return
        if "straddling" in words and self._block < min(LARGEST_BLOCK, self.file.path.stat().st_size):
            raise _TooSmall
        raise self._fault(f"a row holds more than {self._block} bytes" if "straddling" in words else words)

    def _trouble(self) -> str | None:
        """Say what is wrong with a line."""
        width = len(self._header) + self.dialect.trailing if self._header else 0
        return csv_lines.fault(self.file.path, self.dialect.delimiter, width, self.file.shown)

    def _fault(self, words: str) -> DataError:
        return DataError(self._trouble() or f"{self.file.shown} cannot be read: {one_line(words)}")

    def _fault_behind(self) -> DataError:
        width = len(self._header)
        record = first_cell(self.file.path, self.dialect.delimiter, width, lambda cell: cell not in MISSING)
        line = 1 if record is None else record.line
        return DataError(
            f"{self.file.shown}, line {line}: every column must have a name; column {width + 1} holds cells"
        )

    def _refuse(self) -> None:
        """Refuse what would be numbers, were it not for groups of thousands or for inf."""
        sure = any(guess.kind == "comma" and "thousands" not in guess.alive for guess in self._guesses)
        for place, (guess, name) in enumerate(zip(self._guesses, self._header, strict=True)):
            if guess.kind == "infinite":
                refuse_infinite_word(self.file, self.dialect, place, name)
            if guess.may_be_grouped(comma_is_decimal=sure, comma_is_usual=sure or self.dialect.delimiter == ";"):
                refuse_groups(self.file, self.dialect, place, name)

    def batches(self) -> Iterator[dict[str, np.ndarray]]:
        """Read the columns, some rows at a time."""
        for block in self._blocks():
            columns = {}
            for cells, name, guess, kind in zip(block.columns, self._header, self._guesses, self._kinds, strict=False):
                if kind != LEFT_OUT:
                    columns[name] = as_numpy(cells, guess, kind)
                    self._note_rounding(name, guess, columns[name])
            yield columns

    def cells(self) -> Iterator[dict[str, np.ndarray]]:
        """Read the same rows at a time as they are spelled: text, None where a cell is empty."""
        for block in self._blocks([""]):
            named = zip(block.columns, self._header, self._kinds, strict=False)
            yield {name: as_numpy(cells, Guess(), "text") for cells, name, kind in named if kind != LEFT_OUT}

    def _note_rounding(self, name: str, guess: Guess, column: np.ndarray) -> None:
        if guess.is_rounded and loses_digits(column):
            note = f"column {name!r} holds whole numbers beyond 2^53, kept to 16 digits"
            self.notes += [] if note in self.notes else [note]


class WholeBreaks(io.RawIOBase):
    """Read a file so that no block ends between CR and LF: of a quoted one Arrow would lose the LF."""

    def __init__(self, file: io.FileIO) -> None:
        self.file = file

    def readable(self) -> bool:
        """Say yes."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read a block, a byte less than asked for where that byte is a CR."""
        block = self.file.read(size) or b""
        if len(block) > 1 and block.endswith(b"\r"):
            self.file.seek(-1, io.SEEK_CUR)
            return block[:-1]
        return block


class _TooSmall(Exception):
    """A record does not fit into a block."""


def check_names(path: str, names: list[str]) -> None:
    """Raise a `DataError` where a name is absent or stands twice."""
    refuse_repeated(names, f"{path}, line 1: ")
    if "" in names:
        raise DataError(f"{path}, line 1: every column must have a name; column {names.index('') + 1} has none")

"""Whatever the bytes: a table, or one error of ours in one line."""

from __future__ import annotations

import gzip
import io
import json
import string

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dendrax.data import csv_file, json_lines
from dendrax.data.columns import encoder_from_json
from dendrax.data.design import design_matrix, learn_design
from dendrax.data.files import read_table
from dendrax.data.tables import DataError, Table
from dendrax.data.understand import learn_table

CELLS = ["", "NA", "1", "-2.5", "1e400", "+7", "0x10", "1_0", "inf", "1,5", "1.234,5", "1,234", "true", "False", " 3 "]
CELLS += ["2024-01-01", "2024-02-30", "2024-01-01T10:00Z", "10:30", "x", "é", "٣", '"', '""', '"a\nb"', "\r", "9" * 19]
CELLS += ["\0", "9" * 20, "9007199254740993", "5e-324", "-0", "?", "\ufeff", "=1+1", "{", "}", "\ud7ff", "1" * 500]
PLAIN = ["", "1", "-2.5", "+7", " 3 ", "x", "true", "2024-01-01", "10:30", "é", "1,5", "NA", "0x10", '"a\nb"', "9" * 19]
CELL = st.sampled_from(PLAIN * 9 + CELLS)


def mostly(often: st.SearchStrategy, *seldom: st.SearchStrategy) -> st.SearchStrategy:
    """Draw four times of five from the first."""
    return st.integers(0, 4).flatmap(lambda i: st.one_of(*seldom) if i == 4 else often)


PIECES = st.sampled_from([*CELLS, ",", ";", "\t", "|", "\n", "\n", "\r\n", ",", ","])
TEXT = st.lists(PIECES, max_size=60).map("".join)
ROWS = st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=8))
GRID = st.tuples(ROWS, st.sampled_from([",", ";", "\t"]), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
VALUES = [1, 2.5, True, None, "x", "2024-01-01", 2**64, 10**400, "é", float("inf"), [1]]
OBJECTS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(VALUES[:7] * 9 + VALUES))


def grid(drawn) -> str:
    rows, delimiter, end, trailing = drawn
    header = [string.ascii_lowercase[i] for i in range(len(rows[0]) if rows else 1)]
    return end.join(delimiter.join(row) + delimiter * trailing for row in [header, *rows])


def damaged(content: bytes, at: int, by: bytes) -> bytes:
    place = at % (len(content) + 1)
    return content[:place] + by + content[place + len(by) :]


WRITTEN = mostly(GRID.map(grid), TEXT)
CODINGS = st.sampled_from([*["utf-8"] * 6, "utf-8-sig", "utf-16", "latin-1"])
CODED = st.tuples(WRITTEN, CODINGS).map(lambda drawn: drawn[0].encode(drawn[1], "replace"))
LINES = st.lists(OBJECTS.map(json.dumps), max_size=6)
CODED_LINES = mostly(LINES, st.lists(TEXT)).map(lambda lines: "\n".join(lines).encode())


def packed(table: pa.Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


def streamed(table: pa.Table) -> bytes:
    content = io.BytesIO()
    with pa.ipc.new_file(content, table.schema) as writer:
        writer.write_table(table)
    return content.getvalue()


DAYS, CODES = pa.array([0, 1], pa.date32()), pa.array(["a", "b"]).dictionary_encode()
TYPED = pa.table({"i": [1, None], "s": ["x", None], "d": DAYS, "k": CODES})
SOURCES = {
    ".csv": mostly(CODED, st.binary(max_size=80)),
    ".tsv": CODED,
    ".jsonl": mostly(CODED_LINES, st.binary(max_size=80)),
    ".csv.gz": CODED.map(gzip.compress),
    ".parquet": st.just(packed(TYPED)),
    ".arrow": st.just(streamed(TYPED)),
}
CONTENTS = st.sampled_from([*SOURCES, *[".csv"] * 6]).flatmap(lambda kind: st.tuples(st.just(kind), SOURCES[kind]))
DAMAGE = mostly(st.none(), st.tuples(st.integers(0, 10**4), st.binary(min_size=1, max_size=4)))
ENCODINGS = st.sampled_from([*[None] * 12, "latin-1", "utf-16", "ascii", "nope"])


def check(table: Table) -> None:
    """Check that what was read can be learned, kept in a file and encoded, or that one error of ours says why not."""
    assert table.n_rows > 0
    assert all(column.dtype.kind in "fibMO" for column in table.columns.values())
    for learn in (learn_table, learn_design):
        try:
            encoder = learn(table)
        except DataError as error:
            assert "no column to learn from" in str(error)  # noqa: PT017
            continue
        assert encoder_from_json(json.loads(json.dumps(encoder.to_json(), allow_nan=False))) == encoder
        encoded = encoder.encode(table) if learn is learn_table else {"x": design_matrix(encoder, table)}
        assert all(np.isfinite(values).all() for values in encoded.values())
        assert encoder.unseen(table) == {}


@settings(max_examples=300)
@given(CONTENTS, DAMAGE, ENCODINGS, st.sampled_from([16, 64, 2**20]))
@example((".csv", b'a,b\n"1\n'), None, None, 16)
@example((".csv", b"a,b,\n1,2,\n"), None, None, 2**20)
def test_D9_whatever_the_bytes_a_table_or_one_error(tmp_path_factory, content, damage, encoding, block):
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    folder.mkdir(exist_ok=True)
    path = folder / f"a{content[0]}"
    path.write_bytes(content[1] if damage is None else damaged(content[1], *damage))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_file, "BLOCK", block)
        patch.setattr(json_lines, "ROWS", 3)
        try:
            table = read_table(path, encoding=encoding)
        except DataError as error:
            message = str(error)
            assert "\n" not in message
            assert str(path) in message or "encoding must name" in message
            return
    check(table)


@settings(max_examples=150)
@given(GRID, GRID, st.booleans())
def test_D6_whatever_the_later_table_an_encoding_or_one_error(tmp_path_factory, first, second, spelled):
    folder = tmp_path_factory.getbasetemp() / "fuzz"
    folder.mkdir(exist_ok=True)
    tables = []
    for drawn in (first, second):
        (folder / "b.csv").write_text(grid(drawn))
        try:
            tables.append(read_table(folder / "b.csv", text=list("abcd") if spelled and tables else ()))
        except DataError:
            return
    for learn in (learn_table, learn_design):
        try:
            encoder = learn(tables[0])
            encoded = encoder.encode(tables[1]) if learn is learn_table else {"x": design_matrix(encoder, tables[1])}
            encoder.unseen(tables[1])
        except DataError as error:
            assert "\n" not in str(error)  # noqa: PT017
            continue
        assert all(np.isfinite(values).all() and len(values) == tables[1].n_rows for values in encoded.values())

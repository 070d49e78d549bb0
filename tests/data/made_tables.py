"""Tables made by chance, as bytes: well written, badly written, damaged. The same seed, the same tables."""

from __future__ import annotations

import gzip
import io
import json
import random
import string
from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

CELLS = ["", "NA", "1", "-2.5", "1e400", "+7", "0x10", "1_0", "inf", "1,5", "1.234,5", "1,234", "true", "False", " 3 "]
CELLS += ["2024-01-01", "2024-02-30", "2024-01-01T10:00Z", "10:30", "x", "é", "٣", '"', '""', '"a\nb"', "\r", "9" * 19]
CELLS += ["\0", "9" * 20, "9007199254740993", "5e-324", "-0", "?", "\ufeff", "=1+1", "{", "}", "\ud7ff", "1" * 500]
POOLS = [
    ["", "1", "-2.5", "+7", " 3 ", "x", "true", "2024-01-01", "10:30", "é", "1,5", "NA", "0x10", '"a\nb"', "9" * 19],
    ["1", "-2", "+7", "0", "30", " 4", "9007199254740993", "9" * 19, ""],
    ["1.5", "-2.5", "1e3", ".5", "5.", "-0", "5e-324", "1e308", "NA", " 3 "],
    ["1,5", "-2,5", "3", "1.234,5", "1,234", "1e400", "inf"],
    ["2024-01-01", "1969-12-31", "2024-01-01T10:00Z", "2024-01-01 10:00:00.5+02:00", "10:30", "2024-02-30", ""],
    ["true", "False", "TRUE", "NA"],
    ["a", "b", "é", '"a\nb"', '"a;b,c"', "1", ""],
]
BETWEEN = [",", ",", ",", ";", "\t", "|", "\n", "\n", "\r\n"]
VALUES: list[Any] = [1, 2.5, True, None, "x", "2024-01-01", 2**64]
STRANGE: list[Any] = [10**400, "é", float("inf"), float("nan"), [1], {"a": 1}, "\ud800", "2024-01-01T10:00Z", ""]
CODINGS = ["utf-8"] * 6 + ["utf-8-sig", "utf-16", "latin-1"]
ENCODINGS = [None] * 12 + ["latin-1", "utf-16", "ascii", "nope", "cp1252", "utf-16-le"]
BLOCKS = [16, 64, 300, 2**20]


class Case(NamedTuple):
    """A file to read: how it ends, its bytes, the encoding that is named, and the size of the blocks."""

    suffix: str
    content: bytes
    encoding: str | None = None
    block: int = 2**20


def seldom(chance: random.Random, often: Any, rare: Any, share: float = 0.2) -> Any:
    """Call one of two functions, the second for a share of the cases."""
    return rare() if chance.random() < share else often()


def grid(chance: random.Random) -> str:
    """Write rows of cells below a header, as many in each."""
    pools = [chance.choice(POOLS) for _ in range(chance.randint(1, 4))]
    delimiter, end = chance.choice(",,;\t|"), chance.choice(["\n", "\n", "\r\n", "\r"])
    rows = [
        [seldom(chance, lambda p=pool: chance.choice(p), lambda: chance.choice(CELLS), 0.02) for pool in pools]
        for _ in range(chance.choice((1, 2, 4, 8, 30)))
    ]
    trailing = delimiter * (chance.random() < 0.2)
    return end.join(delimiter.join(row) + trailing for row in [list(string.ascii_lowercase[: len(pools)]), *rows])


def loose(chance: random.Random) -> str:
    """Write cells and marks in any order."""
    return "".join(chance.choice(chance.choice((CELLS, BETWEEN))) for _ in range(chance.randrange(60)))


def damaged(chance: random.Random, content: bytes) -> bytes:
    """Change, cut, repeat or insert a few bytes."""
    i = chance.randrange(len(content) + 1)
    some = chance.randbytes(chance.randint(1, 4))
    j = i + chance.randint(1, 16)
    return chance.choice((content[:i] + some + content[j:], content[:i], content[:j] + content[i:], content[i:]))


def perhaps_damaged(chance: random.Random, content: bytes, share: float = 0.2) -> bytes:
    """Damage a share of the contents."""
    return seldom(chance, lambda: content, lambda: damaged(chance, content), share)


def csv(chance: random.Random, suffix: str = ".csv") -> Case:
    """Make a file of CSV."""
    text = seldom(chance, lambda: grid(chance), lambda: loose(chance))
    content = text.encode(chance.choice(CODINGS), "replace")
    return Case(suffix, perhaps_damaged(chance, content), chance.choice(ENCODINGS), chance.choice(BLOCKS))


def jsonl(chance: random.Random) -> Case:
    """Make a file of JSON Lines: rows of a few keys, each with values of mostly one kind."""
    usual = {key: chance.choice(VALUES) for key in "abc"}

    def value(key: str) -> Any:
        return seldom(chance, lambda: usual[key], lambda: chance.choice((*VALUES, *VALUES, *STRANGE)), 0.15)

    rows = [{k: value(k) for k in usual if chance.random() < 0.9} for _ in range(chance.choice((0, 1, 2, 8, 20)))]
    lines = [json.dumps(row, ensure_ascii=chance.random() < 0.5) for row in rows]
    text = seldom(chance, lambda: "\n".join(lines), lambda: loose(chance), 0.1)
    content = text.encode(chance.choice(CODINGS), "replace")
    return Case(".jsonl", perhaps_damaged(chance, content), chance.choice(ENCODINGS), chance.choice(BLOCKS))


def packed(chance: random.Random) -> Case:
    """Make a file of text and pack it."""
    case = csv(chance) if chance.random() < 0.7 else jsonl(chance)
    content = gzip.compress(case.content, 1)
    return Case(f"{case.suffix}.gz", perhaps_damaged(chance, content), case.encoding, case.block)


TYPES: list[tuple[pa.DataType, list[Any]]] = [
    (pa.int64(), [1, -1, 2**53 + 1, None]),
    (pa.uint64(), [1, 2**64 - 1, None]),
    (pa.float32(), [1.5, float("nan"), float("inf"), None]),
    (pa.bool_(), [True, False, None]),
    (pa.string(), ["x", "é", "", None]),
    (pa.dictionary(pa.int8(), pa.string()), ["x", "y", None]),
    (pa.date32(), [0, 19000, None]),
    (pa.timestamp("ns", "UTC"), [0, 10**18, None]),
    (pa.timestamp("s"), [0, 2**62 // 1000, None]),
    (pa.time64("us"), [0, 1, None]),
    (pa.duration("ms"), [0, 1500, None]),
    (pa.decimal128(38, 2), [1, 10**30, None]),
    (pa.null(), [None]),
    (pa.list_(pa.int8()), [[1], None]),
    (pa.binary(), [b"x", None]),
]


def typed(chance: random.Random) -> pa.Table:
    """Make a table of Arrow's types."""
    rows, columns = chance.randrange(6), {}
    for name in "abc"[: chance.randrange(4)]:
        kind, values = chance.choice(TYPES[:-2] * 4 + TYPES[-2:])
        whole = values[: len(values) - (chance.random() < 0.5)] or values
        columns[name] = pa.array([chance.choice(whole) for _ in range(rows)], kind)
    return pa.table(columns)


def parquet(chance: random.Random) -> Case:
    """Make a file of Parquet."""
    content = io.BytesIO()
    pq.write_table(typed(chance), content, compression=chance.choice(("none", "snappy", "zstd")))
    return Case(".parquet", perhaps_damaged(chance, content.getvalue(), 0.6), None, chance.choice(BLOCKS))


def arrow(chance: random.Random) -> Case:
    """Make a file or a stream of Arrow."""
    content, table = io.BytesIO(), typed(chance)
    begin = chance.choice((pa.ipc.new_file, pa.ipc.new_stream))
    with begin(content, table.schema) as writer:
        writer.write_table(table)
    return Case(".arrow", perhaps_damaged(chance, content.getvalue(), 0.6), None, chance.choice(BLOCKS))


FILES: dict[str, Callable[[random.Random], Case]] = {
    "csv": csv,
    "tsv": lambda chance: csv(chance, ".tsv"),
    "jsonl": jsonl,
    "gzip": packed,
    "parquet": parquet,
    "arrow": arrow,
}

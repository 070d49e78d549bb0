"""Short runs of the fuzzers of tables; long ones are started by hand (scripts/fuzz)."""

from __future__ import annotations

import random

import pytest
import table_fuzz
from cells_by_hand import dates_by_hand, is_number_by_hand
from made_tables import FILES, Case
from table_fuzz import READERS, fuzz, judged

from dendrax.data.tables import DataError

EXECUTIONS = {"csv": 250, "jsonl": 200, "numbers": 600, "dates": 600}  # the others: 80


@pytest.mark.parametrize("reader", READERS)
def test_D6_D8_D9_whatever_the_bytes_a_table_or_one_error(reader, tmp_path):
    counts, findings = fuzz(reader, EXECUTIONS.get(reader, 80), 0, tmp_path)
    assert findings == []
    assert counts["read"] > 0
    assert counts["refused"] > 0


@pytest.mark.parametrize(
    "case",
    [
        Case(".csv", b'a,b\n"1\n', None, 16),
        Case(".csv", b"a,b,\n1,2,\n", None, 2**20),
        Case(".csv", b"a,b\n10:30,x\n2024-01-01,y\n", None, 16),
        Case(".jsonl", b'{"a": "10:30"}\n{"a": "2024-01-01"}\n', None, 16),
    ],
)
def test_D9_what_the_fuzzers_found_is_mended(case, tmp_path):
    assert judged(case, tmp_path) in ("read", "refused")


@pytest.mark.parametrize("kind", FILES)
def test_the_same_seed_makes_the_same_files(kind):
    one, other = (random.Random(5) for _ in range(2))
    made = [[FILES[kind](chance).content for _ in range(20)] for chance in (one, other)]
    if kind == "gzip":  # the header of gzip holds the time
        made = [[content[10:] for content in contents] for contents in made]
    assert made[0] == made[1]


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (KeyError("x"), "KeyError"),
        (DataError("two\nlines of case"), "no file is named"),
        (MemoryError(), "MemoryError"),
    ],
)
def test_a_finding_is_found(tmp_path, monkeypatch, error, words):
    def broken(*_, **__):
        raise error

    monkeypatch.setattr(table_fuzz, "read_table", broken)
    _, findings = fuzz("csv", 1, 0, tmp_path)
    assert [words in found for found, _ in findings] == [True]


def test_what_differs_by_its_blocks_is_found(tmp_path, monkeypatch):
    real, calls = table_fuzz.read_table, []

    def forgetful(path, **chosen):
        calls.append(path)
        table = real(path, **chosen)
        return table.take(table.columns["a"] != 2) if len(calls) == 2 else table

    monkeypatch.setattr(table_fuzz, "read_table", forgetful)
    with pytest.raises(AssertionError, match="other blocks differ in a"):
        judged(Case(".csv", b"a,b\n1,2\n2,3\n"), tmp_path)


@pytest.mark.parametrize("cell", ["1", "-1.5e3", "+7.", ".5", " 1\t", "00.7", "1E+5", "1e-999"])
def test_D8_numbers_by_hand_are_numbers_to_python(cell):
    assert is_number_by_hand(cell)
    float(cell)


@pytest.mark.parametrize(
    "cell", ["", " ", ".", "1_0", "inf", "nan", "٣", "1e", "e5", "--1", "+ 1", "1 1", "1\n", "1,5"]
)
def test_D8_what_is_no_number_by_hand(cell):
    assert not is_number_by_hand(cell)


def test_dates_by_hand_are_dates_of_the_standard():
    assert dates_by_hand(["2024-02-29"]).astype(str).tolist() == ["2024-02-29"]
    assert dates_by_hand(["2024-05-31 00:30:15.25-0130", "2024-02-29"]).astype(str).tolist() == [
        "2024-05-31T02:00:15.250000",
        "2024-02-29T00:00:00.000000",
    ]
    assert dates_by_hand(["23:59:59.123456789"]).astype(str).tolist() == ["1970-01-01T23:59:59.123456"]
    for cells in (["2023-02-29"], ["24:00"], ["10:30", "2024-01-01"], ["2024-01-01T"], ["2024-01-01T10:30+99"]):
        assert dates_by_hand(cells) is None

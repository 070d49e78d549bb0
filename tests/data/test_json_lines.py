import json
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data import json_lines
from dendrax.data.files import place, read_table
from dendrax.data.tables import DataError


def read(folder, *lines, **options):
    path = folder / "a.jsonl"
    path.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return read_table(path, **options)


def test_kinds_are_those_of_json(tmp_path):
    table = read(
        tmp_path,
        '{"i": 1, "f": 1, "b": true, "s": "1", "d": "2024-01-01", "m": 1.0, "h": 5, "t": true}',
        '{"i": 2, "f": 2.5, "b": false, "s": "2", "d": null, "m": "x", "t": null, "late": NaN}',
    )
    kinds = {name: column.dtype.kind for name, column in table.columns.items()}
    assert kinds == {"i": "i", "f": "f", "b": "b", "s": "O", "d": "M", "m": "O", "h": "f", "t": "O", "late": "f"}
    assert table.columns["s"].tolist() == ["1", "2"]
    assert table.columns["d"].tolist() == [date(2024, 1, 1), None]
    assert table.columns["m"].tolist() == ["1", "x"]
    assert table.columns["t"].tolist() == ["True", None]
    assert np.array_equal(table.columns["h"], [5, np.nan], equal_nan=True)
    assert np.isnan(table.columns["late"]).all()


def test_a_column_of_text_keeps_its_spelling(tmp_path):
    assert read(tmp_path, '{"a": 1, "d": "2024-01-01"}', text=["a", "d"]).columns["d"].tolist() == ["2024-01-01"]


VALUES = st.none() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.booleans() | st.text()


@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, min_size=1), min_size=1), st.integers(1, 4))
def test_rows_survive(tmp_path_factory, rows, size):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_lines, "ROWS", size)
        try:
            table = read(tmp_path_factory.mktemp("rows"), *map(json.dumps, rows))
        except DataError as error:  # beyond float64, or half a character
            assert any(w in str(error) for w in ("must be finite", "surrogates"))  # noqa: PT017
            return
    for name, column in table.columns.items():
        cells = [row.get(name) for row in rows]
        numbers = all(v is None or type(v) in (int, float) for v in cells)
        assert len(column) == len(rows)
        if numbers:
            expected = [np.nan if v is None else float(v) for v in cells]
            assert np.array_equal(column.astype(float), expected, equal_nan=True)
        if any(type(v) is str for v in cells) and column.dtype.kind == "O":
            assert [c for c, v in zip(column, cells, strict=True) if type(v) is str] == [
                v for v in cells if type(v) is str
            ]


FAULTS = {
    "no JSON": ("{a: 1}", "every line must be one JSON object"),
    "a list": ("[1]", r"every line must be one JSON object; got \[1\]"),
    "nested": ('{"a": {"b": 1}}', "column 'a': values must be numbers, booleans, text or null; got a dict"),
    "deep": ("[" * 100_000, "got deep nesting"),
    "a key twice": ('{"a": 1, "a": 2}', "the key 'a' stands there more than once"),
    "infinity": ('{"a": -Infinity}', "numbers must be finite; got -Infinity"),
    "many digits": ('{"a": 1' + "0" * 5000 + "}", "every line must be one JSON object"),
    "half a character": ('{"a": "\\ud800"}', "surrogates not allowed"),
    "Latin-1": ('{"a": "ä"}'.encode("latin-1"), "text must be UTF-8; byte 8 of the line is not"),
    "NUL": ('{"a": 1\0}', "every line must be one JSON object"),
}


@pytest.mark.parametrize(("line", "words"), FAULTS.values(), ids=FAULTS)
def test_D9_a_fault_is_named_by_its_line(tmp_path, line, words):
    with pytest.raises(DataError, match=rf"a\.jsonl, line 3.*{words}") as error:
        read(tmp_path, '{"a": 1}', "", line)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("number", ["1e400", str(10**400)])
def test_D7_numbers_beyond_float64_are_named(tmp_path, number):
    with pytest.raises(DataError, match=r"a\.jsonl, line 3, column 'a': numbers must be finite"):
        read(tmp_path, '{"a": 1}', "", f'{{"a": {number}}}')


def test_D7_rounded_whole_numbers_are_noted(tmp_path):
    assert read(tmp_path, f'{{"a": {2**63 - 1}}}').columns["a"].tolist() == [2**63 - 1]
    for lines in ([f'{{"a": {2**63}}}'], [f'{{"a": {2**53 + 1}}}', '{"b": 1}']):
        notes = read(tmp_path, *lines).notes
        assert notes == ("column 'a' holds whole numbers beyond 2^53, kept to 16 digits",)


@pytest.mark.parametrize("content", ["{}", "\n\n", "{}\n{}"])
def test_D2_nothing_to_read(tmp_path, content):
    with pytest.raises(DataError, match="at least one object with a key; it holds none"):
        read(tmp_path, content)


def test_D10_a_line_beyond_reason_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(json_lines, "LONGEST_LINE", 50)
    with pytest.raises(DataError, match=r"a\.jsonl, line 2: a line must hold fewer than 50 bytes"):
        read(tmp_path, '{"a": 1}', '{"a": "' + "x" * 100 + '"}')


def test_a_row_is_named_by_its_line(tmp_path):
    table = read(tmp_path, '{"a": 1}', "", '{"a": 2}')
    assert place(table, 1) == f"{tmp_path / 'a.jsonl'}, line 3"

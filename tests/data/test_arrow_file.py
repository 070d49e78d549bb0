import datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from dendrax.data import arrow_file
from dendrax.data.files import open_table, read_table
from dendrax.data.tables import DataError

ZONE = datetime.timezone(datetime.timedelta(hours=2))


def as_stream(table, path):
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table)


WRITERS = {
    "parquet": (lambda table, path: pq.write_table(table, path, row_group_size=3), ".parquet"),
    "feather": (lambda table, path: pyarrow.feather.write_feather(table, str(path)), ".feather"),
    "plain arrow": (lambda table, path: pyarrow.feather.write_feather(table, str(path), "uncompressed"), ".arrow"),
    "stream": (as_stream, ".arrow"),
}


@pytest.fixture(params=WRITERS)
def write(request, tmp_path):
    def written(columns):
        make, suffix = WRITERS[request.param]
        path = tmp_path / f"a{suffix}"
        make(pa.table(columns), path)
        return path

    return written


COLUMNS = {
    "i": (pa.array([1, 2], pa.int8()), np.array([1, 2])),
    "i with holes": (pa.array([1, None]), np.array([1, np.nan])),
    "f": (pa.array([1.5, None], pa.float32()), np.array([1.5, np.nan])),
    "decimal": (pa.array([Decimal("1.25"), None], pa.decimal128(9, 2)), np.array([1.25, np.nan])),
    "b": (pa.array([True, False]), np.array([True, False])),
    "b with holes": (pa.array([True, None]), np.array(["True", None], object)),
    "s": (pa.array(["x", None]), np.array(["x", None], object)),
    "large s": (pa.array(["x", None], pa.large_string()), np.array(["x", None], object)),
    "dictionary": (pa.array(["x", None]).dictionary_encode(), np.array(["x", None], object)),
    "codes": (pa.array([7, 8]).dictionary_encode(), np.array([7, 8])),
    "day": (pa.array([datetime.date(2024, 1, 1), None]), np.array(["2024-01-01", "NaT"], "M8[D]")),
    "day in ms": (pa.array([datetime.date(2024, 1, 1), None], pa.date64()), np.array(["2024-01-01", "NaT"], "M8[D]")),
    "stamp": (
        pa.array([datetime.datetime(2024, 1, 1, 10), None], pa.timestamp("ns")),
        np.array(["2024-01-01T10", "NaT"], "M8[us]"),
    ),
    "stamp in a zone": (
        pa.array([datetime.datetime(2024, 1, 1, 10, tzinfo=ZONE), None], pa.timestamp("ms", "Europe/Berlin")),
        np.array(["2024-01-01T08", "NaT"], "M8[us]"),
    ),
    "time": (pa.array([datetime.time(10), None], pa.time32("s")), np.array(["1970-01-01T10", "NaT"], "M8[us]")),
    "time in ns": (pa.array([datetime.time(10), None], pa.time64("ns")), np.array(["1970-01-01T10", "NaT"], "M8[us]")),
    "duration": (pa.array([datetime.timedelta(seconds=90), None], pa.duration("ms")), np.array([90, np.nan])),
    "null": (pa.nulls(2), np.array([np.nan, np.nan])),
}


def test_D11_columns_of_every_type(write):
    table = read_table(write({name: cells for name, (cells, _) in COLUMNS.items()}))
    for name, (_, expected) in COLUMNS.items():
        found = table.columns[name]
        assert found.dtype == expected.dtype, name
        assert np.array_equal(found, expected, equal_nan=found.dtype.kind in "fM"), name


def test_D10_types_are_those_of_the_whole_file(write, monkeypatch):
    monkeypatch.setattr(arrow_file, "ROWS", 2)
    path = write({"i": pa.array([1, 2, 3, 4, None]), "b": pa.array([True, False, None, True, True])})
    with open_table(path) as opened:
        parts = list(opened.batches())
    assert len(parts) > 1
    assert [row for part in parts for row in part.rows] == list(range(5))
    assert {part.columns["i"].dtype.kind for part in parts} == {"f"}
    assert {part.columns["b"].dtype.kind for part in parts} == {"O"}
    assert np.concatenate([part.columns["b"] for part in parts]).tolist() == ["True", "False", None, "True", "True"]


def test_D7_rounded_whole_numbers_are_noted(write):
    assert read_table(write({"a": pa.array([2**53 + 1])})).notes == ()
    for cells in (pa.array([2**53 + 1, None]), pa.array([2**64 - 1], pa.uint64())):
        assert read_table(write({"a": cells})).notes == ("column 'a' holds numbers beyond 2^53, kept to 16 digits",)


def test_D7_infinite_numbers_are_named(write):
    with pytest.raises(DataError, match="row 2, column 'a': numbers must be finite; got inf"):
        read_table(write({"a": pa.array([1.0, np.inf])}))


@pytest.mark.parametrize(
    "cells",
    [pa.array([[1]]), pa.array([{"b": 1}]), pa.array([b"x"]), pa.array([b"x"], pa.binary(1))],
    ids=lambda cells: str(cells.type),
)
def test_D11_columns_that_cannot_be_learned_from(write, cells):
    with pytest.raises(DataError, match="column 'a' must hold numbers, booleans, dates or text; it holds"):
        read_table(write({"a": cells}))


def test_D5_names_that_repeat(write, tmp_path):
    path = write({"a": [1]}).with_name("b.arrow")
    as_stream(pa.table([[1], [2]], names=["a", "a"]), path)
    with pytest.raises(DataError, match=r"b\.arrow: column names must differ; 'a'"):
        read_table(path)


def test_D2_nothing_to_read(write):
    for columns in ({"a": pa.array([], pa.int64())}, {}):
        with pytest.raises(DataError, match="at least one column and one row; it holds none"):
            read_table(write(columns))


def test_D10_damaged_files(write):
    path = write({"a": pa.array(np.arange(1000)), "s": pa.array(["x"] * 1000)})
    content = path.read_bytes()
    for length in range(1, len(content), 97):
        path.write_bytes(content[:length])
        try:
            read_table(path)
        except DataError as error:
            assert "cannot be read as" in str(error) or "holds none" in str(error)  # noqa: PT017


def test_D9_dates_beyond_the_calendar(write):
    path = write({"a": pa.array([2**62], pa.int64()).cast(pa.timestamp("ms"))})
    with pytest.raises(DataError, match="cannot be read as"):
        read_table(path)


def test_D9_what_arrow_says_of_a_damaged_file_is_one_line(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [1, 2]}), path)
    content = path.read_bytes()
    for length in range(40):
        path.write_bytes(content[:-8] + length.to_bytes(4, "little") + content[-4:])
        with pytest.raises(DataError, match=r"a\.parquet cannot be read as Parquet: ") as caught:
            read_table(path)
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("rows", [1, 2**16])
def test_D9_a_wrong_count_of_missing_cells_is_refused_however_the_rows_are_cut(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(arrow_file, "ROWS", rows)
    present = pa.array([1, None, None]).buffers()
    lying = pa.Array.from_buffers(pa.int64(), 3, present, null_count=1)
    as_stream(pa.table({"a": lying}), tmp_path / "a.arrow")
    with pytest.raises(DataError, match="null_count"):
        read_table(tmp_path / "a.arrow")

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data.iso_dates import dates_of


def read(*cells):
    return dates_of(pa.array(cells, pa.string()))


@given(st.datetimes(), st.sampled_from(["T", " "]))
def test_what_python_writes_is_read(moment, between):
    assert read(moment.isoformat(between)).tolist() == [moment]


@given(st.dates())
def test_days_are_days(day):
    assert read(day.isoformat(), None).tolist() == [day, None]


@pytest.mark.parametrize(
    ("cell", "utc"),
    [
        ("2024-05-31T12:30Z", "2024-05-31T12:30"),
        ("2024-05-31T12:30+02:00", "2024-05-31T10:30"),
        ("2024-05-31 00:30:15.25-0130", "2024-05-31T02:00:15.25"),
        ("2024-05-31T12:30+02", "2024-05-31T10:30"),
        ("2024-05-31T12:30:00.123456789", "2024-05-31T12:30:00.123456"),
        ("12:30", "1970-01-01T12:30"),
        ("12:30:01.5", "1970-01-01T12:30:01.5"),
        ("12:30:01.123456789", "1970-01-01T12:30:01.123456"),
    ],
)
def test_time_zones_become_utc(cell, utc):
    import numpy as np

    assert read(cell)[0] == np.datetime64(utc)


def test_cells_without_a_zone_count_as_utc():
    assert read("2024-05-31T12:30+02:00", "2024-05-31T12:30", "2024-05-31").astype(str).tolist() == [
        "2024-05-31T10:30:00.000000",
        "2024-05-31T12:30:00.000000",
        "2024-05-31T00:00:00.000000",
    ]


@pytest.mark.parametrize(
    "cells",
    [
        ["2023-02-29"],
        ["2023-13-01"],
        ["24:00"],
        ["2023-01-01T25:00"],
        ["31.12.2023"],
        ["12/31/2023"],
        ["2023-1-1"],
        ["20230101"],
        ["2023-01-01T"],
        ["2023-01-01x"],
        ["12:30", "2023-01-01"],
        ["2023-01-01T12:30+99:00"],
        ["２０２３-01-01"],
    ],
)
def test_what_is_no_date_is_none(cells):
    assert read(*cells) is None

import calendar
import math
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.data.date_parts import elapsed, expanded, parts_that_vary, phase, spelled

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))


def stamps(*cells):
    return np.array(cells, "M8[us]")


@given(MOMENTS)
def test_parts_are_those_of_the_calendar(moment):
    days = 366 if calendar.isleap(moment.year) else 365
    clock = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    assert phase(stamps(moment), "day")[0] == pytest.approx(clock / 86400, abs=1e-12)
    assert phase(stamps(moment), "week")[0] == moment.weekday() / 7
    assert phase(stamps(moment), "year")[0] == (moment.timetuple().tm_yday - 1) / days
    assert elapsed(stamps(moment))[0] == pytest.approx((moment - datetime(1970, 1, 1)).total_seconds(), abs=1e-5)


def test_numbers_of_a_date():
    row = expanded(stamps("2024-01-02T06:00"), ("day", "week"), centre=86400.0, scale=2.0)[0]
    seconds = (datetime(2024, 1, 2, 6) - datetime(1970, 1, 1)).total_seconds()
    turn = 2 * math.pi / 7  # a Tuesday
    assert row == pytest.approx([(seconds - 86400) / 2, 1, 0, math.sin(turn), math.cos(turn)], abs=1e-12)


def test_missing_dates_are_nan():
    assert np.isnan(expanded(stamps("NaT"), ("day", "week", "year"))).all()


@pytest.mark.parametrize(
    ("cells", "parts"),
    [
        (["2024-01-01T10:00", "2024-01-01T11:00"], ("day",)),
        (["2024-01-01", "2024-01-08"], ("year",)),
        (["2024-01-01", "2024-01-02"], ("week", "year")),
        (["2018-01-01", "2024-01-01"], ()),
        (["2020-01-01", "2021-01-01", "2022-01-01"], ("week",)),
        (["2024-01-01T10:00", "2024-02-02T11:00", "NaT"], ("day", "week", "year")),
        (["NaT"], ()),
    ],
)
def test_only_parts_that_vary_are_kept(cells, parts):
    assert parts_that_vary(stamps(*cells)) == parts


def test_from_when_to_when():
    assert spelled(stamps("2021-12-31T10:00", "2019-01-01", "NaT")) == "2019-01-01T00:00:00 to 2021-12-31T10:00:00"


def test_days_beyond_every_calendar_stay_finite():
    row = expanded(np.array([2**31 - 1, -(2**31)], "M8[D]"), ("day", "week", "year"))
    assert np.isfinite(row).all()
    assert row[:, 0].tolist() == [(2**31 - 1) * 86400.0, -(2.0**31) * 86400]

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from dendrax.data.dates import of_array, of_objects


@pytest.mark.parametrize("unit", ["Y", "M", "W", "D", "h", "s", "ms", "us", "ns"])
def test_units_of_dates(unit):
    found = of_array(np.array([0, "NaT"], f"M8[{unit}]"))
    assert found.dtype == ("M8[D]" if unit in ("Y", "M", "W", "D") else "M8[us]")
    assert found[0] == np.datetime64("1970-01-01")
    assert np.isnat(found[1])


@pytest.mark.parametrize(("unit", "seconds"), [("D", 86400.0), ("h", 3600.0), ("ms", 0.001), ("ns", 1e-9)])
def test_differences_are_seconds(unit, seconds):
    assert np.array_equal(of_array(np.array([1, "NaT"], f"m8[{unit}]")), [seconds, np.nan], equal_nan=True)


def test_objects_of_one_kind():
    moment = datetime(2024, 1, 1, 10, tzinfo=UTC)
    for cells, expected in (
        ([date(2024, 1, 1), None], [date(2024, 1, 1), None]),
        ([moment, None], [moment.replace(tzinfo=None), None]),
        ([date(2024, 1, 1), datetime(2024, 1, 1, 3)], [datetime(2024, 1, 1), datetime(2024, 1, 1, 3)]),
        ([np.datetime64("2024-01-01"), None], [datetime(2024, 1, 1), None]),
        ([time(3), None], [datetime(1970, 1, 1, 3), None]),
    ):
        found = of_objects(cells)
        assert found is not None
        assert found.tolist() == expected


def test_objects_of_several_kinds_are_none():
    assert of_objects([time(3), date(2024, 1, 1)]) is None
    assert of_objects(["2024-01-01", date(2024, 1, 1)]) is None
    assert np.array_equal(of_objects([np.timedelta64(1, "s"), timedelta(1), None]), [1, 86400, np.nan], equal_nan=True)


@pytest.mark.parametrize("unit", ["Y", "M", "h", "s", "ms"])
def test_dates_beyond_64_bits_are_refused(unit):
    with pytest.raises(ValueError, match="beyond what 64 bits can hold"):
        of_array(np.array([2**62], f"M8[{unit}]"))

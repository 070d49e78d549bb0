import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.core.shapes import SMALLEST, bucket

rows = st.integers(0, 2**40)


def smallest_of_the_form(n: int) -> int:
    """The definition, by search: the smallest m·2^e ≥ n with m in 8 … 15."""
    return min(m << e for e in range(n.bit_length() + 1) for m in range(8, 16) if m << e >= n)


@given(rows)
def test_a_bucket_holds_its_number_and_is_at_most_an_eighth_above_it(n: int):
    assert n <= bucket(n)
    assert bucket(n) <= max(SMALLEST, n * 9 / 8)


@given(st.integers(SMALLEST, 2**40))
def test_a_bucket_is_the_smallest_of_its_form(n: int):
    assert bucket(n) == smallest_of_the_form(n)


@given(rows)
def test_a_bucket_is_its_own_bucket(n: int):
    assert bucket(bucket(n)) == bucket(n)


@given(rows, rows)
def test_more_rows_never_have_a_smaller_bucket(n: int, m: int):
    low, high = sorted((n, m))
    assert bucket(low) <= bucket(high)


def test_there_are_eight_buckets_in_each_doubling():
    assert len({bucket(n) for n in range(1025, 2049)}) == 8
    assert sorted({bucket(n) for n in range(65, 129)}) == [72, 80, 88, 96, 104, 112, 120, 128]


@pytest.mark.parametrize("n", [0, 1, 63, 64])
def test_nothing_is_below_the_smallest(n: int):
    assert bucket(n) == 64


def test_the_smallest_may_be_chosen():
    assert [bucket(n, smallest=1) for n in (0, 1, 7, 15, 16, 17, 31)] == [1, 1, 7, 15, 16, 18, 32]
    assert bucket(3, smallest=8) == 8

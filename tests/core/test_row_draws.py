import numpy as np
import pytest

from dendrax.core.row_draws import PART, SAMPLE, TEST, VALIDATION, row_draws

ROWS = np.arange(200_000)


def test_the_generator_is_the_one_of_the_paper():
    mask, gamma = 2**64 - 1, 0x9E3779B97F4A7C15

    def mix(z):
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        return z ^ (z >> 31)

    start = mix((5 * gamma + PART) & mask)
    for row in (0, 1, 10**10):
        assert row_draws(np.array([row]), 5, PART)[0] == (mix((row * gamma + start) & mask) >> 11) / 2**53


def test_draws_are_even():
    counts = np.histogram(row_draws(ROWS, 3, SAMPLE), bins=20, range=(0, 1))[0]
    chi_squared = ((counts - len(ROWS) / 20) ** 2 / (len(ROWS) / 20)).sum()
    assert chi_squared < 43.8  # 19 degrees of freedom, 1 in 1000


@pytest.mark.parametrize(
    ("one", "other"), [((0, TEST), (0, SAMPLE)), ((0, VALIDATION), (0, PART)), ((1, PART), (2, PART))]
)
def test_seeds_and_purposes_say_nothing_of_each_other(one, other):
    r = np.corrcoef(row_draws(ROWS, *one), row_draws(ROWS, *other))[0, 1]
    assert abs(r) < 5 / np.sqrt(len(ROWS))


def test_neighbours_say_nothing_of_each_other():
    u = row_draws(ROWS, 0, PART)
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 5 / np.sqrt(len(ROWS))

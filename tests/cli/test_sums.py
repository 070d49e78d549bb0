import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.cli.scores import class_scores, number_scores
from dendrax.cli.sums import ClassSums, NumberSums

SIZES = st.lists(st.integers(1, 20), min_size=1, max_size=5)


@given(SIZES, st.integers(0, 99))
def test_classes_in_batches_score_as_a_whole(sizes, seed):
    draw = np.random.default_rng(seed)
    p = draw.dirichlet(np.ones(3), sum(sizes)).astype(np.float32)
    codes = draw.integers(0, 3, len(p))
    sums, start = ClassSums(), 0
    for size in sizes:
        sums.add(p[start : start + size], codes[start : start + size])
        start += size
    assert sums.scores == pytest.approx(class_scores(p, codes), rel=1e-12)


@given(SIZES, st.integers(0, 99), st.sampled_from([0.0, 1e6]))
def test_numbers_in_batches_score_as_a_whole(sizes, seed, far):
    draw = np.random.default_rng(seed)
    y = far + draw.normal(size=sum(sizes))
    answers, sums, start = y + draw.normal(size=len(y)), NumberSums(), 0
    for size in sizes:
        sums.add(answers[start : start + size], y[start : start + size])
        start += size
    assert sums.scores == pytest.approx(number_scores(answers, y), rel=1e-6, abs=1e-6)
    assert sums.rows == len(y)


def test_a_constant_target_explains_nothing():
    sums = NumberSums()
    sums.add(np.array([1.0, 3.0]), np.array([2.0, 2.0]))
    assert sums.scores == {"r2": 0.0, "rmse": 1.0}

from __future__ import annotations

import numpy as np
import pytest
from bars import NUMBERS, PLAN, X, data_of, learned, start_of

from dendrax.boltzmann.growing_chains import Growth


def test_chains_double_after_equal_shares_of_the_epochs():
    growth = Growth(10, 65, 40)  # 20, 40, 65: three doublings, four shares of ten epochs
    assert [growth.chains_in(epoch) for epoch in (0, 9, 10, 19, 20, 29, 30, 39)] == [10, 10, 20, 20, 40, 40, 65, 65]


@pytest.mark.parametrize(
    ("first", "last", "epochs"), [(10, 65, 40), (100, 100, 7), (1, 1000, 3), (3, 5, 100), (7, 8, 1)]
)
def test_no_growth_is_stepped_over(first, last, epochs):
    growth = Growth(first, last, epochs)
    at, seen = 0, []
    while at < epochs * 5:  # five steps an epoch
        seen.append((at, growth.chains_in(at // 5)))
        forward = growth.steps_to_next(at // 5, at % 5, 5)
        assert forward >= 1
        within = {growth.chains_in(step // 5) for step in range(at, min(at + forward, epochs * 5))}
        assert within == {seen[-1][1]}
        at += forward
    assert at == epochs * 5
    assert seen[-1][1] <= last


def test_new_chains_stand_where_the_old_ones_do():
    state = start_of(PLAN, NUMBERS, X)
    grown = Growth(100, 250, 1).grown(state._replace(epoch=np.int32(1)))
    np.testing.assert_array_equal(grown.learner.chains, np.tile(state.learner.chains, (3, 1))[:250])
    assert Growth(100, 250, 4).grown(state) is state


def test_a_run_ends_with_as_many_as_are_asked_for_and_the_same_bits():
    numbers = NUMBERS._replace(max_epochs=np.int32(30))
    one, two = (learned(PLAN, numbers, data_of(X), growth=Growth(100, 400, 30)) for _ in range(2))
    assert one.state.learner.chains.shape == (400, 9)
    np.testing.assert_array_equal(one.params.weights, two.params.weights)
    assert len({row.tobytes() for row in np.asarray(one.state.learner.chains)}) > 100

import numpy as np
import pytest

from dendrax.core.shapes import bucket
from dendrax.data.row_parts import RowParts, packed
from dendrax.estimators.visits import Visits, assembled

N, K = 900, 5


def records(places):
    codes = places[:, None].astype(np.int32)
    return packed({"codes": codes, "y": places.astype(np.float32)[:, None], "weight": np.ones(len(places), np.float32)})


@pytest.fixture
def visits():
    with RowParts(records(np.arange(1)).dtype, K, N, seed=0) as parts:
        parts.add(records(np.arange(N)), np.arange(N))
        parts.flush()
        yield Visits(parts, records(np.arange(5000, 5010)), seed=1)


def test_the_part_stands_before_the_rows_that_judge():
    data = assembled(records(np.arange(3)), records(np.arange(50, 52)), size=72)
    assert data.rows.y.shape == (72 + 64, 1)
    np.testing.assert_array_equal(data.rows.x["codes"][:4, 0], [0, 1, 2, 0])
    np.testing.assert_array_equal(data.rows.weight[:4], [1, 1, 1, 0])
    assert np.asarray(data.training)[:3].tolist() == [0, 1, 2]
    judge = np.asarray(data.validation)[:2]
    np.testing.assert_array_equal(np.asarray(data.rows.x["codes"])[judge, 0], [50, 51])


def test_without_rows_that_judge_there_is_no_validation_part():
    data = assembled(records(np.arange(3)), records(np.arange(0)), size=64)
    assert data.validation is None
    assert data.rows.weight.sum() == 3


def test_a_pass_brings_every_row_once_and_each_pass_has_an_order_of_its_own(visits):
    orders = [[visits.part_of(turn * K + i) for i in range(K)] for turn in range(6)]
    assert all(sorted(order) == list(range(K)) for order in orders)
    assert len(set(map(tuple, orders))) > 1
    seen = [np.asarray(visits.data(e).rows.x["codes"])[: visits.rows(e), 0] for e in range(K)]
    np.testing.assert_array_equal(np.sort(np.concatenate(seen)), np.arange(N))


def test_all_visits_have_the_shapes_of_the_largest_part(visits):
    shapes = {visits.data(e).rows.weight.shape for e in range(K)}
    assert shapes == {(bucket(int(visits.parts.sizes.max())) + 64,)}


def test_the_rows_stay_until_others_are_asked_for(visits):
    assert visits.data(2) is visits.data(2)

"""What "auto" means."""

from __future__ import annotations

import pytest

from dendrax import NeuralClassifier
from dendrax.core.shapes import bucket
from dendrax.estimators.defaults import choose
from dendrax.estimators.options import check_options
from dendrax.nn.losses import Squared


def choices(rows, **options):
    return choose(check_options(NeuralClassifier(**options)), rows, True)


@pytest.mark.parametrize("rows", [10, 63, 65, 256, 1000, 5000, 50_000])
def test_choices_follow_the_bucket_not_the_rows(rows):
    assert choices(rows) == choices(bucket(rows))


def test_what_the_user_gives_stays():
    chosen = choices(1000, batch_size=17, max_epochs=3, learning_rate=0.5, patience=2, weight_decay=0.0, loss="squared")
    assert (chosen.batch_size, chosen.max_epochs, chosen.learning_rate) == (17, 3, 0.5)
    assert (chosen.patience, chosen.weight_decay, chosen.loss) == (2, 0.0, Squared())


def test_none_is_all_rows_in_one_batch():
    assert choices(1000, batch_size=None).batch_size == bucket(1000)


def test_a_batch_is_never_above_the_rows():
    assert choices(70, batch_size=10_000).batch_size == bucket(70)


def test_tiny_tables_hold_nothing_out():
    assert choices(60).validation_fraction == 0
    assert choices(1000).validation_fraction > 0

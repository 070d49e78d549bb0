import pytest

from dendrax import NeuralClassifier
from dendrax.estimators.defaults import choose
from dendrax.estimators.file_options import STEPS, choices_for_visits
from dendrax.estimators.options import check_options


def settled(rows, parts, **options):
    checked = check_options(NeuralClassifier(**options))
    return choose(checked, rows, True), choices_for_visits(choose(checked, rows, True), checked, rows, parts)


def test_a_million_rows_are_passed_as_often_as_in_memory():
    memory, visits = settled(10**6, 3)
    assert memory.max_epochs == 30
    assert (visits.max_epochs, visits.patience) == (90, 30)  # a third of the passes: 10, as in memory
    assert memory.patience == 10


@pytest.mark.parametrize(("rows", "passes"), [(2 * 10**6, 15), (10**7, 3), (10**8, 1), (10**9, 1)])
def test_more_rows_are_passed_as_often_as_makes_the_steps_but_once_at_least(rows, passes):
    choices = settled(rows, 50)[1]
    assert choices.max_epochs == passes * 50
    assert passes == max(round(STEPS * choices.batch_size / rows), 1)


def test_numbers_of_the_user_count_passes():
    choices = settled(10**8, 50, max_epochs=4, patience=2)[1]
    assert (choices.max_epochs, choices.patience) == (200, 100)


def test_few_visits_have_the_patience_of_ten():
    assert settled(10**8, 12)[1].patience == 10

import pytest

from dendrax.core.limits import LIMITS, LimitError, within


@pytest.mark.parametrize("name", LIMITS)
def test_the_limit_itself_is_allowed_and_one_more_is_not(name):
    most, words = LIMITS[name]
    within(name, most)
    with pytest.raises(LimitError, match=f"it may hold at most {most} {words}; got {most + 1}"):
        within(name, most + 1)

import pytest

from dendrax.core.constraints import OneOf, Real, Whole
from dendrax.core.described import fields_of, shown

RULES = {"units": (Whole(1, 9), OneOf(("auto",))), "slope": (Real(0),)}


@pytest.mark.parametrize("entry", [{"units": 3, "slope": 0.5}, {"units": "auto", "slope": 1}, {"units": 9}])
def test_fields_that_their_rules_allow_are_taken(entry):
    assert fields_of("it", entry, RULES, optional={"slope"}) == entry


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (None, "it must be described by names and values; got None"),
        ([1, 2], "it must be described by names and values; got a list of 2"),
        ({"units": 3}, "it must have 'slope'; it is absent"),
        ({"units": 3, "slope": 1.0, "more": 1}, "it has no 'more'; it has units, slope"),
        ({"units": True, "slope": 1.0}, "it: 'units' must be an int from 1 to 9 or 'auto'; got True"),
        ({"units": 3.0, "slope": 1.0}, "got 3.0"),
        ({"units": 10, "slope": 1.0}, "got 10"),
        ({"units": [3], "slope": 1.0}, "got a list of 1"),
        ({"units": 3, "slope": float("nan")}, "'slope' must be a float of 0 or more; got nan"),
        ({"units": 3, "slope": 10**400}, "got 1000"),
        ({"units": 3, "slope": {}}, "got an object of 0"),
    ],
)
def test_anything_else_is_refused_by_name(entry, words):
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        fields_of("it", entry, RULES)


def test_what_is_shown_is_short():
    assert len(shown("x" * 10**6)) < 70
    assert shown("a\nb") == r"'a\nb'"
    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    assert shown(deep) == "a list of 1"

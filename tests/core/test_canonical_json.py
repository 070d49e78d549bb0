import json
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dendrax.core.canonical_json import dumped, loaded
from dendrax.core.limits import LIMITS

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    # no halves of surrogate pairs
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc é😀", max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(PLAIN)
def test_what_was_written_is_read(value):
    text = dumped(value)
    assert text.isascii()
    assert loaded(text) == value
    assert json.loads(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"a":1,"a":1}', "one form"),
        ('{"a": 1}', "one form"),
        ("1.50", "one form"),
        ("1E5", "one form"),
        ("-0", "one form"),
        ('"\\u0041"', "one form"),
        ('"é"', "one form"),
        ('"\\/"', "one form"),
        ("NaN", "holds NaN where a finite number must stand"),
        ("[-Infinity]", "holds -Infinity where"),
        ("1e999", "Out of range float values"),
        ("-1e999", "Out of range float values"),
        ("9" * 10_000, "at most 100 digits in a whole number; got 10000"),
        ('"\\ud800"', "half of a letter"),
        ('{"\\udfff":1}', "half of a letter"),
        ("[" * 5000 + "]" * 5000, "at most 32 levels of lists and objects; got 5000"),
        ('{"a":' * 5000 + "1" + "}" * 5000, "at most 32 levels of lists and objects; got 5000"),
        ("", "cannot be read"),
        ("[1", "cannot be read"),
        ("{'a':1}", "cannot be read"),
        ("[1]]", "cannot be read"),
        ("[1]\n", "one form"),
    ],
    ids=range(22),
)
def test_F4_any_other_text_is_refused(text, words):
    with pytest.raises(ValueError, match=words) as raised:
        loaded(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["[" + "1," * LIMITS["commas"].most + "1,1]", "[[" + "[]," * 40_000 + "1]]"])
def test_F4_a_text_of_too_many_values_is_not_even_read(text, monkeypatch):
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("it was read"))
    with pytest.raises(ValueError, match="it may hold at most"):
        loaded(text)


@pytest.mark.parametrize(
    "text", ['"' + '\\\\"' * 500_000, '"' * 1_000_001, '{"a":"' + "\\\\" * 999_999, "1." + "1" * 4_000_000]
)
def test_F4_a_text_without_an_end_is_refused_in_one_pass(text):
    with pytest.raises(ValueError, match="JSON"):
        loaded(text)


def test_F4_deep_texts_are_no_matter_of_the_stack():
    """With a recursion limit that someone raised, a parser that recurs would overrun the stack."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10**8)
    try:
        with pytest.raises(ValueError, match="at most 32 levels"):
            loaded("[" * 39_000 + "]" * 39_000)
        with pytest.raises(ValueError, match="at most 32 levels"):
            loaded('{"a":' * 39_000 + "1" + "}" * 39_000)
    finally:
        sys.setrecursionlimit(before)


def test_brackets_in_a_text_are_no_levels():
    for value in ("[" * 100, '"[' * 100, "\\[" * 100, ["{" * 50] * 3):
        assert loaded(dumped(value)) == value


def test_F4_as_deep_as_the_limit_is_read():
    text = "[" * 32 + "]" * 32
    assert dumped(loaded(text)) == text


def test_F4_a_letter_of_two_halves_is_a_letter():
    assert loaded('"\\ud83d\\ude00"') == "😀"
    with pytest.raises(ValueError, match=r"half of a letter, '\\ud83d'"):
        dumped(["a\ud83d"])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, b"x", object()])
def test_what_json_cannot_hold_is_not_written(value):
    with pytest.raises(ValueError, match="JSON"):
        dumped({"a": value})


def test_what_holds_itself_is_not_written():
    ring: list = []
    ring.append(ring)
    with pytest.raises(ValueError, match="Circular"):
        dumped(ring)

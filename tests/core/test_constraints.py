import math
import re
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from dendrax.core.constraints import (
    FLAG,
    Constraint,
    Exactly,
    HyperparameterError,
    OneOf,
    Real,
    Such,
    Whole,
    check,
    check_all,
)

EVERY = [
    Whole(),
    Whole(1),
    Whole(high=9),
    Whole(-3, 2**24),
    Real(),
    Real(0),
    Real(high=5),
    Real(high=5, open_high=True),
    Real(0, open_low=True),
    Real(0, 1, open_high=True),
    Real(-2.5, 1e6, open_low=True, open_high=True),
    OneOf(("auto",)),
    OneOf(("relu", "tanh", "step")),
    Exactly(None),
    Exactly(True),
    Such(lambda value: isinstance(value, list), "a list", (3, "list", None)),
]


@pytest.mark.parametrize("constraint", EVERY, ids=lambda c: f"{type(c).__name__} {c.words}")
def test_a_constraint_refuses_all_of_its_invalid_values(constraint: Constraint):
    for value in constraint.invalid:
        with pytest.raises(HyperparameterError) as caught:
            check("setting", value, [constraint])
        infinite = isinstance(value, float) and math.isinf(value)
        words = constraint.words.replace("a float", "a finite float") if infinite else constraint.words
        assert str(caught.value) == f"setting must be {words}; got {value!r}"


@pytest.mark.parametrize(
    "constraint", [c for c in EVERY if not isinstance(c, Exactly)], ids=lambda c: f"{type(c).__name__} {c.words}"
)
def test_every_constraint_has_invalid_values_to_try(constraint: Constraint):
    assert constraint.invalid


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        (Whole(), -7),
        (Whole(1), 1),
        (Whole(1, 9), 9),
        (Whole(1), np.int64(3)),
        (Whole(1), np.uint8(3)),
        (Real(0), 0),
        (Real(0), 1),
        (Real(0), np.float32(0.5)),
        (Real(0), np.int32(2)),
        (Real(0), Fraction(1, 3)),
        (Real(0, 1), 1.0),
        (Real(0, open_low=True), math.ulp(0.0)),
        (Real(0, 1, open_high=True), math.nextafter(1.0, 0.0)),
        (OneOf(("relu", "tanh")), "tanh"),
        (Exactly(None), None),
        (Such(callable, "callable"), print),
    ],
)
def test_a_constraint_allows(constraint: Constraint, value: Any):
    assert constraint.allows(value)
    check("setting", value, [constraint])


@pytest.mark.parametrize(
    ("constraint", "value"),
    [
        (Whole(0), True),
        (Whole(0), 1.0),
        (Whole(0), "1"),
        (Whole(0), None),
        (Whole(0), np.bool_(True)),
        (Whole(0), np.array([1])),
        (Real(0), True),
        (Real(0), "0.5"),
        (Real(0), None),
        (Real(0), 1j),
        (Real(0), math.nan),
        (Real(), -math.inf),
        (Real(0), 10**400),
        (Real(0), np.array(0.5)),
        (Real(0, open_low=True), 0.0),
        (Real(0, 1, open_high=True), 1),
        (OneOf(("relu", "tanh")), "Tanh"),
        (OneOf(("relu", "tanh")), ("relu",)),
        (OneOf(("relu", "tanh")), ["relu"]),
        (Exactly(None), 0),
        (Exactly(True), 1),
        (Exactly(False), 0),
    ],
)
def test_a_constraint_refuses(constraint: Constraint, value: Any):
    assert not constraint.allows(value)


@pytest.mark.parametrize(
    ("allowed", "words"),
    [
        ([Whole()], "an int"),
        ([Whole(1)], "an int of 1 or more"),
        ([Whole(high=9)], "an int of 9 or less"),
        ([Whole(1, 9)], "an int from 1 to 9"),
        ([Real()], "a float"),
        ([Real(0)], "a float of 0 or more"),
        ([Real(0, open_low=True)], "a float above 0"),
        ([Real(high=5)], "a float at most 5"),
        ([Real(0, 1, open_high=True)], "a float of 0 or more and below 1"),
        ([Real(0, 0.5, open_low=True)], "a float above 0 and at most 0.5"),
        ([OneOf(("auto",)), Exactly(None), Whole(1)], "'auto', None or an int of 1 or more"),
        ([*FLAG], "True or False"),
    ],
)
def test_the_message_says_what_must_hold_and_what_came(allowed: list[Constraint], words: str):
    with pytest.raises(HyperparameterError, match=f"^setting must be {re.escape(words)}; got 'nonsense'$"):
        check("setting", "nonsense", allowed)


def test_one_constraint_of_several_is_enough():
    for value in ("auto", None, 5):
        check("batch_size", value, [OneOf(("auto",)), Exactly(None), Whole(1)])


def test_a_long_value_is_cut():
    with pytest.raises(HyperparameterError) as caught:
        check("setting", "x" * 10_000, [Whole()])
    assert len(str(caught.value)) < 120
    assert str(caught.value).endswith("xxx...")


def test_the_error_is_a_value_error():
    assert issubclass(HyperparameterError, ValueError)


def test_all_are_checked_in_the_order_of_the_constraints():
    constraints = {"first": [Whole(1)], "second": [Real(0)], "third": FLAG}
    check_all({"third": True, "second": 0.5, "unknown": object()}, constraints)
    with pytest.raises(HyperparameterError, match=r"^first must be"):
        check_all({"third": 0, "second": -1.0, "first": 0}, constraints)
    with pytest.raises(HyperparameterError, match=r"^third must be True or False; got 1$"):
        check_all({"first": 1, "third": 1}, constraints)


@pytest.mark.parametrize("value", [math.inf, -math.inf])
def test_an_infinite_number_is_told_that_it_must_be_finite(value):
    allowed = (Exactly(None), Real(0, open_low=True))
    with pytest.raises(HyperparameterError, match=f"x must be None or a finite float above 0; got {value}"):
        check("x", value, allowed)
    with pytest.raises(HyperparameterError, match=r"x must be None or a float above 0; got -1\.0"):
        check("x", -1.0, allowed)

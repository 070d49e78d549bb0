"""A fitted basis in a model file: it comes back to the bit, and what is damaged is refused."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal
from dendrax.nn.expansion import Block, Expansion
from dendrax.predictor.expansion_file import expansion_from_json, expansion_to_json

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 3)) + np.array([0, 5, 0])
PARTS = [(Powers(3), (0, 1)), (Gaussian(2), (1,)), (Sigmoidal(3), (0, 1)), (Fourier(2), (0,))]


def expansion(intercept: bool = True) -> Expansion:
    blocks = [Block(i, part.learn(X[:, list(i)], np.ones(30), intercept)) for part, i in PARTS]
    return Expansion(tuple(blocks), 3)


@pytest.mark.parametrize("intercept", [True, False])
def test_through_json_nothing_changes(intercept):
    before = expansion(intercept)
    again = expansion_from_json(json.loads(json.dumps(expansion_to_json(before), allow_nan=False)))
    assert again.values(X).tobytes() == before.values(X).tobytes()
    assert again.names(["a", "b", "c"]) == before.names(["a", "b", "c"])
    assert (again.size, again.n_inputs) == (before.size, 3)
    assert expansion_to_json(again) == expansion_to_json(before)


def test_a_constant_column_comes_back_too():
    constant = np.full((30, 1), 7.0)
    before = Expansion((Block((0,), Powers(3).learn(constant, np.ones(30), True)),), 1)
    again = expansion_from_json(json.loads(json.dumps(expansion_to_json(before))))
    assert again.values(constant).shape == (30, 0)


def part(place, **changes):
    return lambda d: d["parts"][place].update(changes)


def polynomials(**changes):
    return lambda d: d["parts"][0]["each"][1].update(changes)


DAMAGE = {
    "a list": lambda d: [d],
    "more": lambda d: d.update(code="1"),
    "no inputs": lambda d: d.pop("inputs"),
    "no parts": lambda d: d.update(parts=[]),
    "a number for parts": lambda d: d.update(parts=5),
    "parts of text": lambda d: d.update(parts=["powers"]),
    "inputs below the parts": lambda d: d.update(inputs=1),
    "endless inputs": lambda d: d.update(inputs=10**12),
    "inputs that are none": lambda d: d.update(inputs=True),
    "an unknown kind": part(0, kind="wavelet"),
    "an unhashable kind": part(0, kind=[]),
    "no kind": lambda d: d["parts"][0].pop("kind"),
    "a field too many": part(1, slope=3.0),
    "a field too few": lambda d: d["parts"][1].pop("widths"),
    "fields of another kind": part(1, kind="fourier"),
    "no places": part(0, inputs=[]),
    "places below 0": part(0, inputs=[-1, 0]),
    "the same place twice": part(0, inputs=[1, 1]),
    "places of text": part(0, inputs=["a", "b"]),
    "a degree of 0": part(0, degree=0),
    "a degree below the polynomials": part(0, degree=2),
    "an endless degree": part(0, degree=10**9),
    "a degree that is none": part(0, degree=2.5),
    "polynomials of one input less": lambda d: d["parts"][0]["each"].pop(),
    "polynomials of text": part(0, each=["a", "b"]),
    "polynomials with more": polynomials(extra=1),
    "a half of 0": polynomials(half=0.0),
    "a half of NaN": polynomials(half=float("nan")),
    "a centre of text": polynomials(centre="0"),
    "a centre without end": polynomials(centre=10**400),
    "a recurrence of text": polynomials(recurrence="abc"),
    "a recurrence of another shape": polynomials(recurrence=[[1.0, 2.0], [1.0, 2.0]]),
    "a recurrence that ends in 0": polynomials(recurrence=[[1.0, 0.0]]),
    "deep nesting": polynomials(recurrence=[[[1.0], 1.0]]),
    "centres of another shape": part(2, centres=[[0.0, 1.0, 2.0]]),
    "ragged centres": part(2, centres=[[0.0, 1.0, 2.0], [0.0]]),
    "no centres": part(1, centres=[[]], widths=[[]]),
    "centres of true": part(1, centres=[[True, 0.0]]),
    "widths of 0": part(1, widths=[[0.0, 1.0]]),
    "endless widths": part(1, widths=[[float("inf"), 1.0]]),
    "no harmonics": part(3, n=0),
    "endless harmonics": part(3, n=10**12),
    "a period of 0": part(3, periods=[0.0]),
    "periods of other inputs": part(3, periods=[1.0, 2.0]),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_is_refused_in_one_line(name):
    described = copy.deepcopy(expansion_to_json(expansion()))
    described = json.loads(json.dumps(described))
    changed = DAMAGE[name](described)
    with pytest.raises(ValueError, match=r"\S") as raised:
        expansion_from_json(changed if name == "a list" else described)
    assert type(raised.value) is ValueError
    assert "\n" not in str(raised.value)

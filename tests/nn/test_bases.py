"""What users write for a basis: fields, sums, words, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np
import pytest
from jaxtyping import config

from dendrax import basis as facade
from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal
from dendrax.core.constraints import HyperparameterError
from dendrax.nn.bases import BASES
from dendrax.nn.basis import CONSTRAINTS
from dendrax.nn.expansion import Block, Expansion

RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 2))
ONES = np.ones(40)


@pytest.fixture
def without_type_checks() -> Iterator[None]:
    """Meet the classes as users do: annotations are checked in tests only."""
    before = config.jaxtyping_disable
    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", before)


def invalid():
    for kind in BASES.values():
        for name in (field.name for field in fields(kind)):
            for value in {repr(v): v for constraint in CONSTRAINTS[name] for v in constraint.invalid}.values():
                if not any(constraint.allows(value) for constraint in CONSTRAINTS[name]):
                    yield pytest.param(kind, name, value, id=f"{kind.__name__}-{name}-{value!r}")


@pytest.mark.usefixtures("without_type_checks")
@pytest.mark.parametrize(("kind", "name", "value"), list(invalid()))
def test_an_invalid_field_is_refused_by_name(kind, name, value):
    first = "degree" if kind is Powers else "n"
    with pytest.raises(HyperparameterError, match=rf"^{name} must be .*; got "):
        kind(**{first: 3, name: value})


def test_the_facade_names_every_kind():
    assert {getattr(facade, name) for name in facade.__all__} == set(BASES.values())


def test_bases_add_up_in_order():
    total = Powers(2) + Gaussian(3, columns=["a"]) + Fourier(1)
    assert [part.kind for part in total.parts] == ["powers", "gaussian", "fourier"]
    assert total == Powers(2) + (Gaussian(3, columns=("a",)) + Fourier(1))
    assert hash(total) == hash(Powers(2) + Gaussian(3, columns=["a"]) + Fourier(1))
    with pytest.raises(TypeError, match="unsupported operand"):
        _ = Powers(2) + 3


def test_it_is_written_as_it_was_typed():
    total = Powers(2) + Gaussian(3, width=0.5, columns=["a"]) + Sigmoidal(4, trainable=True)
    assert repr(total) == "Powers(2) + Gaussian(3, columns=('a',), width=0.5) + Sigmoidal(4, trainable=True)"


def test_a_width_a_slope_and_a_period_are_taken_as_given():
    gaussian = Gaussian(3, width=0.5).learn(X, ONES, True)
    assert np.unique(gaussian.widths).tolist() == [0.5]
    sigmoidal = Sigmoidal(3, slope=4.0).learn(X, ONES, True)
    assert np.unique(sigmoidal.widths).tolist() == [0.25]
    assert Fourier(3, period=24).learn(X, ONES, True).periods.tolist() == [24.0, 24.0]


def test_the_default_width_of_bumps_is_one_and_a_half_spacings():
    gaussian, sigmoidal = (kind(5).learn(X, ONES, True) for kind in (Gaussian, Sigmoidal))
    np.testing.assert_array_equal(gaussian.centres, sigmoidal.centres)
    np.testing.assert_allclose(gaussian.widths, 1.5 * sigmoidal.widths)


def expansion(*parts_and_inputs) -> Expansion:
    blocks = [Block(inputs, part.learn(X[:, list(inputs)], ONES, True)) for part, inputs in parts_and_inputs]
    return Expansion(tuple(blocks), 2)


def test_an_expansion_is_its_parts_and_the_rest():
    found = expansion((Powers(3), (1,)), (Fourier(2, period=3), (1,)))
    v = found.values(X)
    assert v.shape == (40, found.size) == (40, 3 + 4 + 1)
    np.testing.assert_array_equal(v[:, :3], found.blocks[0].functions.values(X[:, [1]]))
    np.testing.assert_array_equal(v[:, 3:7], found.blocks[1].functions.values(X[:, [1]]))
    np.testing.assert_array_equal(v[:, 7], X[:, 0])
    assert found.names(["a", "b"])[:3] == ["b", "b^2", "b^3"]
    assert found.names(["a", "b"])[7:] == ["a"]


def test_raw_weights_give_the_same_sums():
    found = expansion((Powers(3), (0, 1)), (Gaussian(2), (0,)))
    weights = RNG.normal(size=(found.size, 2))
    raw, constant = found.raw(weights)
    powers = np.column_stack([X[:, i] ** k for i in (0, 1) for k in (1, 2, 3)])
    plain = np.column_stack([powers, found.blocks[1].functions.values(X[:, [0]])])
    np.testing.assert_allclose(plain @ raw + constant, found.values(X) @ weights, rtol=1e-10, atol=1e-12)


@pytest.mark.loose_promotion
def test_an_expansion_is_computed_by_jax_too():
    import jax.numpy as jnp

    found = expansion((Powers(3), (1,)), (Gaussian(2), (0, 1)), (Sigmoidal(2), (1,)), (Fourier(1), (1,)))
    np.testing.assert_allclose(found.values(jnp.asarray(X, jnp.float32)), found.values(X), atol=1e-4)

from dataclasses import FrozenInstanceError, dataclass

import jax
import numpy as np
import pytest

from dendrax.core.structure import number, numbers, structure, whole


@dataclass(frozen=True)
class Spring:
    coils: int
    stiffness: float = number(2.0)
    rest: float = number(0.5)
    material: str = "steel"


@dataclass(frozen=True)
class Bare:
    size: int = 3


def test_the_numbers_are_the_numeric_fields_in_float32():
    found = numbers(Spring(4, stiffness=0.1))
    assert found == {"stiffness": np.float32(0.1), "rest": np.float32(0.5)}
    assert all(isinstance(value, np.float32) for value in found.values())


def test_a_structure_forgets_the_numbers_and_keeps_the_rest():
    blank = structure(Spring(4, stiffness=9.0, rest=8.0, material="brass"))
    assert blank == Spring(4, stiffness=0.0, rest=0.0, material="brass")
    assert structure(blank) == blank


def test_structures_are_equal_exactly_where_only_numbers_differ():
    one, other = structure(Spring(4, stiffness=1.0)), structure(Spring(4, stiffness=2.0))
    assert one == other
    assert hash(one) == hash(other)
    assert structure(Spring(5)) != one
    assert structure(Spring(4, material="brass")) != one


def test_a_part_without_numbers_is_its_own_structure():
    assert structure(Bare(7)) == Bare(7)
    assert numbers(Bare(7)) == {}


def test_a_numeric_field_may_have_no_default():
    @dataclass(frozen=True)
    class Needy:
        mass: float = number()

    with pytest.raises(TypeError, match="mass"):
        Needy()  # type: ignore[call-arg]
    assert numbers(Needy(3.0)) == {"mass": np.float32(3.0)}


def test_splitting_leaves_the_part_alone():
    spring = Spring(4, stiffness=9.0)
    structure(spring)
    numbers(spring)
    assert spring.stiffness == 9.0
    with pytest.raises(FrozenInstanceError):
        spring.stiffness = 1.0  # type: ignore[misc]


def test_numbers_change_the_answer_and_compile_nothing():
    def force(part: Spring, given: dict[str, float], length: float) -> jax.Array:
        return part.coils * given["stiffness"] * (length - given["rest"])

    compiled = jax.jit(force, static_argnums=0)
    springs = [Spring(4, stiffness=s, rest=r) for s in (1.0, 2.0, 3.0) for r in (0.0, 0.5)]
    forces = [float(compiled(structure(s), numbers(s), 1.0)) for s in springs]
    assert forces == [4 * s.stiffness * (1 - s.rest) for s in springs]
    assert compiled._cache_size() == 1
    compiled(structure(Spring(5)), numbers(Spring(5)), 1.0)
    assert compiled._cache_size() == 2


@pytest.mark.parametrize("value", [1e-5, 0.1, 1 / 3, 1e30, 0.5, 1.0])
def test_a_number_comes_back_as_the_shortest_decimal(value):
    layer = Spring(4, stiffness=value)
    again = whole(structure(layer), numbers(layer))
    assert again.stiffness == float(str(np.float32(value)))
    assert numbers(again) == numbers(layer)
    if value != 1 / 3:
        assert again == layer

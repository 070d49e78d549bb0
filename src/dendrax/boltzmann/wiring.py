"""How a symmetric network is laid out for sampling: units sorted by colour, chains beside each other.

    s               a block (units of one colour, chains) for each colour; the chains are the fast axis
    few colours     each block is drawn at once; its inputs come from lists of neighbours, Σ_d w_d s_(neighbour d)
    many colours    one block of all units, drawn one after the other; an input is a row of the weight matrix times s

Lists of neighbours are as long as the longest of the colour; the places left over carry the weight 0. Neighbours of two
colours stand in the other block; of more, in all blocks one after the other. (Blocks are arrays of their own because
XLA's code is ten times slower where it writes a part of the array that it reads.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from dendrax.boltzmann.colouring import colour, require_colouring

MOST_BLOCKS = 32  # colours that are drawn each at once; above, the units are drawn one by one,
SMALLEST_BLOCK = 4  # and where a colour has fewer units than this on average
WIDEST_MATRIX = 20_000  # units of a matrix of weights: 1.6 GB


@dataclass(frozen=True)
class Plan:
    """What changes the compiled program.

    Attributes
    ----------
    sizes : tuple of int
        Units of each colour; one entry where units are drawn one by one.
    n_units : int
        The number of units.
    off : int
        The state of a unit that is off, 0 or −1.
    by_unit : bool
        Whether units are drawn one by one.
    """

    sizes: tuple[int, ...]
    n_units: int
    off: int
    by_unit: bool = False

    @property
    def dtype(self) -> Any:
        """The type of states: bytes where they are gathered, floats where they are multiplied."""
        return jnp.float32 if self.by_unit else jnp.int8

    @property
    def starts(self) -> list[int]:
        """Where each block starts."""
        return [sum(self.sizes[:k]) for k in range(len(self.sizes))]


class Layout(NamedTuple):
    """Where units and links stand.

    Attributes
    ----------
    order : ndarray of int32, shape (units,)
        The unit at each place.
    place : ndarray of int32, shape (units,)
        The place of each unit.
    ends : ndarray of int32, shape (links, 2)
        The places that each link joins.
    neighbours, links : tuple of ndarray of int32, shape (units of the colour, most neighbours)
        Of each colour: the places of the neighbours of each unit, and the numbers of the links to them; a place left
        over has the number of links, one past the last.
    """

    order: np.ndarray
    place: np.ndarray
    ends: np.ndarray
    neighbours: tuple[np.ndarray, ...]
    links: tuple[np.ndarray, ...]


class Wiring(NamedTuple):
    """The numbers of a sampling program: neighbours and weights of each colour, or a matrix of weights; biases."""

    neighbours: tuple[Any, ...]
    weights: tuple[Float[Array, "size most"], ...] | Float[Array, "units units"]
    biases: Float[Array, " units"]


def lay_out(links: np.ndarray, n_units: int, off: int, colours: np.ndarray | None = None) -> tuple[Plan, Layout]:
    """Sort the units by colour.

    Parameters
    ----------
    links : ndarray of int32, shape (links, 2)
        Pairs of units.
    n_units : int
        How many units there are.
    off : int
        The state of a unit that is off.
    colours : ndarray of int, optional
        Colours of your own; linked units must differ.

    Returns
    -------
    Plan, Layout
        The program, and where everything stands.

    Raises
    ------
    ValueError
        If two linked units have one colour, or the graph is too large to be drawn unit by unit.

    Examples
    --------
    >>> plan, layout = lay_out(np.array([[0, 1], [1, 2]]), 3, off=0)
    >>> plan.sizes, layout.order.tolist(), layout.neighbours[1].tolist()
    ((2, 1), [0, 2, 1], [[1, 0]])
    """
    if colours is None:
        colours = colour(links, n_units)
    else:
        require_colouring(colours, links)
    order = np.argsort(colours, kind="stable").astype(np.int32)
    place = np.empty(n_units, np.int32)
    place[order] = np.arange(n_units, dtype=np.int32)
    sizes = tuple(np.unique(colours, return_counts=True)[1].tolist())
    ends = place[links].reshape(-1, 2)
    if len(sizes) > MOST_BLOCKS or (n_units < SMALLEST_BLOCK * len(sizes) and len(sizes) > 2):
        if n_units > WIDEST_MATRIX:
            raise ValueError(
                f"links must need at most {MOST_BLOCKS} colours above {WIDEST_MATRIX} units; "
                f"got {n_units} units in {len(sizes)} colours"
            )
        return Plan((n_units,), n_units, off, by_unit=True), Layout(order, place, ends, (), ())
    neighbours, numbers = _lists(ends, sizes)
    if len(sizes) == 2:  # neighbours stand in the other block
        neighbours = np.maximum(neighbours[0] - sizes[0], 0), neighbours[1]
    return Plan(sizes, n_units, off), Layout(order, place, ends, neighbours, numbers)


def _lists(ends: np.ndarray, sizes: tuple[int, ...]) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """Write the lists of neighbours of each colour."""
    n_links = len(ends)
    here, there = np.concatenate([ends[:, 0], ends[:, 1]]), np.concatenate([ends[:, 1], ends[:, 0]])
    link = np.tile(np.arange(n_links), 2)
    by_unit = np.argsort(here, kind="stable")
    here, there, link = here[by_unit], there[by_unit], link[by_unit]
    neighbours, numbers, start = [], [], 0
    for size in sizes:
        mine = slice(np.searchsorted(here, start), np.searchsorted(here, start + size))
        row = here[mine] - start
        column = np.arange(len(row)) - np.searchsorted(row, row)
        shape = size, int(column.max(initial=-1)) + 1
        nearby, number = np.zeros(shape, np.int32), np.full(shape, n_links, np.int32)
        nearby[row, column], number[row, column] = there[mine], link[mine]
        neighbours.append(nearby)
        numbers.append(number)
        start += size
    return tuple(neighbours), tuple(numbers)


@partial(jax.jit, static_argnames="plan")
def wire(plan: Plan, layout: Layout, weights: Float[Array, " links"], biases: Float[Array, " units"]) -> Wiring:
    """Put weights and biases in their places.

    Parameters
    ----------
    plan, layout : Plan, Layout
        From `lay_out`.
    weights : array of float32, shape (links,)
        w of each link.
    biases : array of float32, shape (units,)
        θ of each unit, in the order of the units.

    Returns
    -------
    Wiring
        In the order of the places.
    """
    placed, w = biases[layout.order], weights
    if plan.by_unit:
        i, j = layout.ends[:, 0], layout.ends[:, 1]
        matrix = jnp.zeros((plan.n_units, plan.n_units), jnp.float32).at[i, j].set(w)
        return Wiring((), matrix + matrix.T, placed)
    padded = jnp.append(w, 0.0)
    return Wiring(layout.neighbours, tuple(padded[n] for n in layout.links), placed)

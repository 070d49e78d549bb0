"""A fitted basis: from the inputs of a linear model to the functions that it weighs.

    φ(x) = (functions of some inputs, …, the inputs that no basis names)

The intercept is φ_0 = 1 and is not among them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from dendrax.nn.centred import Centred
from dendrax.nn.harmonics import Harmonics
from dendrax.nn.powers import PowersOfColumns

Functions = PowersOfColumns | Centred | Harmonics


class Block(NamedTuple):
    """Functions of one kind and the inputs that they take.

    Attributes
    ----------
    inputs : tuple of int
        The places of the inputs.
    functions : PowersOfColumns, Centred or Harmonics
        The functions of each.
    trainable : bool
        Whether a fit moves centres and widths.
    """

    inputs: tuple[int, ...]
    functions: Functions
    trainable: bool = False


class Expansion(NamedTuple):
    """All functions of a model.

    Attributes
    ----------
    blocks : tuple of Block
        The parts of the basis.
    n_inputs : int
        How many inputs there are.
    """

    blocks: tuple[Block, ...]
    n_inputs: int

    @property
    def rest(self) -> list[int]:
        """The inputs that enter as they are."""
        named = {i for block in self.blocks for i in block.inputs}
        return [i for i in range(self.n_inputs) if i not in named]

    @property
    def sizes(self) -> list[int]:
        """How many functions each block has."""
        return [_size(block) for block in self.blocks]

    @property
    def size(self) -> int:
        """How many functions there are."""
        return sum(self.sizes) + self.n_inputs - len({i for block in self.blocks for i in block.inputs})

    def values(self, x: Any) -> Any:
        """Compute φ: (rows, inputs) to (rows, functions), in NumPy or JAX."""
        xp = x.__array_namespace__()
        parts = [block.functions.values(x[..., np.array(block.inputs, int)]) for block in self.blocks]
        return xp.concatenate([*parts, x[..., np.array(self.rest, int)]], axis=-1)

    def names(self, inputs: list[str]) -> list[str]:
        """Name what `raw` weighs."""
        named = [block.functions.names([inputs[i] for i in block.inputs]) for block in self.blocks]
        return [name for names in named for name in names] + [inputs[i] for i in self.rest]

    def raw(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rewrite weights of φ for the functions as the user knows them.

        Parameters
        ----------
        weights : ndarray of float64, shape (functions, units)
            Weights of `values`.

        Returns
        -------
        ndarray of float64, shape (names, units)
            Weights of what `names` names: powers instead of orthogonal polynomials.
        ndarray of float64, shape (units,)
            The constant that is left.
        """
        *parts, rest = np.split(weights, np.cumsum(self.sizes))
        constant, found = np.zeros(weights.shape[1]), []
        for block, own in zip(self.blocks, parts, strict=True):
            if isinstance(block.functions, PowersOfColumns):
                own, more = block.functions.raw(own)
                constant = constant + more
            found.append(own)
        return np.concatenate([*found, rest]), constant


def _size(block: Block) -> int:
    functions = block.functions
    if isinstance(functions, PowersOfColumns):
        return sum(p.size for p in functions.each)
    return functions.centres.size if isinstance(functions, Centred) else 2 * functions.n * len(functions.periods)

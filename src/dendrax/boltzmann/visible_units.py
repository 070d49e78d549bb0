"""Visible units of a restricted machine: what a unit does given x, the weighted sum b + h W that reaches it.

    binary         v is 0 or 1            A(x) = ln(1 + eˣ)                       v = 1 with probability 1 / (1 + e⁻ˣ)
    gaussian       v is a number          A(x) = ½ x² σ² + ½ ln 2πσ²              v ~ N(x σ², σ²)
    a block        one of K units is 1    A(x) = ln Σ_k exp x_k                   v = k with probability softmax(x)_k

A(x) = ln Σ_v exp(x·v − ½ v²/σ²) is what a unit adds to ln Z once it is summed out (the last term is for gaussian units
only), and its mean is A'(x). σ² = 1 / precision is the variance of v given the hidden units, one for each column.

A machine has plain units of one kind first, then blocks: categories are blocks, and so are class labels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from dendrax.core.random import Key, fold, normal, uniform

Rows = Float[Array, "rows visible"]
KINDS = ("binary", "gaussian")


@dataclass(frozen=True)
class Visible:
    """The visible units of a restricted machine.

    Attributes
    ----------
    kind : "binary" or "gaussian"
        What the plain units are.
    plain : int
        How many there are; they come first.
    levels : tuple of int
        The units of each block, one of which is on.

    Examples
    --------
    >>> Visible("binary", 2, (3, 4)).size
    9
    """

    kind: str
    plain: int
    levels: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """How many units there are."""
        return self.plain + sum(self.levels)

    @property
    def precisions(self) -> int:
        """How many units have a variance."""
        return self.plain if self.kind == "gaussian" else 0

    def log_partition(self, x: Rows, precision: Float[Array, " plain"]) -> Float[Array, " rows"]:
        """Compute Σ A(x) over all units.

        Parameters
        ----------
        x : array of float32, shape (rows, visible)
            The weighted sums.
        precision : array of float32, shape (plain,)
            1/σ²; empty but for gaussian units.

        Returns
        -------
        array of float32, shape (rows,)
            The sum.
        """
        return self.parts(x, precision).sum(axis=1)

    def parts(self, x: Rows, precision: Float[Array, " plain"]) -> Rows:
        """Compute A(x) of every unit; that of a block stands at its first unit, and 0 at the others."""
        plain = x[:, : self.plain]
        if self.kind == "gaussian":
            constant = 0.5 * (math.log(2 * math.pi) - jnp.log(precision))
            plain = 0.5 * plain**2 / precision[None, :] + constant[None, :]
        else:
            plain = jax.nn.softplus(plain)
        if not self.levels:
            return plain
        each = jax.nn.logsumexp(self._blocks(x), axis=2)
        first = np.arange(max(self.levels)) == 0
        return self._joined(plain, jnp.where(jnp.asarray(first)[None, None, :], each[:, :, None], 0.0))

    def means(self, x: Rows, precision: Float[Array, " plain"]) -> Rows:
        """Compute the mean of every unit given its weighted sum: A'(x)."""
        plain = x[:, : self.plain]
        plain = plain / precision[None, :] if self.kind == "gaussian" else jax.nn.sigmoid(plain)
        return self._joined(plain, jax.nn.softmax(self._blocks(x), axis=2)) if self.levels else plain

    def drawn(self, x: Rows, precision: Float[Array, " plain"], key: Key) -> Rows:
        """Draw every unit given its weighted sum.

        Parameters
        ----------
        x, precision : array
            As in `log_partition`.
        key : array of uint32, shape (2,)
            The randomness.

        Returns
        -------
        array of float32, shape (rows, visible)
            States.
        """
        plain = x[:, : self.plain]
        if self.kind == "gaussian":
            noise = normal(fold(key, 1), plain.shape)
            plain = (plain + noise * jnp.sqrt(precision)[None, :]) / precision[None, :]
        else:
            plain = (uniform(key, plain.shape) < jax.nn.sigmoid(plain)).astype(jnp.float32)
        if not self.levels:
            return plain
        blocks = self._blocks(x)
        above = -jnp.log(-jnp.log(uniform(fold(key, 2), blocks.shape) + np.float32(2.0**-25)))  # Gumbel's law
        first = jnp.argmax(blocks + above, axis=2)
        places = jnp.arange(blocks.shape[2], dtype=first.dtype)
        return self._joined(plain, (first[:, :, None] == places[None, None, :]).astype(jnp.float32))

    def _places(self) -> tuple[np.ndarray, np.ndarray]:
        """Say where the units of each block stand, as (blocks, most levels), and whether there is one."""
        levels = np.array(self.levels)
        starts = self.plain + np.cumsum(levels) - levels
        step = np.arange(levels.max())
        real = step < levels[:, None]
        return np.where(real, starts[:, None] + step, 0), real

    def _blocks(self, x: Rows) -> Float[Array, "rows blocks levels"]:
        """Lay the blocks beside each other; a place without a unit holds −∞."""
        index, real = self._places()
        return jnp.where(jnp.asarray(real)[None], x[:, index], -jnp.inf)

    def _joined(self, plain: Any, blocks: Float[Array, "rows blocks levels"]) -> Rows:
        return jnp.concatenate([plain, blocks[:, self._places()[1]]], axis=1)


def base_inputs(visible: Visible, means: Float[Array, " visible"]) -> Float[Array, " visible"]:
    """Compute the biases with which units without any hidden unit have these means.

    Parameters
    ----------
    visible : Visible
        The units.
    means : array of float32, shape (visible,)
        The means of the data; probabilities of 0 and 1 are moved inwards by a thousandth. Gaussian units have σ² = 1.

    Returns
    -------
    array of float32, shape (visible,)
        b with A'(b) = means.
    """
    plain, rest = means[: visible.plain], means[visible.plain :]
    if visible.kind == "binary":
        p = 0.001 + 0.998 * plain
        plain = jnp.log(p / (1 - p))
    return jnp.concatenate([plain, jnp.log(0.001 + 0.998 * rest)])

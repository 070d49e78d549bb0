"""The columns of a table as the first layer: what the host encoded becomes inputs of units.

    number    x → c·s/√(c² + s²)                  s: robustly centred and scaled on the host; c: the clip
    missing   1 where the cell was empty, else 0
    level     1-of-K for few levels; for many, a learned vector per level (an embedding)

The input of a row is {"numbers": float32, "missing": bool, "codes": int32}, each only where there are such columns.
Code 0 is a level that training never saw: all of its inputs are 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from dendrax.core.random import Key, fold, normal
from dendrax.core.structure import number
from dendrax.nn.layer import Context, Layer, Numbers, Params, ShapeError

Encoded = dict[str, Any]
SPREAD = 0.1  # the deviation of a level's first vector: small, so that levels start out alike


@dataclass(frozen=True)
class TableShape:
    """What one encoded row holds.

    Attributes
    ----------
    numbers : int
        Numeric columns.
    missing : int
        Those of them that have an indicator of empty cells.
    levels : tuple of int
        For each column of categories the number of codes, code 0 included.
    """

    numbers: int
    missing: int = 0
    levels: tuple[int, ...] = ()


def smooth_clip(x: Float[Array, "rows numbers"], bound: Float[Array, ""] | np.float32) -> Float[Array, "rows numbers"]:
    """Squash numbers into (−bound, bound), hardly changing the small ones."""
    return x * jax.lax.rsqrt(1.0 + (x / bound) ** 2)


def one_of_k(codes: Int[Array, " rows"], n_codes: int) -> Float[Array, "rows levels"]:
    """Write codes 1 … n−1 as 1-of-K rows; code 0 is a row of zeros."""
    return jax.nn.one_hot(codes - 1, n_codes - 1)


@dataclass(frozen=True)
class Columns(Layer):
    """Turn encoded columns into the inputs of a network.

    Parameters
    ----------
    shape : TableShape
        What one encoded row holds.
    clip : float, default=3.0
        Numbers are smoothly clipped to ±clip robust standard deviations.
    most_levels : int, default=16
        Columns with at most this many codes are written 1-of-K; the others are embedded.
    embedding : int, default=8
        The length of the learned vector of a level.
    """

    shape: TableShape
    clip: float = number(3.0)
    most_levels: int = 16
    embedding: int = 8

    def _is_embedded(self, column: int) -> bool:
        return self.shape.levels[column] > self.most_levels

    @property
    def width(self) -> int:
        """How many inputs the columns become."""
        levels = sum(self.embedding if self._is_embedded(i) else n - 1 for i, n in enumerate(self.shape.levels))
        return self.shape.numbers + self.shape.missing + levels

    def initialise(self, key: Key, input_shape: Any) -> tuple[Params, tuple[int]]:
        """Draw the vectors of the embedded levels."""
        if input_shape != self.shape:
            raise ShapeError(f"it takes the encoded columns {self.shape}; got rows of shape {input_shape}")
        params = {
            f"embedding_{i}": SPREAD * normal(fold(key, i), (n - 1, self.embedding))
            for i, n in enumerate(self.shape.levels)
            if self._is_embedded(i)
        }
        return params, (self.width,)

    def _level(self, params: Params, column: int, codes: Int[Array, " rows"]) -> Float[Array, "rows inputs"]:
        if not self._is_embedded(column):
            return one_of_k(codes, self.shape.levels[column])
        return jnp.where(codes[:, None] > 0, params[f"embedding_{column}"][codes - 1], 0.0)

    def apply(self, params: Params, numbers: Numbers, x: Encoded, context: Context) -> Float[Array, "rows inputs"]:
        """Compute the inputs: numbers, indicators, levels, in this order."""
        parts = []
        if "numbers" in x:
            parts.append(smooth_clip(x["numbers"], numbers["clip"]))
        if "missing" in x:
            parts.append(x["missing"].astype(jnp.float32))
        if "codes" in x:
            parts += [self._level(params, i, x["codes"][:, i]) for i in range(x["codes"].shape[1])]
        return parts[0] if len(parts) == 1 else jnp.concatenate(parts, axis=1)

"""Powers of columns, x, x², … x^d of each, computed as orthogonal polynomials of the same span."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from dendrax.nn.polynomials import Polynomials, learn_polynomials


class PowersOfColumns(NamedTuple):
    """The polynomials of some columns.

    Attributes
    ----------
    degree : int
        The highest power.
    each : tuple of Polynomials
        Those of each column.
    """

    degree: int
    each: tuple[Polynomials, ...]

    def values(self, x: Any) -> Any:
        """Compute the polynomials: (rows, columns) to (rows, functions), in NumPy or JAX."""
        xp = x.__array_namespace__()
        return xp.concatenate([p.values(x[..., i]) for i, p in enumerate(self.each)], axis=-1)

    def names(self, columns: list[str]) -> list[str]:
        """Name the powers: x, x^2, … of each column in turn."""
        return [name if k == 1 else f"{name}^{k}" for name in columns for k in range(1, self.degree + 1)]

    def raw(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Rewrite weights of the polynomials as weights of the powers, and the constant that is left."""
        places = np.cumsum([p.size for p in self.each])[:-1]
        parts = np.split(weights, places)
        found = [p.raw(own, self.degree) for p, own in zip(self.each, parts, strict=True)]
        return np.concatenate([w for w, _ in found]), np.sum([constant for _, constant in found], axis=0)


def learn_powers(x: np.ndarray, row_weights: np.ndarray, degree: int, intercept: bool) -> PowersOfColumns:
    """Find the polynomials of each column that are orthogonal over the rows."""
    return PowersOfColumns(degree, tuple(learn_polynomials(c, row_weights, degree, intercept) for c in x.T))

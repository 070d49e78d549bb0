"""Polynomials of a column that are orthogonal over the rows: high degrees of badly scaled numbers keep their digits.

    t = (x − c) / h                                      h a power of two, c a multiple of it: t is exact
    h_{k+1,k} p_{k+1} = t p_k − Σ_{j≤k} h_jk p_j         such that mean(p_j p_k) = 1 for j = k, else 0
    p_0 = 1, or a multiple of x where the line goes through the origin

The powers x, x², … and the polynomials p_1, p_2, … span the same functions, so a fit in the p is a fit in the powers;
`raw` rewrites weights for the powers, in decimal arithmetic of as many digits as that loses.

Source
------
P. Brubeck, Y. Nakatsukasa and L. N. Trefethen, "Vandermonde with Arnoldi", SIAM Review 63 (2021).
"""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Any, NamedTuple

import numpy as np

NOTHING = 1e-9  # what is left of a function of size 1 that float64 cannot tell from those before it
SMALLEST = 1e-290  # numbers below count as 0
DRIFT = 1e-6  # how far from orthogonal rounding may leave a function


class Polynomials(NamedTuple):
    """The orthogonal polynomials of one column.

    Attributes
    ----------
    centre, half : float
        c and h.
    origin : float
        0, or the factor f of p_0 = f·x where the line goes through the origin.
    recurrence : tuple of tuple of float
        Column k of H: h_0k … h_{k+1,k}.
    """

    centre: float
    half: float
    origin: float
    recurrence: tuple[tuple[float, ...], ...]

    @property
    def size(self) -> int:
        """How many functions there are: the degree, or less where the column has too few different numbers."""
        return len(self.recurrence) + (self.origin != 0)

    def values(self, x: Any) -> Any:
        """Compute the functions: (rows,) to (rows, size), in NumPy or JAX.

        Parameters
        ----------
        x : array, shape (rows,)
            Numbers of the column.

        Returns
        -------
        array, shape (rows, size)
            p_1, p_2, …; p_0 too where the line goes through the origin.
        """
        xp = x.__array_namespace__()
        t = (x - self.centre) / self.half
        p = [x * self.origin if self.origin else xp.ones_like(x)]
        for column in self.recurrence:
            p.append(_following(t, p, column))
        kept = p if self.origin else p[1:]
        return xp.stack(kept, axis=-1) if kept else xp.zeros((*x.shape, 0), x.dtype)

    def raw(self, weights: np.ndarray, degree: int) -> tuple[np.ndarray, np.ndarray]:
        """Rewrite the weights of the p as weights of the powers of x.

        Parameters
        ----------
        weights : ndarray of float64, shape (size, units)
            The weights of the functions.
        degree : int
            The highest power.

        Returns
        -------
        ndarray of float64, shape (degree, units)
            The weights of x, x², ….
        ndarray of float64, shape (units,)
            The constant that is left.
        """
        with localcontext() as context:
            far = math.log10(1 + abs(self.centre) / self.half)
            context.prec = 50 + math.ceil(degree * (4 + far))
            table = self._powers(degree)
            given = np.array([[Decimal(w) for w in row] for row in weights.tolist()], object)
            sums = table.T @ given.reshape(self.size, weights.shape[1])
            found = np.array(sums.tolist(), np.float64).reshape(degree + 1, weights.shape[1]) + 0.0  # no -0
        return found[1:], found[0]

    def _powers(self, degree: int) -> np.ndarray:
        """Write each function in powers of x: Decimal, shape (size, degree + 1)."""
        c, h, f = (Decimal(v) for v in (self.centre, self.half, self.origin))
        first = np.array([Decimal(0)] * (degree + 1), object)
        first[1 if f else 0] = f if f else Decimal(1)
        p = [first]
        for column in self.recurrence:
            exact = [Decimal(v) for v in column]
            shifted = np.roll(p[-1], 1)  # times x; the highest power is still 0
            rest = sum((w * q for w, q in zip(exact, p, strict=False)), 0 * first)
            p.append(((shifted - c * p[-1]) / h - rest) / exact[-1])
        kept = p if f else p[1:]
        return np.array(kept, object).reshape(len(kept), degree + 1)


def learn_polynomials(x: np.ndarray, row_weights: np.ndarray, degree: int, intercept: bool) -> Polynomials:
    """Find the polynomials that are orthogonal over the rows.

    Parameters
    ----------
    x : ndarray of float64, shape (rows,)
        A column.
    row_weights : ndarray of float64, shape (rows,)
        How much each row counts.
    degree : int
        The highest power.
    intercept : bool
        Whether the constant belongs to the model; if not, every function is 0 at x = 0.

    Returns
    -------
    Polynomials
        As many as the different numbers of the column allow.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0])
    >>> learn_polynomials(x, np.ones(3), 2, intercept=True).values(x).round(3).tolist()
    [[-1.225, 0.707], [0.0, -1.414], [1.225, 0.707]]
    """
    centre, half = _interval(x)
    share = row_weights / row_weights.sum()
    t, origin = (x - centre) / half, 0.0
    first = np.ones_like(x)
    if not intercept:
        largest = float(np.abs(x).max())
        if largest < SMALLEST:
            return Polynomials(centre, half, 0.0, ())
        origin = 1 / (largest * math.sqrt(float(share @ (x / largest) ** 2)))
        first = x * origin
    p, recurrence = [first], []
    for _ in range(degree if intercept else degree - 1):
        column = _along(t * p[-1], np.stack(p), share)
        if column[-1] <= NOTHING:
            break
        following = _following(t, p, column)  # as `values` computes it: the next step takes its rounding out
        if abs(float(share @ following**2) - 1) > DRIFT or np.abs(np.stack(p) @ (share * following)).max() > DRIFT:
            break
        p.append(following)
        recurrence.append(column)
    return Polynomials(centre, half, origin, tuple(recurrence))


def _following(t: Any, p: list[Any], column: tuple[float, ...]) -> Any:
    """Compute p_{k+1} from t and p_0 … p_k."""
    return (t * p[-1] - sum(h * q for h, q in zip(column, p, strict=False))) / column[-1]


def _along(v: np.ndarray, p: np.ndarray, share: np.ndarray) -> tuple[float, ...]:
    """Compute how much of v lies along each p, in two goes against rounding, and the size of what is left."""
    taken = np.zeros(len(p))
    for _ in range(2):
        along = p @ (share * v)
        v, taken = v - along @ p, taken + along
    return (*taken.tolist(), math.sqrt(float(share @ v**2)))


def _interval(x: np.ndarray) -> tuple[float, float]:
    """Find c and h with |x − c| ≤ 1.5 h; both have few bits, so that (x − c) / h is exact."""
    low, high = float(x.min()), float(x.max())
    spread = high / 2 - low / 2
    half = 2.0 ** math.ceil(math.log2(spread)) if spread > 0 else 1.0
    return round((low / 2 + high / 2) / half) * half if spread > 0 else low, half

"""Functions of the distance from a centre, which a fit may also learn: the bridge to a hidden layer.

    z = (x − c) / s                      c  centre      s  width, above 0
    Gaussian    φ = e^(−z²/2)            φ' = −z φ
    sigmoidal   φ = 1 / (1 + e^−z)       φ' = φ (1 − φ)          slope 1/s
    ∂φ/∂c = −φ'/s                        ∂φ/∂(ln s) = −z φ'

The centres stand at equal steps through the sorted different numbers of the column, from the lowest to the highest, so
that they are dense where the numbers are and no wild number draws them away; the width is the spacing of the centres
there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

SHAPES = ("gaussian", "sigmoidal")


def function(shape: str, z: Any) -> Any:
    """Compute φ of z, in NumPy or JAX.

    Parameters
    ----------
    shape : str
        gaussian or sigmoidal.
    z : array
        Distances from the centre, in widths.

    Returns
    -------
    array, of the same shape
        Between 0 and 1.

    Examples
    --------
    >>> function("gaussian", np.zeros(1)), function("sigmoidal", np.zeros(1))
    (array([1.]), array([0.5]))
    """
    xp = z.__array_namespace__()
    return xp.exp(-0.5 * z * z) if shape == "gaussian" else 0.5 * (1.0 + xp.tanh(0.5 * z))


def slope(shape: str, z: Any) -> Any:
    """Compute φ' of z, in NumPy or JAX."""
    a = function(shape, z)
    return -z * a if shape == "gaussian" else a * (1.0 - a)


class Centred(NamedTuple):
    """Functions of one shape, some of each column.

    Attributes
    ----------
    shape : str
        gaussian or sigmoidal.
    centres, widths : array, shape (columns, n)
        c and s of each function.
    """

    shape: str
    centres: Any
    widths: Any

    def distances(self, x: Any) -> Any:
        """Compute z: (rows, columns) to (rows, columns, n)."""
        return (x[..., None] - self.centres) / self.widths

    def values(self, x: Any) -> Any:
        """Compute φ: (rows, columns) to (rows, columns · n), in NumPy or JAX."""
        a = function(self.shape, self.distances(x))
        return a.reshape((*x.shape[:-1], -1))

    def names(self, columns: list[str]) -> list[str]:
        """Name the functions: gauss(x; c=…, s=…) and sigmoid(x; c=…, s=…)."""
        word = "gauss" if self.shape == "gaussian" else "sigmoid"
        each = zip(columns, self.centres.tolist(), self.widths.tolist(), strict=True)
        return [f"{word}({x}; c={c:.6g}, s={s:.6g})" for x, cs, ss in each for c, s in zip(cs, ss, strict=True)]

    def gradient(self, x: np.ndarray, pull: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Compute ∂E/∂c and ∂E/∂(ln s) from ∂E/∂φ.

        Parameters
        ----------
        x : ndarray of float64, shape (rows, columns)
            Numbers.
        pull : ndarray of float64, shape (rows, columns · n)
            ∂E/∂φ.

        Returns
        -------
        ndarray of float64, shape (columns, n)
            ∂E/∂c.
        ndarray of float64, shape (columns, n)
            ∂E/∂(ln s).
        """
        z = self.distances(x)
        steep = slope(self.shape, z) * pull.reshape(z.shape)
        return -steep.sum(axis=0) / self.widths, -(z * steep).sum(axis=0)


def learn_centres(x: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Place centres in each column and find their spacing.

    Parameters
    ----------
    x : ndarray of float64, shape (rows, columns)
        Numbers.
    n : int
        How many centres a column.

    Returns
    -------
    ndarray of float64, shape (columns, n)
        The centres, ascending; all the same in a constant column.
    ndarray of float64, shape (columns, n)
        Half the distance between the two neighbours of each; 1 in a constant column.

    Examples
    --------
    >>> learn_centres(np.array([[0.0], [1.0], [1.0], [2.0]]), 3)
    (array([[0., 1., 2.]]), array([[1., 1., 1.]]))
    """
    shares = np.linspace(0, 1, n) if n > 1 else np.array([0.5])
    centres = np.stack([np.quantile(np.unique(column), shares) for column in x.T])
    if n > 1:
        spacing = np.gradient(centres, axis=1)
    else:
        spacing = np.ptp(x, axis=0)[:, None] / 2
    return centres, np.where(spacing > 0, spacing, 1.0)

"""Basis functions: a linear model weighs functions of the inputs instead of the inputs,  a = W φ(x) + b.

    Powers      x, x², … x^d
    Gaussian    e^(−(x − c)² / 2s²)                       centres c, widths s
    Sigmoidal   1 / (1 + e^(−β (x − c)))                  centres c, slopes β
    Fourier     sin(2π k x / P), cos(2π k x / P)          k = 1 … n, period P

φ_0 = 1 is the intercept.

Source
------
C. Bishop, Pattern Recognition and Machine Learning (2006), section 3.1.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dendrax.nn.basis import Part
from dendrax.nn.centred import Centred, learn_centres
from dendrax.nn.expansion import Functions
from dendrax.nn.harmonics import Harmonics, learn_periods
from dendrax.nn.powers import learn_powers

WIDE = 1.5  # spacings: of 0.5 to 3, the default width of bumps with the lowest error on noisy curves


@dataclass(frozen=True, repr=False)
class Powers(Part):
    """The powers x, x², … x^degree of each column.

    They are fitted and answered as polynomials that are orthogonal over the training rows, so that a high degree of
    badly scaled numbers is fitted exactly; `coef_` is in the powers as they are written. A penalty pulls on the weights
    of the orthogonal polynomials.

    Parameters
    ----------
    degree : int
        The highest power, 1 to 100.
    columns : list of str or int, optional
        Names or places of the columns; all columns of numbers where absent.

    Raises
    ------
    HyperparameterError
        If the degree is not an int from 1 to 100.

    Examples
    --------
    >>> from dendrax import LinearRegressor
    >>> from dendrax.basis import Powers
    >>> x = np.arange(5.0)[:, None]
    >>> model = LinearRegressor(Powers(2)).fit(x, 3 + x[:, 0] ** 2)
    >>> model.get_feature_names_out().tolist(), (model.coef_.round(6) + 0).tolist(), round(model.intercept_, 6)
    (['x0', 'x0^2'], [0.0, 1.0], 3.0)
    """

    degree: int
    kind = "powers"

    def learn(self, x: np.ndarray, row_weights: np.ndarray, intercept: bool) -> Functions:
        """Find the orthogonal polynomials of each column."""
        return learn_powers(x, row_weights, int(self.degree), intercept)


@dataclass(frozen=True, repr=False)
class Gaussian(Part):
    """Bumps e^(−(x − c)² / 2s²) of each column.

    Parameters
    ----------
    n : int
        How many a column. The centres stand at equal steps through the sorted different numbers of the column.
    width : float, optional
        s, in the units of the column; where absent, 1.5 times the spacing of the centres around each.
    trainable : bool, default=False
        Whether centres and widths are learned too, as in a hidden layer; n and the width are then where learning
        starts.
    columns : list of str or int, optional
        Names or places of the columns; all columns of numbers where absent.

    Raises
    ------
    HyperparameterError
        If n is not an int from 1 to 10000, or the width is not above 0.

    Examples
    --------
    >>> from dendrax import LinearRegressor
    >>> from dendrax.basis import Gaussian
    >>> x = np.linspace(0, 6, 50)[:, None]
    >>> bool(LinearRegressor(Gaussian(8)).fit(x, np.sin(x[:, 0])).score(x, np.sin(x[:, 0])) > 0.999)
    True
    """

    n: int
    width: float | int | None = None
    trainable: bool = field(default=False, kw_only=True)
    kind = "gaussian"

    def learn(self, x: np.ndarray, row_weights: np.ndarray, intercept: bool) -> Functions:
        """Place the centres."""
        centres, spacing = learn_centres(x, int(self.n))
        return Centred("gaussian", centres, WIDE * spacing if self.width is None else np.full_like(spacing, self.width))


@dataclass(frozen=True, repr=False)
class Sigmoidal(Part):
    """Soft steps 1 / (1 + e^(−β (x − c))) of each column.

    Parameters
    ----------
    n : int
        How many a column. The centres stand at equal steps through the sorted different numbers of the column.
    slope : float, optional
        β, in 1 / units of the column; where absent, 1 / the spacing of the centres around each.
    trainable : bool, default=False
        Whether centres and slopes are learned too: a hidden layer of sigmoid units, each joined to one column.
    columns : list of str or int, optional
        Names or places of the columns; all columns of numbers where absent.

    Raises
    ------
    HyperparameterError
        If n is not an int from 1 to 10000, or the slope is not above 0.

    Examples
    --------
    >>> from dendrax import LinearRegressor
    >>> from dendrax.basis import Sigmoidal
    >>> x = np.linspace(-3, 3, 50)[:, None]
    >>> bool(LinearRegressor(Sigmoidal(8)).fit(x, np.tanh(x[:, 0])).score(x, np.tanh(x[:, 0])) > 0.999)
    True
    """

    n: int
    slope: float | int | None = None
    trainable: bool = field(default=False, kw_only=True)
    kind = "sigmoidal"

    def learn(self, x: np.ndarray, row_weights: np.ndarray, intercept: bool) -> Functions:
        """Place the centres."""
        centres, spacing = learn_centres(x, int(self.n))
        return Centred("sigmoidal", centres, spacing if self.slope is None else np.full_like(spacing, 1 / self.slope))


@dataclass(frozen=True, repr=False)
class Fourier(Part):
    """Waves sin(2π k x / P) and cos(2π k x / P) of each column.

    Parameters
    ----------
    n : int
        How many harmonics a column, k = 1 … n.
    period : float, optional
        P, in the units of the column; its range in training, where absent.
    columns : list of str or int, optional
        Names or places of the columns; all columns of numbers where absent.

    Raises
    ------
    HyperparameterError
        If n is not an int from 1 to 10000, or the period is not above 0.

    Examples
    --------
    >>> from dendrax import LinearRegressor
    >>> from dendrax.basis import Fourier, Powers
    >>> hours = np.arange(48.0)[:, None]
    >>> y = 2 * np.sin(2 * np.pi * hours[:, 0] / 24) + 0.1 * hours[:, 0]
    >>> model = LinearRegressor(Powers(1) + Fourier(1, period=24)).fit(hours, y)
    >>> dict(zip(model.get_feature_names_out().tolist(), (model.coef_ + 0.0).round(6).tolist()))
    {'x0': 0.1, 'sin(2π·x0/24)': 2.0, 'cos(2π·x0/24)': ...}
    """

    n: int
    period: float | int | None = None
    kind = "fourier"

    def learn(self, x: np.ndarray, row_weights: np.ndarray, intercept: bool) -> Functions:
        """Settle the periods."""
        periods = learn_periods(x) if self.period is None else np.full(x.shape[1], float(self.period))
        return Harmonics(int(self.n), periods)


BASES: dict[str, type[Part]] = {kind.kind: kind for kind in (Powers, Gaussian, Sigmoidal, Fourier)}

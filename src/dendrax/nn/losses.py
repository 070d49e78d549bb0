"""Losses: how wrong the activations `a` of the output units are, given the targets `y`; one number for each row.

    squared         E = ½ Σ_i (y_i − a_i)²
    absolute        E = Σ_i |y_i − a_i|
    huber           E = Σ_i h(y_i − a_i),   h(e) = ½ e² for |e| ≤ δ, δ (|e| − ½ δ) beyond
    quantile        E = Σ_i max(q e, (q − 1) e),   e = y_i − a_i     its minimum is the q-th quantile of the target
    poisson         E = Σ_i a_i − y_i ln a_i                         exponential units, y_i counts: a_i = e^in
    hinge           E = Σ_i max(0, 1 − s_i t_i)                      s, t: a and y on the scale of −1 to +1
    cross_entropy   E = −Σ_i [y_i ln a_i + (1 − y_i) ln(1 − a_i)]    sigmoid units, y_i in [0, 1]
                    E = −Σ_i y_i ln a_i                              softmax units, y 1-of-K

Cross-entropy is computed from `in`, not from a, so that it stays finite where a rounds to 0 or 1:
for a sigmoid unit ln(1 + e^in) − y·in, for softmax ln Σ_j e^(in_j) − in_y.

Where a target may be missing (`holes`), a NaN among the y_i adds nothing to the sum.

Sources
-------
R. Koenker and G. Bassett, "Regression Quantiles", Econometrica 46, 1978;
C. Szegedy et al. (label smoothing), CVPR 2016.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dendrax.core.constraints import Real, check_all
from dendrax.core.structure import number
from dendrax.nn.activations import Function, activation
from dendrax.nn.layer import Numbers

Targets = Float[Array, "rows units"] | Int[Array, " rows"]


def one_of_k(y: Targets, units: int) -> Float[Array, "rows units"]:
    """Write class codes as 1-of-K rows; rows that are numbers already stay as they are."""
    return jax.nn.one_hot(y, units) if y.ndim == 1 else y


class Loss(ABC):
    """The interface of a loss."""

    name: ClassVar[str]
    activations: ClassVar[tuple[str, ...] | None] = None  # the output activations it goes with; None for all
    classes: ClassVar[bool] = True  # whether it can learn classes
    numbers: ClassVar[bool] = True  # whether it can learn numbers
    counts: ClassVar[bool] = False  # whether it wants targets of 0 and more, scaled but not shifted
    probabilities: ClassVar[bool] = True  # whether outputs that minimise it tell how sure they are

    def judging(self, numbers: Numbers) -> Numbers:
        """Give the numbers with which rows that do not train are scored."""
        return numbers

    @abstractmethod
    def rows(
        self, numbers: Numbers, z: Float[Array, "rows units"], output: str | Function, y: Targets
    ) -> Float[Array, " rows"]:
        """Compute the loss of each row.

        Parameters
        ----------
        numbers : dict
            The loss's numeric fields.
        z : array, shape (rows, units)
            The input `in` of the output units.
        output : str or callable
            Their activation function.
        y : array, shape (rows, units), or (rows,) of int
            The targets; whole numbers are class codes.

        Returns
        -------
        array, shape (rows,)
            One loss for each row.
        """


@dataclass(frozen=True)
class _OfUnits(Loss):
    """A loss that is a sum over output units; `holes` says whether targets may be missing."""

    holes: bool = field(default=False, kw_only=True, repr=False)

    @abstractmethod
    def units(
        self, numbers: Numbers, z: Float[Array, "rows units"], output: str | Function, y: Float[Array, "rows units"]
    ) -> Float[Array, "rows units"]:
        """Compute the loss of each output unit."""

    def rows(
        self, numbers: Numbers, z: Float[Array, "rows units"], output: str | Function, y: Targets
    ) -> Float[Array, " rows"]:
        y = one_of_k(y, z.shape[1])
        if not self.holes:
            return self.units(numbers, z, output, y).sum(axis=1)
        known = ~jnp.isnan(y)
        return jnp.where(known, self.units(numbers, z, output, jnp.where(known, y, 0.0)), 0.0).sum(axis=1)


class _OfErrors(_OfUnits):
    """A loss that is a sum over output units of a function of the error y − a."""

    @abstractmethod
    def unit(self, numbers: Numbers, error: Float[Array, "rows units"]) -> Float[Array, "rows units"]:
        """Compute the loss of each output unit from its error."""

    def units(
        self, numbers: Numbers, z: Float[Array, "rows units"], output: str | Function, y: Float[Array, "rows units"]
    ) -> Float[Array, "rows units"]:
        return self.unit(numbers, y - activation(output).function(z))


@dataclass(frozen=True)
class Squared(_OfErrors):
    """½ Σ (y − a)²."""

    name = "squared"

    def unit(self, numbers: Numbers, error: Float[Array, "rows units"]) -> Float[Array, "rows units"]:
        return 0.5 * error**2


@dataclass(frozen=True)
class Absolute(_OfErrors):
    """Σ |y − a|: its minimum is the median of the target."""

    name = "absolute"

    def unit(self, numbers: Numbers, error: Float[Array, "rows units"]) -> Float[Array, "rows units"]:
        return jnp.abs(error)


@dataclass(frozen=True)
class Huber(_OfErrors):
    """Squared for small errors, absolute beyond `threshold` (δ, in standard deviations of the target)."""

    name = "huber"
    threshold: float = number(1.0)

    def __post_init__(self) -> None:
        check_all({"threshold": self.threshold}, {"threshold": (Real(0, open_low=True),)})

    def unit(self, numbers: Numbers, error: Float[Array, "rows units"]) -> Float[Array, "rows units"]:
        size, delta = jnp.abs(error), numbers["threshold"]
        return jnp.where(size <= delta, 0.5 * error**2, delta * (size - 0.5 * delta))


@dataclass(frozen=True)
class Quantile(_OfErrors):
    """The pinball loss: too low costs q a unit of error, too high 1 − q.

    Parameters
    ----------
    q : float, default=0.5
        Which quantile, above 0 and below 1; 0.5 is the median.

    Examples
    --------
    >>> from dendrax import NeuralRegressor
    >>> from dendrax.losses import Quantile
    >>> NeuralRegressor(loss=Quantile(0.9)).loss
    Quantile(q=0.9)
    """

    name = "quantile"
    classes = False
    q: float = number(0.5)

    def __post_init__(self) -> None:
        check_all({"q": self.q}, {"q": (Real(0, 1, open_low=True, open_high=True),)})

    def unit(self, numbers: Numbers, error: Float[Array, "rows units"]) -> Float[Array, "rows units"]:
        return jnp.maximum(numbers["q"] * error, (numbers["q"] - 1.0) * error)


@dataclass(frozen=True)
class Poisson(_OfUnits):
    """The negative log-likelihood of counts with mean a = e^in, up to what y alone decides."""

    name = "poisson"
    activations = ("exponential",)
    classes = False
    counts = True

    def units(
        self, numbers: Numbers, z: Float[Array, "rows units"], output: str | Function, y: Float[Array, "rows units"]
    ) -> Float[Array, "rows units"]:
        return jnp.exp(z) - y * z


@dataclass(frozen=True)
class Hinge(_OfUnits):
    """No loss for classes that are right by a margin; the outputs are no probabilities."""

    name = "hinge"
    activations = ("identity", "tanh")
    numbers = False
    probabilities = False

    def units(
        self, numbers: Numbers, z: Float[Array, "rows units"], output: str | Function, y: Float[Array, "rows units"]
    ) -> Float[Array, "rows units"]:
        a = activation(output).function(z)
        s, t = (a, y) if output == "tanh" else (2.0 * a - 1.0, 2.0 * y - 1.0)
        return jnp.maximum(0.0, 1.0 - s * t)


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """The negative log-likelihood of the classes, in nats.

    Parameters
    ----------
    smoothing : float, default=0.0
        The share of every training target that is spread evenly over the classes.
    """

    name = "cross_entropy"
    activations = ("sigmoid", "softmax")
    numbers = False
    smoothing: float = number(0.0)

    def __post_init__(self) -> None:
        check_all({"smoothing": self.smoothing}, {"smoothing": (Real(0, 1, open_high=True),)})

    def judging(self, numbers: Numbers) -> Numbers:
        return {"smoothing": jnp.zeros_like(numbers["smoothing"])}

    def rows(
        self, numbers: Numbers, z: Float[Array, "rows units"], output: str | Function, y: Targets
    ) -> Float[Array, " rows"]:
        even = 1.0 / z.shape[1] if output == "softmax" else 0.5
        y = one_of_k(y, z.shape[1])
        y = y + numbers["smoothing"] * (even - y)
        if output == "softmax":
            return -(y * jax.nn.log_softmax(z, axis=1)).sum(axis=1)
        return (jnp.logaddexp(z, 0.0) - y * z).sum(axis=1)


LOSSES = {loss.name: loss for loss in (Squared, Absolute, Huber, Quantile, Poisson, Hinge, CrossEntropy)}

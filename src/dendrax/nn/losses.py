"""Losses: how wrong the activations `a` of the output units are, given the targets `y`; one number for each row.

    squared         E = ½ Σ_i (y_i − a_i)²
    absolute        E = Σ_i |y_i − a_i|
    huber           E = Σ_i h(y_i − a_i),   h(e) = ½ e² for |e| ≤ δ, δ (|e| − ½ δ) beyond
    cross_entropy   E = −Σ_i [y_i ln a_i + (1 − y_i) ln(1 − a_i)]    sigmoid units, y_i in [0, 1]
                    E = −Σ_i y_i ln a_i                              softmax units, y 1-of-K

Cross-entropy is computed from `in`, not from a, so that it stays finite where a rounds to 0 or 1:
for a sigmoid unit ln(1 + e^in) − y·in, for softmax ln Σ_j e^(in_j) − in_y.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dendrax.core.structure import number
from dendrax.nn.activations import activation
from dendrax.nn.layer import Numbers

Targets = Float[Array, "rows units"] | Int[Array, " rows"]


def one_of_k(y: Targets, units: int) -> Float[Array, "rows units"]:
    """Write class codes as 1-of-K rows; rows that are numbers already stay as they are."""
    return jax.nn.one_hot(y, units) if y.ndim == 1 else y


class Loss(ABC):
    """The interface of a loss."""

    name: ClassVar[str]
    activations: ClassVar[tuple[str, ...] | None] = None  # the output activations it goes with; None for all

    @abstractmethod
    def rows(self, numbers: Numbers, z: Float[Array, "rows units"], output: str, y: Targets) -> Float[Array, " rows"]:
        """Compute the loss of each row.

        Parameters
        ----------
        numbers : dict
            The loss's numeric fields.
        z : array, shape (rows, units)
            The input `in` of the output units.
        output : str
            The name of their activation function.
        y : array, shape (rows, units), or (rows,) of int
            The targets; whole numbers are class codes.

        Returns
        -------
        array, shape (rows,)
            One loss for each row.
        """


class _OfErrors(Loss):
    """A loss that is a sum over output units of a function of the error y − a."""

    @abstractmethod
    def unit(self, numbers: Numbers, error: Float[Array, "rows units"]) -> Float[Array, "rows units"]:
        """Compute the loss of each output unit from its error."""

    def rows(self, numbers: Numbers, z: Float[Array, "rows units"], output: str, y: Targets) -> Float[Array, " rows"]:
        a = activation(output).function(z)
        return self.unit(numbers, one_of_k(y, z.shape[1]) - a).sum(axis=1)


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

    def unit(self, numbers: Numbers, error: Float[Array, "rows units"]) -> Float[Array, "rows units"]:
        size, delta = jnp.abs(error), numbers["threshold"]
        return jnp.where(size <= delta, 0.5 * error**2, delta * (size - 0.5 * delta))


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """The negative log-likelihood of the classes, in nats."""

    name = "cross_entropy"
    activations = ("sigmoid", "softmax")

    def rows(self, numbers: Numbers, z: Float[Array, "rows units"], output: str, y: Targets) -> Float[Array, " rows"]:
        y = one_of_k(y, z.shape[1])
        if output == "softmax":
            return -(y * jax.nn.log_softmax(z, axis=1)).sum(axis=1)
        return (jnp.logaddexp(z, 0.0) - y * z).sum(axis=1)


LOSSES = {loss.name: loss for loss in (Squared, Absolute, Huber, CrossEntropy)}

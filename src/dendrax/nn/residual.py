"""A residual block: layers that learn a correction to what goes past them.

    y = x + f(x),   f = layer n ∘ … ∘ layer 1

The output of f must have the shape of x. The gradient reaches x undamped, so deep networks learn.

Source
------
K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jaxtyping import Array, Float

from dendrax.core.constraints import HyperparameterError, Whole
from dendrax.core.random import Key, fold
from dendrax.nn.dense import Dense
from dendrax.nn.layer import PREDICTING, Context, Layer, Numbers, Params, Seen, Shape, ShapeError


@dataclass(frozen=True)
class Residual(Layer):
    """Add to the input what some layers make of it.

    Parameters
    ----------
    layers : list of Layer or int
        The layers of f; an int is a `Dense` of that many relu units.

    Raises
    ------
    HyperparameterError
        If there is no layer, or something that is none.

    Examples
    --------
    >>> from dendrax.layers import Dense, Residual
    >>> Residual([Dense(32), Dense(64, "identity")])
    Residual(layers=(Dense(units=32, activation='relu'), Dense(units=64, activation='identity')))
    """

    layers: Any

    def __post_init__(self) -> None:
        given, whole = self.layers, Whole(1)
        if not (isinstance(given, (list, tuple)) and given):
            raise HyperparameterError(f"layers of Residual must be a list of one layer or more; got {given!r}")
        strange = [v for v in given if not (isinstance(v, Layer) or whole.allows(v))]
        if strange:
            raise HyperparameterError(f"layers of Residual must be layers or ints of 1 or more; got {strange[0]!r}")
        layers = tuple(layer if isinstance(layer, Layer) else Dense(layer) for layer in given)
        object.__setattr__(self, "layers", layers)

    def initialise(self, key: Key, input_shape: Shape) -> tuple[Params, Shape]:
        """Draw the parameters of every layer; their names carry the layer's place in front."""
        shape, params = input_shape, {}
        for i, layer in enumerate(self.layers):
            own, shape = layer.initialise(fold(key, i), shape)
            params |= {f"{i}.{name}": array for name, array in own.items()}
        if shape != input_shape:
            raise ShapeError(
                f"its layers must end in the shape that they start from, {input_shape}; they end in {shape}"
            )
        return params, input_shape

    def _each(self, params: Params, numbers: Numbers) -> Iterator[tuple[int, Layer, Params, Numbers]]:
        for i, (layer, its) in enumerate(zip(self.layers, numbers["layers"], strict=True)):
            yield i, layer, self._own(params, i), its

    @staticmethod
    def _own(params: dict[str, Any], i: int) -> dict[str, Any]:
        place = f"{i}."
        return {name.removeprefix(place): a for name, a in params.items() if name.startswith(place)}

    def apply(self, params: Params, numbers: Numbers, x: Float[Array, "..."], context: Context) -> Float[Array, "..."]:
        """Compute x + f(x)."""
        y = x
        for i, layer, own, its in self._each(params, numbers):
            y = layer.apply(own, its, y, context.of(i))
        return x + y

    def trace(self, params: Params, numbers: Numbers, x: Any) -> tuple[list[Seen], Any]:
        """Compute `in` and `a` of the units of every layer."""
        seen, y = [], x
        for _, layer, own, its in self._each(params, numbers):
            of_layer, y = layer.trace(own, its, y)
            seen += of_layer
        return seen, self.apply(params, numbers, x, PREDICTING)

    def units_of(self, params: dict[str, Any]) -> list[dict[str, Any]]:
        """Give weights and biases of the units of every layer."""
        return [units for i, layer in enumerate(self.layers) for units in layer.units_of(self._own(params, i))]

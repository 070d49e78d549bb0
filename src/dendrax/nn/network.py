"""A network: layers, each fed by the one before, the last one the output layer that the targets ask for.

    x → layer 1 → layer 2 → … → output layer:   in = W a + b,   a = g(in)

A `Network` is a static description; its parameters are a tuple with one dict of arrays for each layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from jaxtyping import Array, Float

from dendrax.core.random import Key, fold
from dendrax.core.structure import numbers, structure
from dendrax.nn.activations import activation
from dendrax.nn.dense import Dense
from dendrax.nn.layer import PREDICTING, Context, Layer, Numbers, Params, Shape, ShapeError


@dataclass(frozen=True)
class Network:
    """A stack of layers and the shape of a row of its input.

    Attributes
    ----------
    layers : tuple of Layer
        Structures: numeric fields blanked. The last one is a `Dense`: the output units.
    input_shape : hashable
        The shape of one row.
    """

    layers: tuple[Layer, ...]
    input_shape: Shape

    @property
    def output(self) -> Dense:
        """The layer of output units."""
        last = self.layers[-1]
        assert isinstance(last, Dense)
        return last

    def initialise(self, key: Key) -> tuple[Params, ...]:
        """Draw the parameters of every layer."""
        shape, params = self.input_shape, []
        for i, layer in enumerate(self.layers):
            try:
                drawn, shape = layer.initialise(fold(key, i), shape)
            except ShapeError as error:
                raise ShapeError(f"layer {i + 1} of {len(self.layers)}, {layer}: {error}") from None
            params.append(drawn)
        return tuple(params)

    def pre_output(
        self, params: Sequence[Params], numbers: Sequence[Numbers], x: Any, context: Context
    ) -> Float[Array, "rows units"]:
        """Compute `in` of the output units: what the losses start from."""
        for i, (layer, own, its) in enumerate(zip(self.layers[:-1], params, numbers, strict=False)):
            x = layer.apply(own, its, x, context.of(i))
        return self.output.pre_activation(params[-1], x)

    def apply(
        self, params: Sequence[Params], numbers: Sequence[Numbers], x: Any, context: Context = PREDICTING
    ) -> Float[Array, "rows units"]:
        """Compute the activations of the output units."""
        return activation(self.output.activation).function(self.pre_output(params, numbers, x, context))

    def trace(
        self, params: Sequence[Params], numbers: Sequence[Numbers], x: Any
    ) -> list[dict[str, Float[Array, "rows units"]]]:
        """Compute `in` and `a` of every unit, layer by layer; layers without units only pass their output on."""
        seen = []
        for layer, own, its in zip(self.layers, params, numbers, strict=True):
            of_layer, x = layer.trace(own, its, x)
            seen += of_layer
        return seen

    def units_of(self, params: Sequence[Any]) -> list[Any]:
        """Give the weights and biases of every layer of units."""
        pairs = zip(self.layers, params, strict=True)
        return [units for layer, own in pairs for units in layer.units_of(own)]


def network_of(layers: Sequence[Layer], input_shape: Shape, units: int, output: str) -> tuple[Network, list[Numbers]]:
    """Close layers with the output units that the targets ask for.

    Parameters
    ----------
    layers : sequence of Layer
        The layers before the output, from the input on.
    input_shape : hashable
        The shape of one row.
    units : int
        Output units.
    output : str
        Their activation function.

    Returns
    -------
    Network
        The description, numeric fields blanked.
    list of dict
        The numbers of each layer.
    """
    closed = [*layers, Dense(units, output)]
    return Network(tuple(structure(layer) for layer in closed), input_shape), [numbers(layer) for layer in closed]

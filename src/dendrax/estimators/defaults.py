"""What "auto" means: choices by the kind and the size of the data, made by measurement.

Sizes are those of the bucket, not of the data, so that a few rows more change no choice and compile nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dendrax.core.shapes import bucket
from dendrax.nn.dense import Dense
from dendrax.nn.layer import Layer

HIDDEN = (128, 128)
STEPS = 6000


@dataclass(frozen=True)
class Choices:
    """Every hyper-parameter that can be "auto", decided.

    Attributes
    ----------
    layers : tuple of Layer
        The hidden layers.
    loss, optimiser, schedule : str
        Names.
    learning_rate, validation_fraction, weight_decay : float
        Numbers.
    batch_size, max_epochs, patience : int
        Counts.
    prepare : bool
        Whether inputs are centred, scaled and clipped, and numeric targets standardised.
    """

    layers: tuple[Layer, ...]
    loss: str
    optimiser: str
    schedule: str
    learning_rate: float
    batch_size: int
    max_epochs: int
    patience: int
    validation_fraction: float
    weight_decay: float
    prepare: bool


def as_layers(layers: Sequence[Any]) -> tuple[Layer, ...]:
    """Read `layers`: an int is a `Dense` of that many units."""
    return tuple(layer if isinstance(layer, Layer) else Dense(layer) for layer in layers)


def batch_size_for(rows: int) -> int:
    """Choose the batch by the padded number of rows."""
    return 32 if rows <= 1024 else 64 if rows <= 2048 else 128 if rows <= 8192 else 256


def choose(options: dict[str, Any], rows: int, classification: bool) -> Choices:
    """Decide everything that the user left to us.

    Parameters
    ----------
    options : dict
        The estimator's hyper-parameters.
    rows : int
        Rows of data.
    classification : bool
        Whether the targets are classes.

    Returns
    -------
    Choices
        The decisions; what the user gave stays as it is.
    """
    size = bucket(rows)

    def given(name: str, otherwise: Any) -> Any:
        return otherwise if isinstance(options[name], str) and options[name] == "auto" else options[name]

    batch = given("batch_size", batch_size_for(size))
    batch = size if batch is None else min(int(batch), size)
    optimiser = given("optimiser", "adamw")
    validation = given("validation_fraction", 0.2 if size >= 256 else 0.0)
    steps_per_epoch = max(round(size * (1 - validation) / batch), 1)
    automatic = isinstance(options["max_epochs"], str)
    epochs = given("max_epochs", max(round(STEPS / steps_per_epoch), 30))
    return Choices(
        layers=as_layers(given("layers", HIDDEN)),
        loss=given("loss", "cross_entropy" if classification else "squared"),
        optimiser=optimiser,
        schedule=given("schedule", "cosine" if automatic else "constant"),
        learning_rate=given("learning_rate", 0.1 if optimiser == "sgd" else 2e-3),
        batch_size=batch,
        max_epochs=epochs,
        patience=given("patience", max(10, epochs // 4)),
        validation_fraction=validation,
        weight_decay=given("weight_decay", 0.5 if optimiser == "adamw" else 0.0),
        prepare=options["prepare"] == "auto",
    )

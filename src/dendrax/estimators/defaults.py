"""What "auto" means: choices by the kind and the size of the data, made by measurement.

Sizes are those of the bucket, not of the data, so that a few rows more change no choice and compile nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dendrax.core.shapes import bucket
from dendrax.estimators.parts import loss_of, optimiser_of, part_of
from dendrax.learning.descent import Optimiser
from dendrax.learning.lbfgs import LBFGS
from dendrax.learning.schedules import SCHEDULES, Schedule
from dendrax.nn.dense import Dense
from dendrax.nn.layer import Layer
from dendrax.nn.losses import Loss

HIDDEN = (128, 128)
STEPS = 6000
EPOCHS_OF_LBFGS = 500
RATES = {"sgd": 0.1, "nesterov": 0.02, "rmsprop": 1e-3, "lion": 1e-3, "lbfgs": 1.0}  # the others: 0.002


@dataclass(frozen=True)
class Choices:
    """Every hyper-parameter that can be "auto", decided.

    Attributes
    ----------
    layers : tuple of Layer
        The hidden layers.
    loss, optimiser, schedule : Loss, Optimiser, Schedule
        Parts of the run.
    learning_rate, validation_fraction, weight_decay : float
        Numbers.
    batch_size, max_epochs, patience : int
        Counts.
    prepare : bool
        Whether inputs are centred, scaled and clipped, and numeric targets standardised.
    """

    layers: tuple[Layer, ...]
    loss: Loss
    optimiser: Optimiser
    schedule: Schedule
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

    layers = as_layers(given("layers", HIDDEN))
    optimiser = optimiser_of(options, layers)
    whole = isinstance(optimiser, LBFGS)
    batch = given("batch_size", None if whole else batch_size_for(size))
    batch = size if batch is None else min(int(batch), size)
    validation = given("validation_fraction", 0.2 if size >= 256 else 0.0)
    steps_per_epoch = max(round(size * (1 - validation) / batch), 1)
    automatic = isinstance(options["max_epochs"], str)
    epochs = given("max_epochs", EPOCHS_OF_LBFGS if whole else max(round(STEPS / steps_per_epoch), 30))
    schedule = given("schedule", "cosine" if automatic and not whole else "constant")
    return Choices(
        layers=layers,
        loss=loss_of(options, classification),
        optimiser=optimiser,
        schedule=part_of(SCHEDULES, schedule),
        learning_rate=given("learning_rate", RATES.get(optimiser.name, 2e-3)),
        batch_size=batch,
        max_epochs=epochs,
        patience=given("patience", max(10, epochs // 4)),
        validation_fraction=validation,
        weight_decay=given("weight_decay", 0.5 if optimiser.decoupled else 0.0),
        prepare=options["prepare"] == "auto",
    )

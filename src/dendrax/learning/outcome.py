"""How a training run went: its curves, one number an epoch, the state it ended in, and why it stopped."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import jax
import numpy as np

from dendrax.learning.state import RING, History, State


class DivergenceError(ValueError):
    """Training diverged: losses or parameters stopped being finite, at half the rate too."""


@runtime_checkable
class Judged(Protocol):
    """Anything with a curve to judge by, one number an epoch."""

    @property
    def validation(self) -> list[float]:
        """The curve."""
        ...


@dataclass
class Curves:
    """What a person wants to see of a training run, one number an epoch.

    Attributes
    ----------
    training, validation, learning_rate, gradient_norm : list of float
        The mean training loss of the epoch, the validation loss after it (the training loss where nothing is held
        out), the learning rate at its start, and the length of the running mean gradient at its end.
    metric : list of float
        The metric after the epoch; empty where there is none.
    """

    training: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    learning_rate: list[float] = field(default_factory=list)
    gradient_norm: list[float] = field(default_factory=list)
    metric: list[float] = field(default_factory=list)

    def read(self, state: State) -> None:
        """Add the epochs that the state has finished since the last reading."""
        epoch = int(state.epoch)
        new = np.arange(len(self.training), epoch) % RING
        if len(new):
            for name in History._fields:
                getattr(self, name).extend(np.asarray(getattr(state.history, name))[new].tolist())


@dataclass(frozen=True)
class Outcome:
    """How a training run ended.

    Attributes
    ----------
    state : State
        The last state.
    curves : Curves
        One number an epoch.
    stopped_because : str
        converged, patience, epochs, time, interrupted or callback; running while it goes on.
    validated, held_out : bool
        Whether epochs were judged, by held-out rows or by a metric; and whether rows were held out.
    """

    state: State
    curves: Curves
    stopped_because: str
    validated: bool = False
    held_out: bool = False

    @property
    def best_answers(self) -> bool:
        """Whether the best parameters are given; the last are, where nothing judged them or no score was finite."""
        return self.validated and bool(np.isfinite(self.state.progress.best))

    @property
    def params(self) -> Any:
        """The best parameters by the validation loss, or the last where nothing is held out, as NumPy arrays."""
        return jax.tree.map(np.asarray, self.state.best_params if self.best_answers else self.state.params)

"""From checked rows to a task: what stays the same over all calls of `fit` and `partial_fit`, and the rows of one call.

setting   how inputs and targets are coded, every choice, the seed: settled by the first rows
task      encoded rows, who trains and who judges
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dendrax.core.shapes import bucket
from dendrax.data.columns import Encoder
from dendrax.data.tables import Table, listed
from dendrax.data.targets import Target
from dendrax.estimators.defaults import Choices
from dendrax.estimators.fitting import Encoded, Task
from dendrax.estimators.inputs import Inputs, rows_of, take
from dendrax.learning.split import held_out


@dataclass(frozen=True)
class Setting:
    """What the first rows settle.

    Attributes
    ----------
    choices : Choices
        Every hyper-parameter that can be "auto".
    target : Target
        How targets are coded.
    encoder : Encoder or None
        How inputs are coded; None takes plain numbers.
    output : str
        The activation function of the output units.
    seed : int
        All randomness.
    weight : float
        The mean weight of the first training rows, which counts as 1.
    rows : int
        How many rows there were.
    fixed : dict
        Hyper-parameters that must stay, as they were given.
    judge : tuple
        Who judged the last call's epochs; empty where that is not known.
    """

    choices: Choices
    target: Target
    encoder: Encoder | None
    output: str
    seed: int
    weight: float = 1.0
    rows: int = 1
    fixed: dict[str, Any] = field(default_factory=dict)
    judge: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Part:
    """Some rows: inputs, targets and weights (None: all the same)."""

    X: Inputs
    y: np.ndarray
    weights: np.ndarray | None = None


def _chosen(part: Part, rows: np.ndarray) -> Part:
    return part if rows.all() else Part(take(part.X, np.flatnonzero(rows)), part.y[rows])


def _missing(y: np.ndarray) -> np.ndarray:
    return np.isnan(y.reshape(len(y), -1)) if y.dtype.kind == "f" else np.zeros((len(y), 1), bool)


def that_judge(own: Part) -> Part:
    """Take the rows of a validation part that have a known target; a `ValueError` if none has."""
    known = np.array(~_missing(own.y).all(axis=1))
    if not known.any():
        raise ValueError("y_val must hold a known target; got none")
    return _chosen(own, known)


def with_known_targets(part: Part) -> Part:
    """Take the rows whose targets are all known, which a metric can judge; a `ValueError` if none is."""
    known = np.array(~_missing(part.y).any(axis=1))
    if not known.any():
        raise ValueError("metric must have rows to judge by whose targets are all known; every row misses some")
    return _chosen(part, known)


def encoded(part: Part, setting: Setting, size: int | None = None) -> Encoded:
    """Code inputs and targets."""
    X, y = part.X, part.y
    x = np.asarray(X, np.float32) if setting.encoder is None else setting.encoder.encode(X, size)
    w = np.ones(len(y), np.float32) if part.weights is None else part.weights.astype(np.float32)
    return Encoded(x, setting.target.encode(y, setting.output), w)


def task_of(
    rows: Part, own: Part | None, setting: Setting, *, given: bool, classes: bool, fixed_weight: bool
) -> tuple[Task, float]:
    """Make the task of some rows.

    Parameters
    ----------
    rows : Part
        The rows to learn from.
    own : Part or None
        A validation part of the user's own; otherwise the setting's share of the rows is held out.
    setting : Setting
        How to code.
    given : bool
        Whether the share to hold out is the user's, not ours: then it is exact.
    classes : bool
        Whether the targets are classes.
    fixed_weight : bool
        Whether the weight that counts as 1 is the setting's already.

    Returns
    -------
    Task
        With weights of mean 1 over the training rows, or in units of the setting's weight.
    float
        The mean weight of the training rows.
    """
    n = len(rows.y)
    coded = encoded(rows, setting, bucket(n) if own is None else None)
    training, validation = np.arange(n, dtype=np.int32), np.arange(0, dtype=np.int32)
    if own is not None:
        held = encoded(own, setting)
        coded, validation = _joined(coded, held), n + np.arange(held.n_rows, dtype=np.int32)
    elif setting.choices.validation_fraction > 0:
        n_held = max(round(setting.choices.validation_fraction * (n if given else bucket(n))), 1)
        training, validation = held_out(_codes(coded.y), min(n_held, n - 1), setting.seed, classes)
    mean = float(coded.weights[training].mean())
    weights = coded.weights / np.float32(setting.weight if fixed_weight else mean)
    units = setting.target.units
    return Task(Encoded(coded.x, coded.y, weights), training, validation, units, setting.output), mean


def _codes(y: np.ndarray) -> np.ndarray:
    """Say by what rows are spread evenly: their class, or the first of several outputs."""
    if y.ndim == 1:
        return y
    one_of_k = y.shape[1] > 1 and bool(((y == 1).sum(axis=1) == 1).all())
    return y.argmax(axis=1) if one_of_k else y[:, 0]


def _joined(first: Encoded, second: Encoded) -> Encoded:
    def join(a: Any, b: Any) -> Any:
        return np.concatenate([a, b])

    x = {k: join(first.x[k], second.x[k]) for k in first.x} if isinstance(first.x, dict) else join(first.x, second.x)
    return Encoded(x, join(first.y, second.y), join(first.weights, second.weights))


def warn_of_new_levels(X: Inputs, setting: Setting) -> None:
    """Say which columns hold levels that the first rows did not."""
    if setting.encoder is None or not setting.encoder.categories or not isinstance(X, Table) or not rows_of(X):
        return
    unseen = (setting.encoder.codes_of(X) == 0).any(axis=0)
    names = [column.name for column, new in zip(setting.encoder.categories, unseen, strict=True) if new]
    if names:
        warnings.warn(
            f"levels that the first call did not see count as unseen; they are in {listed(names)}",
            UserWarning,
            stacklevel=4,
        )

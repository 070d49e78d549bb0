"""How good a symmetric network is on rows: the mean of ln p and its errors, beside columns independent of each other.

    error of the rows   sd(ln p) / √rows          error of ln Z   0 where it is exact

Independent columns have the means (and variances) of the training rows; one row more, half on and half off or a share
of each level, keeps their probabilities from 0.
"""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

import numpy as np

from dendrax.cli.machine_rows import MachineRows
from dendrax.cli.voice import Voice
from dendrax.data.faults import DataError
from dendrax.estimators.fitted_restricted import as_states

Scores = dict[str, float | None]


class Likelihood(NamedTuple):
    """The mean log-likelihood of rows.

    Attributes
    ----------
    mean : float
        Nats a row.
    error : float
        Its standard error, by the rows.
    ln_z_error : float
        What is not known of ln Z.
    """

    mean: float
    error: float
    ln_z_error: float

    @property
    def scores(self) -> Scores:
        """By name."""
        return {"log_likelihood": self.mean, "error": self.error, "ln_z_error": self.ln_z_error}


def mean_of(values: np.ndarray, ln_z_error: float) -> Likelihood:
    """Average the log-likelihoods of rows."""
    spread = float(values.std(ddof=1)) if len(values) > 1 else math.nan
    return Likelihood(float(values.mean()), spread / math.sqrt(len(values)), ln_z_error)


def likelihood(machine: Any, rows: MachineRows, voice: Voice) -> Likelihood:
    """Judge a machine by rows; where ln Z is estimated, and where it is in doubt, that is said."""
    if not is_exact(machine):
        voice.say("estimating ln Z by annealed importance sampling, both ways …")
    with warnings.catch_warnings(record=True) as doubts:
        warnings.simplefilter("always")
        found = mean_of(machine.score_samples(rows.X), ln_z_error(machine))
    for doubt in doubts:
        voice.warn(str(doubt.message))
    return found


def ln_z_error(machine: Any) -> float:
    """Say how sure ln Z is."""
    found = machine.log_partition_
    return float(found.error) if hasattr(found, "error") else float(machine.log_partition_error_)


def is_exact(machine: Any) -> bool:
    """Say whether ln Z is enumerated, which takes no time."""
    model = getattr(machine, "_model", None)
    if model is None:
        return True
    from dendrax.boltzmann.restricted_likelihood import is_enumerable

    return model.known_log_partition is not None or is_enumerable(model.coding.visible, model.n_hidden)


def judged_rows(machine: Any, rows: MachineRows) -> tuple[MachineRows, int]:
    """Leave out rows that cannot be judged, and count them.

    Those are rows with a level that training never saw, and rows with holes where there are too many hidden units to be
    summed out.
    """
    from dendrax.boltzmann.restricted_likelihood import MOST

    fits = np.ones(len(rows.X), bool)
    if machine.visible == "categorical":
        seen = [{None, *levels.tolist()} for levels in machine.levels_]
        fits &= [all(cell in its for cell, its in zip(row, seen, strict=True)) for row in rows.X]
    if machine.n_hidden > MOST:
        fits[fits] &= machine._model.coding.known(rows.X[fits]).all(axis=1)
    if not fits.any():
        raise DataError(
            f"a row to judge by must hold levels that training saw, and no empty cell where there are more than {MOST} "
            "hidden units; none does"
        )
    return rows.take(fits.nonzero()[0]), int((~fits).sum())


def independent(machine: Any, training: MachineRows, rows: MachineRows) -> Likelihood:
    """Judge columns that are independent of each other, with what the training rows say of each."""
    asked = as_states(rows.X, machine.visible)
    if machine.visible == "categorical":
        each = [_levels(training.X[:, i], asked[:, i], levels) for i, levels in enumerate(machine.levels_)]
        return mean_of(np.sum(each, axis=0), 0.0)
    judge = _coins if machine.visible == "binary" else _normals
    known = ~np.isnan(training.X)
    counts = known.sum(axis=0)
    seen = np.where(known, training.X, 0.0)
    logs = judge(seen.sum(axis=0), (seen**2).sum(axis=0), counts, asked)
    return mean_of(np.where(np.isnan(asked), 0.0, logs).sum(axis=1), 0.0)


def _coins(total: np.ndarray, _: np.ndarray, counts: np.ndarray, v: np.ndarray) -> np.ndarray:
    p = (total + 0.5) / (counts + 1)
    return v * np.log(p) + (1 - v) * np.log1p(-p)


def _normals(total: np.ndarray, squares: np.ndarray, counts: np.ndarray, v: np.ndarray) -> np.ndarray:
    n = np.maximum(counts, 1)
    mean = total / n
    variance = squares / n - mean**2
    variance = np.where(variance > 1e-12 * squares / n, variance, 1.0)  # as in the machine, a constant has scale 1
    return -0.5 * ((v - mean) ** 2 / variance + np.log(2 * math.pi * variance))


def _levels(seen: np.ndarray, asked: np.ndarray, levels: np.ndarray) -> np.ndarray:
    counts = dict.fromkeys(levels.tolist(), 1 / len(levels))
    for cell in seen.tolist():
        if cell is not None:
            counts[cell] += 1
    total = sum(counts.values())
    return np.array([0.0 if cell is None else math.log(counts[cell] / total) for cell in asked.tolist()])


def finite(value: float | None) -> float | None:
    """Give a number that JSON has, or None."""
    return value if value is not None and np.isfinite(value) else None

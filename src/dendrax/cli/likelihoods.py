"""How likely a machine finds rows, beside the trivial model: columns independent of each other, with the same means.

log-likelihood    ⟨ln p(x)⟩ of the rows, in nats a row; its standard error sd(ln p) / √rows
ln Z              exact, or by annealed importance sampling from below and from above: these bracket the mean
trivial           Σ ln p(x_i): binary (ones + 1) / (rows + 2), gaussian mean and variance, levels (times + 1) / (rows
                  + levels) of the training rows
"""

from __future__ import annotations

import math
import time
import warnings

import numpy as np

from dendrax.cli.machine import Machine
from dendrax.cli.scores import Scores
from dendrax.cli.voice import Voice

SEED = 0  # of the states that are drawn
HEADS = {"log_likelihood": "ln p", "standard_error": "± rows", "log_partition_error": "± ln Z"}


class LikelihoodSums:
    """ln p of rows that come in batches: rows, mean, and Σ (ln p − mean)²."""

    def __init__(self) -> None:
        self.rows, self.mean, self.spread = 0, 0.0, 0.0

    def add(self, logs: np.ndarray) -> None:
        """Add ln p of some rows, shape (rows,)."""
        n, mean = len(logs), float(logs.mean())
        step = mean - self.mean
        self.spread += float(((logs - mean) ** 2).sum()) + step**2 * self.rows * n / (self.rows + n)
        self.rows += n
        self.mean += step * n / self.rows

    @property
    def scores(self) -> Scores:
        """The mean and its standard error; NaN of one row."""
        error = math.sqrt(self.spread / (self.rows - 1) / self.rows) if self.rows > 1 else math.nan
        return {"log_likelihood": self.mean, "standard_error": error}


def as_states(machine: Machine, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the states that grey values of binary columns stand for; other rows stay as they are.

    Batches that follow each other draw as all of their rows at once would.
    """
    if machine.kind != "binary":
        return rows
    thresholds = rng.random(rows.shape)
    grey = (rows > 0) & (rows < 1)
    return np.where(grey, rows > thresholds, rows) if grey.any() else rows


def with_bracket(machine: Machine, scores: Scores) -> Scores:
    """Add how sure ln Z is, and the mean by the lowest and by the highest ln Z."""
    estimator, mean = machine.estimator, scores["log_likelihood"]
    if not machine.restricted:
        return scores | {"log_partition_error": estimator.log_partition_error_}
    z = estimator.log_partition_
    return scores | {
        "log_partition_error": z.error,
        "lowest": mean + z.value - z.high,
        "highest": mean + z.value - z.low,
    }


def judgeable(machine: Machine, rows: np.ndarray) -> np.ndarray:
    """Say which rows have a likelihood that can be computed, shape (rows,).

    None that holds a level that training never saw has; with holes only where few hidden units are summed out.
    """
    from dendrax.boltzmann.restricted_likelihood import MOST

    fine = ~machine.unseen(rows).any(axis=1)
    few = machine.restricted and len(machine.estimator.intercept_hidden_) <= MOST
    return np.asarray(fine if few else fine & ~machine.holes(rows).any(axis=1))


def estimate(machine: Machine, voice: Voice) -> None:
    """Compute ln Z, tell that it takes time where it does, and warn of what is doubtful in one line."""
    known = machine.restricted and machine.estimator._model.known_log_partition is not None
    start = time.monotonic()
    if not known and not _is_exact(machine):
        voice.say("estimating ln Z by annealed importance sampling, forward and reverse; this takes a while")
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        _ = machine.estimator.log_partition_
    if not known and not _is_exact(machine):
        voice.say(f"ln Z took {time.monotonic() - start:.0f} s")
    for warning in said:
        voice.warn(f"warning: {warning.message}")


def _is_exact(machine: Machine) -> bool:
    if machine.restricted:
        from dendrax.boltzmann.restricted_likelihood import is_enumerable

        model = machine.estimator._model
        return is_enumerable(model.visible, model.n_hidden)
    from dendrax.boltzmann.exact import MOST_UNITS

    return machine.estimator.network_.n_units <= MOST_UNITS


def independent(machine: Machine, training: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Compute ln p of rows where columns are independent, with the means of training rows; shape (rows,).

    Holes are summed out.
    """
    total = np.zeros(len(rows))
    holes = machine.holes(rows)
    for i, name in enumerate(machine.names):
        known = training[~machine.holes(training[:, i]), i]
        if machine.kind == "categorical":
            logs = _log_shares(known, machine.levels[name], rows[:, i])
        else:
            logs = _log_law(machine.kind, known, rows[:, i].astype(np.float64))
        total += np.where(holes[:, i], 0.0, logs)
    return total


def _log_shares(known: np.ndarray, levels: np.ndarray, cells: np.ndarray) -> np.ndarray:
    times = dict.fromkeys(levels.tolist(), 1.0)
    for cell in known.tolist():
        times[cell] += 1
    whole = math.log(sum(times.values()))
    return np.array([math.log(times.get(cell, 1.0)) - whole for cell in cells.tolist()])


def _log_law(kind: str, known: np.ndarray, cells: np.ndarray) -> np.ndarray:
    known = known.astype(np.float64)
    if kind == "gaussian":
        mean, variance = (known.mean(), known.var() or 1.0) if len(known) else (0.0, 1.0)
        return -0.5 * ((cells - mean) ** 2 / variance + math.log(2 * math.pi * variance))
    share = (known.sum() + 1) / (len(known) + 2)
    return cells * math.log(share) + (1 - cells) * math.log1p(-share)


def head(scores: Scores) -> list[str]:
    """Name scores for a person."""
    return [HEADS.get(name, name) for name in scores]


def shown(name: str, value: float | None) -> str:
    """Write a score for a person; nothing where there is none."""
    if value is None:
        return ""
    return f"{value:.1%}" if name == "accuracy" else f"{value:.4f}"

"""The rows that a restricted machine learns from: visible states, weights of mean 1, and which of them judge.

Rows to judge by are drawn, at least one and never all; the rows that train are put in a random order, so that the first
of them stand for all where an epoch is judged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dendrax.boltzmann.visible_coding import Coding
from dendrax.learning.split import held_out

BLOCK = 4096  # rows that are averaged at once


@dataclass(frozen=True)
class Task:
    """What is learned from.

    Attributes
    ----------
    v, known : ndarray, shape (rows, visible)
        Visible states, float32, and where there is no hole.
    weight : ndarray of float64, shape (rows,)
        The weights of the rows.
    training, validation : ndarray of int32
        Row numbers.
    """

    v: np.ndarray
    known: np.ndarray
    weight: np.ndarray
    training: np.ndarray
    validation: np.ndarray

    @property
    def means(self) -> np.ndarray:
        """The weighted mean of what is known in each column; 0.5 where nothing is."""
        total, seen = np.zeros(self.v.shape[1]), np.zeros(self.v.shape[1])
        for start in range(0, len(self.v), BLOCK):
            part = slice(start, start + BLOCK)
            total += self.weight[part] @ (self.v[part] * self.known[part])
            seen += self.weight[part] @ self.known[part]
        return np.where(seen > 0, total / np.where(seen > 0, seen, 1.0), 0.5).astype(np.float32)

    def log_scale(self, coding: Coding, index: np.ndarray, summed: bool) -> float:
        """Average Σ ln scale over what is known in the rows that are judged: all, or those without a hole."""
        known = self.known[index, : coding.columns]
        if coding.kind != "gaussian" or not summed or not len(index) or known.all():
            return coding.log_scale()
        return float(np.average(coding.log_scales(known), weights=self.weight[index]))


def task_of(coding: Coding, X: np.ndarray, y: np.ndarray | None, weight: np.ndarray, share: float, seed: int) -> Task:
    """Encode rows and say which of them train."""
    v, known = coding.encode(X, y)
    n_held = min(max(round(share * len(v)), 1), len(v) - 1) if share > 0 else 0
    by = np.zeros(len(v)) if y is None else np.searchsorted(coding.classes, y)  # type: ignore[arg-type]
    training, validation = held_out(by, n_held, seed, y is not None)
    return Task(v, known, weight, np.random.default_rng(seed).permutation(training), validation)

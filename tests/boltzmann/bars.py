"""Bars and stripes, and a run that learns them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from dendrax.boltzmann.restricted_run import Outcome, Progress, run
from dendrax.boltzmann.restricted_state import Numbers, Plan, State
from dendrax.boltzmann.restricted_training import begin
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import key
from dendrax.learning.batches import Data, Rows


def bars_and_stripes(side: int) -> np.ndarray:
    """List every pattern of whole rows and every one of whole columns; two of each are the same."""
    bits = (np.arange(2**side)[:, None] >> np.arange(side) & 1).astype(np.float32)
    bars = np.repeat(bits[:, :, None], side, axis=2)
    return np.concatenate([bars, bars.transpose(0, 2, 1)]).reshape(-1, side * side)


X = bars_and_stripes(3)
OPTIMUM = -2.5993  # the entropy of the 16 patterns, of which two come twice
VISIBLE = Visible("binary", 9)
PLAN = Plan(VISIBLE, 9, "pcd", 16, 100, enumerated=True)
EXACT = replace(PLAN, learning="exact", restarts=4, chains=0)
NUMBERS = Numbers(
    learning_rate=np.float32(0.1), momentum=np.float32(0), decay=np.float32(1), past=np.float32(0),
    offset_share=np.float32(0.01), k=(np.float32(1), np.float32(1)), weight_decay=np.float32(0),
    spread=np.float32(0.01), rows=np.int32(16), validation_rows=np.int32(0), monitored_rows=np.int32(16),
    max_epochs=np.int32(300), judge_every=np.int32(10), patience=np.int32(10**9), tolerance=np.float32(0),
)  # fmt: skip
EXACTLY = NUMBERS._replace(
    learning_rate=np.float32(1), momentum=np.float32(0.9), offset_share=np.float32(1), spread=np.float32(0.5)
)


def data_of(x: np.ndarray, weight: np.ndarray | None = None, known: np.ndarray | None = None, held: int = 0) -> Data:
    """Put rows on the device; the last of them are held out."""
    weight = np.ones(len(x), np.float32) if weight is None else weight
    holes = {} if known is None else {"known": known}
    rows = Rows({"v": x, **holes}, np.zeros((len(x), 0), np.float32), weight)
    order = np.arange(len(x), dtype=np.int32)
    return Data(rows, order[: len(x) - held], order[len(x) - held :] if held else None)


def start_of(plan: Plan, numbers: Numbers, x: np.ndarray, seed: int = 0) -> State:
    return begin(plan, key(seed), numbers, np.nanmean(x, axis=0, dtype=np.float32))


def learned(plan: Plan, numbers: Numbers, data: Data, seed: int = 0, **options: Any) -> Outcome:
    state = start_of(plan, numbers, np.asarray(data.rows.x["v"]), seed)
    return run(plan, state, data, numbers, Progress(plan.enumerated), **options)

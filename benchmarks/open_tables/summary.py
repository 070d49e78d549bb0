"""What the results say: ratios of losses over the (table, split) pairs that both models have.

ratio = exp mean ln (our loss / its loss)        below 1: we are better
"""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
from measuring.markdown import number, show

FLOOR = 1e-3  # losses below count as this: on a solved table a ratio says nothing
Pair = tuple[str, str]


def read(path: Path) -> tuple[dict[str, dict[Pair, float]], dict[str, dict[Pair, float]], list[dict[str, str]]]:
    """Read losses and seconds of fitting by model and pair, and the rows that failed."""
    losses: dict[str, dict[Pair, float]] = defaultdict(dict)
    took: dict[str, dict[Pair, float]] = defaultdict(dict)
    failed = []
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            pair = row["table"], row["split"]
            if row["loss"] and np.isfinite(float(row["loss"])):
                losses[row["model"]][pair] = max(float(row["loss"]), FLOOR)
                took[row["model"]][pair] = float(row["fit_s"])
            else:
                failed.append(row)
    return losses, took, failed


def geometric_mean(ratios: list[float]) -> float:
    return float(np.exp(np.mean(np.log(ratios))))


def against(mine: dict[Pair, float], its: dict[Pair, float], my_time: Any, its_time: Any) -> list[str]:
    """Compare two models over the pairs that both have."""
    pairs = sorted(mine.keys() & its.keys())
    if not pairs:
        return ["0", "", "", "", ""]
    ratios = {pair: mine[pair] / its[pair] for pair in pairs}
    worst = max(pairs, key=lambda pair: ratios[pair])
    return [
        str(len(pairs)),
        f"{geometric_mean(list(ratios.values())):.3f}",
        f"{sum(ratio < 1 for ratio in ratios.values())}/{len(pairs)}",
        f"{number(geometric_mean([its_time[pair] / my_time[pair] for pair in pairs]))}×",
        f"{worst[0]} {ratios[worst]:.2f}",
    ]


def mean_ranks(losses: dict[str, dict[Pair, float]]) -> tuple[dict[str, float], int]:
    """Rank the models on every pair that all have; ties share their ranks."""
    from scipy.stats import rankdata

    pairs = sorted(set.intersection(*(set(its) for its in losses.values())))
    if not pairs:
        return {}, 0
    ranks = rankdata([[its[pair] for its in losses.values()] for pair in pairs], axis=1).mean(axis=0)
    return dict(zip(losses, ranks.tolist(), strict=True)), len(pairs)


def summarise(path: Path, ours: str = "dendrax") -> None:
    """Print the comparison, the ranks, each model's slowest fit, and what failed."""
    losses, took, failed = read(path)
    if not losses:
        print(f"{path} holds no result yet")
    elif ours in losses:
        mine, my_time = losses[ours], took[ours]
        rows = [[name, *against(mine, losses[name], my_time, took[name])] for name in sorted(losses) if name != ours]
        head = ["model", "pairs", f"loss of {ours} / its", "wins", f"fit time its / {ours}", "worst"]
        show(f"{ours} against its peers, defaults of everybody", head, rows)
    if losses:
        ranks, pairs = mean_ranks(losses)
        rows = []
        for name in sorted(losses, key=lambda name: ranks.get(name, 0.0)):
            slowest = max(took[name], key=took[name].__getitem__)
            rows.append([name, f"{ranks[name]:.2f}" if ranks else "", f"{took[name][slowest]:.1f}", slowest[0]])
        show(f"Mean rank over {pairs} pairs, slowest fit", ["model", "mean rank", "slowest s", "on"], rows)
    for row in failed:
        print(f"failed: {row['model']} on {row['table']}, split {row['split']}: {row['error']}")

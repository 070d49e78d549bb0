"""How well restricted machines learn bars and stripes, against the optimum; how long it takes.

    python benchmarks/symmetric_learning.py [--quick]

3 × 3, 9 hidden units: the optimum is −2.5993 nats a pattern, to be reached to 0.01 in 10 s. 4 × 4, 16 hidden units:
−3.3791, to be reached to 0.05 in 60 s. Compiling is in the time.
"""

from __future__ import annotations

import argparse
import time

import numpy as np
from measuring.machine import describe
from measuring.markdown import judged, number, show

from dendrax import RestrictedBoltzmannMachine

TASKS = ((3, 9, -2.5993, 0.01, 10.0), (4, 16, -3.3791, 0.05, 60.0))


def bars_and_stripes(side: int) -> np.ndarray:
    """List every pattern of whole rows and every one of whole columns."""
    bits = np.arange(2**side)[:, None] >> np.arange(side) & 1
    bars = np.repeat(bits[:, :, None], side, axis=2)
    return np.concatenate([bars, bars.transpose(0, 2, 1)]).reshape(-1, side * side)


def row(side: int, n_hidden: int, optimum: float, near: float, seconds: float, seed: int) -> list[str]:
    X, start = bars_and_stripes(side), time.perf_counter()
    machine = RestrictedBoltzmannMachine(n_hidden, learning="exact", random_state=seed).fit(X)
    took = time.perf_counter() - start
    away = optimum - machine.log_likelihood_
    cells = [f"{side} × {side}", str(n_hidden), str(seed), str(machine.n_iter_), f"{machine.log_likelihood_:.4f}"]
    return [*cells, number(optimum), judged(away, at_most=near), judged(took, at_most=seconds, unit=" s")]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="3 × 3 with one seed")
    options = parser.parse_args()
    print(describe("dendrax", "jax"))
    tasks = [
        (*task, seed) for task in (TASKS[:1] if options.quick else TASKS) for seed in range(1 if options.quick else 3)
    ]
    head = ["patterns", "hidden", "seed", "steps", "ln p", "optimum", "away from it", "time"]
    show("Bars and stripes, exact learning", head, [row(*task) for task in tasks])


if __name__ == "__main__":
    main()

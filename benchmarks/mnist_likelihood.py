"""The likelihood of MNIST digits under a restricted machine of 500 hidden units, by annealed importance sampling.

    python benchmarks/mnist_likelihood.py [--minutes 3] [--rows 10000] [--temperatures 5000] [--pictures FOLDER]

Each pixel is drawn once, with its grey value as its probability (seed 0). The machine learns for the minutes given, the
rate falling with the clock; ln Z is estimated afterwards, both ways, and its time is counted apart. The estimate is
good where both ways meet within 1 nat and each has at least 10 effective chains of 100. `benchmarks/fetch_mnist.py`
gets the digits.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
from measuring.machine import describe
from measuring.markdown import judged, number, show

from dendrax import RestrictedBoltzmannMachine
from dendrax.datasets import mnist
from dendrax.report import CompletionsDisplay, FiltersDisplay, ImagesDisplay

HIDDEN, SPARE = 500, 5.0  # seconds for what is not learning: to encode rows, to end
TARGETS = {(3.0, 10_000): -92.0, (6.0, 60_000): -90.0, (10.0, 60_000): -87.0}  # test nats by minutes and rows


def drawn_once(grey: np.ndarray, seed: int) -> np.ndarray:
    """Draw each pixel once."""
    return (np.random.default_rng(seed).random(grey.shape, np.float32) * 255 < grey).astype(np.float32)


def learned(X: np.ndarray, options: argparse.Namespace) -> RestrictedBoltzmannMachine:
    setting: dict[str, Any] = {"chains": options.chains, "k": tuple(options.k), "learning_rate": options.rate}
    setting |= {"weight_decay": options.decay}
    return RestrictedBoltzmannMachine(
        HIDDEN, **setting, batch_size=options.batch, max_epochs=options.epochs, time_limit=60 * options.minutes - SPARE,
        validation_fraction=0.0, random_state=options.seed,
    ).fit(X)  # fmt: skip


def pictures(machine: RestrictedBoltzmannMachine, X: np.ndarray, folder: Path) -> None:
    """Draw filters, samples, and lower halves completed from the upper ones."""
    shape = (28, 28)
    halves = np.where(np.arange(784) < 392, X[:32], np.nan)
    means: dict[str, Any] = {"shape": shape, "expected": True, "random_state": 0}
    shown = {
        "filters": FiltersDisplay.from_estimator(machine, 100, shape=shape),
        "samples": ImagesDisplay.from_estimator(machine, 100, **means),
        "completed": CompletionsDisplay.from_estimator(machine, halves, truth=X[:32], columns=16, **means),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, display in shown.items():
        display.figure_.savefig(folder / f"{name}.png", dpi=200)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--rows", type=int, default=10_000, help="training pictures, the first ones")
    parser.add_argument("--temperatures", type=int, default=5000)
    parser.add_argument("--epochs", type=int, default=10**6, help="the most epochs; the clock ends it before")
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--chains", type=int, default=200)
    parser.add_argument("--k", type=int, nargs=2, default=(1, 1), help="sweeps at the start and at the end")
    parser.add_argument("--rate", type=float, default=0.1)
    parser.add_argument("--decay", type=float, default=3e-3, help="weight decay")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="where the digits are")
    parser.add_argument("--pictures", type=Path, help="a folder for pictures")
    options = parser.parse_args()
    print(describe("dendrax", "jax"))
    digits = mnist(options.folder)
    X, X_test = drawn_once(digits.X[: options.rows], 0), drawn_once(digits.X_test, 1)
    start = time.perf_counter()
    machine = learned(X, options)
    took, start = time.perf_counter() - start, time.perf_counter()
    log_z = machine.estimate_log_partition(temperatures=options.temperatures)
    counted = time.perf_counter() - start
    test, low = machine.score(X_test), min(log_z.effective)
    target = TARGETS.get((options.minutes, options.rows))
    head = ["rows", "epochs", "learning s", "ln Z s", "train", "test", "ways apart", "least effective chains of 100"]
    line = [str(len(X)), str(machine.n_iter_), number(took), number(counted), number(machine.log_likelihood_)]
    ways = [judged(abs(log_z.high - log_z.low), at_most=1.0), judged(low, at_least=10)]
    show(f"MNIST, {HIDDEN} hidden units, nats a picture", head, [[*line, judged(test, at_least=target), *ways]])
    print(f"test by the forward way {test + log_z.value - log_z.low:.2f}, by the reverse way "
          f"{test + log_z.value - log_z.high:.2f}")  # fmt: skip
    if options.pictures is not None:
        pictures(machine, X_test, options.pictures)


if __name__ == "__main__":
    main()

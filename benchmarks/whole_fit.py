"""Seconds of a whole fit, from arrays to a model: `NeuralClassifier` against scikit-learn's MLPClassifier.

    python benchmarks/whole_fit.py [--quick]

The same net (one hidden layer of 100 units), Adam, batch, epochs and standardised table; nothing held out, no penalty.
warm     later fits of a process: the program is compiled already
cold     the first fit of a process; beside it that of a process which finds the program in JAX's cache on disk
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from measuring.alternating import alternating, seconds
from measuring.machine import describe
from measuring.markdown import number, over, show

EPOCHS = {"iris": 50, "breast_cancer": 50, "digits": 30, "made_50000x20": 5}
BATCHES = (32, 200)
COLD_BATCH = 32
UNITS = 100


def table(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Load or make a table, its columns standardised."""
    from sklearn import datasets
    from sklearn.preprocessing import StandardScaler

    if name == "made_50000x20":
        X, y = datasets.make_classification(50_000, 20, n_informative=10, random_state=0)
    else:
        X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return np.asarray(StandardScaler().fit_transform(X)), np.asarray(y)


def ours(batch: int, epochs: int) -> Any:
    from dendrax import NeuralClassifier

    return NeuralClassifier(
        [UNITS], optimiser="adam", learning_rate=1e-3, batch_size=batch, max_epochs=epochs, tolerance=0.0,
        patience=10**6, validation_fraction=0, weight_decay=0.0, schedule="constant", random_state=0, verbose=False,
    )  # fmt: skip


def sklearn_mlp(batch: int, epochs: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    mlp: Any = MLPClassifier
    return mlp(
        (UNITS,), solver="adam", alpha=0.0, learning_rate_init=1e-3, batch_size=batch, max_iter=epochs, tol=0.0,
        n_iter_no_change=10**6, random_state=0,
    )  # fmt: skip


MODELS: dict[str, Callable[[int, int], Any]] = {"dendrax": ours, "scikit-learn": sklearn_mlp}


def fit(kind: str, batch: int, epochs: int, X: np.ndarray, y: np.ndarray) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn: not converged; fewer rows than the batch
        model = MODELS[kind](batch, epochs).fit(X, y)
    if model.n_iter_ != epochs:
        raise SystemExit(f"{kind} must run {epochs} epochs; it ran {model.n_iter_}")
    return model


def warm(name: str, batch: int, epochs: int, rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Measure later fits: the median seconds, and the accuracy on the table itself."""
    X, y = table(name)
    accuracy = {kind: fit(kind, batch, epochs, X, y).score(X, y) for kind in MODELS}
    arms = {kind: lambda kind=kind: seconds(lambda: fit(kind, batch, epochs, X, y)) for kind in MODELS}
    return alternating(arms, rounds), accuracy


def warm_rows(epochs: dict[str, int], rounds: int) -> list[list[str]]:
    rows = []
    for name, its_epochs in epochs.items():
        for batch in BATCHES:
            took, accuracy = warm(name, batch, its_epochs, rounds)
            us, peer = took["dendrax"], took["scikit-learn"]
            ratio = f"{number(over(peer, us))}×"
            scores = " / ".join(f"{value:.3f}" for value in accuracy.values())
            rows.append([name, str(batch), str(its_epochs), number(us * 1e3), number(peer * 1e3), ratio, scores])
    return rows


def cold_fit(kind: str, path: str, epochs: int) -> None:
    """Be the fresh process: import, fit once, print the seconds of both."""
    with np.load(path) as stored:
        X, y = stored["X"], stored["y"]
    start = time.perf_counter()
    MODELS[kind](COLD_BATCH, epochs)
    imported = time.perf_counter()
    fit(kind, COLD_BATCH, epochs, X, y)
    print(json.dumps({"import": imported - start, "fit": time.perf_counter() - imported}))


def in_fresh_process(kind: str, path: str, epochs: int, cache: str | None) -> float:
    """Start a process with or without a cache on disk, and read the seconds of its imports and its fit."""
    environment = {k: v for k, v in os.environ.items() if "COMPILATION_CACHE" not in k and "PERSISTENT_CACHE" not in k}
    if cache is not None:
        environment |= {
            "JAX_COMPILATION_CACHE_DIR": cache,
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
            "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "0",
        }
    command = [sys.executable, __file__, "--cold", kind, path, str(epochs)]
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    return sum(json.loads(printed.splitlines()[-1]).values())


def cold_row(name: str, epochs: int, rounds: int) -> list[str]:
    X, y = table(name)
    with tempfile.TemporaryDirectory() as folder:
        path, cache = str(Path(folder) / "table.npz"), str(Path(folder) / "programs")
        np.savez(path, X=X, y=y)
        in_fresh_process("dendrax", path, epochs, cache)  # fills the cache
        places = {"cold": ("dendrax", None), "cached": ("dendrax", cache), "scikit-learn": ("scikit-learn", None)}
        arms = {
            label: lambda kind=kind, place=place: in_fresh_process(kind, path, epochs, place)
            for label, (kind, place) in places.items()
        }
        took = alternating(arms, rounds)
    peer = took["scikit-learn"]
    ratios = [f"{number(peer / took[label])}×" for label in ("cold", "cached")]
    return [name, str(epochs), *(number(took[label]) for label in places), *ratios]


def fixed_cost(rounds: int) -> list[list[str]]:
    """Measure a fit of one epoch on iris: what a fit costs whatever its epochs."""
    rows = []
    for batch in BATCHES:
        took, _ = warm("iris", batch, 1, max(rounds, 3) * 3)
        rows.append([str(batch), *(number(seconds_ * 1e3) for seconds_ in took.values())])
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a look whether it runs: two epochs, one round")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each; the median counts")
    parser.add_argument("--cold", nargs=3, metavar=("MODEL", "TABLE", "EPOCHS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.cold:
        cold_fit(options.cold[0], options.cold[1], int(options.cold[2]))
        return
    print(describe("dendrax", "jax", "scikit-learn"))
    epochs = dict.fromkeys(list(EPOCHS)[:2], 2) if options.quick else EPOCHS
    rounds = 1 if options.quick else options.rounds
    head = ["table", "batch", "epochs", "dendrax ms", "scikit-learn ms", "scikit-learn / dendrax", "accuracy of both"]
    rows = warm_rows(epochs, rounds)
    show("A whole fit, warm", head, rows)
    show("A warm fit of one epoch on iris", ["batch", "dendrax ms", "scikit-learn ms"], fixed_cost(rounds))
    head = ["table", "epochs", "dendrax s", "dendrax, cache on disk s", "scikit-learn s", "ratio", "ratio with cache"]
    few = 1 if options.quick else min(rounds, 3)
    cold = [cold_row(name, its, few) for name, its in epochs.items()]
    show(f"The first fit of a process, its imports included, batch {COLD_BATCH}", head, cold)


if __name__ == "__main__":
    main()

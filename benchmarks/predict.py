"""Predicting one row and a million, against scikit-learn's MLP of the same net, and the memory that a fit takes.

    python benchmarks/predict.py [--quick]

Memory is the highest the process had during the fit, above what it had
with its imports done         the table included: this is judged
with the table made too       what the fit adds
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from measuring.alternating import alternating, seconds
from measuring.machine import describe
from measuring.markdown import judged, number, show

FEATURES = 20
UNITS = 100
MANY = 10**6
LARGE = 1_250_000  # rows: 200 MB of float64
SMALL = 1_000
MB = 1e6


def made(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Make a table without taking more memory than it holds."""
    X = np.random.default_rng(0).standard_normal((rows, FEATURES))
    return X, (X[:, 0] > 0).astype(np.int64)


def ours(batch: int = 256) -> Any:
    from dendrax import NeuralClassifier

    return NeuralClassifier([UNITS], batch_size=batch, max_epochs=1, random_state=0, verbose=False)


def sklearn_mlp(batch: int = 256) -> Any:
    from sklearn.neural_network import MLPClassifier

    mlp: Any = MLPClassifier
    return mlp((UNITS,), batch_size=batch, max_iter=1, random_state=0)


MODELS: dict[str, Callable[..., Any]] = {"dendrax": ours, "scikit-learn": sklearn_mlp}


def fitted(kind: str, X: np.ndarray, y: np.ndarray) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn: one epoch is not convergence
        return MODELS[kind]().fit(X, y)


def speed_row(rows: int, calls: int, dtype: type, rounds: int) -> list[str]:
    """Time `calls` predictions of so many rows: the median of the mean."""
    X, y = made(4096)
    models = {kind: fitted(kind, X.astype(dtype), y) for kind in MODELS}
    many = made(rows)[0].astype(dtype)

    def arm(model: Any) -> Callable[[], float]:
        model.predict(many)  # compiles
        return lambda: seconds(lambda: [model.predict(many) for _ in range(calls)]) / calls * 1e3

    took = alternating({kind: arm(model) for kind, model in models.items()}, rounds)
    ratio = judged(took["scikit-learn"] / took["dendrax"], at_least=1.0, unit="×")
    return [f"{rows:,}", np.dtype(dtype).name, *(number(value) for value in took.values()), ratio]


def peak() -> float:
    """Read the highest memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def fit_and_report(kind: str, rows: int) -> None:
    """Be the fresh process: import, make the table, fit one epoch, print the memory of each stage."""
    model = MODELS[kind]()
    imported = peak()
    X, y = made(rows)
    with_table = peak()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, y)
    print(json.dumps({"imported": imported, "with_table": with_table, "fitted": peak(), "data": X.nbytes}))


def memory_rows(rows: int) -> list[list[str]]:
    lines = []
    for kind in MODELS:
        command = [sys.executable, __file__, "--memory", kind, str(rows)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        seen = json.loads(printed.splitlines()[-1])
        above, added, data = seen["fitted"] - seen["imported"], seen["fitted"] - seen["with_table"], seen["data"]
        large = data >= 200e6
        if kind != "dendrax":
            judgement = f"{number(above / data)}×" if large else f"{number(above / MB)} MB"
        elif large:
            judgement = judged(above / data, at_most=3.0, unit="×")
        else:
            judgement = judged(above / MB, at_most=150.0, unit=" MB")
        lines.append([f"{rows:,}", kind, *(number(value / MB) for value in (data, above, added)), judgement])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a look whether it runs: small tables, one round")
    parser.add_argument("--rounds", type=int, default=7, help="measurements of each; the median counts")
    parser.add_argument("--memory", nargs=2, metavar=("MODEL", "ROWS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory:
        fit_and_report(options.memory[0], int(options.memory[1]))
        return
    print(describe("dendrax", "jax", "scikit-learn"))
    # first: a child's peak starts at its parent's, which is still small
    memory = [line for rows in (SMALL, 20_000 if options.quick else LARGE) for line in memory_rows(rows)]
    many, rounds, calls = (10_000, 1, 20) if options.quick else (MANY, options.rounds, 300)
    speed = [speed_row(*size, dtype, rounds) for size in ((1, calls), (many, 1)) for dtype in (np.float64, np.float32)]
    head = ["rows", "numbers", "dendrax ms", "scikit-learn ms", "scikit-learn / dendrax"]
    show(f"Predicting, {FEATURES}-{UNITS}-1", head, speed)
    head = ["rows", "model", "table MB", "peak above imports MB", "above imports and table MB", "judged"]
    show("Memory of a fit of one epoch, batch 256", head, memory)


if __name__ == "__main__":
    main()

"""Training from files larger than memory: the highest memory of a fit, and its time, by the size of the file.

    python benchmarks/large_file.py [--sizes 0.1 0.4 4.0]

Each file is a CSV of 12 columns of numbers (sizes in GB) and a target of two classes, written to a temporary folder.
Each fit is a process of its own, `fit_file` of the smallest network, one pass over the rows at most; memory is the
highest that the process ever had, imports and compiler included. Files up to 128 MB are read whole.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from measuring.machine import describe
from measuring.markdown import judged, number, show

COLUMNS = 12
ROWS = 200_000  # written at a time
GB = 1e9
MORE = 100.0  # MB that the largest file may take above the second largest

FIT = """
import json, resource, sys, time
from dendrax import NeuralClassifier
began = time.perf_counter()
model = NeuralClassifier([8], max_epochs=1, random_state=0, verbose=False).fit_file(sys.argv[1], "y")
took = time.perf_counter() - began
print(json.dumps([resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024, took, model.n_iter_]))
"""


def write(path: Path, size: float) -> int:
    """Write a CSV of about so many bytes; the number of its rows."""
    random, rows = np.random.default_rng(0), 0
    with path.open("wb") as file:
        while file.tell() < size:
            x = random.standard_normal((ROWS, COLUMNS)).round(4)
            y = np.where(x[:, 0] + x[:, 1] ** 2 + 0.3 * random.standard_normal(ROWS) > 1, "yes", "no")
            table = pa.table({**{f"x{i}": x[:, i] for i in range(COLUMNS)}, "y": y})
            pyarrow.csv.write_csv(table, file, pyarrow.csv.WriteOptions(include_header=rows == 0))
            rows += ROWS
    return rows


def fit(path: Path) -> tuple[float, float, int]:
    done = subprocess.run([sys.executable, "-c", FIT, str(path)], capture_output=True, text=True, check=True)
    memory, took, visits = json.loads(done.stdout.splitlines()[-1])
    return memory, took, visits


def measured(sizes: Sequence[float]) -> list[list[str]]:
    rows, before = [], None
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "large.csv"
            n = write(path, size * GB)
            memory, took, visits = fit(path)
        more = None if before is None else (memory - before) / 1e6
        judgement = judged(more, at_most=MORE, unit=" MB") if before is not None and size == sizes[-1] else number(more)
        rows.append([f"{size:g}", f"{n:,}", number(memory / 1e6), judgement, number(took), str(visits)])
        before = memory
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=float, nargs="+", default=[0.2, 0.4, 1.0], help="GB, rising")
    print(describe("jax", "pyarrow"))
    head = ["GB", "rows", "highest memory, MB", "more than the one before", "s", "parts visited"]
    show("Training from a CSV larger than memory", head, measured(parser.parse_args().sizes))


if __name__ == "__main__":
    main()

"""Makes the golden files of machines, once: `python tests/estimators/golden/make.py`.

A golden file is kept for ever: what it answered when it was made, every later version must answer too. It refuses to
write over one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dendrax import BoltzmannMachine, RestrictedBoltzmannMachine
from dendrax.boltzmann import Lattice
from dendrax.estimators.saving import MACHINES

HERE = Path(__file__).parent
QUICK = {"max_epochs": 4, "random_state": 0}


def machines() -> Iterator[tuple[str, str, Any, pd.DataFrame]]:
    """Fit a machine of each kind, and give rows to judge."""
    rng = np.random.default_rng(0)
    bits = pd.DataFrame(rng.integers(2, size=(40, 4)), columns=list("abcd"))
    reals = pd.DataFrame(rng.normal(3, 2, (40, 3)).round(3), columns=list("abc"))
    texts = pd.DataFrame({"a": rng.choice(["x", "y"], 40), "b": rng.choice([1, 2, 3], 40)}, dtype=object)
    spins, names = 2 * bits - 1, rng.choice(["yes", "no"], 40)
    yield "symmetric", "exact", BoltzmannMachine(temperature=1.5, random_state=0).fit(bits), bits
    sampled = BoltzmannMachine(2, learning="sampled", max_steps=20, random_state=0)
    yield "symmetric", "sampled", sampled.fit(bits), bits
    yield "symmetric", "stored", BoltzmannMachine(links=Lattice(2, 2), states="±1").store(spins.head(3)), spins
    yield "machine", "labels", RestrictedBoltzmannMachine(3, labels=True, k=(1, 2), **QUICK).fit(bits, names), bits
    yield "machine", "gaussian", RestrictedBoltzmannMachine(3, visible="gaussian", **QUICK).fit(reals), reals
    yield "machine", "categorical", RestrictedBoltzmannMachine(3, visible="categorical", **QUICK).fit(texts), texts


def main() -> None:
    for kind, name, machine, rows in machines():
        path = HERE / f"{kind}_{MACHINES[kind].format}_{name}.dendrax"
        if path.exists():
            print(f"{path.name} is kept for ever")
            continue
        shown = rows.head(8)
        expected = {
            "rows": json.loads(shown.to_json(orient="split", index=False)),
            "answers": machine.score_samples(shown).tolist(),  # before it is saved, so that ln Z is in the file
            "history": getattr(machine, "history_", None),
            "stopped_because": getattr(machine, "stopped_because_", None),
        }
        machine.save(path)
        path.with_suffix(".json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()

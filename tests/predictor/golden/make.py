"""Makes the golden files of the present format, once: `python tests/predictor/golden/make.py`.

A golden file is kept for ever: what it answered when it was made, every later version must answer too. It refuses to
write over one. Raise FORMAT in dendrax.predictor.file first, then run this, and keep the files of the formats before.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dendrax import LinearRegressor, NeuralClassifier
from dendrax.layers import Dense
from dendrax.predictor.file import FORMAT

HERE = Path(__file__).parent


def table(rows: int) -> pd.DataFrame:
    """Numbers with holes, truth values, a few levels with holes, and many levels."""
    rng = np.random.default_rng(0)
    size = rng.normal(3, 2, rows)
    return pd.DataFrame(
        {
            "size": np.where(rng.random(rows) < 0.2, np.nan, size.round(3)),
            "flag": rng.random(rows) < 0.5,
            "kind": [["red", "green", None][i] for i in rng.integers(3, size=rows)],
            "town": [f"town {i % 20}" for i in range(rows)],
        }
    )


def answers(model: Any, rows: pd.DataFrame) -> list[Any]:
    """Answer rows by the method that says most."""
    return (model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)).tolist()


def main() -> None:
    rows = table(60)
    classes = np.array(["low", "middle", "high"])[np.digitize(rows["size"].fillna(3), [2, 4])]
    network = NeuralClassifier([Dense(6, "tanh")], max_epochs=20, batch_size=16, random_state=0).fit(rows, classes)
    linear = LinearRegressor(penalty=0.5).fit(rows, rows["size"].fillna(0) * 2 + rows["flag"])
    shown = rows.head(12)
    for name, model in {"network": network, "linear": linear}.items():
        path = HERE / f"format_{FORMAT}_{name}.dendrax"
        if path.exists():
            sys.exit(f"{path} is kept for ever")
        model.save(path)
        expected = {"rows": json.loads(shown.to_json(orient="split", index=False)), "answers": answers(model, shown)}
        path.with_suffix(".json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()

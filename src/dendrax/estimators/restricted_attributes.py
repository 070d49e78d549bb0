"""What a fitted restricted machine is: its parameters, and how likely its training rows are."""

from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
from sklearn.utils.validation import check_is_fitted

from dendrax.boltzmann.annealed_importance import TEMPERATURES
from dendrax.boltzmann.log_partition import LogPartition
from dendrax.boltzmann.restricted_likelihood import MOST
from dendrax.core.constraints import Whole, check_all
from dendrax.predictor.restricted_model import RestrictedModel

ESTIMATE = {"temperatures": (Whole(2, 2**31 - 1),), "chains": (Whole(2, 2**20),), "seed": (Whole(0),)}


class DoubtfulLikelihoodWarning(UserWarning):
    """Annealed importance sampling is not to be trusted, or rows have holes that nothing sums out."""


class RestrictedAttributes:
    """The part of the estimator that reads its parameters and its ln Z."""

    _model: RestrictedModel
    _mean_log_weight: float

    def _fitted(self, name: str) -> RestrictedModel:
        if not hasattr(self, "_model"):  # hasattr(estimator, name) is False before fit, as scikit-learn expects
            raise AttributeError(f"{name} is there after fit")
        return self._model

    @property
    def components_(self) -> np.ndarray:
        """W, shape (hidden, visible)."""
        return self._fitted("components_").params.weights  # type: ignore[return-value]

    @property
    def intercept_visible_(self) -> np.ndarray:
        """b, shape (visible,)."""
        return self._fitted("intercept_visible_").params.visible_biases  # type: ignore[return-value]

    @property
    def intercept_hidden_(self) -> np.ndarray:
        """c, shape (hidden,)."""
        return self._fitted("intercept_hidden_").params.hidden_biases  # type: ignore[return-value]

    @property
    def variance_(self) -> np.ndarray:
        """The variance of gaussian columns given the hidden units, in the units of the data; inf beyond 1e308."""
        model = self._fitted("variance_")
        if model.coding.kind != "gaussian":
            raise AttributeError("only gaussian columns have a variance_")
        with np.errstate(over="ignore"):
            return model.coding.scale**2 / np.exp(np.asarray(model.params.log_precisions, np.float64))

    @property
    def levels_(self) -> list[np.ndarray]:
        """The levels of categorical columns."""
        model = self._fitted("levels_")
        if model.coding.kind != "categorical":
            raise AttributeError("only categorical columns have levels_")
        return list(model.coding.levels)

    @property
    def classes_(self) -> np.ndarray:
        """The labels, sorted."""
        classes = self._fitted("classes_").coding.classes
        if classes is None:
            raise AttributeError("there are classes_ only with labels=True")
        return classes

    @property
    def _n_features_out(self) -> int:
        return self._fitted("_n_features_out").n_hidden

    @property
    def log_partition_(self) -> LogPartition:
        """Ln Z, computed when first asked for: exact, or by annealed importance sampling, forward and reverse."""
        model = self._fitted("log_partition_")
        return model.log_partition() if model.known_log_partition is not None else self.estimate_log_partition()

    def estimate_log_partition(
        self, *, temperatures: int = TEMPERATURES, chains: int = 100, seed: int = 0
    ) -> LogPartition:
        """Compute ln Z anew, and keep it for `score_samples` and `log_likelihood_`.

        Parameters
        ----------
        temperatures : int, default=5000
            Steps between the base and the machine, of each way; more make both ways meet.
        chains : int, default=100
            Chains of each way.
        seed : int, default=0
            Their randomness.

        Returns
        -------
        LogPartition
            Exact where a side has at most 24 units; then the numbers above do not matter.
        """
        check_is_fitted(self)
        check_all({"temperatures": temperatures, "chains": chains, "seed": seed}, ESTIMATE)
        found = self._model.log_partition(n_chains=chains, seed=seed, temperatures=temperatures)
        if found.doubt is not None:
            warnings.warn(
                f"the log-likelihood is not to be trusted: {found.doubt}; it lies between the two ways at best. "
                "estimate_log_partition(temperatures=…) with more of them brings the ways together",
                DoubtfulLikelihoodWarning,
                stacklevel=3,
            )
        return found

    @property
    def log_likelihood_(self) -> float:
        """The mean ln p of the training rows, in nats; with labels=True that of rows and labels together."""
        model = self._fitted("log_likelihood_")
        if np.isnan(self._mean_log_weight):
            warnings.warn(
                f"the log-likelihood is not known: every training row has a hole, and {model.n_hidden} hidden units "
                f"are too many to sum holes out; n_hidden of {MOST} or less would do",
                DoubtfulLikelihoodWarning,
                stacklevel=2,
            )
            return float("nan")
        return self._mean_log_weight - self.log_partition_.value - model.coding.log_scale()

    @property
    def log_likelihood_error_(self) -> float:
        """How sure `log_likelihood_` is: the standard error of ln Z and half of what lies between the two ways."""
        return self.log_partition_.error

    @property
    def log_likelihood_bracket_(self) -> tuple[float, float]:
        """The mean ln p by the reverse and by the forward way: usually too low, and too high."""
        middle, z = self.log_likelihood_, self.log_partition_
        return middle + z.value - z.high, middle + z.value - z.low

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted machine to one file, without code inside; `dendrax.load` reads it.

        Parameters
        ----------
        path : path
            The file; whole at every moment. ln Z is in it if it was asked for before.
        """
        from dendrax.estimators.restricted_saving import FILE

        FILE.write(self, path)

    def history_frame(self) -> Any:
        """Give `history_` as a DataFrame of pandas, one row an epoch; what was never measured is left out."""
        check_is_fitted(self)
        import pandas as pd

        return pd.DataFrame(self.history_).set_index("epoch").dropna(axis=1, how="all")  # type: ignore[attr-defined]

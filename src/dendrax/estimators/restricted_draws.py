"""What a fitted restricted machine draws: rows, with values held if wanted; what is missing; the mixture it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import issparse
from sklearn.utils.validation import check_is_fitted, validate_data

from dendrax.boltzmann.levels import codes_of
from dendrax.core.constraints import HyperparameterError, Whole, check
from dendrax.core.random import key, seed_of
from dendrax.estimators.array_api import as_numpy
from dendrax.estimators.inputs import refuse_times
from dendrax.estimators.sparse import dense
from dendrax.predictor.restricted_model import RestrictedModel

SWEEPS = 1000
MOST_COMPONENTS = 16  # hidden units


def check_rows(estimator: Any, X: Any, *, reset: bool, keep_sparse: bool = False) -> Any:
    """Read rows the way scikit-learn reads them; NaN is a hole."""
    X = as_numpy(X, "X")
    if estimator.visible == "categorical":
        if isinstance(X, (list, tuple)) and np.asarray(X).dtype.kind in "US":
            X = np.array(X, object)  # a list of texts and holes would become texts, the holes too
        read: Any = X
        as_it_is: Any = {"dtype": None, "ensure_all_finite": False}
        return validate_data(estimator, read, reset=reset, **as_it_is)
    refuse_times(X, "X", "visible='categorical' takes texts")
    numeric: Any = {"accept_sparse": "csr" if issparse(X) else False, "dtype": (np.float64, np.float32)}
    rows = validate_data(estimator, X, reset=reset, ensure_all_finite="allow-nan", **numeric)  # type: ignore[arg-type]
    return rows if keep_sparse else dense(rows)


class Mixture(NamedTuple):
    """A restricted machine as a mixture of 2^h components, one a hidden state.

    Attributes
    ----------
    hidden : ndarray of float32, shape (components, hidden)
        The hidden states.
    weights : ndarray of float32, shape (components,)
        p(h).
    means : ndarray of float32, shape (components, visible)
        The means of the visible units in each, independent of each other.
    """

    hidden: np.ndarray
    weights: np.ndarray
    means: np.ndarray


class RestrictedDraws:
    """The part of the estimator that draws."""

    _model: RestrictedModel
    labels: bool
    visible: str
    random_state: Any
    n_features_in_: int

    def sample(
        self, n: int = 1, *, given: Mapping[Any, Any] | None = None, label: Any = None, sweeps: int = SWEEPS,
        random_state: Any = None,
    ) -> np.ndarray:  # fmt: skip
        """Draw rows, from chains that go on from where learning left them.

        Parameters
        ----------
        n : int, default=1
            How many, each a chain of its own.
        given : mapping, optional
            Values that are held, by the name or the place of their column: one value, or n.
        label : optional
            A class that is held, with labels=True.
        sweeps : int, default=1000
            How long the chains run.
        random_state : int, RandomState, Generator or None, default=None
            None takes that of the machine.

        Returns
        -------
        ndarray of shape (n, columns)
            Rows as the user has them.
        """
        check_is_fitted(self)
        check("n", n, (Whole(1),))
        rows = np.full((n, self.n_features_in_), np.nan, object if self.visible == "categorical" else np.float64)
        for place, values in self._given(given, n).items():
            rows[:, place] = values
        classes = self._model.coding.classes
        if label is not None and classes is None:
            raise HyperparameterError(f"label must be None unless labels=True; got {label!r}")
        y = None if label is None else np.full(n, label)
        if y is not None and classes is not None:
            codes_of("label", y, classes)
        return self._model.coding.decode(self._drawn(rows, y, sweeps, random_state)[0])

    def _given(self, given: Any, n: int) -> dict[int, Any]:
        """Find the places of the values that are held: one each, or n."""
        if not isinstance(given, Mapping | None):
            raise ValueError(f"given must be a mapping from columns to values, or None; got {type(given).__name__}")
        held = dict[int, Any]()
        for name, values in (given or {}).items():
            shape, place = np.shape(values), self._place(name)
            if shape not in ((), (n,)):
                raise ValueError(f"given must hold one value or {n} for a column; got {shape} for {name!r}")
            if place in held:
                raise ValueError(f"given must hold a column once; got column {place} by its name and by its place")
            held[place] = values
        return held

    def _place(self, name: Any) -> int:
        names = list(getattr(self, "feature_names_in_", []))
        if name in names:
            return names.index(name)
        if not Whole(0, self.n_features_in_ - 1).allows(name):
            raise ValueError(
                f"given must hold names of columns or places from 0 to {self.n_features_in_ - 1}; got {name!r}"
            )
        return int(name)

    def _drawn(self, rows: np.ndarray, y: Any, sweeps: int, random_state: Any) -> tuple[np.ndarray, np.ndarray]:
        check("sweeps", sweeps, (Whole(1, 2**31 - 1),))
        v, known = self._model.coding.encode(rows, y)
        seed = seed_of(self.random_state if random_state is None else random_state)
        return self._model.draw(v, known, sweeps, key(seed))

    def complete(self, X: Any, *, expected: bool = False, sweeps: int = SWEEPS, random_state: Any = None) -> np.ndarray:
        """Fill holes, given what is known of each row.

        Parameters
        ----------
        X : array of shape (rows, columns), or DataFrame
            Rows with NaN where they are to be filled. A known value between 0 and 1 acts by its mean.
        expected : bool, default=False
            False draws one completion, True gives the mean of all of them (the most probable level of a category).
        sweeps : int, default=1000
            How long the chains run; the mean is that of their second half.
        random_state : int, RandomState, Generator or None, default=None
            None takes that of the machine.

        Returns
        -------
        ndarray of shape (rows, columns)
            What was known is as it was.
        """
        check_is_fitted(self)
        rows = check_rows(self, X, reset=False)
        drawn, means = self._drawn(rows, None, sweeps, random_state)
        filled = self._model.coding.decode(means if expected else drawn)
        known = self._model.coding.known(rows)
        return np.where(known, rows, filled)

    def mixture(self) -> Mixture:
        """See the machine as a mixture: Σ_h p(h) p(v | h), one component a hidden state.

        Returns
        -------
        Mixture
            2^h components.

        Raises
        ------
        ValueError
            If there are more than 16 hidden units.
        """
        check_is_fitted(self)
        if self._model.n_hidden > MOST_COMPONENTS:
            raise ValueError(
                f"a mixture must have at most 2^{MOST_COMPONENTS} components; got 2^{self._model.n_hidden}"
            )
        return Mixture(*self._model.mixture())

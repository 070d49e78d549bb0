"""The restricted Boltzmann machine as a scikit-learn transformer and density estimator: a thin shell.

check → encode → one compiled run → a `RestrictedModel`
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from sklearn.utils import ClassifierTags

from dendrax.estimators.fitted_restricted import FittedRestricted
from dendrax.estimators.fitted_state import take_over
from dendrax.estimators.restricted_fitting import Learning
from dendrax.estimators.restricted_options import check_options
from dendrax.estimators.restricted_parts import Part, learn_on


class RestrictedBoltzmannMachine(FittedRestricted):
    """A restricted Boltzmann machine: a law of all columns together, learned by maximum likelihood.

    E(v, h) = −(b·v + c·h + h W v), and p(v) = Σ_h e^(−E(v, h)) / Z. Rows are the visible units v; the hidden units h,
    0 or 1, are what the machine makes of them.

    Parameters
    ----------
    n_hidden : int, default=128
        Hidden units.
    visible : {"binary", "gaussian", "categorical"}, default="binary"
        What the columns are. Binary: 0 and 1; a value between is the probability of a 1, drawn anew each time that a
        row is learned from. Gaussian: any numbers, standardised inside, E + ½ Σ λ v²: 1/λ is the variance of a column
        given the hidden units, one a column, learned. Categorical: codes or texts, a block of 1-of-K units a column.
        In all of them NaN is a hole.
    learning : {"pcd", "cd", "exact"}, default="pcd"
        Persistent chains, chains that start at the data, or the exact gradient, where one side has at most 24 units.
        Exact learning sees all rows in each step and keeps the best of several starts.
    k : int or pair of int, default=1
        Sweeps of the chains a step; of a pair, growing from the first to the second.
    chains : int, pair of int or "auto", default="auto"
        Persistent chains; 100. Of a pair, doubling from the first number to the second, at equal shares of the epochs.
    replicas : int, default=1
        Temperatures at which persistent chains run side by side and trade states: parallel tempering, for data whose
        kinds of rows lie far apart. Each costs as much as the chains alone.
    restarts : int or "auto", default="auto"
        Starts of exact learning, side by side; 8, or 4 where there are many states.
    batch_size : int or "auto", default="auto"
        Rows a step; 100, or all in exact learning.
    max_epochs : int or "auto", default="auto"
        About 6000 steps, at least 10 epochs; up to 2000 steps of exact learning.
    learning_rate : float or "auto", default="auto"
        The first step; it falls to 0 in a straight line. 0.1; 1 in exact learning; less for gaussian columns.
    weight_decay : float, default=0.0
        λ: what is maximised is the mean ln p less ½ λ Σ W².
    centred : bool, default=True
        Whether the gradient is centred: it learns faster, and X and 1 − X alike.
    labels : bool, default=False
        Whether `y` in `fit` are classes: one more block of visible units, for `predict`. Otherwise y is ignored.
    validation_fraction : float or "auto", default="auto"
        Rows that are held out to watch by; a tenth from 1000 rows on, none in exact learning.
    tolerance : float, default=0.0
        What counts as progress for `patience`, in nats.
    patience : int or None, default=None
        How often the likelihood, of rows held out if there are any, may be measured without progress before learning
        stops; the best machine is kept. None never stops.
    likelihood_every : int or None, default=None
        After how many epochs it is measured. Where it can be enumerated, None is as often as a tenth of the time
        allows; else it is estimated, at some seconds each, and None is never.
    time_limit : float or None, default=None
        Seconds; the learning rate then falls with the clock if that is faster.
    random_state : int, RandomState, Generator or None, default=None
        The same int gives the same machine.
    verbose : bool or "auto", default="auto"
        A bar; "auto" shows it on a terminal or in a notebook, after two seconds.

    Attributes
    ----------
    components_ : ndarray of float32, shape (hidden, visible)
        W. Visible units are the columns; of categorical columns one unit a level, and labels come last. Gaussian
        columns are in units of their standard deviation.
    intercept_visible_, intercept_hidden_ : ndarray of float32
        b and c.
    variance_ : ndarray of float64, shape (columns,)
        Of gaussian columns: the variance given the hidden units, in the units of the data.
    levels_ : list of ndarray
        The levels of categorical columns.
    classes_ : ndarray
        The labels, with labels=True.
    log_likelihood_, log_likelihood_error_ : float
        The mean ln p of the training rows in nats, and how sure it is; computed when first asked for. Rows with holes
        count where at most 24 hidden units are summed out. With labels=True it is of rows and labels together, and
        `score(X)` of rows alone.
    log_likelihood_bracket_ : tuple of float
        The same by the reverse and by the forward way of annealed importance sampling; equal where it is exact.
    log_partition_ : LogPartition
        ln Z with its errors.
    history_ : dict of list
        One number an epoch: log_likelihood, validation_log_likelihood, free_energy_gap (of rows held out less that of
        training rows), learning_rate, largest_weight; NaN where nothing was measured.
    n_iter_ : int
        Epochs.
    stopped_because_ : str
        epochs, patience, time or interrupted.
    n_features_in_, feature_names_in_
        As in scikit-learn.

    Examples
    --------
    >>> import numpy as np
    >>> from dendrax import RestrictedBoltzmannMachine
    >>> X = np.array([[0, 0, 0], [1, 1, 1]] * 50)
    >>> machine = RestrictedBoltzmannMachine(2, learning="exact", random_state=0).fit(X)
    >>> bool(abs(machine.score(X) - np.log(0.5)) < 0.02)
    True
    >>> machine.complete([[1, np.nan, np.nan]], random_state=0)
    array([[1., 1., 1.]])
    """

    _learning: Learning
    feature_names_in_: np.ndarray

    def __init__(
        self,
        n_hidden: int = 128,
        *,
        visible: str = "binary",
        learning: str = "pcd",
        k: int | tuple[int, int] = 1,
        chains: int | tuple[int, int] | str = "auto",
        replicas: int = 1,
        restarts: int | str = "auto",
        batch_size: int | str = "auto",
        max_epochs: int | str = "auto",
        learning_rate: float | str = "auto",
        weight_decay: float = 0.0,
        centred: bool = True,
        labels: bool = False,
        validation_fraction: float | str = "auto",
        tolerance: float = 0.0,
        patience: int | None = None,
        likelihood_every: int | None = None,
        time_limit: float | None = None,
        random_state: Any = None,
        verbose: bool | str = "auto",
    ) -> None:
        self.n_hidden = n_hidden
        self.visible = visible
        self.learning = learning
        self.k = k
        self.chains = chains
        self.replicas = replicas
        self.restarts = restarts
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.centred = centred
        self.labels = labels
        self.validation_fraction = validation_fraction
        self.tolerance = tolerance
        self.patience = patience
        self.likelihood_every = likelihood_every
        self.time_limit = time_limit
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> RestrictedBoltzmannMachine:
        """Learn the law of the rows.

        Parameters
        ----------
        X : array or sparse matrix of shape (rows, columns), or DataFrame
            Rows; NaN is a hole, drawn given the known values of its row while learning (exact learning sums it out).
        y : array of shape (rows,), optional
            Labels, with labels=True; otherwise ignored.
        sample_weight : array of shape (rows,), optional
            How much each row counts.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        ValueError
            If data or hyper-parameters are not what they must be.
        DivergenceError
            If the weights left all bounds.
        """
        return self._learn(Part(X, y, sample_weight), check_options(self))

    def partial_fit(
        self, X: Any, y: Any = None, sample_weight: Any = None, classes: Any = None
    ) -> RestrictedBoltzmannMachine:
        """Learn from some rows for one epoch, at a constant rate, from where the last call ended.

        Parameters
        ----------
        X, y, sample_weight
            As in `fit`. The first rows decide on means, scales and levels of the columns.
        classes : array, optional
            All labels, in the first call, with labels=True.

        Returns
        -------
        self
            Fitted.

        Raises
        ------
        ValueError
            If data, classes or hyper-parameters are not what they must be, or not what they were where they must stay:
            n_hidden, visible, learning, chains, replicas, labels and random_state.
        """
        options = check_options(self) | {"max_epochs": 1, "in_parts": True}
        return self._learn(Part(X, y, sample_weight, classes), options)

    def _learn(self, given: Part, options: dict[str, Any]) -> Any:
        """Learn on a copy and take over what it has become: a fit that fails changes nothing."""
        fitted = copy.copy(self)
        learn_on(fitted, given, options)
        take_over(self, fitted)
        return self

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.sparse = self.visible != "categorical"
        tags.input_tags.categorical = tags.input_tags.string = self.visible == "categorical"
        tags.input_tags.positive_only = self.visible == "binary"
        tags.transformer_tags.preserves_dtype = ["float32"]
        tags.estimator_type = "density_estimator"
        if self.labels:
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
            tags.target_tags.required = True
        return tags

"""`BoltzmannMachine`: units joined by symmetric weights, with an energy and a temperature.

E(s) = −(Σ_{i<j} w_ij s_i s_j + Σ_i θ_i s_i),  p(s) = e^(−E(s)/T) / Z       `dendrax.boltzmann` has the rules
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import _check_feature_names, _check_sample_weight, _get_feature_names

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.hebb import store
from dendrax.boltzmann.links import read_links, read_matrix
from dendrax.core.constraints import HyperparameterError, check_all
from dendrax.estimators.states import read_states
from dendrax.estimators.symmetric_draws import SymmetricDraws
from dendrax.estimators.symmetric_learning import learn
from dendrax.estimators.symmetric_likelihood import SymmetricLikelihood
from dendrax.estimators.symmetric_options import CONSTRAINTS

MOST_ENERGY = 1e300


class BoltzmannMachine(SymmetricDraws, SymmetricLikelihood):
    """A symmetric network of stochastic units; any graph, any units visible or hidden.

    Parameters
    ----------
    n_hidden : int, default=0
        Hidden units; they come after the visible ones, which are the columns of the data.
    links : "dense", Lattice, pairs or matrix, default="dense"
        Which units are joined: all, a `dendrax.boltzmann.Lattice`, pairs (i, j), or a symmetric matrix, sparse or not,
        with an entry where two units are joined.
    states : "01" or "±1", default="01"
        What a unit is when it is off and on.
    temperature : float, default=1.0
        T. At 0 units follow the sign of ΔE.
    learning : "auto", "exact" or "sampled", default="auto"
        How `fit` finds the means of its rule: over all states (up to 16 units), or over sampled ones.
    learning_rate : float, default=0.1
        α of sampled learning, of w/T and θ/T; it falls linearly to 0.
    max_steps : int, default=2000
        The most steps.
    chains : int, default=256
        Chains of sampled learning.
    sweeps : int, default=3
        Sweeps of each chain a step.
    weight_decay : float, default=0.0
        λ of ½ λ Σ (w/T)²: what is learned is in units of T.
    restarts : int, default=16
        Starts of exact learning with hidden units, beside each other; the best is kept.
    centred : bool, default=True
        Whether the sampled rule is taken about the means of the units.
    random_state : int, RandomState, Generator or None, default=None
        All randomness.
    time_limit : float, optional
        Seconds after which sampled learning ends with what it has.
    verbose : "auto" or bool, default="auto"
        A progress bar: always, never, or ("auto") after two seconds on a terminal or in a notebook. It shows how far
        the sampled means of linked units are from those of the data.

    Attributes
    ----------
    links_ : ndarray of int32, shape (links, 2)
        Pairs of units.
    weights_ : ndarray, shape (links,)
        w_ij of each pair.
    biases_ : ndarray, shape (units,)
        θ.
    n_features_in_ : int
        Visible units.
    n_steps_ : int
        Steps of learning done; 0 for `store` and `from_energy`.
    stopped_because_ : str
        converged, steps, time or interrupted; absent after `store` and `from_energy`.

    Examples
    --------
    >>> from dendrax import BoltzmannMachine
    >>> X = np.array([[0, 0], [0, 0], [1, 1], [0, 1]])
    >>> machine = BoltzmannMachine(random_state=0).fit(X)
    >>> np.exp(machine.score_samples([[0, 0], [1, 1]])).round(2).tolist()
    [0.5, 0.25]
    """

    def __init__(
        self,
        n_hidden: int = 0,
        links: Any = "dense",
        *,
        states: str = "01",
        temperature: float = 1.0,
        learning: str = "auto",
        learning_rate: float = 0.1,
        max_steps: int = 2000,
        chains: int = 256,
        sweeps: int = 3,
        weight_decay: float = 0.0,
        restarts: int = 16,
        centred: bool = True,
        random_state: Any = None,
        time_limit: float | None = None,
        verbose: bool | str = "auto",
    ) -> None:
        self.n_hidden = n_hidden
        self.links = links
        self.states = states
        self.temperature = temperature
        self.learning = learning
        self.learning_rate = learning_rate
        self.max_steps = max_steps
        self.chains = chains
        self.sweeps = sweeps
        self.weight_decay = weight_decay
        self.restarts = restarts
        self.centred = centred
        self.random_state = random_state
        self.time_limit = time_limit
        self.verbose = verbose

    @classmethod
    def from_energy(
        cls, weights: Any, biases: Any = None, *, states: str = "01", temperature: float = 1.0, random_state: Any = None
    ) -> BoltzmannMachine:
        """Make a machine of weights of your own, such as an Ising model or a QUBO problem.

        Parameters
        ----------
        weights : array or sparse matrix of shape (units, units)
            w, symmetric, 0 on the diagonal. To minimise xᵀQx over x in {0, 1}, give −(Q + Qᵀ) without its diagonal,
            and −diag(Q) as biases.
        biases : array of shape (units,), optional
            θ; 0, where absent.
        states, temperature, random_state
            As for the class.

        Returns
        -------
        BoltzmannMachine
            Fitted; all units visible.

        Raises
        ------
        ValueError
            If weights are not symmetric or finite, together 10³⁰⁰ or more, the diagonal is not 0, or there is no unit.

        Examples
        --------
        >>> Q = np.array([[-1.0, 2.0], [0.0, -1.5]])
        >>> both = -(Q + Q.T)
        >>> machine = BoltzmannMachine.from_energy(both - np.diag(np.diag(both)), -np.diag(Q))
        >>> machine.anneal(random_state=0)[0].tolist()
        [0, 1]
        """
        links, w = read_matrix(weights)
        machine = cls(links=links, states=states, temperature=temperature, random_state=random_state)
        machine._check()
        n = np.shape(weights)[0]
        if not n:
            raise ValueError("weights must be those of at least one unit; got shape (0, 0)")
        theta = np.zeros(n) if biases is None else np.asarray(biases)
        if theta.shape != (n,) or theta.dtype.kind not in "biuf" or not np.isfinite(theta).all():
            raise ValueError(f"biases must be {n} finite numbers, one a unit; got {theta.dtype} of shape {theta.shape}")
        theta = theta.astype(np.float64)
        if not np.abs(w).sum(initial=np.abs(theta).sum()) < MOST_ENERGY:
            raise ValueError(f"weights and biases must be below {MOST_ENERGY:g} in all, so that energies are finite")
        return machine._learned(SymmetricNetwork(links, w, theta, states), n)

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> BoltzmannMachine:
        """Learn the law of the rows by maximum likelihood.

        Parameters
        ----------
        X : array of shape (rows, visible units), or DataFrame
            States; NaN where one is missing, which sampled learning draws like a hidden unit.
        y : ignored
            For scikit-learn's sake.
        sample_weight : array of shape (rows,), optional
            How much each row counts.

        Returns
        -------
        self
            The fitted machine.

        Raises
        ------
        ValueError
            If a state is not one, or learning diverges.
        """
        self._check()
        if self.temperature <= 0:
            raise HyperparameterError(f"temperature must be above 0 to fit; got {self.temperature!r}")
        v = self._rows(X, holes=True)
        weights = np.ones(len(v)) if sample_weight is None else _check_sample_weight(sample_weight, v)
        if (weights < 0).any() or not weights.sum() > 0:
            raise ValueError("sample_weight must be 0 or more, and not 0 everywhere")
        links = read_links(self.links, v.shape[1] + self.n_hidden)
        network, steps, reason = learn(self, v, weights, links)
        _check_feature_names(self, X, reset=True)
        return self._learned(network, v.shape[1], steps, reason)

    def store(self, patterns: Any) -> BoltzmannMachine:
        """Remember patterns by Hebb's rule, w_ij = (1/n) Σ_p s_i s_j with s = ±1; θ = 0 in these states.

        Parameters
        ----------
        patterns : array of shape (patterns, units)
            What `recall` should find again; about 0.138 n random ones at most.

        Returns
        -------
        self
            The machine, all units visible.

        Raises
        ------
        ValueError
            If a state is not one, or there are hidden units.

        Examples
        --------
        >>> patterns = np.array([[1, 1, 1, -1, -1, -1, 1, -1], [1, -1, 1, -1, 1, -1, 1, 1]])
        >>> machine = BoltzmannMachine(states="±1").store(patterns)
        >>> machine.recall([1, 1, 1, -1, -1, -1, -1, -1]).tolist()
        [1, 1, 1, -1, -1, -1, 1, -1]
        """
        self._check()
        if self.n_hidden:
            raise HyperparameterError(f"n_hidden must be 0 to store patterns; got {self.n_hidden}")
        v = self._rows(patterns)
        spins = np.where(v == 1, 1.0, -1.0)
        network = store(spins, read_links(self.links, v.shape[1])).in_states(self.states)
        _check_feature_names(self, patterns, reset=True)
        return self._learned(network, v.shape[1])

    def _check(self) -> None:
        check_all(self.get_params(deep=False), CONSTRAINTS)

    def _rows(self, X: Any, *, holes: bool = False) -> np.ndarray:
        _get_feature_names(X)  # refuses names of several types
        v = read_states(X, None, self.states, "X", holes=holes)
        if not len(v) or not v.shape[1]:
            raise ValueError(f"X must have at least one row and one column; got shape {v.shape}")
        return v

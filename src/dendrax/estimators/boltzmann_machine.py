"""`BoltzmannMachine`: units joined by symmetric weights, with an energy and a temperature.

E(s) = −(Σ_{i<j} w_ij s_i s_j + Σ_i θ_i s_i),  p(s) = e^(−E(s)/T) / Z       `dendrax.boltzmann` has the rules
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.utils.validation import _check_feature_names, _check_sample_weight

from dendrax.boltzmann import exact_learning
from dendrax.boltzmann.energy import STATES, SymmetricNetwork
from dendrax.boltzmann.hebb import store
from dendrax.boltzmann.learning_run import run
from dendrax.boltzmann.links import read_links, read_matrix
from dendrax.boltzmann.sampled_learning import Numbers, Program, rows_of, start
from dendrax.boltzmann.wiring import lay_out
from dendrax.core.constraints import FLAG, HyperparameterError, OneOf, Real, Whole, check_all
from dendrax.core.random import key
from dendrax.estimators.states import read_states
from dendrax.estimators.symmetric import TEMPERATURE, SymmetricEstimator

CONSTRAINTS = {
    "n_hidden": (Whole(0, 2**24),),
    "states": (OneOf(tuple(STATES)),),
    "temperature": TEMPERATURE,
    "learning": (OneOf(("auto", "exact", "sampled")),),
    "learning_rate": (Real(0, open_low=True),),
    "max_steps": (Whole(1, 2**30),),
    "chains": (Whole(1, 2**20),),
    "sweeps": (Whole(1, 2**20),),
    "weight_decay": (Real(0),),
    "restarts": (Whole(1, 1000),),
    "centred": FLAG,
}
FIRST_WEIGHTS = 0.01, 0.3  # deviations: without hidden units, and with some, which must come to differ
CLAMPED_SWEEPS = 3


class BoltzmannMachine(SymmetricEstimator):
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
        α of sampled learning; it falls linearly to 0.
    max_steps : int, default=2000
        The most steps.
    chains : int, default=256
        Chains of sampled learning.
    sweeps : int, default=3
        Sweeps of each chain a step.
    weight_decay : float, default=0.0
        λ of ½ λ Σ w².
    restarts : int, default=16
        Starts of exact learning with hidden units, beside each other; the best is kept.
    centred : bool, default=True
        Whether the sampled rule is taken about the means of the units.
    random_state : int, RandomState, Generator or None, default=None
        All randomness.
    time_limit : float, optional
        Seconds after which sampled learning ends with what it has.

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
        converged, steps, time or interrupted.

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
            If weights are not symmetric or finite, or the diagonal is not 0.

        Examples
        --------
        >>> Q = np.array([[-1.0, 2.0], [0.0, -1.5]])
        >>> both = -(Q + Q.T)
        >>> machine = BoltzmannMachine.from_energy(both - np.diag(np.diag(both)), -np.diag(Q))
        >>> machine.anneal(random_state=0)[0].tolist()
        [0, 1]
        """
        machine = cls(states=states, temperature=temperature, random_state=random_state)
        machine._check()
        links, w = read_matrix(weights)
        n = np.shape(weights)[0]
        theta = np.zeros(n) if biases is None else np.asarray(biases, np.float64)
        if theta.shape != (n,) or not np.isfinite(theta).all():
            raise ValueError(f"biases must be {n} finite numbers, one a unit; got shape {theta.shape}")
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
        n_units = v.shape[1] + self.n_hidden
        links = read_links(self.links, n_units)
        holes = bool(np.isnan(v).any())
        small = n_units <= exact_learning.MOST_UNITS and not holes
        if self.learning == "exact" and not small:
            got = "missing states" if holes else f"{n_units} units"
            raise HyperparameterError(
                f"learning must be 'sampled' above {exact_learning.MOST_UNITS} units or with missing states; got {got}"
            )
        learn = self._learn_exactly if small and self.learning != "sampled" else self._learn_by_sampling
        return self._learned(learn(v, weights, links), v.shape[1])

    def _learn_exactly(self, v: np.ndarray, weights: np.ndarray, links: np.ndarray) -> SymmetricNetwork:
        task = exact_learning.problem(
            v, weights, links, self.n_hidden, STATES[self.states], self.temperature, self.weight_decay
        )
        numbers: Any = np.float32(FIRST_WEIGHTS[self.n_hidden > 0]), np.float32(1e-5), np.int32(self.max_steps)
        restarts = self.restarts if self.n_hidden else 1
        best, _, steps = exact_learning.learn(task, key(self._seed(None)), *numbers, restarts=restarts)  # type: ignore
        self.n_steps_ = int(steps)
        self.stopped_because_ = "steps" if self.n_steps_ >= self.max_steps else "converged"
        return self._of(links, best["weights"], best["biases"])

    def _learn_by_sampling(self, v: np.ndarray, weights: np.ndarray, links: np.ndarray) -> SymmetricNetwork:
        plan, layout = lay_out(links, v.shape[1] + self.n_hidden, STATES[self.states])
        rows = rows_of(layout, v, weights, self.n_hidden)
        program = Program(plan, self.n_hidden > 0 or bool(np.isnan(v).any()))
        fields: tuple[Any, ...] = (
            np.float32(self.learning_rate),
            np.float32(self.weight_decay),
            np.float32(self.temperature),
            np.int32(self.max_steps),
            np.int32(self.sweeps),
            np.int32(CLAMPED_SWEEPS),
            np.float32(self.centred),
        )
        scale: Any = np.float32(FIRST_WEIGHTS[self.n_hidden > 0])
        state = start(program, layout, rows, key(self._seed(None)), self.chains, scale)  # type: ignore[arg-type]
        state, _, reason = run(program, layout, rows, Numbers(*fields), state, time_limit=self.time_limit)
        self.n_steps_, self.stopped_because_ = int(state.step), reason
        return self._of(links, state.weights, state.biases)

    def _of(self, links: np.ndarray, weights: Any, biases: Any) -> SymmetricNetwork:
        return SymmetricNetwork(links, np.asarray(weights, np.float64), np.asarray(biases, np.float64), self.states)

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
        self.n_steps_ = 0
        network = store(spins, read_links(self.links, v.shape[1])).in_states(self.states)
        return self._learned(network, v.shape[1])

    def in_states(self, states: str) -> BoltzmannMachine:
        """Write the same law in other states.

        Parameters
        ----------
        states : "01" or "±1"
            The states wanted.

        Returns
        -------
        BoltzmannMachine
            Another machine, with the same probability of every pattern of units off and on.
        """
        network = self._network().in_states(states)
        other = type(self)(**{**self.get_params(deep=False), "states": states})
        return other._learned(network, self.n_visible_)

    def _check(self) -> None:
        check_all(self.get_params(deep=False), CONSTRAINTS)

    def _rows(self, X: Any, *, holes: bool = False) -> np.ndarray:
        _check_feature_names(self, X, reset=True)
        v = read_states(X, None, self.states, "X", holes=holes)
        if not len(v) or not v.shape[1]:
            raise ValueError(f"X must have at least one row and one column; got shape {v.shape}")
        return v

    def _learned(self, network: SymmetricNetwork, n_visible: int) -> BoltzmannMachine:
        self.network_, self.n_visible_, self.n_features_in_ = network, n_visible, n_visible
        self.links_, self.weights_, self.biases_ = network.links, network.weights, network.biases
        return self

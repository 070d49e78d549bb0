"""What learning a restricted machine is made of: its plan (static), its numbers (traced), its state, its history.

A state is everything that is needed to go on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from jaxtyping import Array, Float, Int

from dendrax.boltzmann.contrastive import Offsets
from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import Key

LEARNING = ("pcd", "cd", "exact")


@dataclass(frozen=True)
class Plan:
    """What changes the compiled program. Everything else is a number.

    Attributes
    ----------
    visible : Visible
        The visible units.
    n_hidden : int
        The hidden units.
    learning : "pcd", "cd" or "exact"
        How the gradient is found.
    batch_size : int
        Rows in a batch.
    chains : int
        Persistent chains; 0 but for "pcd".
    replicas : int
        Temperatures of the chains; above 1 is parallel tempering.
    restarts : int
        Machines that learn side by side, from starts of their own.
    centred : bool
        Whether the gradient is centred.
    gather : bool
        Whether an epoch's rows are gathered at once.
    holes, probabilities : bool
        Whether rows have holes, and whether there are values between 0 and 1, which are drawn.
    enumerated : bool
        Whether epochs are judged by the exact likelihood.
    """

    visible: Visible
    n_hidden: int
    learning: str
    batch_size: int
    chains: int
    restarts: int = 1
    replicas: int = 1
    centred: bool = True
    gather: bool = True
    holes: bool = False
    probabilities: bool = False
    enumerated: bool = False


class Numbers(NamedTuple):
    """The numbers of a run, all traced.

    Attributes
    ----------
    learning_rate, momentum : float
        α, and the share of the last step that is kept.
    decay : float
        1 where the rate falls to 0 in a straight line, 0 where it stays.
    past : float
        The share of the time limit that is over: the rate falls with the later of epochs and time.
    offset_share : float
        How far the offsets move towards the means of a batch.
    k : pair of float
        Sweeps at the start and at the end.
    weight_decay : float
        λ: half of λ Σ W² is taken off the mean log-likelihood.
    spread : float
        The standard deviation of the first weights.
    rows, validation_rows, monitored_rows : int
        Real rows that train, that are held out, and of those that train how many are judged.
    max_epochs, judge_every, patience : int
        The last epoch; how often epochs are judged; how many judgements without progress end it.
    tolerance : float
        What counts as progress.
    """

    learning_rate: Any
    momentum: Any
    decay: Any
    past: Any
    offset_share: Any
    k: tuple[Any, Any]
    weight_decay: Any
    spread: Any
    rows: Any
    validation_rows: Any
    monitored_rows: Any
    max_epochs: Any
    judge_every: Any
    patience: Any
    tolerance: Any


class Learner(NamedTuple):
    """A machine while it learns; of several, each array has them in front.

    Attributes
    ----------
    params : Params
        The machine.
    velocity : Params or None
        The last step; None but for "exact".
    chains : array of float32, shape (chains, hidden), in parallel tempering (replicas, chains, hidden)
        Hidden states of the persistent chains.
    offsets : Offsets
        Running means of the data.
    """

    params: Params
    velocity: Params | None
    chains: Float[Array, "*replicas chains hidden"]
    offsets: Offsets


class History(NamedTuple):
    """A ring of the last epochs; epoch e stands at e mod RING. What was not measured is NaN.

    Attributes
    ----------
    log_likelihood, validation_log_likelihood : array of float32
        Exact means a row, in nats.
    free_energy_gap : array of float32
        The mean free energy of the validation rows less that of training rows.
    learning_rate, largest_weight : array of float32
        At the start of the epoch; at its end.
    """

    log_likelihood: Float[Array, " ring"]
    validation_log_likelihood: Float[Array, " ring"]
    free_energy_gap: Float[Array, " ring"]
    learning_rate: Float[Array, " ring"]
    largest_weight: Float[Array, " ring"]


class State(NamedTuple):
    """Everything needed to go on.

    Attributes
    ----------
    learner : Learner
        The machine or machines.
    key : array of uint32, shape (2,)
        All of the run's randomness.
    epoch, step : int
        Epochs done; steps done in this epoch.
    best : Params
        The machine with the highest score so far; the first one before any was judged.
    best_score : float
        Its mean log-likelihood; −∞ before.
    best_epoch, stale : int
        When that was; judgements since then without progress.
    history : History
        The last epochs.
    stopped : int
        RUNNING or why not, as in `dendrax.learning.stopping`.
    """

    learner: Learner
    key: Key
    epoch: Int[Array, ""]
    step: Int[Array, ""]
    best: Params
    best_score: Float[Array, ""]
    best_epoch: Int[Array, ""]
    stale: Int[Array, ""]
    history: History
    stopped: Int[Array, ""]

"""The hyper-parameters of the restricted Boltzmann machine: what each must be, which go together, what "auto" means.

                learning pcd      cd          exact
chains          100               –           –
restarts        –                 –           8, or 4 where there are many states
batch_size      100               100         all rows
learning_rate   0.1               0.1         1 or 0.5  gaussian units: 0.5, 0.5 and 0.2 times that
max_epochs      6000 steps, at least 10 epochs         2000, fewer where there are many states
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from dendrax.boltzmann.restricted_likelihood import MOST, enumerated_units, is_enumerable
from dendrax.boltzmann.restricted_state import LEARNING
from dendrax.boltzmann.visible_coding import KINDS
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.constraints import FLAG, HyperparameterError, OneOf, Real, Such, Whole, check_all
from dendrax.estimators.options import AUTO, NONE


def _is_pair(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(Whole(1, 2**20).allows(v) for v in value)


def _pair(value: Any) -> tuple[int, int]:
    first, last = value if isinstance(value, (tuple, list)) else (value, value)
    return int(first), int(last)


PAIR = Such(_is_pair, "a pair of ints, at the start and at the end", ((1, 0), (1,), "1"))
LARGEST = 1e30  # of numbers on the device, which are float32
CONSTRAINTS = {
    "n_hidden": (Whole(1, 2**20),),
    "visible": (OneOf(KINDS),),
    "learning": (OneOf(LEARNING),),
    "k": (Whole(1, 2**20), PAIR),
    "chains": (AUTO, Whole(1, 2**20), PAIR),
    "replicas": (Whole(1, 1024),),
    "restarts": (AUTO, Whole(1, 1024)),
    "batch_size": (AUTO, Whole(1)),
    "max_epochs": (AUTO, Whole(1, 2**31 - 1)),
    "learning_rate": (AUTO, Real(0, LARGEST, open_low=True)),
    "weight_decay": (Real(0, LARGEST),),
    "centred": FLAG,
    "labels": FLAG,
    "validation_fraction": (AUTO, Real(0, 1, open_high=True)),
    "tolerance": (Real(0, LARGEST),),
    "patience": (NONE, Whole(1, 2**31 - 1)),
    "likelihood_every": (NONE, Whole(1, 2**31 - 1)),
    "time_limit": (NONE, Real(0, open_low=True)),
    "verbose": (AUTO, *FLAG),
}
CHAINS, BATCH, STEPS, HELD_OUT, FROM_ROWS = 100, 100, 6000, 0.1, 1000
STEPS_EXACT, FEWEST_EXACT = 2000, 400
RATE = {"pcd": 0.1, "cd": 0.1, "exact": 1.0}
OF_GAUSSIAN = {"pcd": 0.5, "cd": 0.5, "exact": 0.2}
MANY = 2**12  # states; above, exact learning takes fewer epochs and restarts
OPERATIONS = 100  # of an entry of an enumeration, in those of a product


class Settled(NamedTuple):
    """Hyper-parameters with every "auto" decided.

    Attributes
    ----------
    chains : tuple of int
        At the start and at the end.
    restarts, batch_size, max_epochs : int
        As in `Plan` and `Numbers`.
    learning_rate : float
        α.
    k : tuple of int
        Sweeps at the start and at the end.
    held_out : float
        The share of rows that judge.
    judge_every : int
        After how many epochs the machine is judged, so that judging takes a tenth of the time at most.
    enumerated : bool
        Whether it is judged by the exact likelihood.
    """

    chains: tuple[int, int]
    restarts: int
    batch_size: int
    max_epochs: int
    learning_rate: float
    k: tuple[int, int]
    held_out: float
    judge_every: int
    enumerated: bool


def check_options(estimator: Any) -> dict[str, Any]:
    """Check the hyper-parameters, each alone and with each other.

    Raises
    ------
    HyperparameterError
        Naming the hyper-parameter, what it must be and what came.
    """
    options = estimator.get_params(deep=False)
    check_all(options, CONSTRAINTS)
    if isinstance(options["random_state"], (bool, np.bool_)):
        raise HyperparameterError(
            f"random_state must be an int of 0 or more, a RandomState, a Generator or None; "
            f"got {options['random_state']}"
        )
    learning = options["learning"]
    for name, where in (("chains", "pcd"), ("restarts", "exact")):
        if options[name] != "auto" and learning != where:
            raise HyperparameterError(f"{name} must be 'auto' unless learning is {where!r}; got {options[name]!r}")
    if isinstance(options["chains"], (tuple, list)) and options["chains"][0] > options["chains"][1]:
        raise HyperparameterError(f"chains must not become fewer; got {options['chains']!r}")
    if options["replicas"] != 1 and learning != "pcd":
        raise HyperparameterError(f"replicas must be 1 unless learning is 'pcd'; got {options['replicas']!r}")
    if options["k"] != 1 and learning == "exact":
        raise HyperparameterError(f"k must be 1 with learning='exact', which draws nothing; got {options['k']!r}")
    return options


def settle(options: dict[str, Any], visible: Visible, n_rows: int) -> Settled:
    """Decide everything that "auto" leaves open.

    Parameters
    ----------
    options : dict
        Checked hyper-parameters.
    visible : Visible
        The visible units.
    n_rows : int
        How many rows there are to train and to judge.

    Returns
    -------
    Settled
        Numbers.

    Raises
    ------
    HyperparameterError
        If an option cannot apply to a machine of this size.
    """
    n_hidden, states = options["n_hidden"], 2.0 ** enumerated_units(visible, options["n_hidden"])
    possible, in_parts = is_enumerable(visible, n_hidden), options.get("in_parts", False)
    if options["learning"] == "exact" and not possible:
        raise HyperparameterError(
            f"learning must be 'pcd' or 'cd' where no side has {MOST} units or fewer to enumerate; got 'exact' with "
            f"{visible.size} visible and {n_hidden} hidden units"
        )
    for name in ("k", "chains"):
        if in_parts and isinstance(options[name], (tuple, list)):
            raise HyperparameterError(
                f"{name} must be one int in partial_fit, which knows no end; got {options[name]!r}"
            )
    usual = _usual(options["learning"], visible, n_rows, states)
    chosen = {name: value if options[name] == "auto" else options[name] for name, value in usual.items()}
    restarts = 1 if in_parts else chosen["restarts"]
    every = options["likelihood_every"]
    if every is not None and not in_parts and every > chosen["max_epochs"]:
        raise HyperparameterError(
            f"likelihood_every must be at most max_epochs, {chosen['max_epochs']}, or nothing is measured; got {every}"
        )
    if every is None:
        every = _judge_every(visible, n_hidden, max(n_rows, chosen["batch_size"]), states, options["learning"])
    enumerated = possible and not in_parts and every <= chosen["max_epochs"]
    if options["patience"] is not None and not enumerated and (in_parts or options["likelihood_every"] is None):
        raise HyperparameterError(
            f"patience must be None, or likelihood_every given in fit, where the likelihood cannot be enumerated as "
            f"learning goes on; got {options['patience']} with {visible.size} visible and {n_hidden} hidden units"
        )
    return Settled(
        _pair(chosen["chains"]),
        restarts,
        chosen["batch_size"],
        chosen["max_epochs"],
        float(chosen["learning_rate"]),
        _pair(options["k"]),
        0.0 if in_parts else chosen["validation_fraction"],
        every if enumerated else 1,
        enumerated,
    )


def _usual(learning: str, visible: Visible, n_rows: int, states: float) -> dict[str, Any]:
    """Say what "auto" means."""
    rate = RATE[learning] * (OF_GAUSSIAN[learning] if visible.kind == "gaussian" else 1.0)
    if learning == "exact":
        few = min(MANY / states, 1.0)
        return {
            "chains": 0,
            "restarts": 8 if few == 1 else 4,
            "batch_size": n_rows,
            "max_epochs": max(int(STEPS_EXACT * few), FEWEST_EXACT),
            "learning_rate": rate if few == 1 else rate / 2,
            "validation_fraction": 0.0,
        }
    return {
        "chains": CHAINS if learning == "pcd" else 0,
        "restarts": 1,
        "batch_size": BATCH,
        "max_epochs": max(STEPS // -(-n_rows // BATCH), 10),
        "learning_rate": rate,
        "validation_fraction": 0.0 if n_rows < FROM_ROWS else HELD_OUT,
    }


def _judge_every(visible: Visible, n_hidden: int, rows: int, states: float, learning: str) -> int:
    """Count the epochs after which an enumeration takes a tenth of the time."""
    if learning == "exact":  # a step is three enumerations
        return 10
    enumeration = states * max(visible.size, n_hidden) * OPERATIONS
    return int(min(max(10 * enumeration / (10.0 * rows * visible.size * n_hidden), 1), 2**30))

"""The two ways in which `BoltzmannMachine` learns: over all states, or over sampled ones.

u = w/T and θ/T are learned, since the law depends on these alone; then w = T u.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from dendrax.boltzmann import exact_learning
from dendrax.boltzmann.clamped_rows import Rows, rows_of
from dendrax.boltzmann.energy import STATES, SymmetricNetwork
from dendrax.boltzmann.learning_run import run
from dendrax.boltzmann.sampled_learning import Numbers, Program, State, start
from dendrax.boltzmann.wiring import Layout, lay_out
from dendrax.core.constraints import HyperparameterError
from dendrax.core.random import key
from dendrax.learning.bar import Bar, wanted
from dendrax.learning.outcome import DivergenceError

FIRST_WEIGHTS = 0.01, 0.3  # deviations: without hidden units, and with some, which must come to differ
CLAMPED_SWEEPS = 3
Learned = tuple[SymmetricNetwork, int, str]  # the network, steps, why it stopped


def learn(machine: Any, v: np.ndarray, weights: np.ndarray, links: np.ndarray) -> Learned:
    """Learn in the way that `learning` asks for; "auto" takes all states where it can.

    Parameters
    ----------
    machine : BoltzmannMachine
        Its hyper-parameters count.
    v : ndarray, shape (rows, visible units)
        States; NaN where one is missing, for sampled learning.
    weights : ndarray, shape (rows,)
        How much each row counts.
    links : ndarray of int32, shape (links, 2)
        Pairs of units.

    Returns
    -------
    SymmetricNetwork, int, str
        What was learned, in how many steps, and why it stopped.

    Raises
    ------
    HyperparameterError
        If all states are asked for, and cannot be taken.
    """
    n_units, holes = v.shape[1] + machine.n_hidden, bool(np.isnan(v).any())
    small = n_units <= exact_learning.MOST_UNITS and not holes
    if machine.learning == "exact" and not small:
        got = "missing states" if holes else f"{n_units} units"
        raise HyperparameterError(
            f"learning must be 'sampled' above {exact_learning.MOST_UNITS} units or with missing states; got {got}"
        )
    way = learn_exactly if small and machine.learning != "sampled" else learn_by_sampling
    return way(machine, v, weights, links)


def learn_exactly(machine: Any, v: np.ndarray, weights: np.ndarray, links: np.ndarray) -> Learned:
    """Climb to the maximum of the likelihood over all states; parameters as for `learn`."""
    off, hidden = STATES[machine.states], machine.n_hidden > 0
    task = exact_learning.problem(v, weights, links, machine.n_hidden, off, machine.weight_decay)
    numbers: Any = np.float32(FIRST_WEIGHTS[hidden]), np.float32(1e-5), np.int32(machine.max_steps)
    seed: Any = key(machine._seed(None))
    best, _, steps = exact_learning.learn(task, seed, *numbers, restarts=machine.restarts if hidden else 1)
    reason = "steps" if int(steps) >= machine.max_steps else "converged"
    return _network(machine, links, best["weights"], best["biases"]), int(steps), reason


def learn_by_sampling(machine: Any, v: np.ndarray, weights: np.ndarray, links: np.ndarray) -> Learned:
    """Follow the rule with sampled means; parameters as for `learn`."""
    plan, layout = lay_out(links, v.shape[1] + machine.n_hidden, STATES[machine.states])
    rows = rows_of(layout, v, weights, machine.n_hidden)
    hidden = machine.n_hidden > 0
    program = Program(plan, hidden or bool(np.isnan(v).any()))
    fields: tuple[Any, ...] = (
        np.float32(machine.learning_rate),
        np.float32(machine.weight_decay),
        np.int32(machine.max_steps),
        np.int32(machine.sweeps),
        np.int32(CLAMPED_SWEEPS),
        np.float32(machine.centred),
    )
    seed: Any = key(machine._seed(None))
    scale: Any = np.float32(FIRST_WEIGHTS[hidden])
    first = start(program, layout, rows, seed, machine.chains, scale)
    state, reason = _run(machine, program, layout, rows, Numbers(*fields), first)
    if reason == "interrupted":
        warnings.warn(
            f"learning was interrupted after step {int(state.step)}; the machine keeps what it has learned. "
            "Ctrl-C in a training that follows at once, as in a search, raises KeyboardInterrupt",
            stacklevel=4,
        )
    return _network(machine, links, state.weights, state.biases), int(state.step), reason


def _run(
    machine: Any, program: Program, layout: Layout, rows: Rows, numbers: Numbers, state: State
) -> tuple[State, str]:
    bar = Bar(machine.max_steps, machine.verbose, "gap of the means") if wanted(machine.verbose) else None
    try:
        state, _, reason = run(program, layout, rows, numbers, state, time_limit=machine.time_limit, watch=bar)
    finally:
        if bar is not None:
            bar.close()
    return state, reason


def _network(machine: Any, links: np.ndarray, weights: Any, biases: Any) -> SymmetricNetwork:
    t = float(machine.temperature)
    with np.errstate(over="ignore"):
        w, theta = t * np.asarray(weights, np.float64), t * np.asarray(biases, np.float64)
    if not np.isfinite(w).all() or not np.isfinite(theta).all():
        raise DivergenceError(f"learning ended in weights that are not finite, at temperature {t:g}")
    return SymmetricNetwork(links, w, theta, machine.states)

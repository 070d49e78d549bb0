"""Variable projection: learn centres and widths, with the weights at their best for whichever they are.

    E*(θ) = min over W, b of E(θ, W, b)                  θ: the centres c and the ln s of all trainable functions
    ∂E*/∂θ = ∂E/∂θ at that W and b                       the envelope theorem: the best W need not be differentiated
    ∂E/∂φ = c_n (a − y) Wᵀ + λ |W_j|² c_n (φ − mean)/C   c: the weights of the rows, C their sum
            the penalty counts weights in deviations of φ, ½ λ Σ |W_j|² dev_j², and those move with θ

The inner minimum is exact (least squares or Newton), the outer is L-BFGS on p and u, both 0 at the start:

    c = c_0 + s_0 · 3 tanh(p/3)          s = s_0 e^(2 tanh(u/2))

so a centre stays within three of its first widths, where there are rows, and a width within a factor e^2 = 7.4 of its
first: narrower, a function would learn single rows.

Source
------
G. Golub and V. Pereyra, SIAM Journal on Numerical Analysis 10 (1973).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from dendrax.learning.least_squares import least_squares
from dendrax.learning.linear_solution import LinearSolution
from dendrax.learning.newton import activations, cross_entropy, logistic
from dendrax.learning.quasi_newton import minimise
from dendrax.nn.centred import Centred
from dendrax.nn.expansion import Expansion

FARTHEST = 3.0  # first widths that a centre may move
WIDEST = 2.0  # how much ln s may change


class Task(NamedTuple):
    """What is fitted.

    Attributes
    ----------
    x : ndarray of float64, shape (rows, inputs)
        Inputs.
    y : ndarray of float64, shape (rows, units)
        Numbers, 0 or 1 for a sigmoid unit, 1-of-K for softmax units.
    row_weights : ndarray of float64, shape (rows,)
        How much each row counts.
    output : str
        identity, sigmoid or softmax.
    penalty : float
        λ.
    fit_intercept : bool
        False keeps b at 0.
    """

    x: np.ndarray
    y: np.ndarray
    row_weights: np.ndarray
    output: str
    penalty: float
    fit_intercept: bool


def best_weights(task: Task, phi: np.ndarray) -> LinearSolution:
    """Find the W and b that minimise E for given functions, of shape (rows, functions)."""
    solve = least_squares if task.output == "identity" else logistic
    return solve(phi, task.y, task.row_weights, task.penalty, task.fit_intercept)


def energy(task: Task, phi: np.ndarray) -> tuple[float, np.ndarray]:
    """Compute E at the best weights, and ∂E/∂φ there, shape (rows, functions)."""
    found, c = best_weights(task, phi), task.row_weights[:, None]
    centred = phi - found.mean
    z = centred @ found.weights + found.level
    if task.output == "identity":
        error = z - task.y
        loss = 0.5 * float((c * error**2).sum())
    else:
        error = activations(z) - task.y
        loss = float(task.row_weights @ cross_entropy(z, task.y))
    share = c / task.row_weights.sum()
    deviation = np.sqrt((share * centred**2).sum(axis=0))
    deviation = np.where(deviation > 0, deviation, 1.0)
    squares = task.penalty * ((found.weights * deviation[:, None]) ** 2).sum(axis=1)
    pull = share * (centred / deviation) * (squares / deviation)
    return loss + 0.5 * float(squares.sum()), c * error @ found.weights.T + pull


def trained(task: Task, expansion: Expansion, *, max_steps: int, tolerance: float) -> tuple[Expansion, int, bool]:
    """Move centres and widths to where E* is smallest near their start.

    Parameters
    ----------
    task : Task
        What is fitted.
    expansion : Expansion
        The functions, where learning starts.
    max_steps : int
        The most steps.
    tolerance : float
        Ends where a step lowers E* by less than this share of it.

    Returns
    -------
    Expansion
        With the learned centres and widths.
    int
        Steps taken.
    bool
        Whether it ended by itself.
    """

    def at(theta: np.ndarray) -> tuple[float, np.ndarray]:
        return projected(task, expansion, theta)

    size = sum(2 * first.centres.size for _, first in moving(expansion))
    theta, _, steps, converged = minimise(at, np.zeros(size), max_steps=max_steps, tolerance=tolerance)
    return moved(expansion, theta), steps, converged


def moving(expansion: Expansion) -> list[tuple[int, Centred]]:
    """List the trainable blocks and their places."""
    blocks = enumerate(expansion.blocks)
    return [(i, b.functions) for i, b in blocks if b.trainable and isinstance(b.functions, Centred)]


def moved(expansion: Expansion, theta: np.ndarray) -> Expansion:
    """Set centres and widths from p and u, of each trainable block in turn."""
    blocks, start = list(expansion.blocks), 0
    for i, first in moving(expansion):
        p, u = theta[start : start + 2 * first.centres.size].reshape(2, *first.centres.shape)
        widths = first.widths * np.exp(WIDEST * np.tanh(u / WIDEST))
        centres = first.centres + first.widths * FARTHEST * np.tanh(p / FARTHEST)
        blocks[i] = blocks[i]._replace(functions=Centred(first.shape, centres, widths))
        start += 2 * first.centres.size
    return expansion._replace(blocks=tuple(blocks))


def projected(task: Task, expansion: Expansion, theta: np.ndarray) -> tuple[float, np.ndarray]:
    """Compute E*(θ) and its gradient."""
    there = moved(expansion, theta)
    e, pull = energy(task, there.values(task.x))
    places = np.concatenate([[0], np.cumsum(there.sizes)])
    parts, start = [], 0
    for i, first in moving(expansion):
        block = there.blocks[i]
        assert isinstance(block.functions, Centred)
        x = task.x[:, list(block.inputs)]
        by_centre, by_log = block.functions.gradient(x, pull[:, places[i] : places[i + 1]])
        p, u = theta[start : start + 2 * first.centres.size].reshape(2, *first.centres.shape)
        parts.append(by_centre * first.widths * (1 - np.tanh(p / FARTHEST) ** 2))
        parts.append(by_log * (1 - np.tanh(u / WIDEST) ** 2))
        start += 2 * first.centres.size
    return e, np.concatenate([part.ravel() for part in parts])

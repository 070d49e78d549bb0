"""The perceptron: step units that learn from their mistakes, one sample at a time in the given order.

    one unit       a = +1 where in ≥ 0, else −1          y = ±1
    K units        a_i = +1 for the unit with the largest `in`, −1 for the others
    W ← W + α c x (y − a)ᵀ        b ← b + α c (y − a)       c: the weight of the row

Where the answer is right nothing changes. If the classes can be separated by such units, the rule makes finitely many
mistakes and ends; if not, it never ends: the weights with the fewest mistakes at the end of an epoch are kept (the
pocket algorithm).

Sources
-------
F. Rosenblatt, Psychological Review 65 (1958). R. Duda, P. Hart and D. Stork, Pattern Classification, 2nd ed., 5.5 and
5.12 (several units: Kesler's construction). S. Gallant, IEEE Transactions on Neural Networks 1 (1990): the pocket.
"""

from __future__ import annotations

import numpy as np

from dendrax.learning.least_squares import standardise
from dendrax.learning.linear_solution import LinearSolution

FEWEST, MOST = 16, 4096  # rows that are answered at once in the search for the next mistake


def answers(z: np.ndarray) -> np.ndarray:
    """Compute a from `in`, shape (rows, units): a step for one unit, the largest wins for more."""
    fires = z >= 0 if z.shape[1] == 1 else np.arange(z.shape[1]) == z.argmax(axis=1)[:, None]
    return np.where(fires, 1.0, -1.0)


def learn_epoch(w: np.ndarray, rows: np.ndarray, y: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, int]:
    """Walk the rows once.

    Parameters
    ----------
    w : ndarray of float64, shape (inputs, units)
        The weights, the bias among them; not changed.
    rows : ndarray of float64, shape (rows, inputs)
        Inputs, with a 1 for the bias.
    y : ndarray of float64, shape (rows, units)
        ±1.
    steps : ndarray of float64, shape (rows,)
        α c.

    Returns
    -------
    ndarray of float64, shape (inputs, units)
        The weights after it.
    int
        How many mistakes were made on the way.

    Notes
    -----
    Right answers change nothing, so many rows are answered at once up to the next mistake: the work of Python is one
    step a mistake, not one a row.
    """
    at, width, mistakes, w = 0, FEWEST, 0, w.copy()
    while at < len(rows):
        a = answers(rows[at : at + width] @ w)
        wrong = (a != y[at : at + width]).any(axis=1)
        if not wrong.any():
            at, width = at + width, min(2 * width, MOST)
            continue
        i = int(wrong.argmax())
        w += steps[at + i] * np.outer(rows[at + i], y[at + i] - a[i])
        at, width, mistakes = at + i + 1, FEWEST, mistakes + 1
    return w, mistakes


def perceptron(
    x: np.ndarray,
    y: np.ndarray,
    row_weights: np.ndarray,
    fit_intercept: bool = True,
    *,
    learning_rate: float = 1.0,
    max_epochs: int = 1000,
    max_mistakes: float = np.inf,
) -> LinearSolution:
    """Learn until every answer is right.

    Parameters
    ----------
    x : ndarray of float64, shape (rows, inputs)
        Inputs; centred and scaled first, which separates no less.
    y : ndarray of float64, shape (rows, units)
        −1 or +1; for several units +1 for one of them.
    row_weights : ndarray of float64, shape (rows,)
        How much each row counts, as a share of their mean.
    fit_intercept : bool, default=True
        False keeps b at 0.
    learning_rate : float, default=1.0
        α: the size of the weights, nothing else, as they start at 0.
    max_epochs : int, default=1000
        The most epochs.
    max_mistakes : float, default=inf
        No epoch begins after that many: noisy rows make them without end.

    Returns
    -------
    LinearSolution
        W, b, the epochs, and whether every answer was right.

    Examples
    --------
    >>> corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> perceptron(corners, np.array([[-1.0], [-1.0], [-1.0], [1.0]]), np.ones(4)).converged
    True
    """
    columns = standardise(x, row_weights, fit_intercept)
    rows = np.concatenate([columns.x, np.full((len(x), 1), float(fit_intercept))], axis=1)
    steps = learning_rate * row_weights / row_weights.mean()
    w = best = np.zeros((rows.shape[1], y.shape[1]))
    fewest, epochs, made = np.inf, 0, 0
    while fewest and epochs < max_epochs and made < max_mistakes:
        w, on_the_way = learn_epoch(w, rows, y, steps)
        epochs, made = epochs + 1, made + on_the_way
        mistakes = float(row_weights[(answers(rows @ w) != y).any(axis=1)].sum())
        if mistakes < fewest:
            best, fewest = w, mistakes
    return columns.solution(best[:-1], best[-1], epochs, not fewest)

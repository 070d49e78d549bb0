"""Small restricted machines of every kind of visible units, and all their states, enumerated one by one in NumPy."""

from __future__ import annotations

import itertools

import jax.numpy as jnp
import numpy as np

from dendrax.boltzmann.restricted import Params
from dendrax.boltzmann.visible_units import Visible

BINARY = Visible("binary", 4)
CATEGORICAL = Visible("binary", 0, (3, 2))
LABELLED = Visible("binary", 3, (3,))
GAUSSIAN = Visible("gaussian", 2)
MIXED = Visible("gaussian", 1, (3,))
DISCRETE = [BINARY, CATEGORICAL, LABELLED]


def machine(visible: Visible, n_hidden: int = 3, seed: int = 0) -> Params:
    """Draw a machine whose units have something to say to each other."""
    rng = np.random.default_rng(seed)

    def drawn(*shape: int) -> jnp.ndarray:
        return jnp.asarray(rng.normal(size=shape), jnp.float32)

    return Params(drawn(n_hidden, visible.size), drawn(visible.size), drawn(n_hidden), 0.3 * drawn(visible.precisions))


def hidden_states(n_hidden: int) -> np.ndarray:
    return np.array(list(itertools.product((0, 1), repeat=n_hidden)), np.float32)


def visible_states(visible: Visible) -> np.ndarray:
    """List every state of discrete visible units."""
    parts = [np.array([[0.0], [1.0]])] * visible.plain + [np.eye(levels) for levels in visible.levels]
    return np.array([np.concatenate(rows) for rows in itertools.product(*parts)], np.float32)


def energies(params: Params, v: np.ndarray, h: np.ndarray) -> np.ndarray:
    """Compute E of every pair, as the formula says it, in float64."""
    w, b, c, log_precisions = (np.asarray(a, np.float64) for a in params)
    own = 0.5 * (v[:, : len(log_precisions)] ** 2) @ np.exp(log_precisions)
    return own[:, None] - (v @ b)[:, None] - (h @ c)[None] - v @ w.T @ h.T


def law(visible: Visible, params: Params) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give all visible states, all hidden states and the probability of every pair."""
    v, h = visible_states(visible), hidden_states(len(params.hidden_biases))
    weight = np.exp(-energies(params, v, h))
    return v, h, weight / weight.sum()

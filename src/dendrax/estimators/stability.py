"""Why gradient descent on a layer of linear units diverged: its steps were too long.

all rows at once         α < 2 / λ_max         λ_max: the largest eigenvalue of the mean of x xᵀ, x with a 1 at the end
one sample at a time     α < 2 / |x|²          for every sample, or it overshoots by more than it was wrong
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from dendrax.estimators.fitting import Task
from dendrax.learning.gradient_descent import largest_eigenvalue
from dendrax.learning.optimisers import Sgd
from dendrax.nn.layer import PREDICTING
from dendrax.nn.losses import Squared
from dendrax.nn.network import Network


def stability_hint(network: Network, numbers: list[dict[str, Any]], task: Task, choices: Any) -> str:
    """Name the bound that the learning rate must keep, where there is one.

    Parameters
    ----------
    network : Network
        What diverged.
    numbers : list of dict
        The numbers of its layers.
    task : Task
        What it was trained on.
    choices : Choices
        The loss and the optimiser.

    Returns
    -------
    str
        The end of a sentence; empty unless it is one layer of identity units, the squared loss and gradient descent.
    """
    plain = type(choices.loss) is Squared and type(choices.optimiser) is Sgd
    hidden = [layer for layer in network.layers[:-1] if layer.units_of({})]
    if not plain or hidden or network.output.activation != "identity":
        return ""
    x: Any = _rows(task.encoded.x, task.training)
    for layer, its in zip(network.layers[:-1], numbers, strict=False):
        x = layer.apply({}, its, x, PREDICTING)
    rows = np.concatenate([np.asarray(x, np.float64), np.ones((len(task.training), 1))], axis=1)
    with np.errstate(over="ignore"):
        together = 2 / largest_eigenvalue(rows, np.asarray(task.encoded.weights[task.training], np.float64))
        alone = 2 / float((rows**2).sum(axis=1).max())
    return (
        f"; on linear units learning_rate must stay below 2/λmax = {together:.3g} with all rows at once, "
        f"and below 2/max|x|² = {alone:.3g} to be safe with one sample at a time"
    )


def _rows(x: Any, training: np.ndarray) -> Any:
    return jax.tree.map(lambda a: jnp.asarray(a[training]), x)

"""A fitted restricted Boltzmann machine as it answers: hidden units, free energies, likelihoods, classes, draws.

    without labels    F(x), p(h | x) = sigmoid(c + W x)
    with labels y     F(x) = −ln Σ_y e^(−F(x, y)),  p(y | x) = e^(F(x) − F(x, y)),  p(h | x) = Σ_y p(y | x) p(h | x, y)

Rows go to the device in pieces, each padded to one of a few sizes. ln Z is computed when first asked for, and kept.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from dendrax.boltzmann.annealed_importance import CHAINS, estimate
from dendrax.boltzmann.log_partition import LogPartition, exactly
from dendrax.boltzmann.restricted import Params, clamped, free_energy, hidden_means, visible_inputs
from dendrax.boltzmann.restricted_likelihood import (
    MOST,
    hidden_log_weights,
    is_enumerable,
    known_log_weights,
    log_partition,
    states,
)
from dendrax.boltzmann.visible_coding import Coding
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import Key, key
from dendrax.core.shapes import padded
from dendrax.predictor.network_model import padded_size

ROWS_AT_ONCE = 4096
SETTLED = 20  # rounds of mean field that fill holes
Rows = Float[Array, "rows visible"]
Known = Bool[Array, "rows visible"]


def classes_of(visible: Visible, labelled: bool) -> int:
    """Count the classes; 1 without labels."""
    return visible.levels[-1] if labelled else 1


def with_label(v: Rows, label: Int[Array, ""], classes: int) -> Rows:
    """Switch one label on in every row."""
    on = (jnp.arange(v.shape[1]) == v.shape[1] - classes + label).astype(v.dtype)
    return jnp.where(jnp.arange(v.shape[1])[None] < v.shape[1] - classes, v, on[None])


@partial(jax.jit, static_argnames=("visible", "labelled", "holes"))
def log_weights(visible: Visible, params: Params, v: Rows, known: Known, labelled: bool, holes: bool) -> Array:
    """Compute ln p(x, y) + ln Z of every label y, or of the row itself where there are none: (rows, labels)."""
    classes = classes_of(visible, labelled)

    def of(label: Int[Array, ""]) -> Float[Array, " rows"]:
        whole = with_label(v, label, classes) if labelled else v
        if not holes:
            return -free_energy(visible, params, whole)
        mine = known | (jnp.arange(v.shape[1]) >= v.shape[1] - classes)[None] if labelled else known
        return known_log_weights(visible, params, whole, mine)

    return jax.lax.map(of, jnp.arange(classes)).T


@partial(jax.jit, static_argnames=("visible", "labelled", "holes"))
def hidden(visible: Visible, params: Params, v: Rows, known: Known, labelled: bool, holes: bool) -> Array:
    """Compute p(h | x); holes are filled by mean field before."""
    classes = classes_of(visible, labelled)
    v = mean_field(visible, params, v, known) if holes else v
    if not labelled:
        return hidden_means(params, v)
    p = jax.nn.softmax(
        jax.lax.map(lambda y: -free_energy(visible, params, with_label(v, y, classes)), jnp.arange(classes)), axis=0
    )

    def add(y: Int[Array, ""], total: Array) -> Array:
        return total + p[y][:, None] * hidden_means(params, with_label(v, y, classes))

    return jax.lax.fori_loop(0, classes, add, jnp.zeros((v.shape[0], params.hidden_biases.shape[0])))


def mean_field(visible: Visible, params: Params, v: Rows, known: Known) -> Rows:
    """Put into each hole the mean that the hidden units ask for, and the hidden units to theirs, in turn."""

    def once(_: Array, v: Rows) -> Rows:
        means = visible.means(visible_inputs(params, hidden_means(params, v)), params.precisions)
        return jnp.where(known, v, means)

    nothing = jnp.zeros((1, params.hidden_biases.shape[0]))
    first = visible.means(visible_inputs(params, nothing), params.precisions)
    return jax.lax.fori_loop(0, SETTLED, once, jnp.where(known, v, first))


@partial(jax.jit, static_argnames="visible")
def reconstructed(visible: Visible, params: Params, h: Array) -> Rows:
    """Compute the means of the visible units where the hidden ones are at h."""
    return visible.means(visible_inputs(params, h), params.precisions)


@partial(jax.jit, static_argnames="visible")
def drawn(
    visible: Visible, params: Params, v: Rows, known: Known, chains: Array, sweeps: Int[Array, ""], key: Key
) -> tuple[Rows, Rows]:
    """Let rows settle, what is known in them held; what is not known starts from chains of the machine."""
    places = jnp.arange(v.shape[0]) % chains.shape[0]
    means = visible.means(visible_inputs(params, chains[places]), params.precisions)
    return clamped(visible, params, jnp.where(known, v, means), known, sweeps, key)


@partial(jax.jit, static_argnames="visible")
def exact_log_partition(visible: Visible, params: Params) -> Array:
    """Compute ln Z by enumeration."""
    return log_partition(visible, params)


@partial(jax.jit, static_argnames="visible")
def mixture_of(visible: Visible, params: Params) -> tuple[Array, Rows]:
    """Compute p(h) of every hidden state, and the means of the visible units there."""
    h = jnp.asarray(states(params.hidden_biases.shape[0]))
    share = jax.nn.softmax(hidden_log_weights(visible, params).ravel())
    return share, visible.means(visible_inputs(params, h), params.precisions)


class RestrictedModel:
    """A restricted machine with the coding of its columns.

    Parameters
    ----------
    coding : Coding
        From rows to visible states.
    params : Params
        The machine, as NumPy arrays.
    means : ndarray of float32, shape (visible,)
        The means of the training data.
    chains : ndarray of uint8, shape (chains, hidden)
        Hidden states that the machine had while it learned; draws start there.
    log_partition : LogPartition, optional
        ln Z where it is known already.
    """

    kind = "restricted"

    def __init__(
        self,
        coding: Coding,
        params: Params,
        means: np.ndarray,
        chains: np.ndarray,
        log_partition: LogPartition | None = None,
    ) -> None:
        self.coding, self.visible, self.labelled = coding, coding.visible, coding.classes is not None
        self.params = Params(*map(_read_only, params))  # type: ignore[arg-type]
        self.means, self.chains, self._log_partition = _read_only(means), _read_only(chains), log_partition

    @property
    def n_hidden(self) -> int:
        """The number of hidden units."""
        return len(self.params.hidden_biases)

    @property
    def known_log_partition(self) -> LogPartition | None:
        """Ln Z, if it was asked for before."""
        return self._log_partition

    def _answer(self, answer: Callable[..., Array], X: np.ndarray) -> np.ndarray:
        """Answer rows piece by piece."""
        v, known = self.coding.encode(X)
        columns = v.shape[1] - (len(self.coding.classes) if self.coding.classes is not None else 0)
        holes, parts = not known[:, :columns].all(), list[np.ndarray]()
        for start in range(0, len(v), ROWS_AT_ONCE):
            part = slice(start, start + ROWS_AT_ONCE)
            rows = len(v[part])
            size = padded_size(rows)
            answered = answer(
                self.visible, self.params, padded(v[part], size), padded(known[part], size), self.labelled, holes
            )
            parts.append(np.array(answered)[:rows])
        return np.concatenate(parts)

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Compute p(h | x), shape (rows, hidden)."""
        return self._answer(hidden, X)

    def label_log_weights(self, X: np.ndarray) -> np.ndarray:
        """Compute ln p(x, y) + ln Z, shape (rows, labels), or (rows, 1) without labels; holes are summed out."""
        return self._answer(self._summing, X)

    def _summing(self, visible: Visible, params: Params, v: Any, known: Any, labelled: bool, holes: bool) -> Array:
        if holes and self.n_hidden > MOST:
            raise ValueError(
                f"X must have no holes where more than {MOST} hidden units are summed out; got NaN with "
                f"{self.n_hidden}; complete(X) draws what is missing"
            )
        return log_weights(visible, params, v, known, labelled, holes)

    def free_energy(self, X: np.ndarray) -> np.ndarray:
        """Compute F(x), labels summed out, shape (rows,)."""
        return -np.logaddexp.reduce(self.label_log_weights(X).astype(np.float64), axis=1)

    def log_likelihood(self, X: np.ndarray) -> np.ndarray:
        """Compute ln p(x) in the user's units, shape (rows,)."""
        return -self.free_energy(X) - self.log_partition().value - self.coding.log_scales(self.coding.known(X))

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Compute p(y | x), shape (rows, labels)."""
        logs = self.label_log_weights(X).astype(np.float64)
        return np.exp(logs - np.logaddexp.reduce(logs, axis=1)[:, None])

    def reconstruct(self, X: np.ndarray) -> np.ndarray:
        """Compute the means of the columns given the means of the hidden units, as rows of the user."""
        return self.coding.decode(np.asarray(reconstructed(self.visible, self.params, self.transform(X))))

    def draw(self, v: np.ndarray, known: np.ndarray, sweeps: int, seed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Draw what is not known given what is: states, and means over the second half of the sweeps."""
        rows = len(v)
        size, chains = padded_size(rows), self.chains.astype(np.float32)
        v, known = padded(v, size), padded(known, size)
        found = drawn(self.visible, self.params, v, known, chains, np.int32(sweeps), seed)
        return np.array(found[0])[:rows], np.array(found[1])[:rows]

    def log_partition(self, **options: Any) -> LogPartition:
        """Compute ln Z: exactly where one side can be enumerated, else by annealed importance sampling both ways."""
        if self._log_partition is None or options:
            self._log_partition = self._found(**options)
        return self._log_partition

    def _found(self, n_chains: int = CHAINS, seed: int = 0, **options: Any) -> LogPartition:
        if is_enumerable(self.visible, self.n_hidden):
            return exactly(float(exact_log_partition(self.visible, self.params)))
        places = np.arange(n_chains) % len(self.chains)
        chains = self.chains[places].astype(np.float32)
        return estimate(self.visible, self.params, self.means, chains, key(seed), **options)

    def mixture(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Give hidden states, their probabilities, and the means of the visible units in each."""
        share, means = mixture_of(self.visible, self.params)
        return states(self.n_hidden), np.array(share), np.array(means)


def _read_only(array: Any) -> np.ndarray:
    fixed = np.array(array)
    fixed.setflags(write=False)
    return fixed

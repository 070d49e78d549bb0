"""Batches: which rows a step sees.

    place p = i·batch + j  →  row = training_rows[shuffled(epoch's key, p, n)]       for p < n, the rows that are real

The arrays are padded to a bucket, so the number of rows n is only a number; the last batch of an epoch may be short:
its empty places carry weight 0. A step's gradient is Σ w ∇ℓ / (real rows in the batch).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from dendrax.core.random import Key, shuffled
from dendrax.nn.losses import Targets

WHOLE_EPOCH = 64 * 2**20  # bytes: up to here an epoch's rows are gathered at once, above batch by batch


class Rows(NamedTuple):
    """Rows of data: inputs, targets and weights, the row axis first.

    Attributes
    ----------
    x : pytree of arrays, each (rows, …)
        Encoded inputs.
    y : array, (rows, units) of float32 or (rows,) of int32
        Coded targets.
    weight : array of float32, (rows,)
        The weight of each row's loss; 0 for padding.
    """

    x: Any
    y: Targets
    weight: Float[Array, " rows"]

    def at(self, index: Int[Array, " places"]) -> Rows:
        """Gather some rows."""
        return jax.tree.map(lambda a: a[index], self)

    @property
    def bytes(self) -> int:
        """The memory that all rows take."""
        return sum(a.size * a.dtype.itemsize for a in jax.tree.leaves(self))


class Data(NamedTuple):
    """All rows on the device, and which of them train and which judge.

    Attributes
    ----------
    rows : Rows
        Everything, padded to a bucket.
    training : array of int32, (places,)
        Row numbers of the training part, in the user's order, padded to a bucket.
    validation : array of int32, (places,), or None
        Row numbers of the validation part, padded to a bucket.
    """

    rows: Rows
    training: Int[Array, " places"]
    validation: Int[Array, " places"] | None


def epoch_order(
    data: Data, n: Int[Array, ""], batch_size: int, key: Key, shuffle: bool
) -> tuple[Int[Array, " places"], Float[Array, " places"]]:
    """Say which row stands at each place of an epoch, and whether the place is real.

    Parameters
    ----------
    data : Data
        The rows.
    n : int
        How many training rows are real.
    batch_size : int
        Rows in a batch.
    key : array of uint32, shape (2,)
        The epoch's key.
    shuffle : bool
        False keeps the given order.

    Returns
    -------
    array of int32, (places,)
        Row numbers; `places` is the padded number of training rows, rounded up to whole batches.
    array of float32, (places,)
        1 for a real place, 0 for padding.
    """
    slots = data.training.shape[0]
    place = jnp.arange(-(-slots // batch_size) * batch_size, dtype=jnp.int32)
    order = shuffled(key, place, n) if shuffle else place
    return data.training[jnp.minimum(order, slots - 1)], (place < n).astype(jnp.float32)


def masked(rows: Rows, real: Float[Array, " places"]) -> Rows:
    """Give weight 0 to the places that are not real."""
    return rows._replace(weight=rows.weight * real)


def slice_of(rows: Rows, i: Int[Array, ""], batch_size: int) -> Rows:
    """Cut batch number i out of an epoch's rows."""
    return jax.tree.map(lambda a: jax.lax.dynamic_slice_in_dim(a, i * batch_size, batch_size), rows)


def batch_reader(
    data: Data, n: Int[Array, ""], batch_size: int, key: Key, shuffle: bool, gather: bool
) -> Callable[[Int[Array, ""]], Rows]:
    """Give the batches of an epoch by their number.

    Parameters
    ----------
    data, n, batch_size, key, shuffle
        As in `epoch_order`.
    gather : bool
        Whether the rows of the epoch are gathered at once, or batch by batch.

    Returns
    -------
    callable
        From the number of a batch to its rows; those that are not real have weight 0.
    """
    index, real = epoch_order(data, n, batch_size, key, shuffle)
    epoch_rows = masked(data.rows.at(index), real) if gather else None

    def batch_at(i: Int[Array, ""]) -> Rows:
        if epoch_rows is not None:
            return slice_of(epoch_rows, i, batch_size)
        places = jax.lax.dynamic_slice_in_dim(index, i * batch_size, batch_size)
        some = jax.lax.dynamic_slice_in_dim(real, i * batch_size, batch_size)
        return masked(data.rows.at(places), some)

    return batch_at

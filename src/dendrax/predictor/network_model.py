"""A fitted network as it answers: rows in, activations of the output units out.

    x → a = network(x),    in chunks of bounded memory, each padded to one of a few sizes

The parameters are NumPy arrays, read-only; one copy of them stays on the device, made once, dropped on pickling.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import jax
import numpy as np

from dendrax.core.shapes import bucket, padded
from dendrax.nn.activations import name_of
from dendrax.nn.network import Network

CHUNK_BYTES = 32 * 2**20
SMALL = (16, 64)  # sizes below the first bucket
POLLS = 1000  # about 0.1 ms


@lru_cache(maxsize=256)
def _programs(network: Network) -> tuple[Callable[..., jax.Array], Callable[..., list[dict[str, jax.Array]]]]:
    """Give the compiled `apply` and `trace` of a network; models of one structure share them."""
    return jax.jit(network.apply), jax.jit(network.trace)


def padded_size(rows: int) -> int:
    """Round a number of rows up to a size that programs are compiled for."""
    return next((size for size in SMALL if rows <= size), bucket(rows))


def _awaited(answer: Any, rows: int) -> np.ndarray:
    """Read an answer; a small one is there before a sleeping thread would have been woken, so it is polled for."""
    for _ in range(POLLS if rows <= SMALL[-1] else 0):
        if answer.is_ready():
            break
    return np.asarray(answer)


def _pad(x: Any, rows: int) -> Any:
    if isinstance(x, dict):  # a quarter of the time of a tree map
        return {name: padded(a, rows) for name, a in x.items()}
    return jax.tree.map(lambda a: padded(a, rows), x)


class NetworkModel:
    """A network with its parameters.

    Parameters
    ----------
    network : Network
        The description.
    numbers : list of dict
        The numbers of each layer.
    params : sequence of dict of ndarray
        The parameters of each layer.
    """

    kind = "network"

    def __init__(self, network: Network, numbers: list[dict[str, Any]], params: Any) -> None:
        self.network, self.numbers = network, list(numbers)
        self.params = jax.tree.map(_read_only, tuple(params))
        self._lock = threading.Lock()
        self._device: Any = None
        self._apply, self._trace = _programs(network)

    def _on_device(self) -> Any:
        if self._device is None:
            with self._lock:
                if self._device is None:
                    self._device = jax.device_put((self.params, tuple(self.numbers)))
        return self._device

    @property
    def output(self) -> str:
        """The activation function of the output units."""
        return name_of(self.network.output.activation)

    def outputs(self, x: Any) -> np.ndarray:
        """Compute the activations of the output units.

        Parameters
        ----------
        x : pytree of ndarray, each (rows, …)
            Encoded inputs.

        Returns
        -------
        ndarray of float32, shape (rows, units)
            Fresh and writable.
        """
        return self.start(x)()

    def start(self, x: Any) -> Callable[[], np.ndarray]:
        """Hand rows to the device; what is returned waits for the answer. Meanwhile the host may encode others."""
        leaves = jax.tree.leaves(x)
        rows = len(leaves[0])
        params, numbers = self._on_device()
        most = rows if rows <= SMALL[-1] else self._rows_at_once(leaves, rows)
        if rows <= most:
            whole = self._apply(params, numbers, _pad(x, padded_size(rows)))
            return lambda: np.array(_awaited(whole, rows)[:rows])
        parts = [jax.tree.map(lambda a, at=at: a[at : at + most], x) for at in range(0, rows, most)]
        started = [self._apply(params, numbers, _pad(part, most)) for part in parts]
        return lambda: np.concatenate([np.asarray(a)[: rows - i * most] for i, a in enumerate(started)])

    def _rows_at_once(self, leaves: list[np.ndarray], rows: int) -> int:
        """Cut rows into parts of equal size, as few as memory allows."""
        units = max((getattr(layer, "units", 1) for layer in self.network.layers), default=1)
        row = sum(a[:1].nbytes for a in leaves) + 8 * units
        most = bucket(max(CHUNK_BYTES // row, 1))
        return bucket(-(-rows // -(-rows // most)))

    def trace(self, x: Any) -> list[dict[str, np.ndarray]]:
        """Compute `in` and `a` of every unit, layer by layer, each (rows, units)."""
        rows = len(jax.tree.leaves(x)[0])
        params, numbers = self._on_device()
        seen = self._trace(params, numbers, _pad(x, padded_size(rows)))
        return [{name: np.array(np.asarray(a)[:rows]) for name, a in layer.items()} for layer in seen]

    def __getstate__(self) -> dict[str, Any]:
        return {"network": self.network, "numbers": self.numbers, "params": self.params}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)


def _read_only(array: Any) -> np.ndarray:
    fixed = np.array(array)
    fixed.setflags(write=False)
    return fixed

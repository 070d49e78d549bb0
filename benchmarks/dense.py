"""Microseconds a training step of small dense nets: forward, backward, Adam, the rows in a new order every epoch.

    python benchmarks/dense.py [--quick]

dendrax         its compiled training: padding, weights of rows, schedule, history, stopping included
bare loop       the same arithmetic and the same order of rows written straight in JAX and optax, nothing around it
torch           eager; the fastest of 1, 2 or all threads, with its plain and its fused Adam
scikit-learn    MLPClassifier without penalty; the faster of 1 thread and all (two classes are one unit there)

Compiling is not in the step: it stands beside it, in seconds.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from measuring.alternating import alternating, installed, seconds
from measuring.machine import describe
from measuring.markdown import judged, number, over, show

from dendrax.core.random import fold, key, shuffled
from dendrax.core.structure import numbers, structure
from dendrax.learning.batches import Data, Rows
from dendrax.learning.optimisers import Adam
from dendrax.learning.schedules import Constant
from dendrax.learning.state import Numbers, Plan, State
from dendrax.learning.training import advance, begin
from dendrax.nn.dense import Dense
from dendrax.nn.losses import CrossEntropy
from dendrax.nn.network import network_of

NETS = ((8, 16, 2), (64, 32, 10), (784, 100, 10))
BATCHES = (1, 32, 256)
ROWS = 4096  # a bucket: nothing is padded
RATE = 1e-3
PROBE = 64  # steps that choose a peer's configuration
Steps = Callable[[int], Any]


@dataclass(frozen=True)
class Case:
    """A net, a batch size, and rows to train on."""

    sizes: tuple[int, ...]
    batch: int
    x: np.ndarray
    y: np.ndarray

    @property
    def per_epoch(self) -> int:
        """Steps in an epoch."""
        return len(self.y) // self.batch


def case_of(sizes: tuple[int, ...], batch: int, rows: int) -> Case:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(rows, sizes[0])).astype(np.float32)
    return Case(sizes, batch, x, (x @ rng.normal(size=(sizes[0], sizes[-1]))).argmax(axis=1).astype(np.int32))


def engine(case: Case) -> tuple[Steps, State]:
    """Make the compiled training and the state it starts from."""
    hidden = [Dense(units) for units in case.sizes[1:-1]]
    network, layers = network_of(hidden, (case.sizes[0],), case.sizes[-1], "softmax")
    plan = Plan(network, structure(CrossEntropy()), structure(Adam()), Constant(), case.batch)
    real, whole = np.float32, np.int32
    numeric = Numbers(
        network=tuple(layers), loss=numbers(CrossEntropy()), optimiser=numbers(Adam()), schedule={},
        learning_rate=real(RATE), weight_decay=real(0), rows=whole(len(case.y)), validation_rows=whole(0),
        max_epochs=whole(10**6), tolerance=real(0), patience=whole(10**6), recoveries=whole(0),
    )  # fmt: skip
    rows = Rows(jnp.asarray(case.x), jnp.asarray(case.y), jnp.ones(len(case.y)))
    data = Data(rows, jnp.arange(len(case.y), dtype=jnp.int32), None)
    state = jax.block_until_ready(begin(plan, key(0), numeric))
    return lambda steps: jax.block_until_ready(advance(plan, state, data, numeric, np.int32(steps))), state


def bare_loss(params: Any, x: jax.Array, y: jax.Array, weight: jax.Array) -> jax.Array:
    for layer in params[:-1]:
        x = jax.nn.relu(x @ layer["weights"] + layer["biases"])
    z = x @ params[-1]["weights"] + params[-1]["biases"]
    at_truth = (jax.nn.one_hot(y, z.shape[1]) * z).sum(axis=1)
    return (weight * (jax.nn.logsumexp(z, axis=1) - at_truth)).sum() / len(weight)


def bare_loop(case: Case, state: State) -> Steps:
    """Write the same training straight in JAX, from the same parameters: whole epochs only."""
    optimiser, batch, n = optax.adam(RATE), case.batch, len(case.y)

    @jax.jit
    def train(params: Any, memory: Any, rows: tuple[jax.Array, ...], epochs: jax.Array) -> Any:
        def step(i: jax.Array, carry: Any, epoch_rows: tuple[jax.Array, ...]) -> Any:
            params, memory, total = carry
            part = [jax.lax.dynamic_slice_in_dim(a, i * batch, batch) for a in epoch_rows]
            value, gradient = jax.value_and_grad(bare_loss)(params, *part)
            change, memory = optimiser.update(gradient, memory, params)
            return optax.apply_updates(params, change), memory, total + value

        def epoch(e: jax.Array, carry: Any) -> Any:
            order = shuffled(fold(fold(state.key, e), 0), jnp.arange(n, dtype=jnp.int32), jnp.int32(n))
            gathered = tuple(a[order] for a in rows)
            start = (*carry[:2], jnp.float32(0))
            return jax.lax.fori_loop(0, n // batch, partial(step, epoch_rows=gathered), start)

        return jax.lax.fori_loop(0, epochs, epoch, (params, memory, jnp.float32(0)))

    rows = jax.device_put((case.x, case.y, np.ones(n, np.float32)))
    memory = jax.block_until_ready(optimiser.init(state.params))
    return lambda steps: jax.block_until_ready(train(state.params, memory, rows, np.int32(steps // case.per_epoch)))


def torch_steps(case: Case, threads: int, fused: bool) -> Steps:
    """Make eager training in torch: an order an epoch, slices of it the batches."""
    import torch

    torch.manual_seed(0)
    layers: list[Any] = []
    for fan_in, units in zip(case.sizes[:-1], case.sizes[1:], strict=True):
        layers += [torch.nn.Linear(fan_in, units), torch.nn.ReLU()]
    net = torch.nn.Sequential(*layers[:-1])
    optimiser = torch.optim.Adam(net.parameters(), lr=RATE, fused=fused)
    x, y = torch.from_numpy(case.x), torch.from_numpy(case.y).long()

    def train(steps: int) -> None:
        torch.set_num_threads(threads)
        epoch_x, epoch_y = x, y
        for step in range(steps):
            i = step % case.per_epoch
            if i == 0:
                order = torch.randperm(len(y))
                epoch_x, epoch_y = x[order], y[order]
            part = slice(i * case.batch, (i + 1) * case.batch)
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(net(epoch_x[part]), epoch_y[part]).backward()
            optimiser.step()

    return train


def sklearn_steps(case: Case, threads: int) -> Steps:
    """Make scikit-learn's training; it takes whole epochs only, on fewer rows where an epoch is too long."""
    from sklearn.neural_network import MLPClassifier
    from threadpoolctl import threadpool_limits

    mlp: Any = MLPClassifier

    def train(steps: int) -> None:
        rows = min(steps, case.per_epoch) * case.batch
        model = mlp(
            case.sizes[1:-1], solver="adam", alpha=0.0, batch_size=case.batch, learning_rate_init=RATE, shuffle=True,
            max_iter=max(steps // case.per_epoch, 1), tol=0.0, n_iter_no_change=10**9, random_state=0,
        )  # fmt: skip
        with threadpool_limits(threads), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model.fit(case.x[:rows], case.y[:rows])

    return train


def fastest(candidates: list[Steps]) -> Steps:
    """Try each for a few steps, twice, and keep the fastest."""

    def tried(work: Steps) -> float:
        work(8)
        return min(seconds(lambda: work(PROBE)) for _ in range(2))

    return min(candidates, key=tried)


def share(work: Steps, case: Case, length: float, whole: bool) -> Callable[[], float]:
    """Fill about `length` seconds with steps, and measure microseconds a step."""
    guess = case.per_epoch if whole else PROBE
    work(guess)
    fitting = length / seconds(lambda: work(guess)) * guess
    epochs = max(round(fitting / case.per_epoch), 1)
    steps = epochs * case.per_epoch if whole or fitting > case.per_epoch else max(int(fitting), PROBE)
    return lambda: seconds(lambda: work(steps)) / steps * 1e6


def same_work(case: Case, ours: Steps, bare: Steps) -> bool:
    """Say whether the bare loop learns what the engine learns: one epoch ends at the same loss."""
    mean_loss = float(np.asarray(ours(case.per_epoch).history.training)[0])
    return bool(np.isclose(float(bare(case.per_epoch)[2]) / case.per_epoch, mean_loss, rtol=1e-2))


def measure(case: Case, peers: set[str], length: float, rounds: int) -> tuple[dict[str, float], float, float]:
    """Measure one case: microseconds a step of each, and the seconds that both JAX programs take to compile."""
    jax.block_until_ready(jnp.zeros(1))  # starts JAX
    start = time.perf_counter()
    ours, state = engine(case)
    ours(1)
    compiled, bare = time.perf_counter(), bare_loop(case, state)
    bare(0)
    compile_ours, compile_bare = compiled - start, time.perf_counter() - compiled
    if not same_work(case, ours, bare):
        raise SystemExit(f"the bare loop and dendrax do different work on {case.sizes}, batch {case.batch}")
    arms = {name: share(work, case, length, True) for name, work in (("dendrax", ours), ("bare", bare))}
    threads = sorted({1, 2, os.cpu_count() or 1})
    if "torch" in peers:
        torches = [torch_steps(case, t, fused) for t in threads for fused in (False, True)]
        arms["torch"] = share(fastest(torches), case, length, False)
    if "sklearn" in peers:
        arms["sklearn"] = share(fastest([sklearn_steps(case, t) for t in (1, threads[-1])]), case, length, False)
    return alternating(arms, rounds), compile_ours, compile_bare


def row(case: Case, measured: dict[str, float], compile_ours: float, compile_bare: float) -> list[str]:
    small, us = case.sizes[0] < 784, measured["dendrax"]
    torch_target = {1: 40.0, 32: 10.0}.get(case.batch, 1.0) if small else 1.0
    sklearn_target = {1: 15.0, 32: 5.0 if small else 1.0, 256: 1.5}[case.batch]
    bare_target = 1.5 if case.batch == 1 and case.sizes == NETS[0] else 1.15
    return [
        "-".join(map(str, case.sizes)),
        str(case.batch),
        *(number(measured.get(name)) for name in ("dendrax", "bare", "torch", "sklearn")),
        judged(over(measured.get("torch"), us), at_least=torch_target, unit="×"),
        judged(over(measured.get("sklearn"), us), at_least=sklearn_target, unit="×"),
        judged(us / measured["bare"], at_most=bare_target, unit="×"),
        f"{compile_ours:.2f} / {compile_bare:.2f}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a look whether it runs: few steps, one round")
    parser.add_argument("--rounds", type=int, default=5, help="measurements of each; the median counts")
    options = parser.parse_args()
    rows, length, rounds = (256, 0.01, 1) if options.quick else (ROWS, 0.2, options.rounds)
    peers = installed("torch", "sklearn")
    print(describe("dendrax", "jax", "torch", "scikit-learn"))
    cases = [case_of(sizes, batch, rows) for sizes in NETS for batch in BATCHES]
    lines = [row(case, *measure(case, peers, length, rounds)) for case in cases]
    timed = ["dendrax µs", "bare loop µs", "torch µs", "scikit-learn µs"]
    ratios = ["torch / dendrax", "scikit-learn / dendrax", "dendrax / bare loop"]
    head = ["net", "batch", *timed, *ratios, "compile s (both)"]
    show("A training step of a dense net", head, lines)


if __name__ == "__main__":
    main()

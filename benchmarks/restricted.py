"""Milliseconds a learning step of a restricted machine, 784 visible and 500 hidden units, batch 100.

    python benchmarks/restricted.py [--quick]

dendrax         its compiled learning: centred, judging of epochs left out, as in the peers
scikit-learn    BernoulliRBM in float32: one persistent chain a row of the batch, k = 1 only
rbms            its persistent chains, centred, 100 of them; where the package is installed

Peers run with 1 thread or all, whichever is faster.

Rows are random bits: a step costs the same whatever they are.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import jax
import numpy as np
from measuring.alternating import alternating, installed, seconds
from measuring.machine import describe
from measuring.markdown import judged, number, over, show

from dendrax.boltzmann.restricted_state import Numbers, Plan
from dendrax.boltzmann.restricted_training import advance, begin
from dendrax.boltzmann.visible_units import Visible
from dendrax.core.random import key
from dendrax.learning.batches import Data, Rows

VISIBLE, HIDDEN, BATCH, ROWS, RATE = 784, 500, 100, 2000, 0.05
Steps = Callable[[int], Any]


def engine(X: np.ndarray, k: int, chains: int) -> Steps:
    """Make the compiled learning; its epochs are so long that none ends."""
    plan = Plan(Visible("binary", VISIBLE), HIDDEN, "pcd", BATCH, chains)
    real, whole = np.float32, np.int32
    numbers = Numbers(
        learning_rate=real(RATE), momentum=real(0), decay=real(0), past=real(0), offset_share=real(0.01),
        k=(real(k), real(k)), weight_decay=real(0), spread=real(0.01), rows=whole(len(X)), validation_rows=whole(0),
        monitored_rows=whole(0), max_epochs=whole(10**6), judge_every=whole(10**6), patience=whole(10**6),
        tolerance=real(0),
    )  # fmt: skip
    rows = Rows({"v": X.astype(np.uint8)}, np.zeros((len(X), 0), np.float32), np.ones(len(X), np.float32))
    data = jax.device_put(Data(rows, np.arange(len(X), dtype=np.int32), None))
    state = jax.block_until_ready(begin(plan, key(0), numbers, X.mean(axis=0)))
    return lambda steps: jax.block_until_ready(advance(plan, state, data, numbers, np.int32(steps)))


def sklearn_steps(X: np.ndarray, threads: int) -> Steps:
    """Make steps of scikit-learn's machine."""
    from sklearn.neural_network import BernoulliRBM
    from threadpoolctl import threadpool_limits

    model = BernoulliRBM(HIDDEN, learning_rate=RATE, batch_size=BATCH, random_state=0)

    def learn(steps: int) -> None:
        with threadpool_limits(threads):
            for step in range(steps):
                start = step * BATCH % len(X)
                model.partial_fit(X[start : start + BATCH])

    return learn


def rbms_steps(X: np.ndarray, k: int, chains: int, threads: int) -> Steps:
    """Make steps of the package rbms, with its own centred gradient."""
    import torch
    from rbms.bernoulli_bernoulli.classes import BBRBM

    torch.manual_seed(0)
    rows = torch.from_numpy(X)
    model = BBRBM.init_parameters(HIDDEN, SimpleNamespace(data=rows), "cpu", torch.float32)
    model.init_grad()
    parallel = model.init_chains(num_samples=chains)

    def learn(steps: int) -> None:
        nonlocal parallel
        torch.set_num_threads(threads)
        for step in range(steps):
            start = step * BATCH % len(X)
            batch = model.init_chains(num_samples=BATCH, start_v=rows[start : start + BATCH])
            parallel = model.sample_state(n_steps=k, chains=parallel)
            model.compute_gradient(data=batch, chains=parallel, centered=True)
            for parameter in model.parameters():
                parameter.data += RATE * parameter.grad

    return learn


def fastest(candidates: list[Steps], steps: int) -> Steps:
    """Try each twice, and keep the fastest."""

    def tried(work: Steps) -> float:
        work(1)
        return min(seconds(lambda: work(steps)) for _ in range(2))

    return min(candidates, key=tried)


def arm(work: Steps, steps: int) -> Callable[[], float]:
    work(steps)
    return lambda: seconds(lambda: work(steps)) / steps * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a look whether it runs: one round")
    options = parser.parse_args()
    peers = installed("sklearn", "rbms")
    print(describe("dendrax", "jax", "scikit-learn", "rbms"))
    X = (np.random.default_rng(0).random((ROWS, VISIBLE)) < 0.15).astype(np.float32)
    lines, threads = [], sorted({1, os.cpu_count() or 1})
    for k in (1, 10):
        steps = ROWS // BATCH * (1 if options.quick else 5)
        arms = {"dendrax": arm(engine(X, k, 100), steps)}
        if k == 1 and "sklearn" in peers:
            arms["sklearn"] = arm(fastest([sklearn_steps(X, t) for t in threads], steps), steps)
        if "rbms" in peers:
            arms["rbms"] = arm(fastest([rbms_steps(X, k, 100, t) for t in threads], steps), steps)
        measured = alternating(arms, 1 if options.quick else 5)
        us, sklearn, rbms = (measured.get(name) for name in ("dendrax", "sklearn", "rbms"))
        ratios = [judged(over(sklearn, us), at_least=1.4, unit="×"), judged(over(rbms, us), at_least=2.0, unit="×")]
        lines.append([str(k), number(us), number(sklearn), number(rbms), *ratios])
    head = ["k", "dendrax ms", "scikit-learn ms", "rbms ms", "scikit-learn / dendrax", "rbms / dendrax"]
    show(f"A learning step, {VISIBLE} × {HIDDEN}, batch {BATCH}, 100 chains", head, lines)


if __name__ == "__main__":
    main()

"""Sampling and annealing symmetric networks, against thrml, a loop in numba, and dwave-samplers.

    python benchmarks/symmetric.py [--quick]

lattice   a torus of 64 × 64 units, all links 1, at T = 2.5, 64 chains: time of a sweep of all chains
glass     200 units, all joined by normal weights / √200, 64 reads of 1000 sweeps from β = 0.1 to 10: time, and energies

Peers that are not installed are left out: pip install numba thrml dwave-samplers. What a sampler does to be timed
fairly (programs compiled, problems handed over in its own form) is done before the clock starts.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
from measuring.alternating import alternating, installed, seconds
from measuring.machine import describe
from measuring.markdown import judged, number, over, show

SIDE, CHAINS, TEMPERATURE = 64, 64, 2.5
UNITS, READS, SWEEPS = 200, 64, 1000
TARGETS = {"thrml": 10.0, "numba": 2.0, "dwave-samplers": 4.0}
Arm = Callable[[], float]


def ours_on_a_lattice(sweeps: int) -> Arm:
    from dendrax.boltzmann import Lattice, SymmetricNetwork
    from dendrax.boltzmann.sampler import Chains

    links = Lattice(SIDE, SIDE).links()
    network = SymmetricNetwork(links, np.ones(len(links)), np.zeros(SIDE * SIDE), "±1")
    chains = Chains(network, CHAINS, seed=0)
    temperatures = np.full(sweeps, TEMPERATURE)
    for _ in range(3):
        chains.sweep(temperatures)  # compiles, and finds how many sweeps a call takes
    return lambda: seconds(lambda: chains.sweep(temperatures)) / sweeps * 1e3


def numba_on_a_lattice(sweeps: int) -> Arm:
    """One chain after the other, unit by unit: xorshift, five probabilities in a table, bytes."""
    import numba

    @numba.njit
    def run(s: Any, table: Any, state: Any, n: Any) -> Any:
        side = s.shape[1]
        for _ in range(n):
            for c in range(s.shape[0]):
                for i in range(side):
                    up, down = (i - 1) % side, (i + 1) % side
                    for j in range(side):
                        field = s[c, up, j] + s[c, down, j] + s[c, i, (j - 1) % side] + s[c, i, (j + 1) % side]
                        state ^= state << np.uint64(13)
                        state ^= state >> np.uint64(7)
                        state ^= state << np.uint64(17)
                        u = (state >> np.uint64(40)) * (1.0 / 16777216.0)
                        s[c, i, j] = 1 if u < table[(field + 4) // 2] else -1
        return state

    s = np.random.default_rng(0).choice(np.array([-1, 1], np.int8), size=(CHAINS, SIDE, SIDE))
    table = 1 / (1 + np.exp(-2 * np.arange(-4, 5, 2) / TEMPERATURE))
    state = run(s, table, np.uint64(88172645463325252), 1)
    return lambda: seconds(lambda: run(s, table, np.uint64(state), sweeps)) / sweeps * 1e3


def thrml_on_a_lattice(sweeps: int) -> Arm:
    """Two blocks, all chains under vmap, as its guide shows."""
    import jax
    import jax.numpy as jnp
    from thrml import Block, SamplingSchedule, SpinNode, sample_states
    from thrml.models import IsingEBM, IsingSamplingProgram, hinton_init

    from dendrax.boltzmann import Lattice

    nodes = [SpinNode() for _ in range(SIDE * SIDE)]
    pairs = [(nodes[i], nodes[j]) for i, j in Lattice(SIDE, SIDE).links().tolist()]
    model = IsingEBM(nodes, pairs, jnp.zeros(len(nodes)), jnp.ones(len(pairs)), jnp.array(1 / TEMPERATURE))
    place = np.arange(SIDE * SIDE)
    odd = (place // SIDE + place % SIDE) % 2
    blocks = [Block([nodes[i] for i in place[odd == k]]) for k in (0, 1)]
    program: Any = IsingSamplingProgram(model, blocks, clamped_blocks=[])
    schedule = SamplingSchedule(n_warmup=sweeps - 1, n_samples=1, steps_per_sample=1)
    start = hinton_init(jax.random.key(0), model, blocks, (CHAINS,))
    keys = jax.random.split(jax.random.key(1), CHAINS)

    @jax.jit
    def run(keys: Any, start: Any) -> Any:
        return jax.vmap(lambda k, s: sample_states(k, program, schedule, s, [], [Block(nodes)]))(keys, start)

    jax.block_until_ready(run(keys, start))
    return lambda: seconds(lambda: jax.block_until_ready(run(keys, start))) / sweeps * 1e3


LATTICE = {"dendrax": ours_on_a_lattice, "numba": numba_on_a_lattice, "thrml": thrml_on_a_lattice}


def glass() -> np.ndarray:
    w = np.triu(np.random.default_rng(1).normal(size=(UNITS, UNITS)), 1) / np.sqrt(UNITS)
    return w + w.T


def ours_on_a_glass(w: np.ndarray) -> Callable[[], np.ndarray]:
    from dendrax import BoltzmannMachine
    from dendrax.boltzmann import geometric

    machine = BoltzmannMachine.from_energy(w, states="±1", random_state=0)
    schedule = geometric(10, 0.1, SWEEPS)
    return lambda: machine.energy(machine.anneal(schedule, READS)) / UNITS


def dwave_on_a_glass(w: np.ndarray, rule: str) -> Callable[[], np.ndarray]:
    import dimod
    from dwave.samplers import SimulatedAnnealingSampler

    pairs = {(i, j): -w[i, j] for i in range(UNITS) for j in range(i + 1, UNITS)}
    problem = dimod.BinaryQuadraticModel({}, pairs, 0.0, "SPIN")
    options: Any = {"num_reads": READS, "num_sweeps": SWEEPS, "beta_range": [0.1, 10.0], "seed": 1}
    sampler: Any = SimulatedAnnealingSampler()
    return lambda: sampler.sample(problem, proposal_acceptance_criteria=rule, **options).data_vectors["energy"] / UNITS


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer sweeps and rounds")
    quick = parser.parse_args().quick
    rounds = 3 if quick else 7
    print(describe("jax", "numba", "thrml", "dwave-samplers"))
    here = installed("numba", "thrml")
    sweeps = {"dendrax": 400, "numba": 40, "thrml": 10}
    arms = {name: make(sweeps[name]) for name, make in LATTICE.items() if name == "dendrax" or name in here}
    took = alternating(arms, rounds)
    rows = []
    for name in LATTICE:
        its = took.get(name)
        speed = None if its is None else SIDE * SIDE * CHAINS / its / 1e6
        ratio = judged(over(its, took["dendrax"]), at_least=TARGETS[name], unit="×") if name in TARGETS else ""
        rows.append([name, number(its), number(speed), ratio])
    show("A sweep of 64 chains on a 64 × 64 torus", ["", "ms", "units/ns", "dendrax is faster by"], rows)
    w = glass()
    works = {"dendrax": ours_on_a_glass(w)}
    if installed("dwave"):
        works |= {f"dwave-samplers, {rule}": dwave_on_a_glass(w, rule) for rule in ("Metropolis", "Gibbs")}
    energies = {name: work() for name, work in works.items()}
    took = alternating({name: (lambda work=work: seconds(work)) for name, work in works.items()}, rounds)
    rows = []
    for name, its in took.items():
        at_least = TARGETS["dwave-samplers"] if name.startswith("dwave") else None
        ratio = judged(its / took["dendrax"], at_least=at_least, unit="×")
        rows.append([name, number(its), f"{energies[name].min():.5f}", f"{energies[name].mean():.4f}", ratio])
    head = ["", "s", "lowest energy a unit", "mean", "dendrax is faster by"]
    show("A glass of 200 units, 64 reads of 1000 sweeps", head, rows)


if __name__ == "__main__":
    main()

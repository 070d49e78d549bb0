"""log Z of a network that is too large to enumerate, by annealed importance sampling, from below and from above.

    p_κ(s) ∝ exp((κ Q(s) + Σ θ_i s_i) / T)          Q = Σ_{i<j} w_ij s_i s_j;  κ = 0: independent units, log Z_0 known
    forward   s ~ p_0;  for κ = κ_1 … 1:   log u += (κ_k − κ_(k−1)) Q(s) / T,  a sweep at κ_k      E[u] = Z_1 / Z_0
    reverse   s ~ p_1;  for κ = κ_(K−1) … 0: the same downwards                                    E[u] = Z_0 / Z_1

log of a mean of few samples is too low on average, so forward tends to be below log Z and reverse above: together they
bracket it. The reverse start needs samples of p_1, from chains that have run long; the effective number of samples is
(Σ u)² / Σ u².

Sources
-------
R. Neal, "Annealed importance sampling", Statistics and Computing 11 (2001);
R. Grosse, S. Ancha and D. Roy, "Measuring the reliability of MCMC inference with bidirectional Monte Carlo", 2016.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from dendrax.boltzmann.energy import SymmetricNetwork
from dendrax.boltzmann.gibbs import Moment, States, begin, inputs_of, sweep, sweeps
from dendrax.boltzmann.log_mean import log_mean
from dendrax.boltzmann.log_partition import LogPartition
from dendrax.boltzmann.single_precision import temperatures32, weights32
from dendrax.boltzmann.wiring import Plan, Wiring, lay_out, wire
from dendrax.core.random import fold, key


def pair_term(plan: Plan, wiring: Wiring, s: States) -> Float[Array, " chains"]:
    """Compute Q(s) = ½ Σ_i s_i Σ_j w_ij s_j of each chain."""
    if plan.by_unit:
        assert isinstance(wiring.weights, jax.Array)
        return 0.5 * (s[0] * (wiring.weights @ s[0])).sum(axis=0)
    total = jnp.zeros(s[0].shape[1], jnp.float32)
    for k, block in enumerate(s):
        others = s[1 - k] if len(s) == 2 else jnp.concatenate(s)
        total += (block.astype(jnp.float32) * inputs_of(wiring.neighbours[k], wiring.weights[k], others)).sum(axis=0)
    return 0.5 * total


@partial(jax.jit, static_argnames="plan")
def log_weights(
    plan: Plan,
    wiring: Wiring,
    s: States,
    temperature: Array,
    couplings: Float[Array, " steps"],
    n: Int[Array, ""],
    moment: Moment,
) -> Float[Array, " chains"]:
    """Walk from the first coupling to the n-th and sum log u.

    Parameters
    ----------
    plan, wiring : Plan, Wiring
        The network.
    s : tuple of array
        Samples at the first coupling.
    temperature : float
        T.
    couplings : array of float32, shape (steps,)
        κ, padded at the end.
    n : int
        How many of them count.
    moment : Moment
        Its temperature and coupling are not used; its key is that of the whole walk.

    Returns
    -------
    array of float32, shape (chains,)
        log u of each chain.
    """

    def step(k: Array, carry: tuple[States, Array]) -> tuple[States, Array]:
        s, total = carry
        total += (couplings[k] - couplings[k - 1]) * pair_term(plan, wiring, s) / temperature
        now = moment._replace(temperature=temperature, coupling=couplings[k], key=fold(moment.key, k))
        return sweep(plan, wiring, s, now), total

    return jax.lax.fori_loop(1, n, step, (s, jnp.zeros(s[0].shape[1], jnp.float32)))[1]


def estimate(
    network: SymmetricNetwork,
    temperature: float = 1.0,
    *,
    steps: int = 1000,
    chains: int = 128,
    seed: int = 0,
    settling: int | None = None,
) -> LogPartition:
    """Estimate log Z from below and from above.

    Parameters
    ----------
    network : SymmetricNetwork
        The network.
    temperature : float
        T, above 0.
    steps : int, default=1000
        Couplings between 0 and 1.
    chains : int, default=128
        Samples of each estimate.
    seed : int
        The randomness.
    settling : int, optional
        Sweeps that the reverse start takes to settle; as many as steps, where absent.

    Returns
    -------
    LogPartition
        Both ways, and their middle.

    Examples
    --------
    >>> pair = SymmetricNetwork(np.array([[0, 1]]), np.array([1.0]), np.array([0.0, 0.5]))
    >>> found = estimate(pair, steps=100, seed=0)
    >>> abs(found.value - np.log(2 + np.exp(0.5) + np.exp(1.5))) < 0.05
    np.True_
    """
    plan, layout = lay_out(network.links, network.n_units, network.off)
    wiring = wire(plan, layout, *weights32(network))
    numbers, free = np.arange(chains, dtype=np.uint32), np.ones((network.n_units, 1), bool)
    t: Any = np.float32(temperatures32(network, np.asarray(temperature)))
    up = np.linspace(0, 1, steps + 1, dtype=np.float32)
    moments: list[Any] = [Moment(t, np.float32(1), key(4 * seed + i), numbers, free) for i in range(4)]  # type: ignore
    coins = begin(plan, moments[0].key, numbers, np.zeros(free.shape, np.float32), free)  # type: ignore[arg-type]
    n: Any = np.int32(steps + 1)
    alone = _settled(plan, wiring, coins, t, np.float32(0), 1, moments[0])
    settled = _settled(plan, wiring, coins, t, np.float32(1), settling or steps, moments[1])
    below = log_mean(np.asarray(log_weights(plan, wiring, alone, t, up, n, moments[2])))  # type: ignore[arg-type]
    above = log_mean(np.asarray(log_weights(plan, wiring, settled, t, up[::-1].copy(), n, moments[3])))  # type: ignore
    theta = network.biases / temperature
    log_z0 = float(np.logaddexp(theta, network.off * theta).sum())
    low, high = log_z0 + below.value, log_z0 - above.value
    error = math.hypot(below.error, above.error) / 2 + abs(high - low) / 2
    return LogPartition((low + high) / 2, error, low, high, (below.effective, above.effective), chains)


def _settled(plan: Plan, wiring: Wiring, s: States, t: Any, coupling: Any, n: int, moment: Moment) -> States:
    temperatures = np.full(n, t, np.float32)
    ends: Any = np.int32(0), np.int32(n), np.int32(0)
    return sweeps(plan, wiring, s, temperatures, *ends, moment._replace(coupling=coupling))  # type: ignore[arg-type]

"""
A lattice, cooled
=================

::

    E(s) = −Σ_{neighbours i, j} s_i s_j                       s_i = −1 or +1, on a square lattice
    T_c  = 2 / ln(1 + √2) ≈ 2.269                             where order begins
    ⟨E⟩/n = −coth 2β · (1 + (2/π)(2 tanh² 2β − 1) K(κ))       β = 1/T, κ = 2 sinh 2β / cosh² 2β

Each unit is joined to its four neighbours by w = 1, and to nobody else. Equal neighbours have the lower energy. That is
Ising's model of a magnet, and the simplest network in which many units do together what none of them could alone.
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.sparse import coo_array
from scipy.special import ellipk

from dendrax import BoltzmannMachine
from dendrax.boltzmann import Lattice, linear
from dendrax.report import LatticeDisplay

# %%
# The network
# -----------
#
# On a torus the last row is joined to the first and the last column to the first, so that no unit stands at a border.
# The matrix of weights is sparse: four entries a unit.


def weights(grid):
    i, j = grid.links().T
    ends, others = np.concatenate([i, j]), np.concatenate([j, i])
    return coo_array((np.ones(len(ends)), (ends, others)), shape=(grid.n_units, grid.n_units))


magnet = BoltzmannMachine.from_energy(weights(Lattice(96, 96)), states="±1", random_state=3)

# %%
# A unit turns on with p = 1 / (1 + e^(−ΔE/T)), and ΔE = 2 Σ_j s_j counts its neighbours: 8 where all four are on. Hot,
# at T = 5, even then it stays off in one case of six. Cold, at T = 1.5, in one of two hundred:

for temperature in (5.0, 1.5):
    print(f"T = {temperature}: off among four that are on: {1 / (1 + np.exp(8 / temperature)):.4f}")

# %%
# Freezing
# --------
#
# Cooled step by step, the network orders itself. Above T_c the regions that agree are small and short-lived. At T_c
# there are regions of every size. Below, they grow and swallow each other, though no unit sees further than its
# neighbours; only the borders between them still cost energy, and the longer it takes, the shorter they get.

figure, axes = plt.subplots(1, 4, figsize=(10, 3), layout="constrained")
for axis, temperature in zip(axes, (5.0, 2.6, 2.27, 1.5), strict=True):
    cooling = np.append(linear(5.0, temperature, 300), np.full(100, temperature))
    state = magnet.anneal(cooling, 1)[0]
    LatticeDisplay.from_estimator(magnet.set_params(temperature=temperature), state, shape=(96, 96), ax=axis)
    axis.set_title(axis.get_title().replace(", ", "\n"))
plt.show()

# %%
# The energy is known
# -------------------
#
# For this lattice, without end, Onsager (1944) found ln Z by a calculation that is famous for its length; its slope in
# β is the mean energy above. K is the complete elliptic integral of the first kind. At T_c the curve is steepest: a
# little warmth undoes a lot of order. The sampler knows nothing of the formula and must end on it. It does so on a
# smaller lattice, where borders have the time to vanish:


def onsager(temperature):
    b = 2 / temperature  # 2β
    kappa = 2 * np.sinh(b) / np.cosh(b) ** 2
    return -(1 + 2 / np.pi * (2 * np.tanh(b) ** 2 - 1) * ellipk(kappa**2)) / np.tanh(b)


temperatures = np.array([1.6, 2.0, 2.2, 2.4, 2.7, 3.4])
grid = Lattice(40, 40)
small = BoltzmannMachine.from_energy(weights(grid), states="±1", random_state=0)
energies = []
for temperature in temperatures:
    cooling = np.append(linear(max(2.6, temperature), temperature, 1500), np.full(1500, temperature))
    energies.append(small.energy(small.anneal(cooling, 48)).mean() / grid.n_units)
assert abs(energies - onsager(temperatures)).max() < 0.04

fine = np.linspace(1.4, 4.2, 200)
figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.plot(fine, onsager(fine), label="Onsager, exact")
axis.plot(temperatures, energies, "o", label="48 chains")
axis.axvline(2 / np.log(1 + np.sqrt(2)), color="gray", linestyle=":", label="T_c")
axis.set(xlabel="T", ylabel="E a unit")
axis.legend()
plt.show()

"""
Annealing
=========

::

    E(s) = −Σ_{i<j} w_ij s_i s_j                              s_i = −1 or +1; wanted: the state of lowest energy
    p_i  = 1 / (1 + e^(−ΔE_i / T))                            each unit in turn, while
    T_t  = T_first (T_last / T_first)^(t / (sweeps − 1))      the temperature falls

Any question whose answer is a row of yes and no, with a price for each pair of answers, is an energy. Cooled slowly, a
network of stochastic units answers it: Kirkpatrick, Gelatt and Vecchi (1983).
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import BoltzmannMachine
from dendrax.boltzmann import geometric

# %%
# Why slowly
# ----------
#
# At temperature T a network that is left alone long enough is found in state s with the probability e^(−E(s)/T) / Z.
# Two states whose energies differ by D then differ in probability by the factor
#
# ::
#
#     p(better) / p(worse) = e^(D/T)
#
# which is 1 for T → ∞ and without bound for T → 0. So at T = 0 only the best is left. But from there the network cannot
# move: to leave a poor valley it must first climb, over a height H, which happens about e^(H/T) times more rarely than
# nothing. Hot, it crosses every ridge and does not care where it is; cold, it cares and cannot cross. On the way
# between, it decides: coarse features of the answer first, while T is as large as what they are worth, then finer ones.
#
# A glass
# -------
#
# Here are 200 units with random weights of both signs. No state pleases every pair: if a wants to be like b, and b like
# c, and a unlike c, one of the three must give in. Such a spin glass has very many valleys, and to find the deepest is
# as hard as any problem of this kind.

n = 200
random = np.random.default_rng(1)
w = np.triu(random.normal(size=(n, n)), 1) / np.sqrt(n)
glass = BoltzmannMachine.from_energy(w + w.T, states="±1", random_state=0)

sweeps = (1, 10, 100, 1000)
energies = [glass.energy(glass.anneal(geometric(10, 0.1, count), 64)) / n for count in sweeps]
for count, found in zip(sweeps, energies, strict=True):
    print(f"{count:5} sweeps: best energy a unit {found[0]:.4f}, mean of 64 chains {found.mean():.4f}")
assert (np.diff([found.mean() for found in energies]) < 0).all()

figure, axis = plt.subplots(figsize=(6, 3), layout="constrained")
axis.boxplot(energies, tick_labels=[str(count) for count in sweeps], whis=(0, 100))
axis.set(xlabel="sweeps from T = 10 to T = 0.1", ylabel="E a unit, 64 chains")
plt.show()

# %%
# Falling at once, by `recall`, which only ever goes down, ends in the first valley on the way:

fallen = glass.energy(glass.recall(random.choice([-1, 1], size=(64, n)))) / n
print(f"T = 0 from the start: best {fallen.min():.4f}, mean {fallen.mean():.4f}")
assert fallen.min() > energies[-1].mean()

# %%
# Is it the lowest?
# -----------------
#
# Of 200 units nobody can say outright. Of 16 all 65,536 states can be tried:

few = BoltzmannMachine.from_energy((w + w.T)[:16, :16], states="±1", random_state=0)
everything = 2 * (np.arange(2**16)[:, None] >> np.arange(16) & 1) - 1
lowest = few.energy(everything).min()
found = few.anneal()
print(f"lowest {lowest:.4f}, found {few.energy(found[0]):.4f}")
assert abs(few.energy(found[0]) - lowest) < 1e-6

# %%
# Without a schedule, `anneal` takes 1000 sweeps between temperatures that it reads from the weights: so hot that every
# unit moves, so cold that almost none does. Questions in bits 0 and 1 (QUBO: minimise xᵀQx) go in by `from_energy` with
# w = −(Q + Qᵀ) off the diagonal, and the diagonal −Q_ii as biases.

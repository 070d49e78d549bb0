"""
Boltzmann machines
==================

::

    E(s) = −(Σ_{i<j} w_ij s_i s_j + Σ_i θ_i s_i)              w_ij = w_ji
    ΔE_i = E(s_i off) − E(s_i on)
    p_i  = 1 / (1 + e^(−ΔE_i / T))                            the probability that unit i turns on

In a symmetric network no unit comes first. Links have no direction, so there is no forward and no output: the network
as a whole has an energy, and every unit asks only which of its two states makes that energy lower. The temperature says
how strictly it listens to the answer.
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import BoltzmannMachine
from dendrax.boltzmann import Lattice, geometric

# %%
# Why this rule
# -------------
#
# Say that a state s is to have the probability p(s) = e^(−E(s)/T) / Z: low energies are likely, and at high temperature
# all states are. Two states that differ in unit i alone then have the ratio
#
# ::
#
#     p(on) / p(off) = e^(−E(on)/T) / e^(−E(off)/T) = e^(ΔE_i/T)
#
# Of the two, on has the share 1 / (1 + e^(−ΔE_i/T)): the rule above. So if the network follows the law, and one unit
# is drawn anew by the rule, the network still follows it. Units that are drawn again and again bring it there from any
# start.

w = np.array([[0.0, 2.0, -1.0], [2.0, 0.0, 0.5], [-1.0, 0.5, 0.0]])
machine = BoltzmannMachine.from_energy(w, biases=[0.2, -0.5, 0.1], random_state=0)
states = np.array([[i >> 2 & 1, i >> 1 & 1, i & 1] for i in range(8)])
law = np.exp(-machine.energy(states))
law /= law.sum()
drawn = machine.sample(50_000) @ [4, 2, 1]
shares = np.bincount(drawn, minlength=8) / 50_000
print(np.round([law, shares], 3))
assert abs(law - shares).max() < 0.01

# %%
# Freezing
# --------
#
# Take a grid of units in states −1 and +1, each joined to its four neighbours by w = 1: equal neighbours have the lower
# energy. Hot, every unit does as it likes. Below T = 2 / ln(1 + √2) ≈ 2.27 whole regions agree, though no unit sees
# further than its neighbours.

grid = Lattice(96, 96)
links = grid.links()
w = np.zeros((96 * 96, 96 * 96), np.float32)
w[links[:, 0], links[:, 1]] = w[links[:, 1], links[:, 0]] = 1
magnet = BoltzmannMachine.from_energy(w, states="±1", random_state=3)

figure, axes = plt.subplots(1, 3, figsize=(9, 3.2), layout="constrained")
for axis, temperature in zip(axes, (5.0, 2.3, 1.5), strict=True):
    magnet.set_params(temperature=temperature)
    s = magnet.sample(1, sweeps=300)[0]
    axis.imshow(s.reshape(96, 96), cmap="gray_r", vmin=-1, vmax=1)
    axis.set_title(f"T = {temperature}, E = {magnet.energy(s) / len(s):.2f} a unit")
    axis.set_axis_off()
plt.show()

# %%
# Remembering
# -----------
#
# At T = 0 a unit takes the state that lowers the energy, and the network rolls down into the next valley. Hebb's rule
# digs a valley at each pattern: w_ij = (1/n) Σ_p s_i s_j joins units that agree. What is recalled is whole, although
# what was shown is not: an address by content.

letters = """
X.....X XXXXXXX ..XXX..
.X...X. ...X... .X...X.
..X.X.. ...X... X.....X
...X... ...X... X.....X
..X.X.. ...X... X.....X
.X...X. ...X... .X...X.
X.....X ...X... ..XXX..
"""
rows = [line.split() for line in letters.split("\n") if line]
patterns = np.array([[1 if c == "X" else -1 for row in rows for c in row[k]] for k in range(3)])
memory = BoltzmannMachine(states="±1").store(patterns)
random = np.random.default_rng(1)
noisy = np.where(random.random(patterns.shape) < 0.15, -patterns, patterns)
recalled = memory.recall(noisy)
assert (memory.energy(recalled) <= memory.energy(noisy)).all()

figure, axes = plt.subplots(2, 3, figsize=(6.4, 4.4), layout="constrained")
for shown, row, title in ((noisy, axes[0], "shown"), (recalled, axes[1], "recalled")):
    for pattern, axis in zip(shown, row, strict=True):
        axis.imshow(pattern.reshape(7, 7), cmap="gray_r")
        axis.set_title(f"{title}, E = {memory.energy(pattern):.1f}")
        axis.set_axis_off()
plt.show()
print("units that are wrong:", (noisy != patterns).sum(axis=1), "and then", (recalled != patterns).sum(axis=1))

# %%
# Finding a minimum
# -----------------
#
# Any problem whose answer is a row of yes and no, with a price for pairs, is an energy. The network finds a cheap
# answer if it is cooled slowly: hot, it leaves bad valleys again; cold, it stays in a good one. Here are 200 units with
# random weights, a spin glass, whose best energy nobody can compute outright.

n = 200
w = np.triu(random.normal(size=(n, n)), 1) / np.sqrt(n)
glass = BoltzmannMachine.from_energy(w + w.T, states="±1", random_state=0)
for sweeps in (1, 10, 100, 1000):
    found = glass.anneal(geometric(10, 0.1, sweeps), 64)
    energies = glass.energy(found) / n
    print(f"{sweeps:5} sweeps: best energy a unit {energies[0]:.4f}, mean of 64 {energies.mean():.4f}")

# %%
# Learning
# --------
#
# Turn the question round: which weights make the rows of a table likely? The slope of log p(v), summed over rows, is
#
# ::
#
#     ∂/∂w_ij log p(v) = (⟨s_i s_j⟩ with v clamped − ⟨s_i s_j⟩ running free) / T
#
# The first mean comes from the numerator e^(−E), whose slope in w_ij is s_i s_j; the second from Z, the sum of the same
# over all states. So each link needs to know only how often its own two units are on together: awake, with the data in
# front of it, and asleep. Where both agree, learning ends.
#
# Hidden units are what no column says. Three units of even parity are independent in pairs, so links between them can
# learn nothing:

parity = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
alone = BoltzmannMachine(random_state=0).fit(parity)
helped = BoltzmannMachine(3, [(i, 3 + j) for i in range(3) for j in range(3)], random_state=0).fit(parity)
print(f"log-likelihood of a row: {alone.score(parity):.3f} without, {helped.score(parity):.3f} with hidden units;")
print(f"the best there is: {np.log(1 / 4):.3f}")
assert alone.score(parity) < helped.score(parity) - 0.5

# %%
# What a machine has learned, it can complete: give some units, draw the others.

print(helped.complete([[1, 1, np.nan], [0, np.nan, 1]], random_state=0))

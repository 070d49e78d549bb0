"""
A memory
========

::

    w_ij = (1/n) Σ_p s_i s_j, w_ii = 0                        Hebb: units that agree in a pattern are joined
    s_i ← on, if Σ_j w_ij s_j > 0; off, if < 0                the rule of a unit at T = 0; ties stay
    E(s) = −Σ_{i<j} w_ij s_i s_j                              never rises

Show this network a part of what it knows, or a spoilt copy, and it gives back the whole. Nothing is looked up under a
number: the address of what is stored is what is stored. This is Hopfield's network (1982).
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import BoltzmannMachine
from dendrax.report import ImagesDisplay

# %%
# Down into the valley
# --------------------
#
# Let one unit change, from s_i to −s_i, because its sum in_i = Σ_j w_ij s_j has the other sign. Only the terms with i
# change, and they are −s_i in_i together:
#
# ::
#
#     E(after) − E(before) = −(−s_i) in_i − (−s_i in_i) = 2 s_i in_i < 0
#
# So every change lowers the energy. There are finitely many states, hence the network comes to rest, at a state whose
# energy no single unit can lower: the bottom of a valley. Units must change one after the other, each seeing the
# changes before it; two that jump at once can miss each other for ever.
#
# Why the valleys are where the patterns are
# ------------------------------------------
#
# Start at a stored pattern q, and put Hebb's weights into in_i:
#
# ::
#
#     in_i = Σ_j w_ij q_j = (1/n) Σ_p p_i (p·q − p_i q_i) ≈ q_i + (1/n) Σ_{p≠q} p_i (p·q)
#
# The first term is what q wants. The others are noise: for random patterns p·q has the size √n, so m patterns make
# noise of the size √(m/n). While that is well below 1, no unit wants to leave.

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
assert (memory.recall(patterns) == patterns).all()

# %%
# A noisy letter, restored
# ------------------------
#
# One pixel in seven is turned. Each unit sees all others, and the many that are right outvote the few that are wrong.

random = np.random.default_rng(1)
noisy = np.where(random.random(patterns.shape) < 0.15, -patterns, patterns)
recalled = memory.recall(noisy)
print("wrong pixels:", (noisy != patterns).sum(axis=1), "and then", (recalled != patterns).sum(axis=1))
print("energies:", memory.energy(noisy).round(1), "and then", memory.energy(recalled).round(1))
assert (recalled == patterns).all()
assert (memory.energy(recalled) <= memory.energy(noisy)).all()

figure, axes = plt.subplots(2, 1, figsize=(5, 3.6), layout="constrained")
for axis, shown, title in zip(axes, (noisy, recalled), ("shown", "recalled"), strict=True):
    ImagesDisplay(shown, shape=(7, 7)).plot(axis, columns=3, cmap="gray_r")
    axis.set_title(title)
plt.show()

# %%
# How much fits in
# ----------------
#
# Store more and more random patterns in 200 units, and start at five of them. Up to about 0.14 n patterns a few units
# move, and the network stays close. Beyond, the noise wins: units leave in numbers, and valleys merge to some that
# belong to no pattern. The larger the network, the more sudden the change.

n = 200
counts = np.arange(5, 61, 5)
wrong = []
for count in counts:
    stored = random.choice([-1, 1], size=(count, n))
    wrong.append((BoltzmannMachine(states="±1").store(stored).recall(stored[:5]) != stored[:5]).mean())
assert wrong[1] < 0.01
assert wrong[-1] > 0.1

figure, axis = plt.subplots(figsize=(6, 2.8), layout="constrained")
axis.plot(counts / n, 100 * np.array(wrong), "o-")
axis.axvline(0.138, color="gray", linestyle=":")
axis.set(xlabel="patterns a unit", ylabel="wrong units, %")
plt.show()

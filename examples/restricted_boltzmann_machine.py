"""
Restricted Boltzmann machines
=============================

::

    E(v, h) = −(b·v + c·h + h W v)                            visible units v, hidden units h, no link inside a side
    p(v) = Σ_h e^(−E(v, h)) / Z                               Z: the sum over all v and h
    ΔW = α (⟨h v⟩ with v at the data − ⟨h v⟩ of the machine by itself)

A Boltzmann machine with hidden units can learn almost any law of its visible units, but to draw from it, one unit at a
time, is slow. Take away the links inside each side. Then, given one side, the units of the other have nothing to say to
each other, and the whole side is drawn at once: two colours for any number of units.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dendrax import RestrictedBoltzmannMachine

# %%
# Hidden units are easily summed out
# ----------------------------------
#
# Given v, hidden unit j adds −h_j (c + W v)_j to the energy, whatever the others do. So the sum over all 2^n hidden
# states is a product of n sums of two terms each:
#
# ::
#
#     Σ_h e^(−E(v, h)) = e^(b·v) Π_j (1 + e^((c + W v)_j)) = e^(−F(v))
#     F(v) = −b·v − Σ_j ln(1 + e^((c + W v)_j))                          the free energy
#
# F is what an energy of the visible units alone would have to be: p(v) = e^(−F(v)) / Z. Only Z is hard. Where one side
# has few units it is a sum as well:

bits = np.arange(8)[:, None] >> np.arange(3) & 1
bars = np.repeat(bits[:, :, None], 3, axis=2)
patterns = np.concatenate([bars, bars.transpose(0, 2, 1)]).reshape(-1, 9)
machine = RestrictedBoltzmannMachine(9, learning="exact", max_epochs=800, random_state=0).fit(patterns)
everything = np.arange(512)[:, None] >> np.arange(9) & 1
p = np.exp(-machine.free_energy(everything) - machine.log_partition_.value)
assert abs(p.sum() - 1) < 1e-4
print(
    f"ln p of a bar or a stripe: {machine.log_likelihood_:.4f}, at best {-(12 * np.log(16) + 4 * np.log(8)) / 16:.4f}"
)

# %%
# The rule
# --------
#
# Learning makes the data likely: it climbs ln p(v) = −F(v) − ln Z, averaged over the data. The slope of −F is
#
# ::
#
#     −∂F/∂W_ji = v_i e^(x_j) / (1 + e^(x_j)) = p(h_j = 1 | v) v_i                 with x = c + W v
#
# which is the mean of h_j v_i while v is held at the data. The slope of ln Z is the same mean over all that the machine
# does when nothing is held:
#
# ::
#
#     ∂ ln Z/∂W_ji = Σ_v p(v) p(h_j = 1 | v) v_i = ⟨h_j v_i⟩
#
# What the data turn on together is strengthened; what the machine turns on together by itself is weakened. When the two
# agree, nothing changes: the machine dreams what it has seen. Here both sides of the rule can be summed; after learning
# they are the same.

held = np.einsum("nj,ni->ji", machine.transform(patterns), patterns) / len(patterns)
free = np.einsum("n,nj,ni->ji", p, machine.transform(everything), everything)
assert abs(held - free).max() < 0.01

# %%
# What the machine does by itself
# -------------------------------
#
# With 64 pixels and 100 hidden units nobody sums over all states. Chains of states go on through the whole of learning,
# a sweep a step (``learning="pcd"``): the machine changes slowly, so they follow it. Chains that start at the data, for
# one sweep only (``"cd"``), are cheaper to think about and worse: they never see what the machine believes far away
# from the data. The gradient is centred, (h − ν)(v − μ) with running means ν and μ in place of h v. That leaves the
# law of what can be learned as it is, and lets black on white be learned like white on black.
#
# A likelihood must be judged by a number that cannot flatter. ln Z is estimated by annealing chains from a machine
# without links, whose Z is known, to ours, and back. The first way is too low while too few chains find the likely
# states, the second too high. Where they meet, ln Z is known:

images, labels = load_digits(return_X_y=True)
machine = RestrictedBoltzmannMachine(100, max_epochs=300, random_state=0).fit(images / 16)
machine.estimate_log_partition(temperatures=1000)
low, high = machine.log_likelihood_bracket_
print(f"ln p of a picture: {machine.log_likelihood_:.2f}, between {low:.2f} and {high:.2f}")

# %%
# Grey values between 0 and 1 are probabilities here: each time that a picture is looked at, its pixels are drawn anew.
# Each hidden unit has become a detector of strokes (left). The machine draws pictures of its own (middle, as means of
# the pixels), and completes the lower halves of pictures of which it sees the upper ones (right):

halves = np.where(np.arange(64) < 32, images[1000:1025] / 16, np.nan)
shown = {
    "W of 25 hidden units": machine.components_[:25],
    "drawn": machine.reconstruct(machine.sample(25, random_state=1)),
    "lower halves completed": machine.complete(halves, expected=True, random_state=1),
}
figure, axes = plt.subplots(1, 3, figsize=(9, 3.3), layout="constrained")
for axis, (title, rows) in zip(axes, shown.items(), strict=True):
    tiles = np.pad(rows.reshape(5, 5, 8, 8), ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=np.nan)
    axis.imshow(tiles.transpose(0, 2, 1, 3).reshape(45, 45), cmap="gray")
    axis.set_title(title)
    axis.set_axis_off()
plt.show()

# %%
# Watching
# --------
#
# ``history_`` has the exact likelihood where it can be enumerated while learning goes on, and always the gap of free
# energy between rows held out and rows learned. Z cancels in it. While both kinds of rows become likely together it
# stays near 0; when the machine learns rows by heart, it grows:

few = images[:120] > 7
machine = RestrictedBoltzmannMachine(100, max_epochs=1500, validation_fraction=0.3, random_state=0).fit(few)
figure, axis = plt.subplots(figsize=(6, 2.8), layout="constrained")
axis.plot(machine.history_["free_energy_gap"])
axis.set(xlabel="epoch", ylabel="F(held out) − F(learned)", title="84 pictures, 100 hidden units")
plt.show()

# %%
# Classes
# -------
#
# With ``labels=True`` the classes are one more block of visible units. Given a picture, p(y | v) is a softmax of free
# energies: Z cancels again, so it is exact. The same machine draws pictures of a class.

learn, judge = slice(0, 1200), slice(1200, None)
machine = RestrictedBoltzmannMachine(100, labels=True, max_epochs=200, random_state=0)
machine.fit(images[learn] / 16, labels[learn])
print(f"right on unseen pictures: {machine.score(images[judge] / 16, labels[judge]):.3f}")
print(machine.predict(machine.sample(8, label=3, random_state=0)))

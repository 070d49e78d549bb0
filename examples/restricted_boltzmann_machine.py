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
from dendrax.report import CompletionsDisplay, FiltersDisplay, ImagesDisplay, LikelihoodDisplay

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
# ``history_`` has the likelihood after the epochs, exact where it can be summed:

display = LikelihoodDisplay.from_estimator(machine)
display.figure_.set_size_inches(6, 2.8)
plt.show()

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
# With 64 pixels and 100 hidden units nobody sums over all states; the second mean is taken over samples, and samples
# need time. There are two ways to save it.
#
# - Contrastive divergence (``"cd"``): start chains at the data and let them run for k sweeps only. They would take far
#   longer to come to the machine's own law; but where it differs from the data, they begin to drift, and the rule
#   pushes against the drift. What it climbs is not ln p, and the chains never see what the machine believes far away
#   from the data.
# - Persistent chains (``"pcd"``): never start anew. A step of learning changes the machine little, so chains that were
#   right before it are nearly right after it, and one sweep a step lets them follow. Where they stay too long, the rule
#   itself makes that place less likely, and drives them on. This is the default.
#
# Both are centred. Take running means μ of v and ν of h, and write the energy in v − μ and h − ν. Multiplied out,
#
# ::
#
#     (h − ν) W (v − μ) = h W v − h W μ − ν W v + const
#
# it is the same machine with other biases. So the same laws can be learned, by
#
# ::
#
#     ΔW = α (⟨(h − ν)(v − μ)⟩_data − ⟨(h − ν)(v − μ)⟩_machine)
#     Δb = α (⟨v⟩_data − ⟨v⟩_machine) − ν ΔW
#     Δc = α (⟨h⟩_data − ⟨h⟩_machine) − ΔW μ
#
# A weight then says how two units go together, not how often each is on. Black on white is learned like white on black.

images, labels = load_digits(return_X_y=True)
machine = RestrictedBoltzmannMachine(100, max_epochs=300, random_state=0).fit(images / 16)

# %%
# How likely, really
# ------------------
#
# A machine must be judged by a number that cannot flatter. The error of reconstruction does: it is small wherever
# chains move slowly. What is missing for ln p is ln Z, and it is estimated by annealing. Let p_0 = f_0 / Z_0 be a
# machine without links, whose Z_0 is known, and let β go from 0 to 1 in small steps, each with a law
# p_β = f_β / Z_β between the two. A chain that starts in p_0 and takes a sweep at each β collects
#
# ::
#
#     a = Π_t f_{β(t+1)}(v_t) / f_{β(t)}(v_t),                   ⟨a⟩ = Z / Z_0
#
# whatever the number of steps; more of them only make a vary less. But the logarithm of a mean over few chains is too
# low as a rule: they miss likely states. Z too low makes rows look likelier than they are. So it is done a second time
# from the other end. Chains that start at samples of the machine itself are heated to p_0; they collect
# ⟨1/a⟩ = Z_0 / Z, and this ln Z is too high as a rule. Where both ways meet, ln Z is known:

machine.estimate_log_partition(temperatures=1000)
low, high = machine.log_likelihood_bracket_
print(f"ln p of a picture: {machine.log_likelihood_:.2f}, between {low:.2f} and {high:.2f}")

# %%
# Pictures
# --------
#
# Grey values between 0 and 1 are probabilities here: each time that a picture is looked at, its pixels are drawn anew.
# Each hidden unit has become a detector of strokes: red pixels turn it on, blue ones off. The machine draws pictures of
# its own, shown as means of the pixels.

figure, axes = plt.subplots(1, 2, figsize=(8, 4), layout="constrained")
FiltersDisplay.from_estimator(machine, 36, shape=(8, 8), ax=axes[0])
ImagesDisplay.from_estimator(machine, 36, shape=(8, 8), expected=True, random_state=1, ax=axes[1])
axes[0].set_title("weights of 36 hidden units")
axes[1].set_title("drawn by the machine")
plt.show()

# %%
# Half a picture is enough: the lower half is completed from the upper one. First what is known, below it the mean of
# what may follow, then the truth:

truth = images[1000:1012] / 16
halves = np.where(np.arange(64) < 32, truth, np.nan)
display = CompletionsDisplay.from_estimator(
    machine, halves, shape=(8, 8), truth=truth, expected=True, columns=12, random_state=1
)
display.figure_.set_size_inches(8, 2.2)
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

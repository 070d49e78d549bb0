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
assert abs(law - shares).max() < 0.01

figure, axis = plt.subplots(figsize=(6, 2.8), layout="constrained")
axis.bar(np.arange(8) - 0.2, law, 0.4, label="e^(−E) / Z")
axis.bar(np.arange(8) + 0.2, shares, 0.4, label="drawn unit by unit")
axis.set(xticks=range(8), xticklabels=["".join(map(str, s)) for s in states], xlabel="state", ylabel="share")
axis.legend()
plt.show()

# %%
# What comes of it is on the next pages: a lattice that freezes, a memory, an answer to a hard question. Here the
# network learns.
#
# The rule of learning
# --------------------
#
# Turn the question round: which weights make the rows of a table likely? Say all units are visible. For a row v
#
# ::
#
#     ln p(v) = −E(v)/T − ln Z,             Z = Σ_s e^(−E(s)/T)
#
# E is linear in the weights: ∂E(s)/∂w_ij = −s_i s_j. So the slope of the first term is v_i v_j / T. That of the second:
#
# ::
#
#     ∂ ln Z/∂w_ij = (1/Z) Σ_s ∂e^(−E(s)/T)/∂w_ij                            the slope of ln Z is that of Z, over Z
#                  = (1/Z) Σ_s e^(−E(s)/T) s_i s_j / T                      the chain rule
#                  = Σ_s p(s) s_i s_j / T = ⟨s_i s_j⟩_model / T              a mean under the machine's own law
#
# Taken together and averaged over the rows:
#
# ::
#
#     ∂⟨ln p⟩/∂w_ij = (⟨s_i s_j⟩_data − ⟨s_i s_j⟩_model) / T
#     ∂⟨ln p⟩/∂θ_i  = (⟨s_i⟩_data − ⟨s_i⟩_model) / T
#
# Each link needs to know only how often its own two units are on together: awake, with the data in front of it, and
# asleep, when nothing holds it. Where both agree, learning ends. There is one top only, because the slope of the second
# mean is a covariance, so that ln p is concave.

random = np.random.default_rng(0)
rows = (random.random((500, 1)) < 0.5) ^ (random.random((500, 4)) < [0.1, 0.2, 0.3, 0.4])  # four noisy copies of a coin
machine = BoltzmannMachine(random_state=0).fit(rows.astype(int))
everything = np.arange(16)[:, None] >> np.arange(4) & 1
p = np.exp(machine.score_samples(everything))
awake, asleep = rows.T @ rows.astype(float) / 500, everything.T * p @ everything
print(np.round(awake - asleep, 4))
assert abs(awake - asleep).max() < 1e-3

# %%
# Hidden units
# ------------
#
# Hidden units h are what no column says. The likelihood of a row sums over them, p(v) = Σ_h e^(−E(v, h)/T) / Z, so that
# the numerator is a Z of its own, of the machine whose visible units are held at v. Its slope is, as above, a mean:
#
# ::
#
#     ∂ ln p(v)/∂w_ij = (⟨s_i s_j⟩ with v held − ⟨s_i s_j⟩ running free) / T
#
# Now both means are of the machine, and there can be several tops: learning starts in several places and keeps the
# best. Three units of even parity are independent in pairs, so links between them can learn nothing:

parity = np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
alone = BoltzmannMachine(random_state=0).fit(parity)
helped = BoltzmannMachine(3, [(i, 3 + j) for i in range(3) for j in range(3)], random_state=0).fit(parity)
print(f"log-likelihood of a row: {alone.score(parity):.3f} without, {helped.score(parity):.3f} with hidden units;")
print(f"the best there is: {np.log(1 / 4):.3f}")
assert alone.score(parity) < helped.score(parity) - 0.5

# %%
# What a machine has learned, it can complete: give some units, draw the others.

print(helped.complete([[1, 1, np.nan], [0, np.nan, 1]], random_state=0))

# %%
# Means that nobody can sum
# -------------------------
#
# Up to 16 units all states are summed while a machine learns; above, both means are taken over samples. Three things
# make that work:
#
# - Persistent chains. A chain that starts at a coin needs long to come to the law. But a step of learning changes the
#   law little, so the chains of the last step are almost right for this one: they are kept, and go on for a few sweeps.
# - Centring. With μ_i the running mean of unit i, the rule is taken for (s_i − μ_i)(s_j − μ_j). That is the same family
#   of laws, since (s_i − μ_i)(s_j − μ_j) = s_i s_j − μ_j s_i − μ_i s_j + const: w stays, and θ takes over the rest. But
#   a change of w no longer pushes all units up or down at once, and black on white is learned like white on black.
# - A rate that falls, so that the noise of the samples averages out at the end.
#
# Above 28 units ln Z is estimated as well, by annealing from both sides; the page on restricted machines says how.
#
# Here are 40 units in a line, each joined to the next by w = 1. Without a ring, the best weights for a table of samples
# are known from its pairs alone: e^w is the odds of both on and both off, against one on and one off.

line = BoltzmannMachine.from_energy(np.eye(40, k=1) + np.eye(40, k=-1), random_state=0)
rows = line.sample(4000)
machine = BoltzmannMachine(links=line.links_, max_steps=8000, random_state=0).fit(rows)
on, off = rows, 1 - rows
both, neither = (on[:, :-1] * on[:, 1:]).mean(axis=0), (off[:, :-1] * off[:, 1:]).mean(axis=0)
left, right = (on[:, :-1] * off[:, 1:]).mean(axis=0), (off[:, :-1] * on[:, 1:]).mean(axis=0)
best = np.log(both * neither / (left * right))
off_by = abs(machine.weights_ - best).max()
print(f"learned {machine.weights_.mean():.3f} ± {machine.weights_.std():.3f}, off the best by {off_by:.3f} at most")
assert off_by < 0.05

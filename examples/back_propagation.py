"""
Networks and back-propagation
=============================

::

    forward    in_j = Σ_k W_kj a_k + b_j      a_j = g(in_j)        layer by layer, from a = x on
    output     Δ_i = (y_i − a_i) · g'(in_i)
    hidden     Δ_j = g'(in_j) · Σ_i W_ji Δ_i                       layer by layer, back to the first
    change     W_kj ← W_kj + α · a_k · Δ_j

A network feeds the activations of one layer to the next. For its output units the delta rule says how wrong they are.
For a hidden unit nobody says what it should have answered; back-propagation works it out.
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import NeuralClassifier
from dendrax.layers import Dense
from dendrax.learning import back_propagate

# %%
# What a hidden unit is to blame for
# ----------------------------------
#
# Write Δ = −∂E/∂in for every unit. For an output unit that is the delta rule's Err · g'(in). A hidden unit j reaches
# E through every unit i that it feeds: in_j changes a_j by g'(in_j), a_j changes each in_i by W_ji, and what in_i
# does to E is known already. So sum over the paths:
#
# ::
#
#     Δ_j = −Σ_i ∂E/∂in_i · ∂in_i/∂a_j · ∂a_j/∂in_j = g'(in_j) · Σ_i W_ji Δ_i
#
# The blame flows back along the weights that carried the answer forward, as much as they carried. One walk forward,
# one walk back, and every weight knows its share: −∂E/∂W_kj = a_k Δ_j. The work is that of two predictions or three,
# however many weights there are.

random = np.random.default_rng(0)
net = [
    {"weights": random.normal(0, 1, (2, 2)), "biases": np.zeros(2)},
    {"weights": random.normal(0, 1, (2, 1)), "biases": np.zeros(1)},
]
step = back_propagate(net, ["tanh", "tanh"], x=[[0.0, 1.0]], y=[[1.0]], learning_rate=0.5)
for name, layer in zip(("hidden", "output"), step.layers, strict=True):
    print(f"{name}: in {layer.pre_activation.round(3)}  a {layer.activation.round(3)}  Δ {layer.delta.round(3)}")

# %%
# And without any derivation, by moving each weight of the first layer a little:


def energy(first):
    hidden = np.tanh(np.array([0.0, 1.0]) @ first)
    return 0.5 * (1.0 - np.tanh(hidden @ net[1]["weights"])[0]) ** 2


first, by_moving = net[0]["weights"], np.zeros((2, 2))
for place in np.ndindex(2, 2):
    little = np.zeros((2, 2))
    little[place] = 1e-6
    by_moving[place] = (energy(first + little) - energy(first - little)) / 2e-6
assert np.allclose(step.layers[0].weight_change, -0.5 * by_moving, atol=1e-8)

# %%
# XOR
# ---
#
# No line separates the corners of XOR, so no single unit learns it. Two hidden units draw two lines, and the output
# unit asks on which side of both a corner lies. All four corners in one step, 400 steps:

corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
targets = np.array([[-1.0], [1.0], [1.0], [-1.0]])
errors = []
for _ in range(400):
    step = back_propagate(net, ["tanh", "tanh"], corners, targets, learning_rate=0.5)
    net = step.params
    errors.append(0.5 * float((step.error**2).sum()))
print("answers:", step.layers[-1].activation.ravel().round(2))
assert (np.sign(step.layers[-1].activation) == targets).all()

# %%
# The picture on the left is what each hidden unit sees, in the middle what the output unit makes of them. On the
# right the four corners as the hidden units report them: there, a line is enough.

first, second = np.meshgrid(np.linspace(-0.5, 1.5, 120), np.linspace(-0.5, 1.5, 120))
places = np.column_stack([first.ravel(), second.ravel()])
hidden = np.tanh(places @ net[0]["weights"] + net[0]["biases"])
answer = np.tanh(hidden @ net[1]["weights"] + net[1]["biases"])
figure, (left, middle, right) = plt.subplots(1, 3, figsize=(11, 3.5), layout="constrained")
for j, colour in enumerate(("tab:blue", "tab:orange")):
    left.contour(first, second, hidden[:, j].reshape(first.shape), levels=[0], colors=colour)
    left.plot([], [], color=colour, label=f"hidden unit {j + 1}: in = 0")
left.legend(loc="upper left", fontsize=8)
middle.contourf(first, second, answer.reshape(first.shape), levels=20, cmap="coolwarm")
for axis in (left, middle):
    axis.scatter(*corners.T, c=targets[:, 0], cmap="coolwarm", edgecolors="black", zorder=3)
seen = step.layers[0].activation
right.scatter(*seen.T, c=targets[:, 0], cmap="coolwarm", edgecolors="black", zorder=3)
(v1, v2), b = net[1]["weights"][:, 0], net[1]["biases"][0]
along = np.array([-1.1, 1.1])
right.plot(along, -(v1 * along + b) / v2, color="grey")
right.set(xlabel="a of hidden unit 1", ylabel="a of hidden unit 2", xlim=(-1.1, 1.1), ylim=(-1.1, 1.1))
for axis, title in zip((left, middle, right), ("two lines", "the answer", "the corners, as seen inside"), strict=True):
    axis.set_title(title)
plt.show()

# %%
# With an estimator
# -----------------
#
# An estimator takes the hidden layers as a list and adds the output layer that the targets ask for. ``trace`` shows
# `in` and `a` of every unit, as above.

model = NeuralClassifier([Dense(4, "tanh")], recipe="course", learning_rate=0.5, max_epochs=1000, random_state=0)
model.fit(corners, targets[:, 0].astype(int))
print(model.predict(corners), [layer["a"].shape for layer in model.trace(corners)])
assert model.score(corners, targets[:, 0].astype(int)) == 1

# %%
# From not every start does a small network find its way: E of a network has more than one valley. More hidden units
# than the least number make it easier, not harder.
#
# Deep networks are harder again: Δ is multiplied by a slope and by weights at every layer on its way back, and
# shrinks or grows as powers do. ``Residual([…])`` lets it pass by its layers undamped, ``LayerNorm()`` and
# ``RMSNorm()`` bring the activations of each row to one scale, and ``Dropout(rate)`` keeps units from relying on each
# other.

"""
Classification
==============

::

    sigmoid     a = 1 / (1 + e^−in)            E = −Σ_n [y_n ln a_n + (1 − y_n) ln(1 − a_n)]
    softmax     a_i = e^in_i / Σ_j e^in_j      E = −Σ_n Σ_i y_ni ln a_ni
    step        a = +1 where in ≥ 0, else −1   no E: a mistake or none

A classifier answers with a name instead of a number. The units stay as they are; what changes is how names become
numbers, which g turns a sum into an answer, and what counts as an error.
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import LinearClassifier, NeuralClassifier

# %%
# How names become numbers
# ------------------------
#
# ========  ===========================  ==============================
# coding    targets                      output units
# ========  ===========================  ==============================
# 0/1       two classes                  one sigmoid unit
# −1/+1     two classes                  one tanh or step unit
# 1-of-K    K classes, a 1 for the true  K softmax units
# ========  ===========================  ==============================
#
# The labels themselves may be anything that sorts. They are put in order, coded for training, and come back as they
# were:

random = np.random.default_rng(0)
x = np.concatenate([random.normal((-1, -0.5), 0.9, (60, 2)), random.normal((1, 0.8), 0.9, (60, 2))])
y = np.repeat(["calm", "storm"], 60)
logistic = LinearClassifier().fit(x, y)
print(logistic.classes_, "→", logistic.predict([[2.0, 2.0], [-2.0, -2.0]]))

# %%
# Why cross-entropy
# -----------------
#
# Read the activation of a sigmoid unit as the probability of class 1. Then the probability of all the answers in the
# data is Π_n a_n^y_n (1 − a_n)^(1 − y_n). The best weights make that as large as possible, or its −ln as small: that
# is the E above. It has a kind derivative. With a' = a (1 − a) for the sigmoid,
#
# ::
#
#     ∂E/∂a = (a − y) / (a (1 − a))
#     ∂E/∂in = ∂E/∂a · a (1 − a) = a − y
#
# The slope of g cancels: a unit that is sure and wrong still learns at full speed. For softmax units the same
# happens, ∂E/∂in_i = a_i − y_i. E has one lowest point, but no closed form for it; Newton's method finds it in a few
# steps. There the errors say nothing about the inputs any more, up to the pull of the penalty on the weights:

a = LinearClassifier(penalty=0.0).fit(x, y).predict_proba(x)[:, 1]
coded = (y == "storm").astype(float)
assert np.allclose(x.T @ (a - coded), 0, atol=1e-6)
assert np.isclose((a - coded).sum(), 0, atol=1e-6)

# %%
# Two units are enough for softmax to be the sigmoid of a difference, e^p / (e^p + e^q) = 1 / (1 + e^−(p − q)); so two
# classes take one unit.
#
# The perceptron
# --------------
#
# A step unit has no slope to follow. It learns from mistakes: where the answer is right nothing happens, else
#
# ::
#
#     W ← W + α (y − a) x        b ← b + α (y − a)        y, a in {−1, +1}
#
# After that, `in` of this sample has moved by ``α (y − a) (|x|² + 1)``, towards the right side. If a line separates
# the classes, only finitely many mistakes are made. If none does, the rule never ends, and the weights with the
# fewest mistakes are kept.

apart = np.where((y == "storm")[:, None], x + 2.5, x)
perceptron = LinearClassifier(loss="perceptron").fit(apart, y)
print("perceptron:", perceptron.stopped_because_, "after", perceptron.n_iter_, "epochs")
assert perceptron.score(apart, y) == 1

# %%
# The same rows, two temperaments: any separating line contents the perceptron; the logistic unit goes on to ask how
# sure it may be.

three = np.concatenate([x, random.normal((2.2, -2.2), 0.7, (60, 2))])
kinds = np.concatenate([y, np.repeat("fog", 60)])
softmax = LinearClassifier().fit(three, kinds)

first, second = np.meshgrid(np.linspace(-4, 6, 150), np.linspace(-4, 6, 150))
places = np.column_stack([first.ravel(), second.ravel()])
figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained")
safe = LinearClassifier().fit(apart, y)
axes[0].contourf(
    first, second, (perceptron.predict(places) == "storm").reshape(first.shape), cmap="coolwarm", alpha=0.5
)
axes[1].contourf(first, second, safe.predict_proba(places)[:, 1].reshape(first.shape), 12, cmap="coolwarm", alpha=0.5)
axes[2].imshow(
    softmax.predict_proba(places).reshape(150, 150, 3), origin="lower", extent=(-4, 6, -4, 6), alpha=0.5, aspect="auto"
)
for axis, title in zip(axes, ("perceptron", "sigmoid: the probability", "softmax: three of them"), strict=True):
    rows, names = (three, kinds) if axis is axes[2] else (apart, y)
    for name, mark in zip(("calm", "storm", "fog"), "o^s", strict=True):
        axis.scatter(*rows[names == name].T, s=9, marker=mark, label=name, color="black", linewidth=0)
    axis.set(title=title, xlim=(-4, 6), ylim=(-4, 6))
plt.show()

# %%
# Targets decide
# --------------
#
# ``NeuralClassifier`` takes labels, and matrices of 0 and 1: exactly one 1 a row is 1-of-K; any other matrix holds
# several labels a row, each with a sigmoid unit of its own. By default any two classes take a sigmoid unit and more
# of them softmax units, both with cross-entropy. ``recipe="course"`` minimises ½ Σ (y − a)², and there −1/+1 asks for
# tanh, everything else for sigmoid:

signs, one_of_k = np.where(y == "storm", 1, -1), np.eye(3)[np.unique(kinds, return_inverse=True)[1]]
for rows, targets, name in ((x, y, "two labels"), (x, signs, "−1/+1"), (three, one_of_k, "1-of-K")):
    usual, course = (NeuralClassifier([], recipe=r, max_epochs=1).fit(rows, targets) for r in (None, "course"))
    print(f"{name:10}  units: {usual.n_outputs_}  g: {usual.out_activation_}, by the recipe {course.out_activation_}")

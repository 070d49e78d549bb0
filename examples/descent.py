"""
Batches, optimisers and schedules
=================================

::

    gradient descent   w ← w − α ∇E                               stable where α < 2 / λmax
    momentum           v ← μ v + ∇E          w ← w − α v
    Adam               m, s: running means of ∇E and of (∇E)²     w ← w − α m / √s
    L-BFGS             w ← w − α H ∇E        H: the inverse curvature, as the last few steps showed it
    schedule           α(t) = α · r(t)

Back-propagation says which way is down. These rules say how far to go, with how many rows in view.
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import LinearRegressor, NeuralRegressor
from dendrax.layers import Dense

# %%
# How far is too far
# ------------------
#
# Near a valley's floor E is a bowl, ½ (w − w*)ᵀ H (w − w*), and a step multiplies the distance to the floor along
# each axis of the bowl by 1 − α λ, where λ is the curvature along it:
#
# ::
#
#     w − α H (w − w*) − w* = (I − α H)(w − w*)
#
# The distance shrinks where ``|1 − α λ| < 1``. So the steepest axis sets the limit, α < 2/λmax, and the flattest one
# sets the pace, (1 − α λmin) a step: a long narrow valley is slow at every safe α. For a linear unit H is the mean of
# x xᵀ, and the bound is exact:

random = np.random.default_rng(0)
x = random.normal(0, 1, (200, 2))
x[:, 1] = 0.95 * x[:, 0] + 0.3 * x[:, 1]
y = x @ [1.0, -1.0] + random.normal(0, 0.1, 200)
scaled = (x - x.mean(axis=0)) / x.std(axis=0)
curvatures = np.linalg.eigvalsh(scaled.T @ scaled / len(x))
bound = 2 / curvatures.max()
LinearRegressor(solver="gradient", learning_rate=0.99 * bound).fit(x, y)
try:
    LinearRegressor(solver="gradient", learning_rate=1.01 * bound).fit(x, y)
except ValueError as error:
    print(error)

# %%
# The same bowl, walked by hand from one start with an α just below the bound, with the safe 1/λmax, and with
# momentum, which adds up what all steps agree on and lets the zigzag cancel:

h = scaled.T @ scaled / len(x)
best = np.linalg.solve(h, scaled.T @ (y - y.mean()) / len(x))
start = best + np.array([2.0, -1.2])


def walk(alpha, momentum=0.0, steps=40):
    w, v, path = start, np.zeros(2), [start]
    for _ in range(steps):
        v = momentum * v + h @ (w - best)
        w = w - alpha * v
        path.append(w)
    return np.array(path)


one, two = np.meshgrid(np.linspace(-2.2, 2.2, 80), np.linspace(-2.2, 2.2, 80))
away = np.stack([one, two], axis=-1)
height = 0.5 * np.einsum("abi,ij,abj->ab", away, h, away)
runs = {"α = 0.97 · 2/λmax": walk(0.97 * bound), "α = 1/λmax": walk(bound / 2), "momentum 0.8": walk(bound / 2, 0.8)}
figure, axes = plt.subplots(1, 3, figsize=(11, 3.6), layout="constrained", sharey=True)
for axis, (name, path) in zip(axes, runs.items(), strict=True):
    axis.contour(one, two, height, levels=12, cmap="Greys")
    axis.plot(*(path - best).T, ".-", color="tab:red", linewidth=0.8, markersize=4)
    axis.set(title=name, xlabel="w_1 − w*_1", xlim=(-2.2, 2.2), ylim=(-2.2, 2.2))
axes[0].set_ylabel("w_2 − w*_2")
plt.show()

# %%
# Batches
# -------
#
# ∇E is a mean over rows, so a few rows drawn at random give the same direction on average, at a fraction of the work.
# What is lost is precision: with B rows the noise is that of one row divided by √B. One row at a time is the course's
# rule; all rows at once is a true descent; between them lies ``batch_size="auto"``, 32 to 256. Each epoch draws a new
# order.
#
# A rate for every weight
# -----------------------
#
# One α has to serve weights whose gradients differ by orders of magnitude. Adam divides each running gradient by its
# own running size, so all weights move by about α a step. ``"adamw"``, the default, also pulls weights to 0 beside
# the gradient.
#
# L-BFGS watches how the gradient changes from step to step and learns the curvature from it. It needs all rows in
# view, and it is at its best on small smooth problems.

inputs = np.linspace(-3, 3, 300)[:, None]
target = np.sin(2 * inputs[:, 0]) + 0.3 * inputs[:, 0]
settings = {
    "sgd": {"optimiser": "sgd", "learning_rate": 0.05},
    "sgd, momentum 0.9": {"optimiser": "sgd", "momentum": 0.9, "learning_rate": 0.05},
    "adam": {"optimiser": "adam", "learning_rate": 0.005},
    "lbfgs": {"optimiser": "lbfgs"},
}
plain = {"max_epochs": 100, "patience": 100, "validation_fraction": 0.0, "schedule": "constant", "random_state": 0}
figure, axis = plt.subplots(figsize=(7, 3.4), layout="constrained")
for name, setting in settings.items():
    model = NeuralRegressor([Dense(32, "tanh")], **plain, **setting).fit(inputs, target)
    axis.semilogy(model.loss_curve_, label=name)
axis.set(xlabel="epoch", ylabel="E", title="one network, four optimisers")
axis.legend()
plt.show()

# %%
# Schedules
# ---------
#
# Near the floor the noise of small batches keeps the weights from settling; a smaller α lets them. A schedule makes α
# shrink by plan: half a cosine after a short warm-up (the default), steps, one cycle, or a power of the epoch. The
# rate of each epoch is in ``history_``.

figure, axis = plt.subplots(figsize=(7, 3), layout="constrained")
for name in ("constant", "cosine", "step", "one_cycle", "inverse_scaling"):
    model = NeuralRegressor([8], **plain | {"schedule": name}, learning_rate=0.01).fit(inputs, target)
    axis.plot(model.history_["learning_rate"], label=name)
axis.set(xlabel="epoch", ylabel="α · r", title="schedules")
axis.legend()
plt.show()

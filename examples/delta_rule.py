"""
The delta rule
==============

::

    in_i  = Σ_j W_ji x_j + b_i        a_i = g(in_i)
    Err_i = y_i − a_i                 E = ½ Σ_i Err_i²
    Δ_i   = Err_i · g'(in_i)
    W_ji ← W_ji + α · x_j · Δ_i       b_i ← b_i + α · Δ_i

A layer of units that learns from one sample at a time. It needs no memory of other samples, and no solve.
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import NeuralRegressor
from dendrax.learning import delta_step, learn_by_delta_rule

# %%
# Downhill, one weight at a time
# ------------------------------
#
# W_ji reaches E by one path only: it changes in_i, which changes a_i, which changes Err_i. The chain rule walks it:
#
# ::
#
#     ∂E/∂W_ji = ∂E/∂a_i  · ∂a_i/∂in_i · ∂in_i/∂W_ji
#              = −Err_i   · g'(in_i)   · x_j           = −x_j Δ_i
#
# E falls fastest against its gradient, and α says how far to go. So a weight grows where input and error agree in
# sign; an input of 0 leaves its weights alone; a unit that is flat (g' near 0) learns slowly, however wrong it is.
#
# ``delta_step`` does one sample and returns every number on the way:

step = delta_step([[0.5], [-0.5]], [0.0], x=[1.0, 2.0], y=[1.0], activation="sigmoid", learning_rate=0.5)
for name, value in step._asdict().items():
    print(f"{name:15}", np.round(value, 4).tolist())

# %%
# The same derivative without any derivation: move a weight a little and look at E.


def energy(w):
    a = 1 / (1 + np.exp(-(np.array([1.0, 2.0]) @ w)))
    return 0.5 * float(((1.0 - a) ** 2).sum())


little = np.array([[1e-6], [0.0]])
w = np.array([[0.5], [-0.5]])
slope = (energy(w + little) - energy(w - little)) / 2e-6
assert np.isclose(step.weight_change[0, 0], -0.5 * slope)

# %%
# Step units
# ----------
#
# A step unit (−1/+1) has g' = 0 nearly everywhere, which would teach it nothing. Let g' count as 1 and the delta rule
# becomes the perceptron rule, W ← W + α x (y − a). It learns AND, which a line can separate:

corners = [[0, 0], [0, 1], [1, 0], [1, 1]]
both = learn_by_delta_rule([[0], [0]], [0], corners, [[-1], [-1], [-1], [1]], "step", 0.5, epochs=10)
either = learn_by_delta_rule([[0], [0]], [0], corners, [[-1], [1], [1], [-1]], "step", 0.5, epochs=10)
print("AND:", both.losses)
print("XOR:", either.losses, "no line separates it")
assert both.losses[-1] == 0 < either.losses.min()

# %%
# How large a step
# ----------------
#
# A linear unit on a line of 20 samples. Small steps creep, good ones arrive, large ones jump over the valley and land
# higher than they left.

random = np.random.default_rng(0)
x = random.uniform(-1, 1, (20, 1))
y = 0.5 + 2 * x + random.normal(0, 0.1, (20, 1))
figure, axis = plt.subplots(figsize=(7, 3.4), layout="constrained")
for rate in (0.01, 0.1, 1.0, 1.6):
    run = learn_by_delta_rule([[0.0]], [0.0], x, y, "identity", rate, epochs=20)
    axis.semilogy(range(1, 21), run.losses, marker=".", label=f"α = {rate:g}")
axis.set(xlabel="epoch", ylabel="Σ E over the samples", ylim=(0.03, 1e4))
axis.legend()
plt.show()

# %%
# The same as an estimator
# ------------------------
#
# ``layers=[]`` is a single layer of units; ``recipe="course"`` is the rule above to the letter: E = ½ Σ Err², one
# sample at a time in the given order, nothing prepared. It starts from drawn weights and computes in float32, so it
# ends where the rule by hand ends, to about six digits.

model = NeuralRegressor([], recipe="course", learning_rate=0.1, max_epochs=40, tolerance=0.0, random_state=0)
model.fit(x, y[:, 0])
by_hand = learn_by_delta_rule([[0.0]], [0.0], x, y, "identity", 0.1, epochs=40)
assert np.allclose(model.coefs_[0], by_hand.weights, atol=1e-4)
print("learned:", model.coefs_[0].ravel(), " by hand:", by_hand.weights.ravel())

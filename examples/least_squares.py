"""
Linear models and least squares
===============================

::

    in_i = Σ_j W_ji x_j + b_i        a_i = in_i
    E(W, b) = ½ Σ_n |y_n − a_n|² + ½ λ |W|²

A linear unit answers with a weighted sum of its inputs. It is the smallest network: one layer, and g does nothing. How
good it is, is one number: half the squared error, summed over the samples n.
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import LinearRegressor

# %%
# The best weights have a closed form
# -----------------------------------
#
# E is a sum of squares, each linear in W: a bowl. Its lowest point is where it is level in every direction,
#
# ::
#
#     ∂E/∂W_ji = −Σ_n x_nj (y_ni − a_ni) = 0
#
# Read it aloud: at the best weights no input has anything left to say about the errors. Written with one row a sample
# and a column of ones for b, these are as many linear equations as there are weights, the normal equations
#
# ::
#
#     Xᵀ X W = Xᵀ Y
#
# One solve gives the answer: no learning rate, no epochs. ``LinearRegressor`` does that, in float64, on centred and
# scaled columns, which changes nothing but rounding.

random = np.random.default_rng(0)
x = random.uniform(0, 10, (60, 1))
y = 3 + 0.7 * x[:, 0] + random.normal(0, 0.8, 60)
model = LinearRegressor().fit(x, y)

ones = np.hstack([np.ones((60, 1)), x])
b, w = np.linalg.solve(ones.T @ ones, ones.T @ y)
assert np.allclose([model.intercept_, model.coef_[0]], [b, w])
print(f"a = {model.coef_[0]:.3f} x + {model.intercept_:.3f}")

# %%
# And the errors are indeed at right angles to everything the unit sees:

error = y - model.predict(x)
assert np.allclose(ones.T @ error, 0, atol=1e-9)

# %%
# The bowl
# --------
#
# Every pair (w, b) is a place; E is the height. The cross is where the solve lands, and no place around it is lower.

slopes, levels = np.meshgrid(np.linspace(0.3, 1.1, 80), np.linspace(0.5, 5.5, 80))
heights = 0.5 * ((y - slopes[..., None] * x[:, 0] - levels[..., None]) ** 2).sum(axis=-1)
assert heights.min() >= 0.5 * (error**2).sum()

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
left.scatter(x, y, s=12)
line = np.array([[0.0], [10.0]])
left.plot(line, model.predict(line), color="tab:red")
left.vlines(x[:, 0], y, model.predict(x), color="grey", linewidth=0.6)
left.set(xlabel="x", ylabel="y", title="errors: the vertical lines")
right.contourf(slopes, levels, np.log(heights), levels=20)
right.plot(w, b, "x", color="white", markersize=10)
right.set(xlabel="w", ylabel="b", title="ln E(w, b)")
plt.show()

# %%
# A penalty makes weights smaller
# -------------------------------
#
# Where columns nearly repeat each other, many pairs of weights fit almost equally well, and noise picks one with huge
# weights of opposite sign. ``penalty`` is the λ above: the larger it is, the more a weight must earn its size.

twins = np.hstack([x, x + random.normal(0, 0.001, (60, 1))])
print("without a penalty:", LinearRegressor().fit(twins, y).coef_.round(2))
print("with one:         ", LinearRegressor(penalty=1.0).fit(twins, y).coef_.round(2))

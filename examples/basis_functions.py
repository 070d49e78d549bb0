"""
Basis functions
===============

::

    a = W φ(x) + b

    Powers      x, x², … x^d
    Gaussian    e^(−(x − c)² / 2s²)              centres c, widths s
    Sigmoidal   1 / (1 + e^(−β (x − c)))         centres c, slopes β
    Fourier     sin(2π k x / P), cos(2π k x / P) k = 1 … n, period P

A linear unit draws straight lines. Give it functions of x instead of x, and it draws curves, while everything that made
it easy stays: it is still linear in W.
"""

import re

import matplotlib.pyplot as plt
import numpy as np

from dendrax import LinearRegressor
from dendrax.basis import Fourier, Gaussian, Powers, Sigmoidal

# %%
# Nothing new to solve
# --------------------
#
# Call φ_j(x) the new inputs. The derivation of least squares never asked where its inputs came from, so the best
# weights are again those whose errors are at right angles to every input:
#
# ::
#
#     Φᵀ Φ W = Φᵀ Y        Φ: a row for each sample, a column for each function
#
# What changes is what a weight means: it says how much of one function there is in the curve.

random = np.random.default_rng(1)
x = np.sort(random.uniform(0, 10, 80))[:, None]
y = np.sin(x[:, 0]) + 0.1 * x[:, 0] + random.normal(0, 0.2, 80)

cubic = LinearRegressor(Powers(3)).fit(x, y)
phi = np.hstack([np.ones_like(x), x, x**2, x**3])
b, *w = np.linalg.lstsq(phi, y)[0]
assert np.allclose([cubic.intercept_, *cubic.coef_], [b, *w])
print(dict(zip(cubic.get_feature_names_out(), cubic.coef_.round(3).tolist(), strict=True)))

# %%
# Four families
# -------------
#
# Powers reach everywhere: a change at one end moves the other. A bump is felt near its centre only. Soft steps build
# a curve from rises. Waves know from the start that the curve comes back.

x0 = np.linspace(0, 10, 300)
centres = np.linspace(0, 10, 6)
functions = {
    "Powers(5)": (Powers(5), [(x0 / 10) ** k for k in range(1, 6)]),
    "Gaussian(6)": (Gaussian(6), [np.exp(-((x0 - c) ** 2) / (2 * 3.0**2)) for c in centres]),
    "Sigmoidal(6)": (Sigmoidal(6), [1 / (1 + np.exp(-(x0 - c) / 2)) for c in centres]),
    "Fourier(3, 10)": (Fourier(3, 10), [f(2 * np.pi * k * x0 / 10) for k in (1, 2, 3) for f in (np.sin, np.cos)]),
}
figure, axes = plt.subplots(2, 4, figsize=(11, 4.6), layout="constrained", sharex=True)
for (name, (basis, phi_j)), (above, below) in zip(functions.items(), axes.T, strict=True):
    above.plot(x0, np.transpose(phi_j), linewidth=0.9)
    above.set_title(name)
    below.scatter(x, y, s=6, color="grey")
    below.plot(x0, LinearRegressor(basis).fit(x, y).predict(x0[:, None]), color="tab:red")
axes[0, 0].set_ylabel("φ_j(x)")
axes[1, 0].set_ylabel("W φ(x) + b")
plt.show()

# %%
# Bases add up: a trend and a season are ``Powers(1) + Fourier(2, period=12)``. Each function is applied to each
# column of numbers, or to the columns that ``columns=`` names.
#
# From chosen functions to learned ones
# -------------------------------------
#
# Whoever picks the centres has already learned half of the answer. Let the fit move them: ``trainable=True``. Now E
# is no bowl any more, because c and s stand inside φ. But for each choice of c and s the best W is still one solve
# away, so the fit walks over c and s only, and solves for W at every place (variable projection).

fixed = LinearRegressor(Sigmoidal(3)).fit(x, y)
trained = LinearRegressor(Sigmoidal(3, trainable=True)).fit(x, y)
print(f"three soft steps, R²: {fixed.score(x, y):.3f} where they stand, {trained.score(x, y):.3f} where they went")

# %%
# This is the bridge to networks. Write β (x − c) as w x + b' with w = β and b' = −β c: a trained soft step is a
# sigmoid unit with a weight and a bias, and the curve is what a linear unit makes of three such units. That is a
# network with a hidden layer. Here it is, built from the centres and widths that the fit found, and it gives the same
# curve:

places = [re.findall(r"c=(\S+), s=(\S+)\)", name)[0] for name in trained.get_feature_names_out()]
c, width = np.array(places, float).T
hidden_weights, hidden_biases = 1 / width, -c / width
a_hidden = 1 / (1 + np.exp(-(x * hidden_weights + hidden_biases)))
a = a_hidden @ trained.coef_ + trained.intercept_
assert np.allclose(a, trained.predict(x), atol=0.01 * np.ptp(y))

figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
axis.scatter(x, y, s=8, color="grey")
axis.plot(x0, fixed.predict(x0[:, None]), "--", label="Sigmoidal(3)")
axis.plot(x0, trained.predict(x0[:, None]), color="tab:red", label="Sigmoidal(3, trainable=True)")
axis.legend()
plt.show()

# %%
# What a unit of a network can do beyond: it sees all inputs, not one column. How its weights are learned without
# solving anything is the subject of :doc:`delta_rule` and :doc:`back_propagation`.

"""
Preparing data
==============

::

    number      s = (x − centre) / scale          centre: the median; scale: the inter-quartile range / 1.349
                x → 3 s / √(9 + s²)               a soft bound of ±3
    hole        s = 0, and an input that is 1
    category    1-of-K; for many levels a learned vector each; all 0 for a level never seen
    date        t → (t − centre) / scale in seconds, then sine and cosine of the time of day, the weekday, the season
    target      y → (y − mean) / deviation        of numbers; answers are turned back

A table holds ages, prices, cities and gaps. A unit holds sums. Between them stands the encoder; it is learned from the
training rows, kept with the model, and applied to every row that is answered.
"""

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from dendrax import NeuralClassifier

# %%
# Why scale at all
# ----------------
#
# The gradient of a weight is its input times Δ. A column in millimetres has gradients a thousand times those of the
# same column in metres, and curvatures a million times as large: λmax grows, and with α < 2/λmax every other weight
# crawls. Bringing all columns to one scale makes the bowl round.
#
# Median and inter-quartile range do that without being moved by a few wild numbers; 1.349 is the inter-quartile range
# of a normal distribution of deviation 1, so on tame data the scale is the standard deviation. The soft bound takes
# the wild numbers themselves: small s stay as they are, since 3 s / √(9 + s²) ≈ s, and a million becomes 3.

random = np.random.default_rng(0)
wild = np.concatenate([random.normal(50, 10, 300), [400.0, 900.0, 5000.0]])
low, centre, high = np.quantile(wild, [0.25, 0.5, 0.75], method="inverted_cdf")
s = (wild - centre) * 1.349 / (high - low)
plain = (wild - wild.mean()) / wild.std()
print(f"deviation of the 300 tame numbers: {s[:300].std():.2f}; by mean and deviation: {plain[:300].std():.2f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.4), layout="constrained")
line = np.linspace(-12, 12, 300)
left.plot(line, line, "--", color="grey", linewidth=0.8)
left.plot(line, 3 * line / np.sqrt(9 + line**2), color="tab:red")
left.set(xlabel="s", ylabel="input of the network", ylim=(-4, 4), title="the soft bound")
right.hist(3 * s / np.sqrt(9 + s**2), bins=40, color="tab:red", alpha=0.7, label="robust scale, soft bound")
right.hist(plain, bins=40, color="grey", alpha=0.7, label="mean and deviation")
right.set(title="303 numbers, three of them wild", xlim=(-4, 4))
right.legend()
plt.show()

# %%
# Holes
# -----
#
# A missing number has to become some number. At the median (s = 0) it pulls a unit to neither side; the extra input,
# 1 where the cell was empty, lets the network learn what it means that nobody wrote a number down. NaN means missing,
# in arrays and tables alike; infinity is an error.
#
# Categories
# ----------
#
# Numbering the islands 1, 2, 3 would claim that the second lies between the others. 1-of-K gives each level a weight
# of its own. With more than 15 levels each has a learned vector instead, of length 8. A level that only turns up
# later is all 0: it has no weight yet, and the other columns decide. An empty cell is a level of its own.

folder = Path(__file__).parent if "__file__" in globals() else Path()
penguins = pd.read_csv(folder / "data" / "penguins.csv")
print(penguins.isna().sum().loc[lambda holes: holes > 0].to_dict(), "cells are empty")
table, species = penguins.drop(columns="species"), penguins["species"]
model = NeuralClassifier([16], max_epochs=60, random_state=0).fit(table, species)

stranger = table.iloc[[0]].assign(island="Atlantis", sex=None)
print(model.predict(stranger), model.predict_proba(stranger).round(2))

# %%
# In tables, columns that never change and columns that only number the rows are left out; nothing is ever left out of
# an array. ``prepare=None`` switches all of this off and takes finite numbers as they are.
#
# What the network gets is in the model file and in ``dendrax info``: every column, its kind, and its range or levels.

"""
Stopping, validation and unseen inputs
======================================

::

    training loss      the mean E over rows that the weights were fitted to
    validation loss    the mean E over rows held out
    progress           score < best − tolerance
    stop               after `patience` epochs in a row without progress; keep the best epoch

A network is for rows it never saw. How good it is on those, the training loss cannot say: the weights were chosen to
make that very number small.
"""

import matplotlib.pyplot as plt
import numpy as np

from dendrax import LinearRegressor, NeuralRegressor
from dendrax.basis import Powers

# %%
# Why the training loss flatters
# ------------------------------
#
# Split what the data says into what is true of all rows and what is true of these rows only, the noise. Fitting
# lowers the error of both parts alike. On new rows the first part helps, and the second is wrong twice: the new rows
# have noise of their own, and the curve carries the old one. So the validation loss first falls with the training
# loss, then turns. Where it turns is the best time to stop.

random = np.random.default_rng(3)
x = random.uniform(-3, 3, (60, 1))
y = np.sin(x[:, 0]) + random.normal(0, 0.35, 60)
x_new = random.uniform(-3, 3, (400, 1))
y_new = np.sin(x_new[:, 0]) + random.normal(0, 0.35, 400)

setting = {"optimiser": "adam", "learning_rate": 0.01, "batch_size": 16, "random_state": 0}
endless = NeuralRegressor([64, 64], max_epochs=600, patience=600, **setting)
endless.fit(x, y, X_val=x_new, y_val=y_new)
print("lowest validation loss after epoch", endless.best_epoch_, "of", endless.n_iter_)

# %%
# ``X_val`` and ``y_val`` name the rows to judge by; otherwise ``validation_fraction`` of the rows is held out (a
# fifth, and none for 240 rows and fewer). With ``patience`` left to itself training ends soon after the turn. Either
# way the weights of the best epoch are kept, not those of the last:

patient = NeuralRegressor([64, 64], max_epochs=600, patience=30, **setting).fit(x, y, X_val=x_new, y_val=y_new)
print(patient.stopped_because_, "after epoch", patient.n_iter_, "keeping epoch", patient.best_epoch_)
assert patient.best_epoch_ == 1 + int(np.argmin(patient.validation_curve_))

overfitted = NeuralRegressor([64, 64], max_epochs=600, patience=600, validation_fraction=0.0, **setting).fit(x, y)
grid = np.linspace(-3, 3, 300)[:, None]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")
left.semilogy(endless.loss_curve_, label="training loss")
left.semilogy(endless.validation_curve_, label="validation loss")
left.axvline(endless.best_epoch_, color="grey", linewidth=0.8, label="the best epoch")
left.set(xlabel="epoch", ylabel="E")
left.legend()
right.scatter(x, y, s=10, color="grey")
right.plot(grid, overfitted.predict(grid), label="600 epochs", linewidth=0.9)
right.plot(grid, endless.predict(grid), color="tab:red", label="the best epoch")
right.plot(grid, np.sin(grid), "--", color="black", linewidth=0.8, label="the truth")
right.legend()
plt.show()

# %%
# Where nothing is held out the score is the training loss, and training stops when that converges.
#
# Rows that judged may not judge again
# ------------------------------------
#
# The best epoch was picked because its validation loss was lowest, so that number flatters too, a little. To say how
# good a model is, keep a third part that nothing was chosen by. ``dendrax fit`` on the command line does so by
# itself.
#
# Inputs unlike any other
# -----------------------
#
# Beyond the training rows there is nothing to fit, and every curve that agrees on them is as good as another. What a
# model says there is its own habit. Prepared numbers are squeezed softly, so the answer of a network levels off; a
# polynomial runs away. Neither knows.

wide = np.linspace(-9, 9, 400)[:, None]
powers = LinearRegressor(Powers(5)).fit(x, y)
figure, axis = plt.subplots(figsize=(7, 3.2), layout="constrained")
axis.axvspan(-3, 3, color="lightgrey", alpha=0.5, label="where the training rows are")
axis.plot(wide, endless.predict(wide), color="tab:red", label="network")
axis.plot(wide, powers.predict(wide), label="Powers(5)")
axis.plot(wide, np.sin(wide), "--", color="black", linewidth=0.8, label="the truth")
axis.set(ylim=(-4, 4), xlabel="x")
axis.legend(loc="lower left")
plt.show()

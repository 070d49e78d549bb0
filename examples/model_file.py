"""
The model file and its promise
==============================

::

    8 bytes     n: the length of the header, little-endian
    n bytes     JSON: names, types, shapes and places of the arrays, and a description of the model
    the rest    the arrays

A fitted model is numbers and a description of what to do with them. The file holds just that, and no code.
"""

import json
import pickle
import tempfile
from pathlib import Path

import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np

from dendrax import NeuralRegressor, load
from dendrax.layers import Dense
from dendrax.predictor import ModelFileError, read

# %%
# Why not pickle
# --------------
#
# A pickle is a program that builds objects when it is opened, and it may do anything else on the way. Whoever opens a
# model from someone else runs their program. A description cannot do that, as long as its reader takes every name in
# it from a closed table of its own: a name selects a layer that dendrax has, or the file is refused. Nothing is
# imported by name, nothing is evaluated.
#
# So the promise is: opening a file ends with a model, or with one ``ModelFileError`` that says what is wrong. Saving
# is whole or not at all: a process that is killed leaves the old file.

random = np.random.default_rng(0)
x = random.normal(size=(300, 3))
y = x[:, 0] - x[:, 1] * x[:, 2]
model = NeuralRegressor([32, 16], max_epochs=40, random_state=0).fit(x, y)
folder = Path(tempfile.mkdtemp())
model.save(folder / "model.dendrax")

again = load(folder / "model.dendrax")
assert (again.predict(x) == model.predict(x)).all()
print(again.get_params()["max_epochs"], "epochs at most, as they were asked for")

# %%
# ``load`` gives the estimator back, with scikit-learn around it. ``dendrax.predictor.read`` gives a ``Predictor``:
# what answers need, and nothing else, for a server or a script that only predicts.

assert (read(folder / "model.dendrax").predict(x) == model.predict(x)).all()

# %%
# Functions of your own
# ---------------------
#
# An activation function, a loss, a metric or a callback of your own is code, so the file holds its name only. Give the
# same functions by the same names to ``save`` and to ``load``. What the network computes with must be there. A loss, a
# metric and callbacks are needed to train only: without them the model answers, and ``fit`` raises until they are set.


def wave(z):
    return jnp.sin(z)


def quartic(y, a):
    return ((y - a) ** 4).sum()


wavy = NeuralRegressor([Dense(16, wave)], loss=quartic, max_epochs=10, random_state=0).fit(x, y)
wavy.save(folder / "wavy.dendrax", functions={"wave": wave, "quartic": quartic})
again = load(folder / "wavy.dendrax", functions={"wave": wave})
assert (again.predict(x) == wavy.predict(x)).all()
assert again.history_ == wavy.history_
for forgotten in (lambda: load(folder / "wavy.dendrax"), lambda: again.fit(x, y)):
    try:
        forgotten()
    except ValueError as error:
        print(str(error).replace(str(folder), "…"))
    else:
        raise AssertionError("something else took its place")

# %%
# What is refused
# ---------------
#
# A checksum covers the whole file. So a file that was cut off is refused, and one with a single bit turned; and a
# pickle under the name of a model is never opened as one:

content = (folder / "model.dendrax").read_bytes()
(folder / "cut.dendrax").write_bytes(content[:-100])
(folder / "turned.dendrax").write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
(folder / "other.dendrax").write_bytes(pickle.dumps({"weights": 1}))
for name in ("cut", "turned", "other"):
    try:
        load(folder / f"{name}.dendrax")
    except ModelFileError as error:
        print(str(error).replace(str(folder), "…"))
    else:
        raise AssertionError(f"{name} was read")

# %%
# What is inside
# --------------
#
# A dozen lines read the file without dendrax. It has the layout of safetensors, so that programs which know that
# format can take the arrays out.

length = int.from_bytes(content[:8], "little")
header = json.loads(content[8 : 8 + length])
about = header.pop("__metadata__")
arrays = {}
for name, entry in header.items():
    start, end = entry["data_offsets"]
    kind = {"F32": "<f4", "F64": "<f8"}[entry["dtype"]]
    arrays[name] = np.frombuffer(content[8 + length :][start:end], kind).reshape(entry["shape"])
for name, array in sorted(arrays.items()):
    print(f"{name:25} {array.shape}")
assert any(np.array_equal(array, model.coefs_[0]) for array in arrays.values())

figure, axis = plt.subplots(figsize=(8, 2.2), layout="constrained")
edge = 0
parts = {"header": 8 + length} | {name: array.nbytes for name, array in sorted(arrays.items())}
for name, size in parts.items():
    axis.barh(0, size, left=edge, label=f"{name}: {size} bytes")
    edge += size
axis.set(yticks=[], xlabel="byte", title=f"{len(content)} bytes", xlim=(0, edge))
figure.legend(ncols=4, fontsize=7, loc="outside lower center")
plt.show()

"""Checkpoints: a training state in a file, and back, bit for bit.

    file = every array of the state, the curves, and the fingerprint of what is trained on

The fingerprint is a SHA-256 over the plan, the numbers and the data: a run only resumes from its own checkpoint.
The file is a sealed one (`dendrax.core.sealed`), written to a temporary name and renamed, so that it always holds one
whole state; whatever else stands there is refused with one `CheckpointError`.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import jax
import numpy as np

from dendrax.core.atomic import write_atomically
from dendrax.core.constraints import Such
from dendrax.core.described import fields_of
from dendrax.core.regular_file import read_regular
from dendrax.core.sealed import Arrays, seal, unseal
from dendrax.core.sealed_start import judge_start
from dendrax.learning.batches import Data
from dendrax.learning.outcome import Curves
from dendrax.learning.state import Numbers, Plan, State

KIND = "checkpoint"
FORMAT = 2  # 1 had no checksum, and was never released
RULES = {"run": (Such(lambda value: isinstance(value, str), "text"),)}


class CheckpointError(ValueError):
    """A file is no checkpoint, or the checkpoint of another run."""


def fingerprint(plan: Plan, state: State, data: Data, numbers: Numbers) -> str:
    """Digest what a run trains: the same plan, seed, numbers and data give the same text."""
    digest = hashlib.sha256(repr(plan).encode())
    for leaf in jax.tree.leaves((numbers, data, state.key)):
        array = np.ascontiguousarray(leaf)
        digest.update(f"{array.dtype}{array.shape}".encode())
        digest.update(array.data if array.size else b"")
    return digest.hexdigest()


def save(path: Path, plan: Plan, state: State, data: Data, numbers: Numbers, curves: Curves) -> None:
    """Write a checkpoint.

    Parameters
    ----------
    path : Path
        The file; whole at every moment.
    plan, state, data, numbers, curves
        What is trained and where it stands.
    """
    arrays = {str(i): np.asarray(leaf) for i, leaf in enumerate(jax.tree.leaves(state))}
    arrays |= {f"curve.{name}": np.array(values, np.float64) for name, values in vars(curves).items()}
    described = {"run": fingerprint(plan, state, data, numbers)}
    write_atomically(path, seal(KIND, FORMAT, described, arrays))


def load(path: Path, plan: Plan, like: State, data: Data, numbers: Numbers) -> tuple[State, dict[str, Any]]:
    """Read a checkpoint back.

    Parameters
    ----------
    path : Path
        The file.
    plan, data, numbers
        What is trained: it must be the same.
    like : State
        A state of this run, for the structure of its arrays.

    Returns
    -------
    State
        Where that run stood.
    dict
        Its curves.

    Raises
    ------
    CheckpointError
        If the file is no checkpoint, or one of a run with other data or hyper-parameters.
    """
    try:
        described, arrays = unseal(read_regular(path, _judge), KIND, FORMAT)
        run = fields_of("a checkpoint", described, RULES)["run"]
    except ValueError as error:
        raise CheckpointError(f"{path} {error}") from None
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror}") from None
    if run != fingerprint(plan, like, data, numbers):
        raise CheckpointError(
            f"{path} is the checkpoint of another run: data or hyper-parameters differ; "
            "remove the file, or name another"
        )
    try:
        return _state(arrays, like)
    except ValueError as error:
        raise CheckpointError(f"{path} is damaged: {error}") from None


def _judge(start: bytes) -> None:
    judge_start(start, KIND, FORMAT)


def _state(arrays: Arrays, like: State) -> tuple[State, dict[str, Any]]:
    leaves, tree = jax.tree.flatten(like)
    expected = {str(i): (leaf.shape, leaf.dtype) for i, leaf in enumerate(leaves)}
    own = {name: (array.shape, array.dtype) for name, array in arrays.items() if not name.startswith("curve.")}
    if own != expected:
        raise ValueError(f"its {len(own)} arrays must be the {len(expected)} of this run, in name, shape and type")
    state = jax.tree.unflatten(tree, [arrays[name] for name in expected])
    curves = {name.removeprefix("curve."): a for name, a in arrays.items() if name.startswith("curve.")}
    _require_curves(curves, int(state.epoch))
    return state, {name: curve.tolist() for name, curve in curves.items()}


def _require_curves(curves: Arrays, epochs: int) -> None:
    names = {field.name for field in fields(Curves)}
    lengths = (0, epochs)  # a curve may be empty: there is no metric, say
    fit = all(a.dtype == np.float64 and a.ndim == 1 and len(a) in lengths for a in curves.values())
    if curves.keys() != names or not fit or len(curves["training"]) != epochs:
        raise ValueError(f"its curves must be {', '.join(sorted(names))}, of one number for each of {epochs} epochs")

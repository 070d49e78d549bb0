"""Checkpoints: a training state in a file, and back, bit for bit.

    file = every array of the state, the curves, and the fingerprint of what is trained on

The fingerprint is a SHA-256 over the plan, the numbers and the data: a run only resumes from its own checkpoint.
The file is written to a temporary name and renamed, so that it always holds one whole state.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from safetensors.numpy import save as to_bytes

from dendrax.core.atomic import write_atomically

if TYPE_CHECKING:
    from dendrax.learning.batches import Data
    from dendrax.learning.run import Curves
    from dendrax.learning.state import Numbers, Plan, State


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
    leaves = {str(i): np.asarray(leaf) for i, leaf in enumerate(jax.tree.leaves(state))}
    described = {"checkpoint": 1, "run": fingerprint(plan, state, data, numbers), "curves": vars(curves)}
    write_atomically(path, to_bytes(leaves, {"dendrax": json.dumps(described)}))


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
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "numpy") as file:
            described = json.loads((file.metadata() or {}).get("dendrax", "{}"))
            arrays = {name: file.get_tensor(name) for name in file.keys()}
    except (SafetensorError, json.JSONDecodeError, OSError) as error:
        raise CheckpointError(f"{path} is not a checkpoint of dendrax: {error}") from None
    if not isinstance(described, dict) or described.get("checkpoint") != 1:
        raise CheckpointError(f"{path} is not a checkpoint of dendrax")
    if described.get("run") != fingerprint(plan, like, data, numbers):
        raise CheckpointError(
            f"{path} is the checkpoint of another run: data or hyper-parameters differ; "
            "remove the file, or name another"
        )
    leaves, tree = jax.tree.flatten(like)
    return jax.tree.unflatten(tree, [arrays[str(i)] for i in range(len(leaves))]), described["curves"]

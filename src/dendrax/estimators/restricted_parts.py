"""Rows for a restricted machine, all at once or part by part: what each part must be, and what must stay.

check → weights of mean 1 → coding, by the first part → one run → model, curves
n_hidden, visible, learning, chains, replicas, labels, random_state, classes    stay as the first call had them
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_consistent_length

from dendrax.boltzmann.levels import levels_of
from dendrax.boltzmann.visible_coding import learn_coding
from dendrax.core.random import seed_of
from dendrax.estimators.fitted_restricted import check_rows
from dendrax.estimators.going_on import require, same
from dendrax.estimators.inputs import check_labels, check_weights, of_mean_one
from dendrax.estimators.restricted_fitting import Learning
from dendrax.estimators.restricted_options import settle
from dendrax.estimators.restricted_task import task_of

FIXED = ("n_hidden", "visible", "learning", "replicas", "labels", "random_state")


class Part(NamedTuple):
    """What a call brings: rows, labels, weights, and the names of all classes."""

    X: Any
    y: Any = None
    sample_weight: Any = None
    classes: Any = None


def learn_on(machine: Any, given: Part, options: dict[str, Any]) -> None:
    """Learn from rows and leave on the machine what it has become.

    Parameters
    ----------
    machine : RestrictedBoltzmannMachine
        Fitted before where a part goes on from there.
    given : Part
        The rows.
    options : dict
        Checked hyper-parameters.
    """
    kept = kept_of(machine, options)
    rows = check_rows(machine, given.X, reset=kept is None)
    labels, weight = _labels(machine, given, rows), check_weights(given.sample_weight, rows)
    if weight is not None:
        counts = weight != 0
        rows, weight, labels = rows[counts], of_mean_one(weight[counts]), None if labels is None else labels[counts]
    weight = np.ones(len(rows)) if weight is None else weight
    if kept is None:
        known = None if labels is None else classes_of(labels if given.classes is None else given.classes)
        fixed = {name: options[name] for name in FIXED}
        names = tuple(map(str, getattr(machine, "feature_names_in_", ())))
        coding = learn_coding(machine.visible, rows, weight, known, names)
        kept = Learning(coding, seed_of(machine.random_state), fixed=fixed)
    elif given.classes is not None:
        require_classes(classes_of(given.classes), kept.coding.classes)
    settled = settle(options, kept.coding.visible, len(rows))
    if kept.state is not None and options["learning"] == "pcd":
        chains = int(np.shape(kept.state.learner.chains)[-2])
        require("chains", chains, settled.chains[0], settled.chains[0] == chains, options)
    task = task_of(kept.coding, rows, labels, weight, settled.held_out, kept.seed)
    machine._model, outcome, machine._mean_log_weight = kept.learn(task, options, settled)
    machine._learning = kept
    machine._read(outcome)


def kept_of(machine: Any, options: dict[str, Any]) -> Learning | None:
    """Find where learning stood, as a copy; None where it begins anew."""
    if not options.get("in_parts"):
        return None
    kept = getattr(machine, "_learning", None)
    if kept is None:
        if hasattr(machine, "_model"):
            raise ValueError("partial_fit must go on from a machine of this process; a loaded one must be fitted")
        return None
    for name, was in kept.fixed.items():
        require(name, was, options[name], same(was, options[name]), options)
    return replace(kept)


def classes_of(labels: Any) -> np.ndarray:
    """Sort the names of classes, each once."""
    return levels_of(check_labels(labels), "y")


def require_classes(given: np.ndarray, settled: np.ndarray | None) -> None:
    """Raise unless classes that are named again are those of the first call."""
    was = [] if settled is None else settled.tolist()
    if given.tolist() != was:
        raise ValueError(f"classes must be those of the first call, {was}; got {given.tolist()}")


def _labels(machine: Any, given: Part, rows: np.ndarray) -> np.ndarray | None:
    if not machine.labels:
        if given.classes is not None:
            raise ValueError(f"classes must be None unless labels=True; got {given.classes!r}")
        return None
    labels = check_labels(given.y)
    check_consistent_length(rows, labels)
    return labels

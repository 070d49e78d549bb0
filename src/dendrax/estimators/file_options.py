"""Hyper-parameters of a fit from a file that is larger than memory: which can be had, and what "auto" means there.

passes    as many as in memory while they make at most 120 000 steps, else as many as make those; one at least
visits    passes · parts; the validation part judges after every one
patience  "auto": a third of the visits, 10 at least; a number counts passes
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dendrax.core.constraints import HyperparameterError
from dendrax.estimators.defaults import Choices
from dendrax.learning.lbfgs import LBFGS

STEPS = 120_000
MOST_VISITS = 2**31 - 1
REFUSED = {"checkpoint": None, "warm_start": False, "recipe": None, "multi_label": False}  # but these values


def refuse_in_file(estimator: Any, options: dict[str, Any]) -> None:
    """Refuse what a fit from a file larger than memory cannot do, by name."""
    for name, only in REFUSED.items():
        if options.get(name, only) != only:
            raise _refusal(name, repr(only), options[name])
    if options["batch_size"] is None:
        raise _refusal("batch_size", "an int or 'auto'", None)
    if options["optimiser"] == "lbfgs" or isinstance(options["optimiser"], LBFGS):
        raise _refusal("optimiser", "one that takes batches", options["optimiser"])
    if options["metric"] is not None and options["validation_fraction"] == 0:
        raise _refusal("metric", "None where validation_fraction is 0,", options["metric"])
    if getattr(estimator, "_skl_callbacks", None):
        raise _refusal("set_callbacks", "left alone (callbacks= can be had)", estimator._skl_callbacks)


def _refusal(name: str, rule: str, value: Any) -> HyperparameterError:
    return HyperparameterError(f"{name} must be {rule} for a file larger than memory; got {value!r}")


def choices_for_visits(choices: Choices, options: dict[str, Any], rows: int, parts: int) -> Choices:
    """Count epochs in visits instead of passes.

    Parameters
    ----------
    choices : Choices
        As for rows in memory.
    options : dict
        Checked hyper-parameters.
    rows, parts : int
        The rows that train, and in how many parts they lie.

    Returns
    -------
    Choices
        With `max_epochs` and `patience` in visits.

    Raises
    ------
    HyperparameterError
        If a batch is larger than a part.
    """
    if choices.batch_size > max(rows // parts, 1):
        raise _refusal("batch_size", f"at most {max(rows // parts, 1)}, the rows of a part,", choices.batch_size)
    passes = choices.max_epochs
    if options["max_epochs"] == "auto":
        passes = min(passes, max(round(STEPS * choices.batch_size / rows), 1))
    visits = min(passes * parts, MOST_VISITS)
    automatic = options["patience"] == "auto"
    patience = max(10, visits // 3) if automatic else min(choices.patience * parts, MOST_VISITS)
    return replace(choices, max_epochs=visits, patience=patience)

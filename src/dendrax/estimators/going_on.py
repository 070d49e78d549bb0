"""Going on from a fit, by `warm_start` or `partial_fit`: what must stay, what may change, and where it begins.

another network, loss, optimiser, coding or split    HyperparameterError, naming what changed
rates, limits, schedule, batch size, metric          take effect
the best so far                                      is scored anew where another metric or another part judges
an epoch that was cut                                ends on the same rows, begins anew on others
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from dendrax.core.constraints import HyperparameterError
from dendrax.core.structure import structure
from dendrax.data.targets import Classes, NumberTarget, Target
from dendrax.estimators.defaults import Choices, choose
from dendrax.estimators.kept import Kept
from dendrax.estimators.options import output_activation
from dendrax.estimators.tasks import Setting
from dendrax.learning.stopping import RUNNING, of_host

FIXED = ("recipe", "prepare", "multi_label", "validation_fraction", "random_state")  # not even spelt otherwise


class Judge(NamedTuple):
    """Who scores epochs: a metric or the loss, for parts or for a whole fit, on held-out rows or not."""

    metric: Any
    in_parts: bool
    held_out: bool


def kept_of(estimator: Any, options: dict[str, Any]) -> Kept | None:
    """Find where an estimator's training stood; None where there was none, a `ValueError` where a file held none."""
    kept = getattr(estimator, "_kept", None)
    if kept is None and hasattr(estimator, "_predictor"):
        way, hint = ("partial_fit", "") if options["in_parts"] else ("warm_start=True", " with warm_start=False")
        raise ValueError(f"{way} must go on from a network trained in this process; a loaded one must be fitted{hint}")
    return kept


def fixed_of(options: dict[str, Any]) -> dict[str, Any]:
    """Take the hyper-parameters that must stay word for word."""
    return {name: options[name] for name in FIXED if name in options}


def same(a: Any, b: Any) -> bool:
    """Say whether two hyper-parameters are the same object, or equal numbers or words."""
    plain = (bool, int, float, str, np.number)
    return a is b or (isinstance(a, plain) and isinstance(b, plain) and bool(a == b))


def require(name: str, was: Any, now: Any, stays: bool, options: dict[str, Any]) -> None:
    """Raise unless a hyper-parameter stays."""
    if not stays:
        way, hint = ("partial_fit", "fit") if options["in_parts"] else ("warm_start", "fit with warm_start=False")
        raise HyperparameterError(f"{name} must stay {was!r} while {way} goes on ({hint} begins anew); got {now!r}")


def choices_now(options: dict[str, Any], setting: Setting, classification: bool) -> Choices:
    """Decide anew what may change, and hold on to the rest.

    Parameters
    ----------
    options : dict
        Checked hyper-parameters, as they are now.
    setting : Setting
        What the first rows settled.
    classification : bool
        Whether the targets are classes.

    Returns
    -------
    Choices
        With the numbers of now.

    Raises
    ------
    HyperparameterError
        If another network, loss, optimiser, coding or validation part is asked for.
    """
    for name, was in setting.fixed.items():
        require(name, was, options[name], same(was, options[name]), options)
    now, then = choose(options, setting.rows, classification), setting.choices
    alike = [structure(layer) for layer in now.layers] == [structure(layer) for layer in then.layers]
    require("layers", list(then.layers), list(now.layers), alike, options)
    alike = structure(now.optimiser) == structure(then.optimiser)
    require("optimiser", then.optimiser, now.optimiser, alike, options)
    loss = _with_holes_of(then.loss, now.loss)
    before, after = getattr(then.loss, "smoothing", 0.0), getattr(loss, "smoothing", 0.0)
    if type(loss) is type(then.loss):
        require("label_smoothing", before, after, before == after, options)
    require("loss", then.loss, loss, loss == then.loss, options)
    target = setting.target
    labels = target.labels if isinstance(target, Classes) else None
    output = output_activation(options, loss, target.units, target.activation, labels)
    require("output_activation", setting.output, output, output == setting.output, options)
    return replace(now, loss=loss, validation_fraction=then.validation_fraction)


def _with_holes_of(then: Any, now: Any) -> Any:
    """Let a loss pass over missing targets where it did before."""
    return replace(now, holes=True) if getattr(then, "holes", False) and hasattr(now, "holes") else now


def require_classes(given: Target, settled: Target) -> None:
    """Raise unless classes that are named again are those of the first call."""
    assert not isinstance(given, NumberTarget)
    assert not isinstance(settled, NumberTarget)
    if not np.array_equal(given.labels, settled.labels):
        raise ValueError(
            f"classes must be those of the first call, {settled.labels.tolist()}; got {given.labels.tolist()}"
        )


def where_it_stands(kept: Kept, setting: Setting, judge: Judge, batch_size: int) -> Kept:
    """Prepare what was kept for going on.

    Parameters
    ----------
    kept : Kept
        Where the last call ended.
    setting : Setting
        Who judged then, and the batch size of then.
    judge : Judge
        Who judges now.
    batch_size : int
        Rows in a batch, now.

    Returns
    -------
    Kept
        Without an epoch that cannot be ended, and without a best score that cannot be compared.
    """
    state, curves = kept.state, kept.curves
    if judge.in_parts:  # patience that is used up stays so until there is progress
        state = state._replace(stopped=np.int32(RUNNING))
    if judge.in_parts or batch_size != setting.choices.batch_size:
        state = state._replace(step=np.int32(0), loss_sum=np.float32(0))
    if not (setting.judge and all(map(same, setting.judge, judge))):
        state = state._replace(progress=of_host(np.inf, 0))
    if judge.metric is not None:
        missing = len(curves.training) - len(curves.metric)
        curves = replace(curves, metric=[*curves.metric, *[np.nan] * missing])
    return replace(kept, state=state, curves=curves)

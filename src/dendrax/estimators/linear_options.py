"""The hyper-parameters of the linear estimators: what each must be, and which go together.

                 solver exact    solver gradient    loss perceptron    trainable basis
learning_rate                    yes                yes
max_epochs                       yes                yes                yes
tolerance                        yes                                   yes
penalty          yes             yes                                   yes
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

from dendrax.core.constraints import FLAG, HyperparameterError, OneOf, Real, Such, Whole, check_all
from dendrax.estimators.options import AUTO, NONE
from dendrax.estimators.options import CONSTRAINTS as NEURAL
from dendrax.nn.basis import Basis


def _is_basis(value: Any) -> bool:
    return isinstance(value, Basis)


CONSTRAINTS = {
    "basis": (NONE, Such(_is_basis, "a basis such as Gaussian(10), or a sum of some", (3, "gaussian"))),
    "loss": (OneOf(("cross_entropy", "perceptron")),),
    "solver": (OneOf(("exact", "gradient")),),
    "penalty": (Real(0), AUTO),
    "fit_intercept": FLAG,
    "class_weight": NEURAL["class_weight"],
    "learning_rate": (AUTO, Real(0, open_low=True)),
    "max_epochs": (AUTO, Whole(1, 2**31 - 1)),
    "tolerance": (AUTO, Real(0)),
}


class Settled(NamedTuple):
    """Hyper-parameters with every "auto" decided.

    Attributes
    ----------
    rule : str
        exact, gradient, perceptron, or trained where a basis is trainable.
    penalty : float
        λ.
    learning_rate : float or None
        α; None lets the rule choose.
    max_epochs : int
        The most epochs, or steps.
    tolerance : float
        When the rule ends.
    max_mistakes : float
        After how many mistakes a perceptron begins no epoch: without end where the user names the epochs.
    """

    rule: str
    penalty: float
    learning_rate: float | None
    max_epochs: int
    tolerance: float
    max_mistakes: float


MISTAKES = 1e6  # of a perceptron, about ten seconds
TAKES = {
    "exact": {"penalty"},
    "gradient": {"penalty", "learning_rate", "max_epochs", "tolerance"},
    "perceptron": {"learning_rate", "max_epochs"},
    "trained": {"penalty", "max_epochs", "tolerance"},
}
WORDS = {
    "exact": "solver='exact'",
    "gradient": "solver='gradient'",
    "perceptron": "loss='perceptron'",
    "trained": "a trainable basis",
}
EPOCHS = {"exact": 1, "gradient": 10_000, "perceptron": 1000, "trained": 200}
TOLERANCE = {"exact": 0.0, "gradient": 1e-9, "perceptron": 0.0, "trained": 1e-6}


def settle(options: dict[str, Any], usual_penalty: float) -> Settled:
    """Check the hyper-parameters and decide what is left open.

    Parameters
    ----------
    options : dict
        All hyper-parameters of a linear estimator.
    usual_penalty : float
        What penalty="auto" means.

    Returns
    -------
    Settled
        The rule and its numbers.

    Raises
    ------
    HyperparameterError
        If a value is not allowed, or does not go with the rule that the others choose.
    """
    check_all(options, CONSTRAINTS)
    rule = _rule(options)
    for name in ("penalty", "learning_rate", "max_epochs", "tolerance"):
        if options[name] != "auto" and name not in TAKES[rule]:
            raise HyperparameterError(
                f"{name} must be left out with {WORDS[rule]}, which does not use it; got {name}={options[name]!r}"
            )
    penalty, rate, epochs, tolerance = (
        options[name] for name in ("penalty", "learning_rate", "max_epochs", "tolerance")
    )
    return Settled(
        rule,
        usual_penalty if penalty == "auto" else float(penalty),
        None if rate == "auto" else float(rate),
        EPOCHS[rule] if epochs == "auto" else int(epochs),
        TOLERANCE[rule] if tolerance == "auto" else float(tolerance),
        MISTAKES if epochs == "auto" else math.inf,
    )


def _rule(options: dict[str, Any]) -> str:
    """Name the rule that solver, loss and basis choose, or say which of them do not go together."""
    basis = options["basis"]
    trainable = basis is not None and any(part.is_trainable for part in basis.parts)
    perceptron = options.get("loss") == "perceptron"
    for other, words in ((perceptron, "loss='perceptron'"), (trainable, "a trainable basis")):
        if other and options["solver"] != "exact":
            raise HyperparameterError(f"solver must be left out with {words}, which has its own rule; got 'gradient'")
    if perceptron and trainable:
        raise HyperparameterError(
            f"basis must not be trainable with loss='perceptron': a step has no slope to follow; got {basis!r}"
        )
    if perceptron:
        return "perceptron"
    return "trained" if trainable else options["solver"]

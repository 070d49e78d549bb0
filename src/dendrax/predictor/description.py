"""A predictor as JSON and arrays, and back: each part by its own rules, then the parts against each other.

{"model": …, "target": …, "encoder": … or null, "about": …}

    columns of the encoder  =  inputs of the model          output units of the model  =  units of the target
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dendrax.core.constraints import Exactly, Such
from dendrax.core.described import fields_of
from dendrax.core.sealed import Arrays
from dendrax.data.columns import Encoder, encoder_from_json
from dendrax.data.described_target import target_from_json
from dendrax.data.kinds import Number
from dendrax.data.targets import Target
from dendrax.nn.columns import TableShape
from dendrax.predictor.about import about_from_json, about_to_json
from dendrax.predictor.described_model import Checked, model_from_json, model_to_json
from dendrax.predictor.functions import Functions, purpose_of, references
from dendrax.predictor.predictor import Predictor

OBJECT = Such(lambda value: isinstance(value, dict), "an object")
PARTS = {"model": (OBJECT,), "target": (OBJECT,), "encoder": (Exactly(None), OBJECT), "about": (OBJECT,)}


def predictor_to_json(predictor: Predictor, functions: Functions) -> tuple[dict[str, Any], Arrays]:
    """Describe a predictor for a file.

    Parameters
    ----------
    predictor : Predictor
        The fitted model.
    functions : Functions
        Names those of the user's own.

    Returns
    -------
    dict
        JSON values.
    dict of str to ndarray
        Its arrays by name.

    Raises
    ------
    ValueError
        If a file cannot hold it; a `FunctionsError` where a function has no name, or a name is not used.
    """
    model, arrays = model_to_json(predictor.model, functions)
    _settle(predictor.about, functions)
    about, curves = about_to_json(predictor.about)
    encoder = None if predictor.encoder is None else predictor.encoder.to_json()
    described = {"model": model, "target": predictor.target.to_json(), "encoder": encoder, "about": about}
    return described, arrays | curves


def _settle(about: dict[str, Any], functions: Functions) -> None:
    """Note the functions of the estimator, too, which a predictor does without; raise unless they are those given."""
    functions.settle()
    for name, value in about.get("hyperparameters", {}).items():
        for reference in references(value):
            functions.note(purpose_of(name), reference)
    functions.refuse_strange()


def predictor_from_json(described: Any, arrays: Arrays, functions: Functions) -> Callable[[], Predictor]:
    """Check the description of a predictor.

    Parameters
    ----------
    described : Any
        What `predictor_to_json` made, if all is well.
    arrays : dict of str to ndarray
        Its arrays.
    functions : Functions
        Those of the user's own.

    Returns
    -------
    callable
        Builds the predictor; only then memory is taken.

    Raises
    ------
    ValueError
        If it is not such a description, or its parts do not fit each other; a `FunctionsError` where it is, but needs
        other functions.
    """
    given = fields_of("a model file", described, PARTS)
    about, own = about_from_json(given["about"], arrays)
    encoder = None if given["encoder"] is None else encoder_from_json(given["encoder"])
    target = target_from_json(given["target"])
    model = model_from_json(given["model"], own, functions)
    _require_fit(model, encoder, target)
    _settle(about, functions)
    return lambda: Predictor(model.build(), target, encoder, about)


def _require_fit(model: Checked, encoder: Encoder | None, target: Target) -> None:
    """Raise unless the parts, each of which is well described, fit each other."""
    if model.units != target.units:
        raise ValueError(f"its model has {model.units} output units where its target asks for {target.units}")
    if encoder is not None and not encoder.named and not all(isinstance(c, Number) for c in encoder.columns):
        raise ValueError("columns that are found by place must be columns of numbers")
    if encoder is None:
        fits = isinstance(model.inputs, tuple)
    elif isinstance(model.inputs, int):
        fits = model.inputs == len(encoder.numbers) + sum(n - 1 for n in encoder.n_codes)
    else:
        fits = model.inputs == TableShape(len(encoder.numbers), encoder.n_missing, encoder.n_codes)
    if not fits:
        raise ValueError("the columns of its encoder do not fit the inputs of its model")

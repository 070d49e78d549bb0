"""A fitted basis in a model file: its parts, numbers only, read back strictly.

{"inputs": 3, "parts": [part, …]}      3 inputs in all; a part is one of
{"inputs": [0], "kind": "powers", "degree": 2, "each": [{"centre", "half", "origin", "recurrence"}]}
{"inputs": [0], "kind": "gaussian" or "sigmoidal", "centres": [[…]], "widths": [[…]]}
{"inputs": [0], "kind": "fourier", "n": 3, "periods": [24.0]}
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from dendrax.nn.centred import SHAPES, Centred
from dendrax.nn.expansion import Block, Expansion, Functions
from dendrax.nn.harmonics import Harmonics
from dendrax.nn.polynomials import Polynomials
from dendrax.nn.powers import PowersOfColumns

MOST = 10**7  # inputs, and harmonics of a column
HIGHEST = 100  # degree
FIELDS = {
    "powers": {"degree", "each"},
    "fourier": {"n", "periods"},
    **{shape: {"centres", "widths"} for shape in SHAPES},
}


def expansion_to_json(expansion: Expansion) -> dict[str, Any]:
    """Describe the functions of a model for a file."""
    parts = [{"inputs": list(block.inputs), **_described(block.functions)} for block in expansion.blocks]
    return {"inputs": expansion.n_inputs, "parts": parts}


def _described(functions: Functions) -> dict[str, Any]:
    if isinstance(functions, PowersOfColumns):
        return {"kind": "powers", "degree": functions.degree, "each": [p._asdict() for p in functions.each]}
    if isinstance(functions, Centred):
        return {"kind": functions.shape, "centres": functions.centres.tolist(), "widths": functions.widths.tolist()}
    return {"kind": "fourier", "n": functions.n, "periods": functions.periods.tolist()}


def expansion_from_json(described: Any) -> Expansion:
    """Rebuild the functions from their description.

    Parameters
    ----------
    described : dict
        What `expansion_to_json` made.

    Returns
    -------
    Expansion
        The functions.

    Raises
    ------
    ValueError
        If it is not such a description.
    """
    if not (isinstance(described, dict) and set(described) == {"inputs", "parts"}):
        raise ValueError("a basis must be described by 'inputs' and 'parts', and nothing else")
    n_inputs, parts = described["inputs"], described["parts"]
    if not _whole(n_inputs, 1, MOST):
        raise ValueError(f"the number of inputs of a basis must be from 1 to {MOST}; got {n_inputs!r}")
    if not (isinstance(parts, list) and parts and all(isinstance(part, dict) for part in parts)):
        raise ValueError("the parts of a basis must be a list of descriptions")
    return Expansion(tuple(_block(part, n_inputs) for part in parts), n_inputs)


def _block(entry: dict[str, Any], n_inputs: int) -> Block:
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in FIELDS or set(entry) != FIELDS[kind] | {"kind", "inputs"}:
        raise ValueError(f"no such part of a basis: {kind!r} with {sorted(map(str, entry))}")
    inputs = _places(entry["inputs"], n_inputs)
    if kind == "powers":
        return Block(inputs, _powers(entry, len(inputs)))
    if kind == "fourier":
        if not _whole(entry["n"], 1, MOST):
            raise ValueError(f"n of a basis must be from 1 to {MOST}; got {entry['n']!r}")
        return Block(inputs, Harmonics(entry["n"], _numbers(entry["periods"], (len(inputs),), above=0)))
    rows = entry["centres"]
    shape = (len(inputs), len(rows[0]) if isinstance(rows, list) and rows and isinstance(rows[0], list) else 0)
    return Block(inputs, Centred(kind, _numbers(rows, shape), _numbers(entry["widths"], shape, above=0)))


def _places(inputs: Any, n_inputs: int) -> tuple[int, ...]:
    known = isinstance(inputs, list) and inputs and all(_whole(i, 0, n_inputs - 1) for i in inputs)
    if not known or len(set(inputs)) < len(inputs):
        raise ValueError(f"the inputs of a basis must be different places below {n_inputs}")
    return tuple(inputs)


def _powers(entry: dict[str, Any], columns: int) -> PowersOfColumns:
    degree, each = entry["degree"], entry["each"]
    if not (_whole(degree, 1, HIGHEST) and isinstance(each, list) and len(each) == columns):
        raise ValueError("powers must have a degree, and polynomials for each input")
    return PowersOfColumns(degree, tuple(_polynomials(one, degree) for one in each))


def _polynomials(one: Any, degree: int) -> Polynomials:
    if not (isinstance(one, dict) and set(one) == set(Polynomials._fields) and isinstance(one["recurrence"], list)):
        raise ValueError(f"polynomials must be described by {', '.join(Polynomials._fields)}")
    centre, origin = _numbers([one["centre"], one["origin"]], (2,)).tolist()
    half = _numbers([one["half"]], (1,), above=0).tolist()[0]
    columns = [_numbers(column, (k + 2,)) for k, column in enumerate(one["recurrence"])]
    if not all(column[-1] > 0 for column in columns):
        raise ValueError("the last number of each step of a recurrence must be above 0")
    found = Polynomials(centre, half, origin, tuple(tuple(column.tolist()) for column in columns))
    if found.size > degree:
        raise ValueError(f"powers up to {degree} cannot have {found.size} polynomials")
    return found


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _finite(value: Any) -> bool:
    try:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    except OverflowError:  # an int beyond every float
        return False


def _numbers(values: Any, shape: tuple[int, ...], above: float = -np.inf) -> np.ndarray:
    """Read nested lists of numbers of exactly this shape."""
    plain = isinstance(values, list) and all(
        _finite(v) for row in values for v in (row if isinstance(row, list) else [row])
    )
    lengths = {len(row) if isinstance(row, list) else 0 for row in values} if plain else set()
    found = np.array(values, np.float64) if len(lengths) == 1 else np.zeros(0)
    if found.shape != shape or not found.size or not (found > above).all():
        raise ValueError(f"a basis must be described by finite numbers of shape {shape}, above {above}")
    return found

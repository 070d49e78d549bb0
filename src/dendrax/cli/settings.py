"""Words of the command line as hyper-parameters: `--layers "64 relu, 32 tanh"`, `--set name=value`."""

from __future__ import annotations

from typing import Any

from dendrax.core.constraints import HyperparameterError


def parse_layers(text: str) -> Any:
    """Read `--layers`.

    Parameters
    ----------
    text : str
        "auto", "none", or layers with commas between: units, then the activation function (relu if left out).

    Returns
    -------
    "auto" or list of Dense
        What `layers=` takes.

    Raises
    ------
    HyperparameterError
        If a layer cannot be read.

    Examples
    --------
    >>> parse_layers("64 relu, 32 tanh")
    [Dense(units=64, activation='relu'), Dense(units=32, activation='tanh')]
    """
    from dendrax.nn.dense import Dense

    words = text.strip().lower()
    if words == "auto":
        return "auto"
    if words in ("none", "[]", ""):
        return []
    layers = []
    for part in words.split(","):
        pieces = part.split()
        if len(pieces) not in (1, 2) or not pieces[0].isascii() or not pieces[0].isdigit():
            raise HyperparameterError(
                f'--layers must be like "64 relu, 32 tanh": units, then an activation; got {part.strip()!r}'
            )
        layers.append(Dense(int(pieces[0]), *pieces[1:]))
    return layers


def parse_value(text: str) -> Any:
    """Read a value: true, false, none, a whole number, a number, whole numbers with commas, else the text itself.

    Examples
    --------
    >>> [parse_value(v) for v in ("3", "1e-3", "none", "1,5", "adam")]
    [3, 0.001, None, (1, 5), 'adam']
    """
    word = text.strip()
    constants = {"true": True, "false": False, "none": None}
    if word.lower() in constants:
        return constants[word.lower()]
    if not word.isascii() or "_" in word:
        return word
    parts = word.split(",")
    if len(parts) > 1 and all(part.strip().isdigit() for part in parts):
        return tuple(int(part) for part in parts)
    for kind in (int, float):
        try:
            return kind(word)
        except ValueError:
            continue
    return word


def parse_settings(settings: list[str], known: set[str]) -> dict[str, Any]:
    """Read every `--set name=value`.

    Parameters
    ----------
    settings : list of str
        As they were typed.
    known : set of str
        The hyper-parameters that there are.

    Returns
    -------
    dict
        Names and values.

    Raises
    ------
    HyperparameterError
        If one is not name=value, or there is no such hyper-parameter.
    """
    parsed: dict[str, Any] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        name = name.strip()
        if not equals or name not in known:
            raise HyperparameterError(
                f"--set must be NAME=VALUE, with a name among {', '.join(sorted(known))}; got {setting!r}"
            )
        parsed[name] = parse_value(value)
    return parsed

"""The model file: one sealed file, arrays beside a JSON description, no code inside.

    write   predictor → description, arrays → sealed bytes → the disk, whole or not at all
    read    the disk → checksum → limits → each field by its rule → the parts against each other → predictor

Names in a file select from our closed tables, or from the functions that the reader is given; nothing is imported,
nothing is evaluated. Whatever the bytes are, reading ends with a predictor or with one `ModelFileError`.

    format 1   had no checksum, and was never released
    format 2   is read as format 3: what it lacks has a default
    format 3   names functions of the user's own, and holds the whole history of training
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from dendrax.core.atomic import write_atomically
from dendrax.core.canonical_json import dumped, loaded
from dendrax.core.regular_file import read_regular
from dendrax.core.sealed import seal, unseal
from dendrax.core.sealed_start import judge_start
from dendrax.predictor.description import predictor_from_json, predictor_to_json
from dendrax.predictor.functions import Functions, FunctionsError
from dendrax.predictor.predictor import Predictor

KIND = "model"
OLDEST, FORMAT = 2, 3  # what is read, what is written
Given = Mapping[str, Callable[..., Any]] | None


class ModelFileError(ValueError):
    """A file is no model, or one that cannot be used."""


def write(predictor: Predictor, path: str | os.PathLike[str], functions: Given = None) -> None:
    """Write a predictor to one file, whole or not at all.

    Parameters
    ----------
    predictor : Predictor
        The fitted model.
    path : path
        The file.
    functions : mapping of str to callable, optional
        A name for each function of the user's own.

    Raises
    ------
    ModelFileError
        If it is nothing that `read` would take; no file is touched then.
    ValueError
        If functions are no mapping of names to functions.
    OSError
        If the file cannot be written; the old one is as it was.
    """
    names = Functions(functions)
    try:
        described, arrays = predictor_to_json(predictor, names)
        predictor_from_json(loaded(dumped(described)), arrays, Functions(functions))
        content = seal(KIND, FORMAT, described, arrays)
    except FunctionsError as error:
        raise ModelFileError(f"the model cannot be saved: it {one_line(error)}") from None
    except ValueError as error:
        raise ModelFileError(f"the model cannot be saved: {one_line(error)}") from None
    write_atomically(path, content)


def read(path: str | os.PathLike[str], functions: Given = None) -> Predictor:
    """Read a model file.

    Parameters
    ----------
    path : path
        A file that `save` wrote.
    functions : mapping of str to callable, optional
        The functions of your own that the file names. Activation functions must be there; those that only training
        needs may be absent.

    Returns
    -------
    Predictor
        The fitted model.

    Raises
    ------
    ModelFileError
        If the file is no model of dendrax, is damaged, was made by a newer version, or names other functions.
    ValueError
        If functions are no mapping of names to functions.
    OSError
        If it cannot be opened.
    """
    names = Functions(functions)
    try:
        return read_content(read_regular(path, judge), names)
    except ValueError as error:
        raise ModelFileError(f"{os.fsdecode(path)} {one_line(error)}") from None


def read_content(content: bytes | bytearray, functions: Functions | None = None) -> Predictor:
    """Read the content of a model file.

    Parameters
    ----------
    content : bytes
        The whole file.
    functions : Functions, optional
        Those of the user's own.

    Returns
    -------
    Predictor
        The fitted model.

    Raises
    ------
    ModelFileError
        If it is no model of dendrax, is damaged, was made by a newer version, or names other functions; `read` puts the
        path before the words.
    """
    try:
        described, arrays = unseal(content, KIND, FORMAT, OLDEST)
    except ValueError as error:
        raise ModelFileError(one_line(error)) from None
    try:
        build = predictor_from_json(described, arrays, functions or Functions())
    except FunctionsError as error:
        raise ModelFileError(one_line(error)) from None
    except ValueError as error:
        raise ModelFileError(f"is damaged: {one_line(error)}") from None
    return build()


def judge(start: bytes) -> None:
    """Look at the first bytes: raise where the rest need not be read."""
    judge_start(start, KIND, FORMAT)


def one_line(error: Exception) -> str:
    """Say an error in one line of at most 300 characters."""
    words = " ".join(str(error).split())
    return words if len(words) <= 300 else words[:299] + "…"

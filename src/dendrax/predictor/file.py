"""The model file: one sealed file, arrays beside a JSON description, no code inside.

    write   predictor → description, arrays → sealed bytes → the disk, whole or not at all
    read    the disk → checksum → limits → each field by its rule → the parts against each other → predictor

Names in a file select from our closed tables; nothing is imported, nothing is evaluated. Whatever the bytes are,
reading ends with a predictor or with one `ModelFileError`.
"""

from __future__ import annotations

import os

from dendrax.core.atomic import write_atomically
from dendrax.core.canonical_json import dumped, loaded
from dendrax.core.regular_file import read_regular
from dendrax.core.sealed import judge_start, seal, unseal
from dendrax.predictor.description import predictor_from_json, predictor_to_json
from dendrax.predictor.predictor import Predictor

KIND = "model"
FORMAT = 2  # 1 had no checksum, and was never released


class ModelFileError(ValueError):
    """A file is no model, or one that cannot be used."""


def write(predictor: Predictor, path: str | os.PathLike[str]) -> None:
    """Write a predictor to one file, whole or not at all.

    Parameters
    ----------
    predictor : Predictor
        The fitted model.
    path : path
        The file.

    Raises
    ------
    ModelFileError
        If it is nothing that `read` would take; no file is touched then.
    OSError
        If the file cannot be written; the old one is as it was.
    """
    try:
        described, arrays = predictor_to_json(predictor)
        predictor_from_json(loaded(dumped(described)), arrays)
        content = seal(KIND, FORMAT, described, arrays)
    except ValueError as error:
        raise ModelFileError(f"the model cannot be saved: {_one_line(error)}") from None
    write_atomically(path, content)


def read(path: str | os.PathLike[str]) -> Predictor:
    """Read a model file.

    Parameters
    ----------
    path : path
        A file that `save` wrote.

    Returns
    -------
    Predictor
        The fitted model.

    Raises
    ------
    ModelFileError
        If the file is no model of dendrax, is damaged, or was made by a newer version.
    OSError
        If it cannot be opened.
    """
    try:
        return read_content(read_regular(path, _judge))
    except ValueError as error:
        raise ModelFileError(f"{os.fsdecode(path)} {_one_line(error)}") from None


def read_content(content: bytes | bytearray) -> Predictor:
    """Read the content of a model file.

    Parameters
    ----------
    content : bytes
        The whole file.

    Returns
    -------
    Predictor
        The fitted model.

    Raises
    ------
    ModelFileError
        If it is no model of dendrax, is damaged, or was made by a newer version; `read` puts the path before the words.
    """
    try:
        described, arrays = unseal(content, KIND, FORMAT)
    except ValueError as error:
        raise ModelFileError(_one_line(error)) from None
    try:
        build = predictor_from_json(described, arrays)
    except ValueError as error:
        raise ModelFileError(f"is damaged: {_one_line(error)}") from None
    return build()


def _judge(start: bytes) -> None:
    judge_start(start, KIND, FORMAT)


def _one_line(error: Exception) -> str:
    words = " ".join(str(error).split())
    return words if len(words) <= 300 else words[:299] + "…"

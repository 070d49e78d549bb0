"""Where a result is written, looked at before any work is done for it."""

from __future__ import annotations

import os
from pathlib import Path

from dendrax.data.tables import DataError


def check_output(path: Path, *inputs: Path, option: str = "--output") -> None:
    """Refuse a place where no file can be written, or where one would be lost.

    Parameters
    ----------
    path : Path
        The file to write.
    *inputs : Path
        Files that are read, or written too; none of them is written over.
    option : str, default="--output"
        What names it, for messages.

    Raises
    ------
    DataError
        If its folder does not exist or cannot be written, or it is a folder, a device or one of the inputs.
    """
    if path.is_dir():
        raise DataError(f"{option} must name a file; {path} is a folder")
    if not path.parent.is_dir():
        raise DataError(f"{option} must lie in a folder that exists; there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise DataError(f"{option} must name a regular file; {path} is none")
    if not os.access(path.parent, os.W_OK):
        raise DataError(f"{option} must lie in a folder that can be written; {path.parent} cannot")
    for other in inputs:
        same = path.exists() and other.exists() and path.samefile(other)
        if same or os.path.realpath(path) == os.path.realpath(other):
            raise DataError(f"{option} must be another file than {other}, which has another use; name a new one")

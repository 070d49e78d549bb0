"""Where a result is written, looked at before any work is done for it."""

from __future__ import annotations

import os
from pathlib import Path

from dendrax.data.tables import DataError


def check_output(path: Path, *inputs: Path) -> None:
    """Refuse a place where no file can be written, or where one would be lost.

    Parameters
    ----------
    path : Path
        The file to write.
    *inputs : Path
        Files that are read; none of them is written over.

    Raises
    ------
    DataError
        If its folder does not exist or cannot be written, or it is a folder, a device or one of the inputs.
    """
    if path.is_dir():
        raise DataError(f"--output must name a file; {path} is a folder")
    if not path.parent.is_dir():
        raise DataError(f"--output must lie in a folder that exists; there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise DataError(f"--output must name a regular file; {path} is none")
    if not os.access(path.parent, os.W_OK):
        raise DataError(f"--output must lie in a folder that can be written; {path.parent} cannot")
    for other in inputs:
        if path.exists() and other.exists() and path.samefile(other):
            raise DataError(f"--output must be another file than {other}, which is read; name a new one")

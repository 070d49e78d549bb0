"""Where a result is written, looked at before any work is done for it."""

from __future__ import annotations

from pathlib import Path

from dendrax.data.tables import DataError


def check_output(path: Path) -> None:
    """Refuse a place where no file can be written.

    Parameters
    ----------
    path : Path
        The file to write.

    Raises
    ------
    DataError
        If its folder does not exist, or it is itself a folder.
    """
    if path.is_dir():
        raise DataError(f"--output must name a file; {path} is a folder")
    if not path.parent.is_dir():
        raise DataError(f"--output must lie in a folder that exists; there is no folder {path.parent}")

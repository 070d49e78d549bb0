"""Temporary files that are gone at the end, also when the process is stopped from a signal handler."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_FILES: set[Path] = set()


@contextlib.contextmanager
def unfinished(path: Path) -> Iterator[None]:
    """Remove a file at the end, and when the process is stopped in between; a file that was renamed is gone already.

    Parameters
    ----------
    path : Path
        The file.
    """
    _FILES.add(path)
    try:
        yield
    finally:
        _FILES.discard(path)
        with contextlib.suppress(OSError):
            path.unlink()


@contextlib.contextmanager
def temporary_file(prefix: str, suffix: str = "", *, folder: Path | None = None) -> Iterator[tuple[BinaryIO, Path]]:
    """Make a file to write, which is removed at the end unless it was renamed.

    Parameters
    ----------
    prefix, suffix : str
        How its name starts and ends.
    folder : Path, optional
        Where it lies; the folder of temporary files of the system, where absent.

    Yields
    ------
    binary file, Path
        Open for writing, and its name.

    Examples
    --------
    >>> with temporary_file("example.") as (file, path):
    ...     _ = file.write(b"abc")
    >>> path.exists()
    False
    """
    descriptor, name = tempfile.mkstemp(prefix=prefix, suffix=suffix, dir=folder)
    path = Path(name)
    with unfinished(path), os.fdopen(descriptor, "wb") as file:
        yield file, path


def remove_unfinished() -> None:
    """Remove the temporary files of this process, before it ends without another word."""
    for path in list(_FILES):
        with contextlib.suppress(OSError):
            path.unlink()

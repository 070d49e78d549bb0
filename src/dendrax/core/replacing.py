"""A file written piece by piece under a temporary name in the same folder, flushed to the disk, then renamed."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dendrax.core.unfinished import temporary_file


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Write a file whose name holds the whole old content or, once the block ends well, the whole new one.

    Parameters
    ----------
    path : path
        The file; a link is followed, so that what it points to is replaced.

    Yields
    ------
    binary file
        Where to write the new content.

    Raises
    ------
    OSError
        If the folder cannot be written, or the disk is full; the old file is untouched.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with replacing(Path(folder) / "a.txt") as file:
    ...         _ = file.write(b"who"), file.write(b"le")
    ...     (Path(folder) / "a.txt").read_text()
    'whole'
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "only a regular file can be replaced", str(path))
    with temporary_file(f".{target.name[:40]}.", ".part", target.parent) as (file, temporary):
        yield file
        file.flush()
        os.fsync(file.fileno())
        temporary.chmod(_mode(target))
        temporary.replace(target)


def _mode(target: Path) -> int:
    try:
        return target.stat().st_mode & 0o7777
    except FileNotFoundError:
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask

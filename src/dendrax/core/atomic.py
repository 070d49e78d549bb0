"""Files that are never half-written: a temporary name in the same folder, flushed to the disk, then renamed.

    write .NAME.XXXXXXXX.dendrax-part → flush it → rename it to NAME → flush the folder

The writer holds a lock on its temporary file for as long as it lives, so the next writer knows which ones a killed
process has left, and removes them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from dendrax.core.unfinished import unfinished

try:
    import fcntl
except ImportError:  # no such locks on this system: what a killed process left stays
    fcntl = None

SUFFIX = ".dendrax-part"
PIECE = 2**20  # bytes in one write
FULL = (errno.ENOSPC, errno.EDQUOT)


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file so that its name holds the whole old content or the whole new one, whatever happens.

    Parameters
    ----------
    path : path
        The file; a link is followed, so that what it points to is replaced.
    content : bytes
        All of its new content.

    Raises
    ------
    OSError
        If the folder cannot be written, or the disk is full; the old file is untouched.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_atomically(Path(folder) / "a.txt", b"whole")
    ...     (Path(folder) / "a.txt").read_text()
    'whole'
    """
    target = _target(path)
    with _replacement(target) as descriptor:
        try:
            _write(descriptor, content)
            os.fsync(descriptor)
        except OSError as error:
            raise _explained(error, target, len(content)) from None


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """Write a file piece by piece; its name holds the whole old content or, once the block ends well, the whole new.

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
    with _replacement(_target(path)) as descriptor:
        with os.fdopen(descriptor, "wb", closefd=False) as file:
            yield file
        os.fsync(descriptor)


@contextlib.contextmanager
def _replacement(target: Path) -> Iterator[int]:
    """Give a descriptor to write; once the block ends well, what was written takes the target's place."""
    _remove_left_over(target)
    with _temporary(target) as (descriptor, temporary):
        yield descriptor
        os.replace(temporary, target)  # noqa: PTH105 - one call, so that each can be made to fail in a test
    _flush_folder(target.parent)


def _target(path: str | os.PathLike[str]) -> Path:
    target = Path(os.path.realpath(path))
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "only a regular file can be replaced", str(path))
    return target


def _stem(target: Path) -> str:
    return f".{target.name[:40]}."


@contextlib.contextmanager
def _temporary(target: Path) -> Iterator[tuple[int, Path]]:
    """Make an empty file beside the target, locked and with the target's mode; it is gone at the end."""
    descriptor, temporary = _created(target)
    try:
        with unfinished(temporary):
            if target.exists():
                os.fchmod(descriptor, target.stat().st_mode & 0o7777)
            yield descriptor, temporary
    finally:
        os.close(descriptor)


def _created(target: Path) -> tuple[int, Path]:
    mode = 0o600 if target.exists() else 0o666
    while True:
        temporary = target.parent / f"{_stem(target)}{secrets.token_hex(4)}{SUFFIX}"
        try:
            descriptor = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, mode)
        except FileExistsError:
            continue
        _lock(descriptor, wait=True)
        if os.fstat(descriptor).st_nlink:
            return descriptor, temporary
        os.close(descriptor)  # another writer took it for left over, before it was locked


def _lock(descriptor: int, *, wait: bool) -> bool:
    """Lock a file; say whether that worked."""
    if fcntl is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # held by its writer, or a file system without locks
        return False
    return True


def _remove_left_over(target: Path) -> None:
    """Remove the temporary files of this target whose writers no longer live."""
    pattern = re.compile(re.escape(_stem(target)) + "[0-9a-f]{8}" + re.escape(SUFFIX))
    with contextlib.suppress(OSError):
        for name in filter(pattern.fullmatch, os.listdir(target.parent)):  # noqa: PTH208
            with contextlib.suppress(OSError):
                _remove_if_unlocked(target.parent / name)


def _remove_if_unlocked(left_over: Path) -> None:
    descriptor = os.open(left_over, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if _lock(descriptor, wait=False):
            left_over.unlink()
    finally:
        os.close(descriptor)


def _write(descriptor: int, content: bytes) -> None:
    with memoryview(content) as view:
        at = 0
        while at < len(view):
            at += os.write(descriptor, view[at : at + PIECE])


def _explained(error: OSError, target: Path, needed: int) -> OSError:
    """Name the file, and how much space there is where the disk is full."""
    words = error.strerror or str(error)
    if error.errno in FULL:
        status = os.statvfs(target.parent)
        words = f"{words}: {needed} bytes are needed, {status.f_bavail * status.f_frsize} are free"
    return OSError(error.errno, f"{words}; the file is as it was", str(target))


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems cannot flush a folder
            raise
    finally:
        os.close(descriptor)

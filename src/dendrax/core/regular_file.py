"""The content of a regular file, read once: opened once, looked at by its descriptor, its start judged before the rest.

A path may name a pipe, a device, or be exchanged while it is looked at; a descriptor stays what it is.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from dendrax.core.limits import LimitError, within

KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}
# a pipe is opened without waiting for its other end, a terminal without becoming ours
FLAGS = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_CLOEXEC", "O_NONBLOCK", "O_NOCTTY", "O_BINARY"))
START = 256


class FileKindError(ValueError):
    """A path names no regular file, or one that cannot be taken."""


def read_regular(path: str | os.PathLike[str], judge: Callable[[bytes], None]) -> bytearray:
    """Read a regular file.

    Parameters
    ----------
    path : path
        The file; a link is followed.
    judge : callable
        Called with the first 256 bytes; it raises where the rest need not be read.

    Returns
    -------
    bytearray
        The content.

    Raises
    ------
    FileKindError
        If it is a folder, a pipe, a device or a socket, no path at all, larger than `LIMITS["file"]`, or changed while
        it was read.
    OSError
        If it cannot be opened or read.
    """
    name = os.fsdecode(path)
    if "\0" in name:
        raise FileKindError("must be a path; it holds the character NUL")
    descriptor = os.open(name, FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise FileKindError(
                f"must be a regular file; it is {KINDS.get(stat.S_IFMT(status.st_mode), 'another thing')}"
            )
        judge(os.read(descriptor, START))
        _judge_size(status.st_size)
        os.lseek(descriptor, 0, os.SEEK_SET)
        return _whole(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _judge_size(size: int) -> None:
    try:
        within("file", size)
    except LimitError as error:
        raise FileKindError(f"is too large: {error}") from None


def _whole(descriptor: int, size: int) -> bytearray:
    content = bytearray(size)
    with os.fdopen(descriptor, "rb", buffering=0, closefd=False) as file, memoryview(content) as view:
        at = 0
        while at < size and (n := file.readinto(view[at:])):
            at += n
        if at < size or file.read(1):
            raise FileKindError("must stay as it is while it is read; its size changed")
    return content

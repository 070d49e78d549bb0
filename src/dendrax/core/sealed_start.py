"""What a file is by its first bytes: a sealed one of some kind and version, or one of another program.

    8 bytes, then {"__metadata__":{"dendrax":"KIND VERSION","sha256":"…","description":"…

Nothing more is read of a file that starts otherwise.
"""

from __future__ import annotations

import re

from dendrax.core.limits import LimitError, within

START = re.compile(
    rb'.{8}\{"__metadata__":\{"dendrax":"(?P<kind>[a-z]{1,20}) (?P<version>[1-9][0-9]{0,8})",'
    rb'"sha256":"(?P<digest>[0-9a-f]{64})","description":"',
    re.DOTALL,
)
FOREIGN = {  # how files of other programs start
    b"\x80": "it looks like a pickle, which dendrax never opens",
    b"PK": "it looks like a zip archive (.npz, .pt, .keras)",
    b"\x89HDF": "it looks like HDF5 (.h5)",
    b"\x89PNG": "it looks like a picture",
    b"<": "it looks like a page of HTML or XML",
}


class SealedFileError(ValueError):
    """A file is not a sealed one, or of another kind, or of a newer version, or damaged."""


def kind_of(content: bytes | bytearray | memoryview) -> str | None:
    """Say what kind of sealed file it starts as; None where it is none."""
    found = START.match(content)
    return None if found is None else found["kind"].decode()


def judge_start(start: bytes | memoryview, kind: str, version: int) -> re.Match[bytes]:
    """Look at the first bytes: raise unless they are those of a sealed file of this kind.

    Parameters
    ----------
    start : bytes
        The first 256 bytes, or more.
    kind : str
        "model" or "checkpoint".
    version : int
        The version that is understood; the header of a newer one may be longer.

    Returns
    -------
    Match
        With the groups kind, version and digest.

    Raises
    ------
    SealedFileError
        Saying what it seems to be.
    """
    found = START.match(start)
    if found is None:
        first = bytes(start[:8])
        hint = next((words for sign, words in FOREIGN.items() if first.startswith(sign)), "")
        raise SealedFileError(
            f"is not a {kind} of dendrax: "
            + (hint or ("it is empty" if not first else "it does not start as such a file does"))
        )
    if found["kind"].decode() != kind:
        raise SealedFileError(f"is not a {kind} of dendrax: it is a {found['kind'].decode()}")
    try:
        if int(found["version"]) <= version:
            within("header", int.from_bytes(start[:8], "little"))
    except LimitError as error:
        raise SealedFileError(f"is damaged: {error}") from None
    return found

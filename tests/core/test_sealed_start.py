"""What a file is, by its first bytes."""

from __future__ import annotations

import numpy as np
import pytest

from dendrax.core.sealed import seal
from dendrax.core.sealed_start import SealedFileError, judge_start, kind_of

CONTENT = seal("machine", 3, {"a": 1}, {"w": np.ones(3)})


def test_the_start_tells_kind_and_version():
    found = judge_start(CONTENT[:256], "machine", 3)
    assert (found["kind"], found["version"]) == (b"machine", b"3")
    assert kind_of(CONTENT[:256]) == "machine"


@pytest.mark.parametrize("other", [b"", CONTENT[:80], b"{" + CONTENT, b"PK\x03\x04" + bytes(300)])
def test_what_starts_otherwise_has_no_kind(other):
    assert kind_of(other) is None
    with pytest.raises(SealedFileError, match="is not a machine of dendrax: it"):
        judge_start(other, "machine", 3)


@pytest.mark.parametrize(
    ("start", "hint"),
    [
        (b"", "it is empty"),
        (b"\x80\x04\x95", "it looks like a pickle, which dendrax never opens"),
        (b"PK\x03\x04", "it looks like a zip archive"),
        (b"\x89HDF\r\n\x1a\n", "it looks like HDF5"),
        (b"\x89PNG\r\n", "it looks like a picture"),
        (b"<!DOCTYPE html>", "it looks like a page of HTML or XML"),
        (b"a,b\n1,2\n", "it does not start as such a file does"),
    ],
)
def test_a_file_of_another_program_is_named(start, hint):
    with pytest.raises(SealedFileError) as raised:
        judge_start(start, "model", 2)
    assert str(raised.value).startswith(f"is not a model of dendrax: {hint}")


def test_a_header_that_is_too_long_is_damage_except_in_a_newer_file():
    huge = (2**40).to_bytes(8, "little") + CONTENT[8:256]
    with pytest.raises(SealedFileError, match="is damaged"):
        judge_start(huge, "machine", 3)
    assert judge_start(huge, "machine", 2)["version"] == b"3"

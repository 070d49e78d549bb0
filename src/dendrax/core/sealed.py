"""A sealed file: named arrays beside a JSON description, under one checksum; what models and checkpoints are kept in.

    8 bytes      n: the length of the header, little-endian
    n bytes      the header, JSON: {"__metadata__":{"dendrax":"KIND VERSION","sha256":"…","description":"…"},
                 "NAME":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},…}, padded with blanks
    the rest     the arrays, little-endian, one after the other

It is a safetensors file, so that other programs read it, but in one form only: `unseal` takes exactly what `seal`
writes. The checksum is the SHA-256 of the whole file, with 64 zeros in its own place.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from dendrax.core.canonical_json import dumped, loaded
from dendrax.core.limits import within
from dendrax.core.sealed_start import SealedFileError, judge_start

TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "U64": "<u8", "I32": "<i4", "U32": "<u4", "U8": "|u1", "BOOL": "|b1"}
NAME = re.compile(r"(?!__)[A-Za-z0-9_.]{1,200}")  # "__metadata__" is no array
OPEN = "0" * 64  # the place of the checksum while it is computed
Arrays = dict[str, np.ndarray]


def seal(kind: str, version: int, described: Any, arrays: Mapping[str, np.ndarray]) -> bytes:
    """Write a description and arrays as the content of a sealed file.

    Parameters
    ----------
    kind : str
        What it holds: "model" or "checkpoint".
    version : int
        The version of the description.
    described : Any
        What JSON can hold.
    arrays : mapping of str to ndarray
        Of a type in `TYPES`.

    Returns
    -------
    bytes
        The content.

    Raises
    ------
    ValueError
        If JSON cannot hold the description, or there is more than a limit allows.

    Examples
    --------
    >>> content = seal("model", 2, {"a": 1}, {"w": np.ones(3)})
    >>> unseal(content, "model", 2)
    ({'a': 1}, {'w': array([1., 1., 1.])})
    """
    first = sorted(arrays, key=lambda name: -arrays[name].itemsize)  # so that every array is aligned
    ordered = {name: _little_endian(arrays[name]) for name in first}
    tag = {"dendrax": f"{kind} {version}", "sha256": OPEN, "description": dumped(described)}
    text = dumped({"__metadata__": tag, **_entries(ordered)}).encode()
    text += b" " * (-len(text) % 8)
    start = len(text).to_bytes(8, "little") + text
    _parsed(text)  # nothing is written that would not be read
    pieces = [a.reshape(-1).view(np.uint8).data for a in ordered.values()]
    digest = hashlib.sha256(start)
    for piece in pieces:
        digest.update(piece)
    return b"".join([start.replace(OPEN.encode(), digest.hexdigest().encode(), 1), *pieces])


def _little_endian(array: np.ndarray) -> np.ndarray:
    return np.require(array, array.dtype.newbyteorder("<"), "C")


def _entries(arrays: Arrays) -> dict[str, Any]:
    names = {np.dtype(type_): name for name, type_ in TYPES.items()}
    entries, at = {}, 0
    for name, array in arrays.items():
        if NAME.fullmatch(name) is None:
            raise ValueError(f"array {name!r} must have a name of plain letters, digits, dots and underscores")
        if array.dtype not in names:
            raise ValueError(f"array {name!r} is of type {array.dtype}, which a file cannot hold")
        entries[name] = _entry(names[array.dtype], array.shape, at, array.nbytes)
        at += array.nbytes
    return entries


def _entry(type_: str, shape: tuple[int, ...], at: int, size: int) -> dict[str, Any]:
    return {"dtype": type_, "shape": list(shape), "data_offsets": [at, at + size]}


def unseal(content: bytes | bytearray, kind: str, version: int, oldest: int | None = None) -> tuple[Any, Arrays]:
    """Read the content of a sealed file.

    Parameters
    ----------
    content : bytes
        The whole file.
    kind : str
        What it must hold.
    version : int
        The newest version that is understood.
    oldest : int, optional
        The oldest one; where absent, there is no other.

    Returns
    -------
    Any
        The description.
    dict of str to ndarray
        Read-only views of the content.

    Raises
    ------
    SealedFileError
        If it is not what `seal` wrote, to the bit, or was made by a newer version.
    """
    whole = memoryview(content).toreadonly()
    found = judge_start(whole, kind, version)
    place = slice(*found.span("digest"))
    digest = hashlib.sha256(whole[: place.start])
    digest.update(OPEN.encode())
    digest.update(whole[place.stop :])
    if digest.hexdigest().encode() != found["digest"]:
        raise SealedFileError("is damaged: its checksum does not fit its content; it was cut short or changed")
    theirs = int(found["version"])
    if theirs > version:
        raise SealedFileError(
            f"was made by a newer version of dendrax: {kind} format {theirs}, where this one reads {version}; "
            "update dendrax"
        )
    if theirs < (oldest or version):
        raise SealedFileError(f"has {kind} format {theirs}, which this version of dendrax does not read; train again")
    try:
        return _opened(whole)
    except ValueError as error:
        raise SealedFileError(f"is damaged: {error}") from None


def _opened(whole: memoryview) -> tuple[Any, Arrays]:
    size = int.from_bytes(whole[:8], "little")
    if size > len(whole) - 8 or size % 8:
        raise ValueError("its header is longer than the file, or not a multiple of 8 bytes")
    header = _parsed(bytes(whole[8 : 8 + size]))
    tag = header.pop("__metadata__")
    arrays = _views(header, whole[8 + size :])
    return loaded(tag["description"]), arrays


def _parsed(text: bytes) -> dict[str, Any]:
    within("header", len(text))
    blank = len(text) - len(text.rstrip(b" "))
    header = loaded(text[: len(text) - blank].decode("ascii"))
    tag = header.get("__metadata__")
    if blank >= 8 or set(tag) != {"dendrax", "sha256", "description"} or not isinstance(tag["description"], str):
        raise ValueError("its header is not in the one form that dendrax writes")
    within("arrays", len(header) - 1)
    return header


def _views(header: dict[str, Any], data: memoryview) -> Arrays:
    arrays, at = {}, 0
    for name, entry in header.items():
        if NAME.fullmatch(name) is None or not isinstance(entry, dict) or entry.get("dtype") not in [*TYPES]:
            raise ValueError(f"array {name[:80]!r} must have a plain name and a type among {', '.join(TYPES)}")
        shape = _shape(name, entry.get("shape"))
        dtype = np.dtype(TYPES[entry["dtype"]])
        count = math.prod(shape)
        size = count * dtype.itemsize
        expected = _entry(entry["dtype"], shape, at, size)
        if not _same(entry, expected) or at + size > len(data):
            raise ValueError(f"array {name!r} must fill the place that its shape asks for")
        arrays[name] = np.frombuffer(data[at : at + size], dtype).reshape(shape) if count else np.empty(shape, dtype)
        if dtype.kind == "b" and arrays[name].view(np.uint8).max(initial=0) > 1:
            raise ValueError(f"array {name!r} must hold true and false only")
        at += size
    if at != len(data):
        raise ValueError(f"its arrays must fill the file; {len(data) - at} bytes are left over")
    return arrays


def _same(entry: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Compare names in their order and values in their types: 0 == False == 0.0 in Python."""
    return list(entry.items()) == list(expected.items()) and all(type(n) is int for n in entry["data_offsets"])


def _shape(name: str, shape: Any) -> tuple[int, ...]:
    if not isinstance(shape, list) or any(type(n) is not int or n < 0 for n in shape):
        raise ValueError(f"array {name!r} must have a shape of whole numbers of 0 or more")
    within("axes", len(shape))
    within("elements", math.prod(max(n, 1) for n in shape))
    return tuple(shape)

"""The sealed file: what `seal` wrote is read to the bit, and nothing else is; safetensors is its oracle."""

from __future__ import annotations

import json
from functools import partial

import forging
import numpy as np
import pytest
from forging import signed, table_of
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from safetensors.numpy import load as by_safetensors

from dendrax.core.limits import LIMITS, Limit
from dendrax.core.sealed import TYPES, seal, unseal
from dendrax.core.sealed_start import SealedFileError

forged = partial(forging.forged, tag="model 2")
DESCRIBED = {"text": 'é\n"😀', "list": [1, 2.5, None, True], "object": {}}
ARRAYS = {
    "a": np.arange(6, dtype=np.float32).reshape(2, 3),
    "b.0": np.array([1.5, np.nan, -np.inf]),
    "scalar": np.array(3, np.int32),
    "bits": np.array([True, False, True]),
    "empty": np.empty((0, 4), np.uint32),
}
NUMBERS = st.sampled_from([np.float64, np.float32, np.int64, np.uint64, np.int32, np.uint32, np.uint8, np.bool_])


def refused(content, words, kind="model", version=2):
    with pytest.raises(SealedFileError, match=words) as raised:
        unseal(content, kind, version)
    assert "\n" not in str(raised.value)


def same(one, other):
    assert one.keys() == other.keys()
    for name, array in one.items():
        assert (array.dtype, array.shape) == (other[name].dtype, other[name].shape)
        assert array.tobytes() == other[name].tobytes()


def test_what_was_sealed_comes_back_to_the_bit():
    content = seal("model", 2, DESCRIBED, ARRAYS)
    described, arrays = unseal(content, "model", 2)
    assert described == DESCRIBED
    same(arrays, ARRAYS)
    assert not any(array.flags.writeable for array in arrays.values() if array.size)
    assert seal("model", 2, described, arrays) == content


NAMES = st.from_regex("[A-Za-z0-9.][A-Za-z0-9_.]{0,9}", fullmatch=True)
ANY = hnp.arrays(NUMBERS, hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))


@given(st.dictionaries(NAMES, ANY, max_size=5))
def test_safetensors_reads_what_was_sealed(arrays):
    content = seal("checkpoint", 7, DESCRIBED, arrays)
    same(by_safetensors(content), arrays)
    same(unseal(content, "checkpoint", 7)[1], arrays)


def test_any_layout_in_memory_is_the_same_in_the_file():
    plain = np.arange(12.0).reshape(3, 4)
    strided = np.repeat(plain, 2, axis=1)[:, ::2]
    for array in (np.asfortranarray(plain), strided, plain.astype(">f8")):
        assert seal("model", 1, None, {"a": array}) == seal("model", 1, None, {"a": plain})


def test_every_array_is_aligned():
    odd = {"c": np.ones(3, np.uint8), "a": np.ones(3, np.float32), "b": np.ones(1)}
    for array in unseal(seal("model", 1, None, odd), "model", 1)[1].values():
        assert array.ctypes.data % array.itemsize == 0


def test_the_forger_of_these_tests_can_forge():
    entries, data = table_of(dict(sorted(ARRAYS.items(), key=lambda item: -item[1].itemsize)))
    text = json.dumps(DESCRIBED, separators=(",", ":"))
    assert forged(text, entries, data) == seal("model", 2, DESCRIBED, ARRAYS)


def test_F1_every_truncation_is_refused():
    content = seal("model", 2, DESCRIBED, ARRAYS)
    for length in range(len(content)):
        refused(content[:length], "is not a model of dendrax|is damaged")
    for more in (b"\0", b" ", content):
        refused(content + more, "is damaged: its checksum")


def test_F1_every_flipped_bit_is_refused():
    content = seal("model", 2, DESCRIBED, ARRAYS)
    for i in range(len(content)):
        for bit in range(8):
            refused(
                content[:i] + bytes([content[i] ^ (1 << bit)]) + content[i + 1 :],
                "is not a model of dendrax|is damaged",
            )


def test_F1_two_exchanged_bytes_are_refused():
    content = bytearray(seal("model", 2, DESCRIBED, ARRAYS))
    content[-1], content[-9] = content[-9], content[-1]
    assert content != seal("model", 2, DESCRIBED, ARRAYS)
    refused(bytes(content), "is damaged: its checksum does not fit")


def test_F5_another_kind_or_version_is_named():
    content = seal("model", 2, DESCRIBED, ARRAYS)
    refused(content, "is not a checkpoint of dendrax: it is a model", kind="checkpoint")
    refused(content, "newer version of dendrax: model format 2, where this one reads 1; update dendrax", version=1)
    refused(content, "has model format 2, which this version of dendrax does not read", version=3)
    assert unseal(content, "model", 3, oldest=2)[0] == DESCRIBED
    with pytest.raises(SealedFileError, match="has model format 2, which"):
        unseal(content, "model", 4, oldest=3)


def test_F5_a_damaged_version_is_no_newer_one():
    content = seal("model", 2, DESCRIBED, ARRAYS)
    refused(content.replace(b"model 2", b"model 6"), "is damaged: its checksum")


F32 = {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}
ZEROS = b"\0" * 24


@pytest.mark.parametrize(
    "change",
    [
        {"shape": [2, 4]},
        {"shape": [6, 1.0]},
        {"shape": [True, 6]},
        {"shape": [-2, -3]},
        {"shape": [2**62, 2**62, 0]},
        {"shape": [2**63, 2]},
        {"shape": [2**64 + 2, 3]},
        {"shape": [10**99, 3]},
        {"shape": ["2", 3]},
        {"shape": [[2, 3]]},
        {"shape": 6},
        {"shape": None},
        {"shape": [1] * 9 + [6]},
        {"shape": []},
        {"data_offsets": [0, 23]},
        {"data_offsets": [0, 2**64 + 24]},
        {"data_offsets": [-24, 0]},
        {"data_offsets": [0.0, 24]},
        {"data_offsets": [False, 24]},
        {"data_offsets": [4, 28]},
        {"data_offsets": [0, 24, 24]},
        {"data_offsets": {}},
        {"data_offsets": None},
        {"dtype": "F64"},
        {"dtype": "F16"},
        {"dtype": "O"},
        {"dtype": "f4"},
        {"dtype": None},
        {"dtype": ["F32"]},
        {"more": 1},
    ],
    ids=str,
)
def test_F2_a_declared_shape_is_held_against_the_bytes(change):
    refused(forged("null", {"a": F32 | change}, ZEROS), "is damaged: (array 'a'|it may hold)")
    unseal(forged("null", {"a": F32}, ZEROS), "model", 2)


@pytest.mark.parametrize(
    ("entries", "data"),
    [
        ({"a": F32, "b": F32}, ZEROS),
        ({"a": F32, "b": F32}, ZEROS * 2),
        ({"b": F32 | {"data_offsets": [24, 48]}, "a": F32}, ZEROS * 2),
        ({"a": F32}, ZEROS + b"\0"),
        ({"a": F32}, ZEROS[1:]),
        ({}, b"\0"),
        ({"a": {"shape": [2, 3], "dtype": "F32", "data_offsets": [0, 24]}}, ZEROS),
        ({"a": []}, b""),
        ({"a": None}, b""),
        ({"../../etc/passwd": F32}, ZEROS),
        ({"": F32}, ZEROS),
        ({"a" * 201: F32}, ZEROS),
        ({"bits": {"dtype": "BOOL", "shape": [2], "data_offsets": [0, 2]}}, b"\1\2"),
    ],
    ids=range(13),
)
def test_F2_arrays_fill_the_file_and_nothing_overlaps(entries, data):
    refused(forged("null", entries, data), "is damaged: .*array")


def test_F3_the_same_array_twice_is_refused():
    one = '"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}'
    two = '"a":{"dtype":"F32","shape":[2,3],"data_offsets":[24,48]}'
    refused(forged("null", f"{{{one},{two}}}", ZEROS * 2), "is damaged: its JSON is not in the one form")


def test_F4_a_header_in_another_form_is_refused():
    good = forged('{"a":1}', {"a": F32}, ZEROS)
    unseal(good, "model", 2)
    size = int.from_bytes(good[:8], "little")
    text, data = good[8 : 8 + size], good[8 + size :]

    def with_header(header):
        return signed(len(header).to_bytes(8, "little") + header + data)

    for header in (
        text + b" " * 8,
        text.rstrip(),
        text.rstrip() + b"\n" * (size - len(text.rstrip())),
        text.replace(b'"dtype":', b'"dtype": ').ljust(size + 8),
        text.replace(b"F32", b"F\xc3\xa9").ljust(size + 8),
        text.replace(b'{\\"a\\":1}', b'{\\"a\\":1,\\"a\\":2}').ljust(size + 8),
        text.replace(b'},"a":', b',"x":"y"},"a":').ljust(size + 8),
        text[:-8],
        text + data[:8],
    ):
        refused(with_header(header), "is damaged")


@pytest.mark.parametrize("size", [2**63, 2**64 - 1, 2**40, LIMITS["header"].most + 8])
def test_F2_a_huge_header_is_refused_by_its_length(size):
    content = seal("model", 2, DESCRIBED, ARRAYS)
    refused(signed(size.to_bytes(8, "little") + content[8:]), "it may hold at most 4194304 bytes in the header; got")
    refused(size.to_bytes(8, "little") + content[8:], "it may hold at most 4194304 bytes in the header; got")


def test_F2_a_header_longer_than_the_file_is_refused():
    content = seal("model", 2, DESCRIBED, ARRAYS)
    for size in (0, 8, 4096, len(content) - 7):
        refused(signed(size.to_bytes(8, "little") + content[8:]), "is damaged")


def test_F2_too_many_arrays_are_refused():
    entries = {f"{i}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for i in range(4001)}
    refused(forged("null", entries), "it may hold at most 4000 arrays; got 4001")
    many = ",".join(f'"{i}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}' for i in range(100_000))
    refused(forged("null", f"{{{many}}}"), "it may hold at most")


@pytest.mark.parametrize("array", [np.ones(2, np.float16), np.array(["a"]), np.array([object()]), np.ones(1, complex)])
def test_what_a_file_cannot_hold_is_not_sealed(array):
    with pytest.raises(ValueError, match=r"array 'a' is of type .*, which a file cannot hold"):
        seal("model", 2, None, {"a": array})


@pytest.mark.parametrize("name", ["", "a b", "../a", "é", "a" * 201, "__metadata__"])
def test_names_are_plain(name):
    with pytest.raises(ValueError, match="must have a name of plain letters"):
        seal("model", 2, None, {name: np.ones(1)})


def test_nothing_is_sealed_that_would_be_refused(monkeypatch):
    with pytest.raises(ValueError, match="at most 200000 values"):
        seal("model", 2, [0] * 300_000, {})
    with pytest.raises(ValueError, match="at most 4194304 bytes in the header"):
        seal("model", 2, "x" * 5_000_000, {})
    monkeypatch.setitem(LIMITS, "arrays", Limit(1, "arrays"))
    with pytest.raises(ValueError, match="at most 1 arrays; got 2"):
        seal("model", 2, None, {"a": np.ones(1), "b": np.ones(1)})


def test_every_type_of_the_table_is_one_of_safetensors():
    arrays = {name: np.ones(2, dtype) for name, dtype in TYPES.items()}
    same(by_safetensors(seal("model", 2, None, arrays)), arrays)

"""Row F8: whatever a path names, a regular file is read once, and anything else is refused, without waiting."""

import os
import socket
from pathlib import Path

import pytest

from dendrax.core import regular_file
from dendrax.core.limits import LIMITS, Limit
from dendrax.core.regular_file import FileKindError, read_regular


def take(_):
    """Judge any start as good."""


@pytest.mark.parametrize("content", [b"", b"x", b"abc" * 100_000])
def test_the_content_comes_whole(tmp_path, content):
    (tmp_path / "f").write_bytes(content)
    starts = []
    assert read_regular(tmp_path / "f", starts.append) == content
    assert starts == [content[:256]]
    (tmp_path / "link").symlink_to(tmp_path / "f")
    assert read_regular(str(tmp_path / "link"), take) == content
    assert read_regular(os.fsencode(tmp_path / "f"), take) == content


def test_F8_what_is_no_regular_file_is_named(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path, words in {tmp_path: "a folder", tmp_path / "pipe": "a pipe", "/dev/zero": "a device"}.items():
        with pytest.raises(FileKindError, match=f"must be a regular file; it is {words}"):
            read_regular(path, take)


def test_F8_a_pipe_with_a_writer_is_not_drained(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(tmp_path / "pipe", os.O_WRONLY)
    os.write(writer, b"kept")
    with pytest.raises(FileKindError, match="a pipe"):
        read_regular(tmp_path / "pipe", take)
    assert os.read(reader, 9) == b"kept"
    os.close(reader)
    os.close(writer)


def test_F8_what_cannot_be_opened_is_an_ordinary_error(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nothing")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
        for name in ("loop", "dangling", "nothing", "socket", "x" * 300):
            with pytest.raises(OSError, match=name[:5]):
                read_regular(tmp_path / name, take)


def test_F8_a_path_with_nul_is_refused():
    with pytest.raises(FileKindError, match="NUL"):
        read_regular("a\0b", take)


def test_F8_odd_names_are_only_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("-x", "--help", "~", "a b", "é😀", "http:", "$HOME", "*", "n" * 255):
        (tmp_path / name).write_bytes(name.encode())
        assert read_regular(name, take) == name.encode()


def test_the_rest_is_not_read_where_the_start_is_refused(tmp_path, monkeypatch):
    (tmp_path / "f").write_bytes(b"x" * 1000)
    monkeypatch.setattr(regular_file, "_whole", lambda *_: pytest.fail("it was read"))

    def refuse(start):
        raise ValueError(f"{len(start)} bytes were enough")

    with pytest.raises(ValueError, match="256 bytes were enough"):
        read_regular(tmp_path / "f", refuse)


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path, monkeypatch):
    monkeypatch.setitem(LIMITS, "file", Limit(10, "bytes"))
    (tmp_path / "f").write_bytes(b"x" * 11)
    with pytest.raises(FileKindError, match="is too large: it may hold at most 10 bytes; got 11"):
        read_regular(tmp_path / "f", take)


@pytest.mark.parametrize("change", [b"", b"x" * 2000])
def test_F8_a_file_that_changes_while_it_is_read_is_refused(tmp_path, change):
    path = tmp_path / "f"
    path.write_bytes(b"x" * 1000)
    with pytest.raises(FileKindError, match="its size changed"):
        read_regular(path, lambda _: path.write_bytes(change) and None)


def test_F8_a_link_exchanged_while_it_is_read_changes_nothing(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).write_bytes(name.encode() * 1000)
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "a")

    def exchange(_):
        link.unlink()
        link.symlink_to(tmp_path / "b")

    assert read_regular(link, exchange) == b"a" * 1000


def test_no_descriptor_is_left_open(tmp_path):
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(3):
        with pytest.raises(FileKindError):
            read_regular(tmp_path, take)
    assert len(list(Path("/dev/fd").iterdir())) == before

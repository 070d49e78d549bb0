import gzip
import io
import os
import sys
from pathlib import Path

import pytest

from dendrax.data import plain_file as module
from dendrax.data.plain_file import check_encoding, plain_file
from dendrax.data.tables import DataError

TABLE = "größe,b\nä,1\n"


def opened(source, encoding=None):
    with plain_file(source, encoding) as file:
        return file.path.read_bytes(), file


def typed(monkeypatch, content, terminal=False):
    class Stream(io.TextIOWrapper):
        def isatty(self):
            return terminal

    monkeypatch.setattr(sys, "stdin", Stream(io.BytesIO(content)))


def test_a_plain_file_is_read_where_it_lies(tmp_path):
    path = tmp_path / "a.CSV"
    path.write_text(TABLE)
    content, file = opened(path)
    assert (content.decode(), file.path, file.suffix, file.encoding) == (TABLE, path, ".csv", "utf-8")


@pytest.mark.parametrize(
    ("coded", "named", "found"),
    [
        ("utf-16", None, "utf-16"),
        ("latin-1", "latin-1", "latin-1"),
        ("utf-8-sig", "utf-8", "utf-8"),
        ("cp1252", "Windows-1252", "Windows-1252"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_D9_text_of_any_encoding_becomes_utf_8(tmp_path, coded, named, found, packed):
    path = tmp_path / ("a.csv.gz" if packed else "a.csv")
    content = TABLE.encode(coded)
    path.write_bytes(gzip.compress(content) if packed else content)
    content, file = opened(path, named)
    assert content.decode("utf-8-sig") == TABLE
    assert (file.shown, file.suffix, file.encoding) == (str(path), ".csv", found)
    assert file.path == path or not file.path.exists()


def test_D9_big_endian_utf_16_is_known_by_its_mark(tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xfe\xff" + TABLE.encode("utf-16-be"))
    assert opened(tmp_path / "a.csv")[0].decode() == TABLE


@pytest.mark.parametrize("name", ["nope", "hex", "undefined", "a\0b", ""])
def test_D9_an_encoding_that_is_none(name):
    with pytest.raises(DataError, match="encoding must name one that Python knows, such as latin-1; got"):
        check_encoding(name)


@pytest.mark.parametrize(
    ("content", "encoding", "words"),
    [
        ("ä,b\n".encode("latin-1"), "ascii", r"a\.csv: text must be ascii; near byte 1 it is not"),
        (b"\xff\xfea\0b", None, r"a\.csv: text must be utf-16; near byte 6 it is not"),
        (b"a\xff\xfeb", "utf-16-le", "text must be utf-16-le"),
        (b"a,\xd8\x00\x00", "utf-16-be", "text must be utf-16-be"),
    ],
)
def test_D9_text_that_does_not_fit_its_encoding(tmp_path, content, encoding, words):
    (tmp_path / "a.csv").write_bytes(content + b"\0" * (encoding == "utf-16-le"))
    with pytest.raises(DataError, match=words):
        opened(tmp_path / "a.csv", encoding)
    assert not list(tmp_path.glob("dendrax.*"))


def test_D10_a_packed_file_is_unpacked_within_bounds(tmp_path, monkeypatch):
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 10**6))
    assert len(opened(path)[0]) == 10**6
    monkeypatch.setattr(module, "ALWAYS", 10**5)
    with pytest.raises(DataError, match=r"bomb\.csv\.gz must unpack to at most \d+ bytes, 200 times its size"):
        opened(path)


@pytest.mark.parametrize("damage", [lambda c: c[:-9], lambda c: c[:20], lambda c: b"abc", lambda c: c[:-8] + b"\0" * 8])
def test_D10_a_damaged_packed_file(tmp_path, damage):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(damage(gzip.compress(TABLE.encode() * 9)))
    with pytest.raises(DataError, match=r"a\.csv\.gz cannot be unpacked"):
        opened(path)


def fifo(folder):
    os.mkfifo(folder / "a.csv")


def loop(folder):
    (folder / "b.csv").symlink_to(folder / "a.csv")
    (folder / "a.csv").symlink_to(folder / "b.csv")


def device(folder):
    (folder / "a.csv").symlink_to("/dev/zero")


ODD = {
    "pipe": (fifo, "must be a regular file; a pipe can be read as standard input, with - for its name"),
    "device": (device, "must be a regular file"),
    "loop of links": (loop, "is a link that leads to no file"),
    "link to nothing": (lambda f: (f / "a.csv").symlink_to(f / "c.csv"), "is a link that leads to no file"),
    "folder": (lambda f: (f / "a.csv").mkdir(), "must be a file; it is a folder"),
    "nothing": (lambda f: None, "there is no file"),
    "empty": (lambda f: (f / "a.csv").touch(), "is empty"),
}


@pytest.mark.parametrize(("make", "words"), ODD.values(), ids=ODD)
def test_D10_no_read_hangs(tmp_path, make, words):
    make(tmp_path)
    with pytest.raises(DataError, match=words) as error:
        opened(tmp_path / "a.csv")
    assert str(tmp_path / "a.csv") in str(error.value)


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "a\0.csv", "", "a", "a.csv.zip", "a.parquet.gz", ".csv"])
def test_D10_names_that_are_none(tmp_path, name):
    for odd in ("a", "a.csv.zip", "a.parquet.gz", ".csv"):
        (tmp_path / odd).write_text(TABLE)
    with pytest.raises(DataError):
        opened(tmp_path / name)


def test_D10_an_error_of_the_disk_is_one_of_the_data(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text(TABLE)

    def broken(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(Path, "open", broken)
    with pytest.raises(DataError, match=r"a\.csv cannot be read: Input/output error"):
        opened(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("content", "suffix"), [(TABLE, ".csv"), ('{"a": 1}\n', ".jsonl"), ('\ufeff \n {"a": 1}\n', ".jsonl")]
)
def test_standard_input_is_a_table(monkeypatch, content, suffix):
    typed(monkeypatch, content.encode())
    read, file = opened("-")
    assert (read.decode(), file.shown, file.suffix) == (content, "standard input", suffix)
    assert not file.path.exists()


def test_D10_standard_input_that_is_none(monkeypatch):
    typed(monkeypatch, b"")
    with pytest.raises(DataError, match="standard input is empty"):
        opened("-")
    typed(monkeypatch, TABLE.encode(), terminal=True)
    with pytest.raises(DataError, match="standard input must be a table; it is a terminal"):
        opened(Path("-"))


def test_D10_standard_input_without_an_end(monkeypatch):
    with Path("/dev/zero").open("rb") as endless:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(endless))
        with pytest.raises(DataError, match="standard input must be text, as CSV or JSON Lines; it holds NUL bytes"):
            opened("-")


def test_standard_input_in_utf_16(monkeypatch):
    for encoding in (None, "utf-16"):
        typed(monkeypatch, TABLE.encode("utf-16"))
        assert opened("-", encoding)[0].decode() == TABLE
    typed(monkeypatch, '{"a": 1}'.encode("utf-16"))
    assert opened("-")[1].suffix == ".jsonl"
    typed(monkeypatch, TABLE.encode("utf-16-le"))
    assert opened("-", "utf-16-le")[0].decode() == TABLE

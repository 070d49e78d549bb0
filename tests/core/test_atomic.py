import errno
import os
import stat
from pathlib import Path

import pytest

from dendrax.core.atomic import write_atomically


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_new_content_replaces_the_old(tmp_path):
    file = tmp_path / "a.bin"
    for content in (b"first", b"\x00" * 100_000, b""):
        write_atomically(file, content)
        assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("step", ["fsync", "replace", "interrupt"])
def test_a_failing_write_leaves_the_old_file_whole_and_nothing_beside_it(tmp_path, monkeypatch, step):
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")
    trouble = KeyboardInterrupt() if step == "interrupt" else OSError(errno.ENOSPC, "No space left on device")

    def fail(*_):
        raise trouble

    if step == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    else:
        monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(type(trouble)):
        write_atomically(file, b"new")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.bin"]
    assert file.read_bytes() == b"old"


def test_a_failing_first_write_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("no")))
    with pytest.raises(OSError, match="no"):
        write_atomically(tmp_path / "a.bin", b"new")
    assert list(tmp_path.iterdir()) == []


def test_the_new_content_is_on_the_disk_before_the_name_moves(tmp_path, monkeypatch):
    steps = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (steps.append(("fsync", os.fstat(fd).st_size)), fsync(fd)))
    monkeypatch.setattr(Path, "replace", lambda self, to: (steps.append(("replace", to)), replace(self, to)))
    write_atomically(tmp_path / "a.bin", b"12345")
    assert steps == [("fsync", 5), ("replace", tmp_path / "a.bin")]


@pytest.mark.parametrize("bits", [0o600, 0o640, 0o755])
def test_mode_bits_of_an_old_file_are_kept(tmp_path, bits):
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")
    file.chmod(bits)
    write_atomically(file, b"new")
    assert mode(file) == bits


def test_a_new_file_has_the_mode_that_open_gives(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "ours", b"")
    assert mode(tmp_path / "ours") == mode(tmp_path / "plain")


@pytest.mark.parametrize("exists", [True, False])
def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path, exists):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "a.bin", tmp_path / "link"
    if exists:
        target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


def test_the_longest_name_can_be_written(tmp_path):
    file = tmp_path / ("n" * 255)
    write_atomically(file, b"new")
    assert file.read_bytes() == b"new"


def test_an_absent_folder_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "nowhere" / "a.bin", b"new")

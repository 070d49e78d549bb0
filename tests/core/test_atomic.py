"""Row F9: a file is the whole old one or the whole new one, and nothing lies beside it."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from dendrax.core import atomic
from dendrax.core.atomic import SUFFIX, replacing, write_atomically

LOOPS = Path(__file__).parent / "saving_loops.py"


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def run_loops(*arguments):
    """Run processes that save; their complaints are the message of the failure."""
    done = subprocess.run([sys.executable, LOOPS, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_new_content_replaces_the_old(tmp_path):
    file = tmp_path / "a.bin"
    for content in (b"first", b"\x00" * 3_000_000, b""):
        write_atomically(file, content)
        assert file.read_bytes() == content
    assert list(tmp_path.iterdir()) == [file]


def test_F9_kill_at_any_moment_leaves_a_whole_file(tmp_path):
    run_loops("kill", tmp_path, 40)


def test_T5_the_last_of_two_writers_wins_whole(tmp_path):
    run_loops("race", tmp_path, 60)


def test_F9_a_disk_that_fills_up_at_any_byte_leaves_the_old_file(tmp_path):
    run_loops("full", tmp_path, 30_000)


def failing(monkeypatch, call, place, trouble):
    """Make the call of that place, counted from 0, to a function of `os` fail; say how often it was called."""
    original, calls = getattr(os, call), []

    def counted(*arguments, **options):
        calls.append(arguments)
        if len(calls) == place + 1:
            raise trouble
        return original(*arguments, **options)

    monkeypatch.setattr(os, call, counted)
    return calls


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EDQUOT])
@pytest.mark.parametrize(
    ("call", "place"),
    [("write", 0), ("write", 1), ("write", 3), ("fsync", 0), ("replace", 0), ("fchmod", 0), ("open", 0)],
)
def test_F9_whatever_fails_the_old_file_stays(tmp_path, monkeypatch, call, place, number):
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")
    with monkeypatch.context() as patch:
        calls = failing(patch, call, place, OSError(number, os.strerror(number)))
        with pytest.raises(OSError, match=os.strerror(number)):
            write_atomically(file, b"n" * 4_000_000)
    assert len(calls) == place + 1
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("call", ["write", "fsync", "replace"])
def test_F9_ctrl_c_leaves_the_old_file(tmp_path, monkeypatch, call):
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")
    with monkeypatch.context() as patch:
        failing(patch, call, 0, KeyboardInterrupt())
        with pytest.raises(KeyboardInterrupt):
            write_atomically(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_F9_where_there_was_no_file_a_failure_leaves_none(tmp_path, monkeypatch):
    failing(monkeypatch, "fsync", 0, OSError(errno.EIO, "no"))
    with pytest.raises(OSError, match="no"):
        write_atomically(tmp_path / "a.bin", b"new")
    assert list(tmp_path.iterdir()) == []


def test_F9_a_full_disk_is_named_with_the_space_there_is(tmp_path, monkeypatch):
    failing(monkeypatch, "write", 0, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(OSError, match=r"5 bytes are needed, \d+ are free; the file is as it was: '.*a\.bin'"):
        write_atomically(tmp_path / "a.bin", b"12345")


def test_F9_short_writes_are_continued(tmp_path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, content: write(descriptor, content[:7]))
    write_atomically(tmp_path / "a.bin", bytes(range(100)))
    assert (tmp_path / "a.bin").read_bytes() == bytes(range(100))


def test_F9_a_folder_that_cannot_be_flushed_is_no_fault_unless_the_disk_is(tmp_path, monkeypatch):
    for number, content in ((errno.EINVAL, b"1"), (errno.EIO, b"2")):
        with monkeypatch.context() as patch:
            failing(patch, "fsync", 1, OSError(number, os.strerror(number)))
            if number == errno.EINVAL:
                write_atomically(tmp_path / "a", content)
            else:
                with pytest.raises(OSError, match=os.strerror(number)):
                    write_atomically(tmp_path / "a", content)
        assert (tmp_path / "a").read_bytes() == content


def test_content_is_on_the_disk_before_the_name_moves_and_then_the_name(tmp_path, monkeypatch):
    steps = []
    fsync, replace = os.fsync, os.replace

    def flush(descriptor):
        status = os.fstat(descriptor)
        steps.append("flush the folder" if stat.S_ISDIR(status.st_mode) else f"flush {status.st_size} bytes")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", flush)
    monkeypatch.setattr(os, "replace", lambda old, new: (steps.append(f"rename to {new.name}"), replace(old, new)))
    write_atomically(tmp_path / "a.bin", b"12345")
    assert steps == ["flush 5 bytes", "rename to a.bin", "flush the folder"]


def left_over(folder, name="a.bin", token="0123abcd"):
    path = folder / f".{name}.{token}{SUFFIX}"
    path.write_bytes(b"half")
    return path


def test_F9_what_a_killed_process_left_is_removed_by_the_next_save(tmp_path):
    stale = [left_over(tmp_path), left_over(tmp_path, token="ffffffff")]
    write_atomically(tmp_path / "a.bin", b"new")
    assert not any(path.exists() for path in stale)


def test_F9_nothing_else_is_removed(tmp_path):
    others = [
        left_over(tmp_path, name="b.bin"),
        left_over(tmp_path, token="0123abcdef"),
        left_over(tmp_path, token="notahexa"),
        tmp_path / ".a.bin.0123abcd.part",
        tmp_path / f"a.bin.0123abcd{SUFFIX}",
    ]
    for path in others:
        path.write_bytes(b"mine")
    (tmp_path / f".a.bin.00000001{SUFFIX}").mkdir()
    (tmp_path / f".a.bin.00000002{SUFFIX}").symlink_to(others[0])
    write_atomically(tmp_path / "a.bin", b"new")
    assert len(list(tmp_path.iterdir())) == len(others) + 3
    assert others[0].exists()


def test_F9_what_a_living_process_writes_is_left_to_it(tmp_path, monkeypatch):
    inner = []

    def meanwhile(descriptor):
        if not inner:
            inner.append(True)
            monkeypatch.undo()
            write_atomically(tmp_path / "a.bin", b"other")

    monkeypatch.setattr(os, "fsync", meanwhile)
    write_atomically(tmp_path / "a.bin", b"mine")
    assert (tmp_path / "a.bin").read_bytes() == b"mine"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.bin"]


def test_F9_a_temporary_file_taken_for_left_over_is_made_again(tmp_path, monkeypatch):
    lock, taken = atomic._lock, []

    def removed_before_it_is_locked(descriptor, *, wait):
        if wait and not taken:
            taken.extend(tmp_path.iterdir())
            taken[0].unlink()
        return lock(descriptor, wait=wait)

    monkeypatch.setattr(atomic, "_lock", removed_before_it_is_locked)
    write_atomically(tmp_path / "a.bin", b"new")
    assert taken
    assert (tmp_path / "a.bin").read_bytes() == b"new"


def test_a_name_that_is_taken_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / f".a.bin.00000000{SUFFIX}").mkdir()
    tokens = iter(["00000000", "00000001"])
    monkeypatch.setattr(atomic.secrets, "token_hex", lambda _: next(tokens))
    write_atomically(tmp_path / "a.bin", b"new")
    assert (tmp_path / "a.bin").read_bytes() == b"new"
    assert not [*tokens]


def test_without_locks_nothing_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "fcntl", None)
    stale = left_over(tmp_path)
    write_atomically(tmp_path / "a.bin", b"new")
    assert stale.exists()


@pytest.mark.parametrize("bits", [0o600, 0o640, 0o755])
def test_F9_mode_bits_of_an_old_file_are_kept(tmp_path, bits):
    file = tmp_path / "a.bin"
    file.write_bytes(b"old")
    file.chmod(bits)
    write_atomically(file, b"new")
    assert mode(file) == bits


def test_F9_a_private_file_is_private_while_it_is_written(tmp_path, monkeypatch):
    (tmp_path / "a.bin").write_bytes(b"old")
    (tmp_path / "a.bin").chmod(0o600)
    modes = []
    monkeypatch.setattr(os, "fsync", lambda _: modes.extend(mode(path) for path in tmp_path.iterdir()))
    write_atomically(tmp_path / "a.bin", b"new")
    assert set(modes) == {0o600}


def test_a_new_file_has_the_mode_that_open_gives(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "ours", b"")
    assert mode(tmp_path / "ours") == mode(tmp_path / "plain")


@pytest.mark.parametrize("exists", [True, False])
def test_F9_a_link_stays_and_what_it_points_to_is_replaced(tmp_path, exists):
    (tmp_path / "there").mkdir()
    target, link = tmp_path / "there" / "a.bin", tmp_path / "link"
    if exists:
        target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert list(target.parent.iterdir()) == [target]


def test_F8_a_link_to_itself_is_an_error(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(OSError, match="symbolic links"):
        write_atomically(tmp_path / "loop", b"new")
    assert (tmp_path / "loop").is_symlink()


def test_F8_folders_pipes_and_devices_are_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", "/dev/null"):
        with pytest.raises(OSError, match="only a regular file can be replaced"):
            write_atomically(path, b"new")


@pytest.mark.parametrize("name", ["n" * 255, "😀" * 63, "a b", "-x", "~", "."[:0] + ".hidden", "new\nline"])
def test_T5_odd_names_can_be_written(tmp_path, name):
    write_atomically(tmp_path / name, b"old")
    write_atomically(tmp_path / name, b"new")
    assert (tmp_path / name).read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_absent_folder_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "nowhere" / "a.bin", b"new")


def failing_block(path):
    with replacing(path) as file:
        file.write(b"new")
        raise KeyError


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o640)
    with replacing(path) as file:
        file.write(b"new")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_failure_leaves_the_old_file_alone(tmp_path):
    path = tmp_path / "a"
    path.write_text("old")
    with pytest.raises(KeyError):
        failing_block(path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_a_link_is_followed(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "a")
    with replacing(tmp_path / "link") as file:
        file.write(b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a").read_text() == "new"


def test_only_regular_files_are_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="only a regular file can be replaced"):
        failing_block(tmp_path / "pipe")

"""Processes that save in a loop, for the tests of atomic writing; run as a program: no JAX, so that it can fork.

python saving_loops.py kill FOLDER ROUNDS      kill −9 a process that saves, ROUNDS times, at random moments
python saving_loops.py race FOLDER SAVES       two processes save to one path, while a third reads it
python saving_loops.py full FOLDER SIZE        save SIZE bytes with files limited to every size below, in turn
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
import time
from pathlib import Path

from dendrax.core.atomic import SUFFIX, write_atomically
from dendrax.core.sealed import seal, unseal
from dendrax.core.sealed_start import SealedFileError

KIND, VERSION = "checkpoint", 1


def content(letter: str, size: int) -> bytes:
    return seal(KIND, VERSION, {"letter": letter, "text": letter * size}, {})


def judge(path: Path, allowed: tuple[str, ...]) -> str:
    """Say what is wrong with the file, or nothing."""
    try:
        described, _ = unseal(path.read_bytes(), KIND, VERSION)
    except SealedFileError as error:
        return str(error)
    return "" if described["letter"] in allowed else f"it holds {described['letter']}"


def forked(work) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
    finally:
        os._exit(0)


def save_for_ever(path: Path, *contents: bytes) -> None:
    while True:
        for each in contents:
            write_atomically(path, each)


def kill(folder: Path, rounds: int) -> list[str]:
    path, chance, faults, left = folder / "model", random.Random(0), [], 0
    contents = content("a", 1_000_000), content("b", 3_000_000)
    write_atomically(path, contents[0])
    for _ in range(rounds):
        child = forked(lambda: save_for_ever(path, *contents))
        time.sleep(chance.uniform(0.0, 0.05))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        faults += filter(None, [judge(path, ("a", "b"))])
        left += any(name.name.endswith(SUFFIX) for name in folder.iterdir())
    write_atomically(path, contents[1])
    faults += [] if list(folder.iterdir()) == [path] else [f"left over: {sorted(folder.iterdir())}"]
    print(f"{rounds} kills, {left} of them left a temporary file behind, {len(faults)} faults")
    return faults


def save_often(path: Path, letter: str, saves: int) -> None:
    for _ in range(saves):
        write_atomically(path, content(letter, 200_000))


def race(folder: Path, saves: int) -> list[str]:
    path, faults = folder / "model", []
    write_atomically(path, content("a", 10))
    living = {forked(lambda letter=letter: save_often(path, letter, saves)) for letter in "bc"}
    reads = 0
    while living:
        faults += filter(None, [judge(path, ("a", "b", "c"))])
        reads += 1
        done, status = os.waitpid(-1, os.WNOHANG)
        faults += [f"a writer ended with {status}"] if done and status else []
        living -= {done}
    faults += filter(None, [judge(path, ("b", "c"))])
    faults += [] if list(folder.iterdir()) == [path] else [f"left over: {sorted(folder.iterdir())}"]
    print(f"{2 * saves} saves by two writers, {reads} reads, {len(faults)} faults")
    return faults


def full(folder: Path, size: int) -> list[str]:
    path, faults, new = folder / "model", [], content("b", size)
    write_atomically(path, content("a", 10))
    for most in [*range(0, len(new), max(len(new) // 50, 1)), len(new) - 1]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
        try:
            write_atomically(path, new)
            faults.append(f"it was written with {most} bytes")
        except OSError:
            faults += filter(None, [judge(path, ("a",))])
            faults += [] if list(folder.iterdir()) == [path] else [f"left over: {sorted(folder.iterdir())}"]
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    write_atomically(path, new)
    return faults + list(filter(None, [judge(path, ("b",))]))


if __name__ == "__main__":
    found = {"kill": kill, "race": race, "full": full}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
    print(*found[:5], sep="\n")
    sys.exit(len(found) > 0)

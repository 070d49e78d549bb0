"""Which share of the branches of each room the tests take: covered / all, from the JSON of coverage.

A branch of one module may be taken by the tests of another room; rooms are judged by their own files.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path, PurePosixPath
from typing import Any

ROOMS = ("cli", "predictor", "data")
LEAST = 0.95


def room_of(path: str) -> str:
    """Name the room of a file: src/dendrax/ROOM/file.py."""
    parts = PurePosixPath(path.replace("\\", "/")).parts
    return parts[-2] if len(parts) > 2 and parts[-3] == "dendrax" else ""


def shares(files: dict[str, Any]) -> dict[str, float]:
    """Divide the branches that were taken by all, in each room."""
    taken, there = Counter[str](), Counter[str]()
    for path, file in files.items():
        taken[room_of(path)] += file["summary"]["covered_branches"]
        there[room_of(path)] += file["summary"]["num_branches"]
    return {room: taken[room] / there[room] if there[room] else 0.0 for room in ROOMS}


def missed(files: dict[str, Any]) -> list[str]:
    """Write each branch that no test takes, from line -> to line; a line below 0 is the end of a function."""
    return [
        f"{path}: {start} -> {end}"
        for path, file in sorted(files.items())
        if room_of(path) in ROOMS
        for start, end in file["missing_branches"]
    ]


def main() -> int:
    """Print what is missed and the shares; 1 if a room is below the least share."""
    files = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["files"]
    print(*missed(files), sep="\n")
    for room, share in shares(files).items():
        print(f"{room:10} {share:.1%} of branches{'' if share >= LEAST else f', must be {LEAST:.0%} or more'}")
    return int(min(shares(files).values()) < LEAST)


if __name__ == "__main__":
    sys.exit(main())

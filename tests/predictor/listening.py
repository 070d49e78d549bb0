"""Loads every file of a folder under an audit hook, for the test of the promise; run as a program.

python listening.py FOLDER      files named good… are loaded once before, so that every module is there
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from fuzz import functions_for

from dendrax import load
from dendrax.predictor.file import ModelFileError

HARMLESS = {"builtins.id", "object.__getattr__", "sys._getframe"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    files = sorted(Path(sys.argv[1]).iterdir())
    for path in files:
        if path.name.startswith("good"):
            load(path, functions=functions_for(path.read_bytes()))
    events: list[tuple[str, str]] = []
    opened: list[str] = []
    listening = False

    def hear(event: str, arguments: tuple[Any, ...]) -> None:
        if not listening or event in HARMLESS:
            return
        if event == "open" and isinstance(arguments[0], int):
            return  # a descriptor that is open already
        if event == "open" and not arguments[2] & WRITING:
            opened.append(str(arguments[0]))
            return
        events.append((event, repr(arguments)[:200]))

    sys.addaudithook(hear)
    ended = []
    for path in files:
        functions = functions_for(path.read_bytes())
        listening = True
        try:
            load(path, functions=functions)
            ended.append("read")
        except ModelFileError:
            ended.append("refused")
        finally:
            listening = False
    listening = True  # what must be heard, is heard
    exec("1")
    listening = False
    print(json.dumps({"events": events, "opened": opened, "files": [str(path) for path in files], "ended": ended}))


if __name__ == "__main__":
    main()

"""What a person reads: on standard output, or on standard error where machine output is asked for; or nothing."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from rich.console import Console
from rich.table import Table

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")  # all but tab and new line


def visible(text: str) -> str:
    r"""Write control characters as escapes: a name in a file must not steer the terminal.

    Examples
    --------
    >>> visible("red\x1b[2J")
    'red\\x1b[2J'
    """
    return CONTROLS.sub(lambda found: repr(found[0])[1:-1], text)


class _Patient(Console):
    """A console that goes quiet once nobody reads it any more, so that work is finished and its result saved."""

    def on_broken_pipe(self) -> None:
        """Say nothing from here on, nor when the program ends."""
        self.quiet = True
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self.file.fileno())
        os.close(nowhere)


class Voice:
    """Say things to a person and to a machine.

    Parameters
    ----------
    as_json : bool
        Machine output on standard output, human text on standard error.
    quiet : bool
        No human text at all.
    """

    def __init__(self, *, as_json: bool, quiet: bool) -> None:
        self.as_json, self.quiet = as_json, quiet
        self._console = _Patient(stderr=as_json, quiet=quiet, highlight=False, soft_wrap=True, emoji=False)

    def say(self, text: str = "") -> None:
        """Say a line to a person."""
        self._console.print(text, markup=False)

    def warn(self, text: str) -> None:
        """Say a line on standard error, even where quiet."""
        _Patient(stderr=True, highlight=False, soft_wrap=True).print(visible(text), markup=False)

    def table(self, head: list[str], rows: list[list[str]]) -> None:
        """Show a table to a person."""
        drawn = Table(*head, box=None, pad_edge=False, header_style="bold")
        for row in rows:
            drawn.add_row(*(visible(cell).replace("[", r"\[") for cell in row))
        self._console.print(drawn)

    def tell(self, result: dict[str, Any]) -> None:
        """Give a machine its result."""
        if self.as_json:
            print(json.dumps(result, allow_nan=False))

"""The help of every command as plain text: `python docs/command_help.py` writes it into docs/help."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from dendrax.cli.commands import app

HELP = Path(__file__).parent / "help"
WIDTH = 100


def help_of(command: Any, name: str, parent: Any = None) -> str:
    """Write the help of a command without the frames of a terminal."""
    command.rich_markup_mode = None
    context = command.context_class(
        command, info_name=name, parent=parent, terminal_width=WIDTH, help_option_names=["-h", "--help"]
    )
    lines = command.get_help(context).splitlines()
    return "\n".join(line.rstrip() for line in lines) + "\n"


def help_texts() -> dict[str, str]:
    """Collect the help of the program, under its name, and of each command under its own.

    Returns
    -------
    dict of str to str
        From "dendrax", "fit", … to the text.
    """
    root: Any = typer.main.get_command(app)
    context = root.context_class(root, info_name="dendrax")
    texts = {"dendrax": help_of(root, "dendrax")}
    return texts | {name: help_of(command, name, context) for name, command in root.commands.items()}


if __name__ == "__main__":
    HELP.mkdir(exist_ok=True)
    for name, text in help_texts().items():
        (HELP / f"{name}.txt").write_text(text, encoding="utf-8")

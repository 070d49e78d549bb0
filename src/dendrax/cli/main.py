"""The command line, from what was typed to the exit code; the commands are in `commands`.

Human text goes to standard error where --json asks for machine output on standard output. Exit codes: 0 done,
1 a fault of ours, 2 a fault of the user's (one line: what, where, what to do), 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
import signal
import sys
import warnings
from pathlib import Path
from types import FrameType

import typer

from dendrax.cli.commands import UsageError, app
from dendrax.core.unfinished import remove_unfinished

USER_FAULT, INTERRUPTED = 2, 130


def main() -> None:
    """Run the command line."""
    before = signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _terminate)
    warnings.filterwarnings("ignore", "training was interrupted", UserWarning)  # the commands say it themselves
    _hold_places()
    try:
        sys.exit(app(prog_name="dendrax", standalone_mode=False) or 0)
    except UsageError as fault:
        _say_usage(fault)
        sys.exit(USER_FAULT)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # nobody reads on, which is no fault
            sys.exit(0)
        raise
    except MemoryError:
        print("error: there is not enough memory for this table and this network", file=sys.stderr)
        sys.exit(USER_FAULT)
    except (ValueError, OSError) as fault:
        print(f"error: {one_line(fault)}", file=sys.stderr)
        sys.exit(USER_FAULT)
    finally:
        signal.signal(signal.SIGINT, before)


def _hold_places() -> None:
    """Keep files from taking the places of standard streams that are closed: what is said would go into them."""
    while (place := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(place)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w")


def _say_usage(fault: typer.BadParameter) -> None:
    """Say in one line what was typed wrong; a command without a word has said its help."""
    command = "dendrax" if fault.ctx is None else fault.ctx.command_path
    words = " ".join(fault.format_message().split()).rstrip(".")
    if type(fault).__name__ != "NoArgsIsHelpError":
        print(f"error: {words[:1].lower()}{words[1:]}; see {command} --help", file=sys.stderr)


def _terminate(number: int, frame: FrameType | None) -> None:
    """Take a request to end for Ctrl-C: training keeps and saves what it has."""
    signal.raise_signal(signal.SIGINT)


def _stop(number: int, frame: FrameType | None) -> None:
    """End at once on Ctrl-C outside of training, where there is nothing to lose; an exception may go lost in JAX."""
    remove_unfinished()
    os.write(2, b"stopped\n")
    os._exit(INTERRUPTED)


def one_line(fault: Exception) -> str:
    """Say a fault in one line."""
    if isinstance(fault, FileNotFoundError):
        return f"there is no file {fault.filename}"
    if isinstance(fault, OSError) and fault.strerror:
        return f"{fault.filename}: {fault.strerror}" if fault.filename else fault.strerror
    return " ".join(str(fault).split())


if __name__ == "__main__":
    main()

"""The command line: `dendrax fit`, `predict`, `evaluate`, `info`.

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
from typing import Annotated, Any

import typer

from dendrax import __version__
from dendrax.core.unfinished import remove_unfinished

USER_FAULT, INTERRUPTED = 2, 130
UsageError: Any = typer.BadParameter.__base__  # typer has its own copy of click

app = typer.Typer(
    name="dendrax",
    help="Neural networks that learn from patterns, at the speed of the machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Data = Annotated[
    Path, typer.Argument(metavar="DATA", help="A table: .csv, .tsv, .parquet, .jsonl, .arrow; - is standard input.")
]
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="A model that `dendrax fit` saved.")]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="How the text of DATA is coded, such as latin-1; else UTF-8.")
]
Json = Annotated[bool, typer.Option("--json", help="Write JSON to standard output.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but the result and errors.")]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dendrax {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Neural networks that learn from patterns, at the speed of the machine."""


@app.command()
def fit(
    data: Data,
    target: Annotated[str, typer.Option("--target", "-t", metavar="COL", help="The column to predict.")],
    layers: Annotated[
        str,
        typer.Option(metavar="LAYERS", help='Hidden layers, such as "64 relu, 32 relu"; "none" for none.'),
    ] = "auto",
    test: Annotated[
        str,
        typer.Option(metavar="SHARE|FILE", help="Rows to judge by: a share of DATA, a file, or 0 for none."),
    ] = "0.2",
    output: Annotated[Path, typer.Option("--output", "-o", metavar="MODEL", help="Where to save the model.")] = Path(
        "model.dendrax"
    ),
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="The randomness.")] = 0,
    time_limit: Annotated[
        float | None, typer.Option(metavar="S", help="Stop training after this many seconds.")
    ] = None,
    checkpoint: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the state of training here, and resume from it.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Any hyper-parameter; may be repeated."),
    ] = None,
    refit: Annotated[bool, typer.Option("--refit", help="Train again on all rows before saving.")] = False,
    encoding: Encoding = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Learn to predict a column of a table, judge on rows never seen, save the model."""
    if json:
        _require_standard_output()
    from dendrax.cli.fit import run
    from dendrax.cli.fit_request import Request

    training = (time_limit, checkpoint, settings or [], refit)
    request = Request(data, target, layers, test, output, seed, *training, encoding)
    raise typer.Exit(run(request, as_json=json, quiet=quiet))


@app.command()
def predict(
    model: ModelFile,
    data: Data,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="A file that ends in .csv, .tsv, .parquet, .jsonl or .arrow."
        ),
    ] = None,
    proba: Annotated[bool, typer.Option("--proba", help="The probability of each class.")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="Write the columns of DATA, too.")] = False,
    encoding: Encoding = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Answer each row of a table."""
    if json or output is None:
        _require_standard_output()
    from dendrax.cli.predict import Request, run

    run(Request(model, data, output, proba, keep, encoding, json), quiet=quiet)


@app.command()
def evaluate(model: ModelFile, data: Data, encoding: Encoding = None, json: Json = False, quiet: Quiet = False) -> None:
    """Say how good a model is on a table that holds the true answers."""
    _require_standard_output()
    from dendrax.cli.evaluate import run

    run(model, data, as_json=json, quiet=quiet, encoding=encoding)


@app.command()
def info(model: ModelFile, json: Json = False, quiet: Quiet = False) -> None:
    """Say what a model file holds."""
    _require_standard_output()
    from dendrax.cli.info import run

    run(model, as_json=json, quiet=quiet)


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


def _require_standard_output() -> None:
    """Refuse to work for a result that would go nowhere."""
    if sys.stdout is None:
        raise ValueError("standard output must be open, since the result goes there; it is closed")


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

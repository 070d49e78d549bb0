"""The commands: `dendrax fit`, `predict`, `evaluate`, `sample`, `complete`, `info`, and the options of each.

A command reads what was typed and calls the file that is named after it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dendrax import __version__

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
    target: Annotated[
        str | None,
        typer.Option("--target", "-t", metavar="COL", help="The column to predict; of rbm, if any, its labels."),
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            metavar="network|rbm",
            help="A network that predicts COL, or a restricted Boltzmann machine of all columns.",
        ),
    ] = "network",
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
    """Learn to predict a column of a table, or how its columns go together; judge on rows never seen, save."""
    if json:
        require_standard_output()
    from dendrax.cli.fit_request import run

    typed: dict[str, Any] = {"data": data, "layers": layers, "test": test, "output": output, "seed": seed}
    typed |= {"time_limit": time_limit, "checkpoint": checkpoint, "settings": settings or [], "refit": refit}
    raise typer.Exit(run(model, target, typed | {"encoding": encoding}, as_json=json, quiet=quiet))


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
        require_standard_output()
    from dendrax.cli.predict import Request, run

    run(Request(model, data, output, proba, keep, encoding, json), quiet=quiet)


@app.command()
def evaluate(model: ModelFile, data: Data, encoding: Encoding = None, json: Json = False, quiet: Quiet = False) -> None:
    """Say how good a model is on a table of true answers; how likely its rows are to a Boltzmann machine."""
    require_standard_output()
    from dendrax.cli.machines import is_machine

    if is_machine(model):
        from dendrax.cli import machine_info

        return machine_info.evaluate(model, data, as_json=json, quiet=quiet, encoding=encoding)
    from dendrax.cli.evaluate import run

    run(model, data, as_json=json, quiet=quiet, encoding=encoding)


@app.command()
def sample(
    model: ModelFile,
    rows: Annotated[int, typer.Option("--rows", "-n", min=1, metavar="N", help="How many rows.")] = 64,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A table by its ending, or .npz; else CSV is printed."),
    ] = None,
    given: Annotated[
        list[str] | None,
        typer.Option(metavar="COL=VALUE", help="A value that is held; may be repeated."),
    ] = None,
    label: Annotated[str | None, typer.Option(metavar="CLASS", help="A label that is held.")] = None,
    sweeps: Annotated[int | None, typer.Option(min=1, metavar="N", help="How long the chains run.")] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="The randomness.")] = 0,
    shape: Annotated[str | None, typer.Option(metavar="HxW", help="The shape of a row in an .npz file.")] = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw rows from a Boltzmann machine."""
    if json or output is None:
        require_standard_output()
    from dendrax.cli.sample import Request, run

    run(Request(model, rows, output, given or [], label, sweeps, seed, shape, json), quiet=quiet)


@app.command()
def complete(
    model: ModelFile,
    data: Data,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="A table by its ending, or .npz; else CSV is printed."),
    ] = None,
    expected: Annotated[bool, typer.Option("--expected", help="Means instead of one draw.")] = False,
    sweeps: Annotated[int | None, typer.Option(min=1, metavar="N", help="How long the chains run.")] = None,
    seed: Annotated[int, typer.Option(min=0, metavar="N", help="The randomness.")] = 0,
    encoding: Encoding = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fill the empty cells of a table with what a Boltzmann machine expects there."""
    if output is None:
        require_standard_output()
    from dendrax.cli.complete import Request, run

    run(Request(model, data, output, expected, sweeps, seed, encoding, json), quiet=quiet)


@app.command()
def info(model: ModelFile, json: Json = False, quiet: Quiet = False) -> None:
    """Say what a model file holds."""
    require_standard_output()
    from dendrax.cli.machines import is_machine

    if is_machine(model):
        from dendrax.cli import machine_info

        return machine_info.tell(model, as_json=json, quiet=quiet)
    from dendrax.cli.info import run

    run(model, as_json=json, quiet=quiet)


def require_standard_output() -> None:
    """Refuse to work for a result that would go nowhere."""
    if sys.stdout is None:
        raise ValueError("standard output must be open, since the result goes there; it is closed")

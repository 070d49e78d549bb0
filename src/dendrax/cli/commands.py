"""The commands: `dendrax fit`, `predict`, `evaluate`, `sample`, `complete`, `info`, and the options of each.

A command reads what was typed and calls the file that is named after it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from dendrax import __version__

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
    Path,
    typer.Argument(metavar="DATA", help="A table: .csv, .tsv, .parquet, .jsonl, .arrow, .npz; - is standard input."),
]
ModelFile = Annotated[Path, typer.Argument(metavar="MODEL", help="A model that `dendrax fit` saved.")]
Encoding = Annotated[
    str | None, typer.Option(metavar="NAME", help="How the text of DATA is coded, such as latin-1; else UTF-8.")
]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="The randomness.")]
Sweeps = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="How often each unit is drawn; else as the machine has it.")
]
Filled = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", metavar="FILE", help="A .csv, .tsv, .parquet, .jsonl, .arrow or .npz; else CSV here."
    ),
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
    context: typer.Context,
    target: Annotated[
        str | None,
        typer.Option("--target", "-t", metavar="COL", help="The column to predict; labels of a machine, if any."),
    ] = None,
    model: Annotated[
        Literal["network", "rbm"],
        typer.Option(help="What learns; rbm: a restricted Boltzmann machine, the law of all columns."),
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
    seed: Seed = 0,
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
    """Learn to predict a column, or how all columns go together; judge on rows never seen, save."""
    if target is None and model == "network":
        raise UsageError("--target must name the column to predict, unless --model is rbm; it is missing", context)
    if json:
        require_standard_output()
    from dendrax.cli.fit import run
    from dendrax.cli.fit_request import Request

    training = (time_limit, checkpoint, settings or [], refit)
    request = Request(data, target or "", layers, test, output, seed, *training, encoding, model)
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
        require_standard_output()
    from dendrax.cli.predict import Request, run

    run(Request(model, data, output, proba, keep, encoding, json), quiet=quiet)


@app.command()
def evaluate(
    model: ModelFile,
    data: Data,
    target: Annotated[
        str,
        typer.Option("--target", "-t", metavar="COL", help="The column of labels, to judge a machine by them, too."),
    ] = "",
    encoding: Encoding = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say how good a model is on the rows of a table."""
    require_standard_output()
    from dendrax.cli.evaluate import Request, run

    run(Request(model, data, target, encoding), as_json=json, quiet=quiet)


@app.command()
def sample(
    model: ModelFile,
    n: Annotated[int, typer.Option("--rows", "-n", min=1, metavar="N", help="How many rows.")] = 64,
    given: Annotated[
        list[str] | None,
        typer.Option(metavar="COLUMN=VALUE", help="A column that is held, by name or place; may be repeated."),
    ] = None,
    label: Annotated[str | None, typer.Option(metavar="LABEL", help="The label that is held.")] = None,
    sweeps: Sweeps = None,
    seed: Seed = 0,
    shape: Annotated[
        str | None, typer.Option(metavar="HxW", help="The shape of a row in .npz, such as 28x28; else as learned.")
    ] = None,
    output: Filled = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Draw rows from the law that a machine learned."""
    if json or output is None:
        require_standard_output()
    from dendrax.cli.sample import Request, run

    run(Request(model, n, given or [], label, sweeps, seed, shape, output, json), quiet=quiet)


@app.command()
def complete(
    model: ModelFile,
    data: Data,
    output: Filled = None,
    expected: Annotated[bool, typer.Option("--expected", help="The mean of all draws instead of a draw.")] = False,
    sweeps: Sweeps = None,
    seed: Seed = 0,
    encoding: Encoding = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Fill the empty cells of a table by what a machine learned; the others stay."""
    if json or output is None:
        require_standard_output()
    from dendrax.cli.complete import Request, run

    run(Request(model, data, output, expected, sweeps, seed, encoding, json), quiet=quiet)


@app.command()
def info(model: ModelFile, json: Json = False, quiet: Quiet = False) -> None:
    """Say what a model file holds."""
    require_standard_output()
    from dendrax.cli.info import run

    run(model, as_json=json, quiet=quiet)


def require_standard_output() -> None:
    """Refuse to work for a result that would go nowhere."""
    if sys.stdout is None:
        raise ValueError("standard output must be open, since the result goes there; it is closed")

"""`dendrax evaluate MODEL DATA`: how good a model is on rows with known answers."""

from __future__ import annotations

from pathlib import Path

from dendrax.cli import scores
from dendrax.cli.disk_cache import use_disk_cache
from dendrax.cli.known_rows import known_rows
from dendrax.cli.voice import Voice
from dendrax.data.files import read_table
from dendrax.data.tables import DataError
from dendrax.predictor import read


def run(model: Path, data: Path, *, as_json: bool, quiet: bool) -> None:
    """Run the command."""
    voice = Voice(as_json=as_json, quiet=quiet)
    use_disk_cache()
    predictor, table = read(model), read_table(data)
    name = predictor.about.get("target_name")
    if not name:
        raise DataError(f"{model} does not say which column it predicts; it was not made by `dendrax fit`")
    table.require([name])
    table, dropped = known_rows(table, name)
    if dropped:
        voice.say(f"{dropped} rows without {name!r} are left out")
    answers = scores.answers_of(table.columns[name], name, predictor)
    result = scores.scores(predictor, table.without([name]), answers)
    if not as_json and not quiet:
        voice.table(["on", "rows", *result], [[data.name, str(table.n_rows), *scores.shown(result)]])
    if quiet and not as_json:
        print("  ".join(f"{k} {v}" for k, v in zip(result, scores.shown(result), strict=True)))
    voice.tell({"rows": table.n_rows, **scores.finite(result)})

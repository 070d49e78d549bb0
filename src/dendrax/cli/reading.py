"""How a file is read for a model: which of its columns are text, and what is said of the file."""

from __future__ import annotations

from dendrax.cli.machine import Machine
from dendrax.cli.voice import Voice
from dendrax.data.dialect import Dialect
from dendrax.data.kinds import Category, Date
from dendrax.data.targets import ClassTarget
from dendrax.predictor.predictor import Predictor


def text_columns(predictor: Predictor | Machine, *, dates: bool = True) -> list[str]:
    """Name the columns whose spelling counts: categories, dates unless left out, and a target of text."""
    if isinstance(predictor, Machine):
        return predictor.text
    columns = [] if predictor.encoder is None else predictor.encoder.columns
    kinds = (Category, Date) if dates else Category
    names = [column.name for column in columns if isinstance(column, kinds)]
    target = predictor.about.get("target_name")
    is_text = isinstance(predictor.target, ClassTarget) and predictor.target.labels.dtype.kind == "U"
    return [*names, target] if is_text and target else names


def say_tie(voice: Voice, source: str, dialect: Dialect | None) -> None:
    """Say which delimiter was taken where another would do as well."""
    if dialect is not None and dialect.is_tie:
        say_how_read(voice, source, dialect, ())


def say_how_read(voice: Voice, source: str, dialect: Dialect | None, notes: tuple[str, ...]) -> None:
    """Say how a file is written where that is not plain, and what was noticed."""
    if dialect is not None and dialect.words:
        voice.say(f"{source} is read with {dialect.words}")
    for note in notes:
        voice.say(f"{source}: {note}")

"""What a column can be: a number, a category, a date, or dropped; each as a model file has it, read back strictly."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any

from dendrax.core.described import shown
from dendrax.data.date_parts import PARTS
from dendrax.data.numerals import EXACT, canonical, is_hole

MOST_LEVELS = 10_000  # of a category of a network


@dataclass(frozen=True)
class Number:
    """A column of numbers: x → (x − centre) / scale; `missing` says whether training saw holes."""

    name: str
    centre: float
    scale: float
    missing: bool
    detail: str = ""


@dataclass(frozen=True)
class Category:
    """A column of levels; code 1 is the first of them, `None` among them is the level of missing cells."""

    name: str
    levels: tuple[str | None, ...]

    @property
    def detail(self) -> str:
        """The levels in words."""
        more = ", …" if len(self.levels) > 5 else ""
        rare = "; rarer ones count as unseen" if len(self.levels) == MOST_LEVELS else ""
        return f"{len(self.levels)} levels: {', '.join(str(v) for v in self.levels[:5])}{more}{rare}"

    @cached_property
    def code(self) -> dict[str | None, int]:
        """The code of each level."""
        return {level: i + 1 for i, level in enumerate(self.levels)}

    @cached_property
    def _code_of_canonical(self) -> dict[str, int]:
        spelled = [(canonical(level), code) for level, code in self.code.items() if level is not None]
        times = Counter(text for text, _ in spelled)
        return {text: code for text, code in spelled if times[text] == 1}

    def code_of(self, cell: str | None) -> int:
        """Look up a cell as it stands, else by the number or truth value that it spells; 0 where it was never seen."""
        code = self.code.get(cell, 0)
        if code or cell is None:
            return code
        return self.code.get(None, 0) if is_hole(cell) else self._code_of_canonical.get(canonical(cell), 0)


@dataclass(frozen=True)
class Date:
    """A column of dates: t → (t − centre) / scale, in seconds since 1970, then a sine and a cosine for each part."""

    name: str
    centre: float
    scale: float
    missing: bool
    parts: tuple[str, ...] = ()
    detail: str = ""

    @cached_property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers that it becomes."""
        waves = [f"{self.name}, {wave} of the {PARTS[part]}" for part in self.parts for wave in ("sine", "cosine")]
        elapsed = Number(self.name, 0.0, 1.0, self.missing)  # scaled before
        return elapsed, *(Number(wave, 0.0, 1.0, False) for wave in waves)


@dataclass(frozen=True)
class Dropped:
    """A column that nothing can be learned from, and why."""

    name: str
    detail: str


Column = Number | Category | Date | Dropped
KINDS: dict[str, type[Column]] = {"number": Number, "category": Category, "date": Date, "dropped": Dropped}


def column_from_json(entry: dict[str, Any]) -> Column:
    """Read the description of a column; a `ValueError` where a field is unknown, absent or of another kind."""
    name, kind = entry.get("name"), entry.get("kind")
    if not (isinstance(kind, str) and kind in KINDS and isinstance(name, str)):
        raise ValueError(f"no such kind of column: {shown(kind)}, named {shown(name)}")
    wanted = _rules(kind)
    for field in entry.keys() - wanted.keys() - {"kind"}:
        raise ValueError(f"column {shown(name)}: a {kind} has no {shown(field)}")
    for field, rule in wanted.items():
        if field not in entry or not rule(entry[field]):
            raise ValueError(f"column {shown(name)}: {field} cannot be {shown(entry.get(field))}")
    values: dict[str, Any] = {field: tuple(v) if isinstance(v := entry[field], list) else v for field in wanted}
    return KINDS[kind](**values)


@cache
def _rules(kind: str) -> dict[str, Callable[[Any], bool]]:
    own = {field.name for field in fields(KINDS[kind])}
    return {field: rule for field, rule in RULES.items() if field in own}


def _is_finite(value: Any) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= EXACT
    return whole or (isinstance(value, float) and math.isfinite(value))


def _are_levels(value: Any) -> bool:
    texts = isinstance(value, list) and all(level is None or isinstance(level, str) for level in value)
    return texts and len(set(value)) == len(value) > 0


def _are_parts(value: Any) -> bool:
    known = isinstance(value, list) and all(isinstance(part, str) and part in PARTS for part in value)
    return known and len(set(value)) == len(value)


RULES: dict[str, Callable[[Any], bool]] = {
    "name": lambda value: isinstance(value, str),
    "centre": _is_finite,
    "scale": lambda value: _is_finite(value) and value > 0,
    "missing": lambda value: isinstance(value, bool),
    "detail": lambda value: isinstance(value, str),
    "levels": _are_levels,
    "parts": _are_parts,
}

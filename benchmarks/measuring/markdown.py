"""Markdown tables, and cells that say whether a target is met."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

MISSING = "–"


def show(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table under its title."""
    print(f"\n## {title}\n")
    for cells in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(cells) + " |")
    print(flush=True)


def number(value: float | None) -> str:
    """Write three significant figures, or a dash."""
    if value is None:
        return MISSING
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def judged(value: float | None, *, at_least: float | None = None, at_most: float | None = None, unit: str = "") -> str:
    """Write a value beside its target: `12.3× (≥ 10, met)`."""
    if value is None:
        return MISSING
    text = f"{number(value)}{unit}"
    if at_least is not None:
        return f"{text} (≥ {at_least:g}, {'met' if value >= at_least else 'MISSED'})"
    if at_most is not None:
        return f"{text} (≤ {at_most:g}, {'met' if value <= at_most else 'MISSED'})"
    return text


def over(a: float | None, b: float | None) -> float | None:
    """Divide, where both are there."""
    return None if a is None or b is None else a / b

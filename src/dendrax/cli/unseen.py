"""Categories that a model meets for the first time: how many rows hold one, and a few of them."""

from __future__ import annotations

from typing import Any

from dendrax.data.columns import Encoder
from dendrax.data.tables import Table, listed

EXAMPLES = 5


class Unseen:
    """Count, batch by batch, the cells of categories that training never saw.

    Parameters
    ----------
    encoder : Encoder or None
        What the model knows of its columns.
    """

    def __init__(self, encoder: Encoder | None) -> None:
        self.encoder = encoder
        self.rows: dict[str, int] = {}
        self.examples: dict[str, list[str]] = {}

    def look(self, table: Table) -> None:
        """Count the cells of some rows."""
        for name, cells in ({} if self.encoder is None else self.encoder.unseen(table)).items():
            self.rows[name] = self.rows.get(name, 0) + len(cells)
            known = self.examples.get(name, [])
            self.examples[name] = list(dict.fromkeys([*known, *cells]))[:EXAMPLES]

    @property
    def lines(self) -> list[str]:
        """What a person reads."""
        return [
            f"column {name!r}: {rows} row{'s hold' if rows > 1 else ' holds'} a category that training never saw: "
            + listed(self.examples[name])
            for name, rows in self.rows.items()
        ]

    @property
    def described(self) -> dict[str, Any]:
        """What a machine reads."""
        return {name: {"rows": rows, "examples": self.examples[name]} for name, rows in self.rows.items()}

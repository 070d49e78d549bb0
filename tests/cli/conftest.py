"""The command line in this process, and two models that it trained once for all tests."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pandas as pd
import pytest

from dendrax.cli.main import main

DATA = Path(__file__).parents[2] / "examples" / "data"


@dataclass(frozen=True)
class Said:
    """What a command left behind: the exit code and both streams."""

    code: Any
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        return json.loads(self.out)


@dataclass(frozen=True)
class Fitted:
    """A model that `dendrax fit` saved, the table it learned from, and what was said."""

    model: Path
    data: Path
    said: Said


def run(*arguments: object) -> Said:
    """Run `dendrax` with these arguments."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    typed = ["dendrax", *map(str, arguments)]
    with patch.object(sys, "argv", typed), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as end:
            code = end.code
    return Said(code, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def dendrax() -> Callable[..., Said]:
    return run


@pytest.fixture(scope="session")
def penguins() -> Path:
    return DATA / "penguins.csv"


@pytest.fixture(scope="session")
def species(tmp_path_factory: pytest.TempPathFactory, penguins: Path) -> Fitted:
    """A model of the classes of penguins."""
    model = tmp_path_factory.mktemp("species") / "species.dendrax"
    said = run("fit", penguins, "--target", "species", "--set", "max_epochs=20", "-o", model, "--json")
    assert said.code == 0, said.err
    return Fitted(model, penguins, said)


@pytest.fixture(scope="session")
def mass(tmp_path_factory: pytest.TempPathFactory, penguins: Path) -> Fitted:
    """A model of the masses of penguins, in kilogrammes; two penguins were not weighed."""
    folder = tmp_path_factory.mktemp("mass")
    table = pd.read_csv(penguins)
    table["mass"] = table.pop("body_mass_g") / 1000
    table.to_csv(folder / "mass.csv", index=False)
    model = folder / "mass.dendrax"
    said = run(
        "fit", folder / "mass.csv", "-t", "mass", "--layers", "8 tanh", "--set", "max_epochs=20", "-o", model, "--json"
    )
    assert said.code == 0, said.err
    return Fitted(model, folder / "mass.csv", said)

"""The command line in this process, and two models that it trained once for all tests."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
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


def ended(asked: int, word: bytes, *typed: object) -> tuple[int, bytes, bytes]:
    """Run `dendrax` as a program of its own; once its bar says a word, send a signal; exit code, streams."""
    program = subprocess.Popen(
        [sys.executable, "-m", "dendrax.cli.main", *map(str, typed)],
        env=os.environ | {"FORCE_COLOR": "1"},  # a bar, though nobody looks
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        seen = b""
        while word not in seen:
            piece = os.read(program.stderr.fileno(), 4096)  # type: ignore[union-attr]
            assert piece, seen
            seen += piece
        program.send_signal(asked)
        out, err = program.communicate(timeout=60)
    finally:
        program.kill()
    return program.returncode, out, err


@pytest.fixture(scope="session")
def ending() -> Callable[..., tuple[int, bytes, bytes]]:
    return ended


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


@pytest.fixture(scope="session")
def colours(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    """A restricted machine of categories, numbers as codes and truths, with labels."""
    folder, rng = tmp_path_factory.mktemp("colours"), np.random.default_rng(0)
    lines = ["colour,size,ok,n,kind"]
    for _ in range(120):
        c = int(rng.integers(3))
        size = "SML"[c if rng.random() < 0.8 else int(rng.integers(3))]
        ok = ["false", "true"][int(rng.random() < (c + 1) / 4)]
        lines.append(f"{['red', 'green', 'blue'][c]},{size},{ok},{int(rng.integers(2)) + c},{'ab'[int(c > 0)]}")
    (folder / "a.csv").write_text("\n".join(lines) + "\n")
    model, more = folder / "m.dendrax", ["visible=categorical", "n_hidden=2", "learning=exact", "max_epochs=100"]
    settings = [word for setting in more for word in ("--set", setting)]
    said = run("fit", folder / "a.csv", "--model", "rbm", "-t", "kind", *settings, "-o", model, "--json")
    assert said.code == 0, said.err
    return Fitted(model, folder / "a.csv", said)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Fitted:
    """A restricted machine of grey pictures of 2 x 3, in a .npz with labels that are not looked at."""
    folder, rng = tmp_path_factory.mktemp("pictures"), np.random.default_rng(0)
    X = np.where(rng.random((150, 1, 1)) < 0.5, 200, 30) + rng.integers(-30, 30, (150, 2, 3))
    np.savez(folder / "a.npz", X=X.astype(np.uint8), y=np.arange(150) % 2)
    model, settings = folder / "m.dendrax", ["--set", "n_hidden=3", "--set", "max_epochs=600"]
    said = run("fit", folder / "a.npz", "--model", "rbm", *settings, "-o", model, "--json", "--seed", "5")
    assert said.code == 0, said.err
    return Fitted(model, folder / "a.npz", said)

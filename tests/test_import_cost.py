"""What each command loads: JAX and scikit-learn take a second each, so nothing loads them without need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

# Run `python -m dendrax.cli.main …`, or only `import dendrax`, and write down every module that was loaded.
PROGRAM = """
import atexit, pathlib, runpy, sys
report = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: report.write_text(" ".join(sys.modules)))
if len(sys.argv) == 1:
    import dendrax
else:
    runpy.run_module("dendrax.cli.main", run_name="__main__", alter_sys=True)
"""


def loaded(folder: Path, *arguments: str) -> set[str]:
    """Run the command line with these arguments and name the packages that it loaded."""
    report = folder / "modules"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(report), *arguments],
        cwd=folder,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return {name.partition(".")[0] for name in report.read_text().split()}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a small model, with a table that it can answer beside it."""
    from dendrax import NeuralClassifier

    path = tmp_path_factory.mktemp("model") / "sign.dendrax"
    rows = pd.DataFrame({"x": np.linspace(-1, 1, 20)})
    rows.to_csv(path.parent / "rows.csv", index=False)
    NeuralClassifier([4], max_epochs=1, random_state=0).fit(rows, rows["x"] > 0).save(path)
    return path


def test_the_list_of_modules_is_true(tmp_path: Path) -> None:
    packages = loaded(tmp_path)
    assert "dendrax" in packages
    assert "pathlib" in packages


def test_import_loads_nothing_heavy(tmp_path: Path) -> None:
    assert not loaded(tmp_path) & {"jax", "jaxlib", "sklearn", "scipy", "numpy", "optax", "pyarrow", "pandas"}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["fit", "--help"], ["predict", "--help"]])
def test_help_loads_nothing_heavy(tmp_path: Path, arguments: list[str]) -> None:
    packages = loaded(tmp_path, *arguments)
    assert "typer" in packages
    assert not packages & {"jax", "jaxlib", "sklearn", "scipy", "optax", "pyarrow", "pandas"}


@pytest.mark.parametrize("arguments", [["predict", "sign.dendrax", "rows.csv"], ["info", "sign.dendrax"]])
def test_a_saved_model_needs_no_training_library(model: Path, arguments: list[str]) -> None:
    packages = loaded(model.parent, *arguments)
    assert "dendrax" in packages
    assert not packages & {"sklearn", "optax"}

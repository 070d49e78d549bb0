from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from dendrax.report import FiltersDisplay, LikelihoodDisplay
from dendrax.report.axes import axes_for


def test_axes_are_kept_or_made() -> None:
    made = axes_for()
    assert axes_for(made) is made
    assert len(made.figure.axes) == 1


def test_without_matplotlib_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for display in (FiltersDisplay(np.eye(4), shape=(2, 2)), LikelihoodDisplay({"log_likelihood": [-1.0]})):
        with pytest.raises(ImportError, match=r"^pictures need matplotlib, .*: pip install 'dendrax\[pictures\]'$"):
            display.plot()


def test_the_extra_that_is_named_has_matplotlib() -> None:
    import tomllib
    from pathlib import Path

    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert any(part.startswith("matplotlib") for part in project["optional-dependencies"]["pictures"])


def test_matplotlib_is_loaded_only_to_draw() -> None:
    program = (
        "import sys, dendrax.report as r; r.FiltersDisplay([[1.0]], shape=(1, 1)); print('matplotlib' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "False"

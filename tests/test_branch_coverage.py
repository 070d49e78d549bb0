"""The judge of branch coverage: shares by hand, and a room below the least share fails."""

from __future__ import annotations

import json
import runpy
import sys
from pathlib import Path

import pytest

JUDGE = Path(__file__).parents[1] / "scripts" / "branch_coverage.py"


def file(taken: int, there: int, missing: list[list[int]] | None = None) -> dict[str, object]:
    summary = {"covered_branches": taken, "num_branches": there}
    return {"summary": summary, "missing_branches": missing or []}


def judged(files: dict[str, object], folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    measured = folder / "measured.json"
    measured.write_text(json.dumps({"files": files}), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", [str(JUDGE), str(measured)])
    with pytest.raises(SystemExit) as end:
        runpy.run_path(str(JUDGE), run_name="__main__")
    return int(end.value.code or 0)


@pytest.mark.parametrize(("taken", "code"), [(19, 0), (18, 1)])
def test_a_room_below_95_of_100_branches_fails(taken, code, tmp_path, monkeypatch, capsys):
    files = {
        "src/dendrax/cli/fit.py": file(taken - 9, 10),
        "src/dendrax/cli/info.py": file(9, 10, [[56, 59]]),
        "src/dendrax/predictor/file.py": file(4, 4),
        "src/dendrax/data/cells.py": file(4, 4),
        "src/dendrax/nn/dense.py": file(0, 100, [[1, 2]]),
    }
    assert judged(files, tmp_path, monkeypatch) == code
    said = capsys.readouterr().out
    assert f"{taken / 20:.1%} of branches" in said
    assert "src/dendrax/cli/info.py: 56 -> 59" in said
    assert "nn/dense" not in said


def test_a_room_that_was_not_measured_fails(tmp_path, monkeypatch):
    assert judged({"src/dendrax/cli/fit.py": file(1, 1)}, tmp_path, monkeypatch) == 1

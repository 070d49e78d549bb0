"""What the README shows is run: its Python in one namespace, its `dendrax` commands in a shell, in its order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
FENCE = re.compile(
    r"(?P<exempt>^<!-- not run -->\s*\n)?^```(?P<language>\w+)[^\n]*\n(?P<source>.*?)^```\s*$", re.MULTILINE | re.DOTALL
)


@dataclass(frozen=True)
class Block:
    """A block of code in a page."""

    language: str
    source: str
    line: int


def blocks(text: str) -> list[Block]:
    """Find the blocks of a page that are to be run."""
    return [
        Block(found["language"], found["source"], text.count("\n", 0, found.start("source")) + 1)
        for found in FENCE.finditer(text)
        if found["language"] in ("python", "sh") and not found["exempt"]
    ]


def commands(source: str) -> list[str]:
    """Find the `dendrax` commands of a block, each with the lines that continue it; `make` and `pip` are not run."""
    whole = source.replace("\\\n", " ")
    return [line.strip() for line in whole.splitlines() if line.startswith("dendrax ")]


def run(block: Block, names: dict[str, object]) -> None:
    """Run a block; an exception names its line in the README."""
    if block.language == "python":
        exec(compile("\n" * (block.line - 1) + block.source, str(README), "exec"), names)
        return
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for command in commands(block.source):
        done = subprocess.run(
            command, shell=True, env=os.environ | {"PATH": path}, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, f"README.md, line {block.line}: {command}\n{done.stdout}{done.stderr}"


def test_blocks_are_found_in_order_with_their_lines() -> None:
    page = (
        "# A page\n\n```sh\nmake demo\ndendrax fit a.csv \\\n  --target b\n```\n\n```python\nx = 1\n```\n"
        "<!-- not run -->\n```sh\ndendrax fit missing.csv\n```\n\n```json\n{}\n```\n"
    )
    assert blocks(page) == [
        Block("sh", "make demo\ndendrax fit a.csv \\\n  --target b\n", 4),
        Block("python", "x = 1\n", 10),
    ]
    assert commands(blocks(page)[0].source) == ["dendrax fit a.csv    --target b"]


def test_a_failing_command_is_reported_with_its_line() -> None:
    with pytest.raises(AssertionError, match=r"README.md, line 7: dendrax no-such-command"):
        run(Block("sh", "dendrax no-such-command\n", 7), {})


@pytest.mark.loose_promotion
def test_every_block_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = README.read_text(encoding="utf-8") if README.exists() else ""
    if "```" not in text:
        pytest.skip("README.md shows no code yet")
    assert blocks(text), "README.md shows code, but none that is run: mark blocks ```python or ```sh"
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "readme"}
    for block in blocks(text):
        run(block, names)

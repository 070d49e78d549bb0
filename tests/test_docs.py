"""What the site shows is run: the Python of every page, every example; its lists leave nothing out."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import runpy
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from idx_folder import write
from sklearn.datasets import load_digits

import dendrax

ROOT = Path(__file__).parents[1]
DOCS, EXAMPLES = ROOT / "docs", ROOT / "examples"
BLOCK = re.compile(r"^\.\. code-block:: python\n\n(?P<source>(?:(?: {3}.*)?\n)+)", re.MULTILINE)


def blocks(text: str) -> list[tuple[int, str]]:
    """Find the Python of a page, each block with the line before its first."""
    return [
        (text.count("\n", 0, found.start("source")), textwrap.dedent(found["source"])) for found in BLOCK.finditer(text)
    ]


PAGES = [page for page in sorted(DOCS.glob("*.rst")) if blocks(page.read_text(encoding="utf-8"))]


def test_blocks_are_found_with_their_lines() -> None:
    page = "A page\n\n.. code-block:: python\n\n   x = 1\n\n   if x:\n       x = 2\n\n.. code-block:: sh\n\n   ls\n"
    assert blocks(page) == [(4, "x = 1\n\nif x:\n    x = 2\n\n")]


@pytest.mark.loose_promotion
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_block_of_a_page_runs(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": page.stem}
    for line, source in blocks(page.read_text(encoding="utf-8")):
        exec(compile("\n" * line + source, str(page), "exec"), names)


QUICK = {"mnist_digits": {"ROWS": 400, "HIDDEN": 8, "EPOCHS": 30, "TEMPERATURES": 200}}  # numbers at the top of a page


def quick(script: Path, folder: Path) -> Path:
    """Copy a page whose run is long, with smaller numbers at its top; take others as they are."""
    if script.stem not in QUICK:
        return script
    text = script.read_text(encoding="utf-8")
    for name, value in QUICK[script.stem].items():
        text, found = re.subn(rf"^{name} = [\d_]+", f"{name} = {value}", text, flags=re.MULTILINE)
        assert found == 1, f"{script.name} must set {name} once"
    (folder / script.name).write_text(text, encoding="utf-8")
    return folder / script.name


def write_digits(folder: Path) -> None:
    """Write the digits of scikit-learn, three times as large, as the files that MNIST comes in."""
    pictures, labels = load_digits(return_X_y=True)
    large = np.kron((pictures[:500].reshape(-1, 8, 8) * 15).astype(np.uint8), np.ones((3, 3), np.uint8))
    grey, names = np.pad(large, ((0, 0), (2, 2), (2, 2))), labels.astype(np.uint8)
    write(folder, [grey[:400], names[:400], grey[400:], names[400:500]])


@pytest.fixture
def show_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], dict[str, Any]]]:
    """Run a page without a window, with the digits of scikit-learn as MNIST, and draw its pictures; give its names."""
    from matplotlib import pyplot

    pyplot.switch_backend("agg")
    drawn: list[int] = []
    monkeypatch.setattr(pyplot, "show", lambda: drawn.extend(pyplot.get_fignums()))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write_digits(tmp_path / "cache" / "dendrax" / "mnist")
    monkeypatch.chdir(tmp_path)

    def run(script: Path) -> dict[str, Any]:
        names = runpy.run_path(str(quick(script, tmp_path)))
        for number in drawn:
            pyplot.figure(number).canvas.draw()
        assert drawn, f"{script.name} shows no picture"
        return names

    yield run
    pyplot.close("all")


@pytest.mark.loose_promotion
@pytest.mark.parametrize("script", sorted(EXAMPLES.glob("*.py")), ids=lambda script: script.stem)
def test_every_example_runs_and_draws(script: Path, show_page: Callable[[Path], dict[str, Any]]) -> None:
    names = show_page(script)
    if script.stem == "mnist_digits":
        assert names["shape"] == (28, 28)
        assert names["machine"].components_.shape == (8, 784)


def test_the_page_of_the_digits_goes_on_without_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    page, names = (EXAMPLES / "mnist_digits.py").read_text(encoding="utf-8"), dict[str, Any]()
    exec(page[: page.index("# Black or white")], names)
    assert "python benchmarks/fetch_mnist.py" in capsys.readouterr().out
    assert names["shape"] == (8, 8)
    assert names["digits"].X.max() == 255
    assert {len(part) for part in names["digits"][2:]} == {397}


def test_the_course_lists_every_example_once() -> None:
    from course_order import COURSE

    assert sorted(COURSE) == sorted(script.stem for script in EXAMPLES.glob("*.py"))


def test_every_public_name_is_on_the_page_of_the_api() -> None:
    page = (DOCS / "api.rst").read_text(encoding="utf-8")
    listed = re.findall(
        r"^\.\. currentmodule:: (\S+)\n\n\.\. autosummary::\n +:toctree: api\n\n((?: +\w+\n)+)", page, re.M
    )
    modules = ["dendrax", *(f"dendrax.{module.name}" for module in pkgutil.iter_modules(dendrax.__path__))]
    public = {name: getattr(importlib.import_module(name), "__all__", None) for name in modules}
    assert {name: names.split() for name, names in listed} == {n: sorted(names) for n, names in public.items() if names}


def test_the_help_of_the_commands_is_that_of_the_program() -> None:
    from command_help import HELP, help_texts

    kept = {file.stem: file.read_text(encoding="utf-8") for file in HELP.glob("*.txt")}
    assert kept == help_texts(), "`python docs/command_help.py` writes docs/help anew"


def test_the_page_of_the_command_line_shows_every_help() -> None:
    from command_help import help_texts

    page = (DOCS / "command_line.rst").read_text(encoding="utf-8")
    assert re.findall(r"literalinclude:: help/(\w+)\.txt", page) == list(help_texts())


def test_the_page_of_the_hyper_parameters_is_that_of_the_program() -> None:
    from constraints_table import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "`python docs/constraints_table.py` writes the page anew"


def test_every_hyper_parameter_of_every_estimator_has_its_row() -> None:
    told = (DOCS / "hyperparameters.rst").read_text(encoding="utf-8")
    rows = re.findall(r"^ {3}\* - ``(\w+)``\n {5}- (.+)\n {5}-(.*)\n {5}-(.*)$", told, re.MULTILINE)
    listed = {(owner, name) for name, of, _, _ in rows for owner in re.findall(r"~dendrax\.(\w+)`", of)}
    estimators = [name for name in dendrax.__all__ if inspect.isclass(getattr(dendrax, name))]
    assert listed == {(e, name) for e in estimators for name in inspect.signature(getattr(dendrax, e)).parameters}
    assert ("momentum", "a float of 0 or more and below 1", "``0.0``") in {
        (n, w.strip(), d.strip()) for n, _, w, d in rows
    }


def rows_of_tables(text: str) -> dict[str, str]:
    """Read the list tables of the page for those who come from scikit-learn: the name there, and what stands here."""
    return dict(re.findall(r"^ {3}\* - ``(\w+)``\n {5}-(.*)\n", text, re.MULTILINE))


def parameters_and_attributes(estimator: type) -> set[str]:
    """Take the names from the signature and from the section `Attributes` of the docstring."""
    section = inspect.getdoc(estimator).partition("\nAttributes\n")[2].partition("\nSee Also\n")[0]
    return {*inspect.signature(estimator).parameters, *re.findall(r"^(\w+) : ", section, re.MULTILINE)}


def test_every_parameter_and_attribute_of_scikit_learn_has_its_row() -> None:
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    told = rows_of_tables((DOCS / "coming_from_scikit_learn.rst").read_text(encoding="utf-8"))
    known = parameters_and_attributes(MLPClassifier) | parameters_and_attributes(MLPRegressor)
    assert {"hidden_layer_sizes", "loss", "coefs_", "classes_"} <= known
    assert known - told.keys() == set()


def test_what_is_said_to_be_here_is_here() -> None:
    import pandas as pd

    from dendrax import NeuralClassifier, layers, learning

    told = rows_of_tables((DOCS / "coming_from_scikit_learn.rst").read_text(encoding="utf-8"))
    rows = pd.DataFrame({"x": np.linspace(-1, 1, 20)})
    model = NeuralClassifier([2], max_epochs=1).fit(rows, rows["x"] > 0)
    named = {name for here in told.values() for name in re.findall(r"``(\w+)``", here)}
    assert named
    missing = {
        n for n in named if n not in model.get_params() and not any(hasattr(o, n) for o in (model, layers, learning))
    }
    assert missing == set()


def test_the_commands_on_the_pages_take_the_options_that_are_shown() -> None:
    from command_help import help_texts

    helps, shown = help_texts(), []
    for page in DOCS.glob("*.rst"):
        for command, rest in re.findall(r"^ {3}dendrax (\w+)(.*)$", page.read_text(encoding="utf-8"), re.MULTILINE):
            options = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest))
            known = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", helps[command]))
            assert options <= known, f"{page.name}: dendrax {command}{rest}"
            shown += options
    assert shown

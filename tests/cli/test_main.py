import errno
import os
import subprocess
import sys

import pytest

import dendrax as package
from dendrax.cli.main import one_line


@pytest.fixture
def raising(monkeypatch):
    """Let `dendrax info` end in an exception."""

    def prepare(fault):
        def run(*_, **__):
            raise fault

        monkeypatch.setattr("dendrax.cli.info.run", run)

    return prepare


FIT = ["fit", "a.csv", "-t", "y"]
WRONG = [
    ["fit", "a.csv"],
    ["fit", "a.csv", "--model", "svm"],
    ["sample"],
    ["complete", "m"],
    [*FIT, "--time-limit", "abc"],
    [*FIT, "--seed", "-1"],
    [*FIT, "b.csv"],
]


def test_version(dendrax):
    said = dendrax("--version")
    assert (said.code, said.out) == (0, f"dendrax {package.__version__}\n")


@pytest.mark.parametrize("command", [[], ["fit"], ["predict"], ["evaluate"], ["sample"], ["complete"], ["info"]])
def test_every_command_has_help(dendrax, command):
    said = dendrax(*command, "-h")
    assert (said.code, said.err) == (0, "")
    assert "Usage: dendrax" in said.out


@pytest.mark.parametrize(
    "arguments",
    [["frobnicate"], ["fit"], ["info"], ["predict", "m"], ["info", "--no-such", "m"], *WRONG],
)
def test_a_wrong_use_ends_with_2_and_says_how_to_get_help(dendrax, arguments):
    said = dendrax(*arguments)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1
    command = f"dendrax {arguments[0]}" if arguments[0] != "frobnicate" else "dendrax"
    assert said.err.endswith(f"; see {command} --help\n")


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        (ValueError("x must be 1;\n  got 2"), 2, "error: x must be 1; got 2\n"),
        (FileNotFoundError(errno.ENOENT, "No such file", "a.csv"), 2, "error: there is no file a.csv\n"),
        (PermissionError(errno.EACCES, "Permission denied", "a.csv"), 2, "error: a.csv: Permission denied\n"),
        (MemoryError(), 2, "error: there is not enough memory for this table and this network\n"),
    ],
)
def test_a_fault_of_the_user_is_one_line_and_exit_code_2(dendrax, raising, fault, code, words):
    raising(fault)
    said = dendrax("info", "m")
    assert (said.code, said.out, said.err) == (code, "", words)


def test_control_c_is_130(dendrax, raising):
    raising(KeyboardInterrupt())
    said = dendrax("info", "m")
    assert (said.code, said.out) == (130, "")
    assert "Traceback" not in said.err


def test_a_fault_of_ours_is_not_hidden(dendrax, raising):
    raising(RuntimeError("a bug"))
    with pytest.raises(RuntimeError, match="a bug"):
        dendrax("info", "m")


def test_a_system_error_without_a_file_is_said_by_its_name():
    assert one_line(OSError(errno.ENOSPC, "No space left on device")) == "No space left on device"


def unread(*arguments):
    """Run `dendrax` in a program of its own, whose standard output nobody reads."""
    end, closed = os.pipe()
    os.close(end)
    try:
        typed = [sys.executable, "-m", "dendrax.cli.main", *map(str, arguments)]
        return subprocess.run(typed, stdout=closed, stderr=subprocess.PIPE, check=False, timeout=120)
    finally:
        os.close(closed)


@pytest.mark.parametrize("arguments", [["info"], ["info", "--json", "--quiet"], ["predict"]], ids=" ".join)
def test_T2_an_answer_that_nobody_reads_is_no_fault(species, penguins, arguments):
    command, *options = arguments
    ended = unread(command, species.model, *([penguins] if command == "predict" else []), *options)
    assert (ended.returncode, ended.stderr) == (0, b"")


def test_T2_a_model_is_saved_though_nobody_reads_what_is_said(tmp_path, penguins):
    settings = ["--layers", "2", "--set", "max_epochs=2", "-o", tmp_path / "m.dendrax"]
    ended = unread("fit", penguins, "-t", "species", *settings)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert package.load(tmp_path / "m.dendrax").n_iter_ == 2


def test_T2_help_that_nobody_reads_is_no_fault():
    ended = unread("--help")
    assert (ended.returncode, ended.stderr) == (0, b"")


def closed(stream, *arguments):
    """Run `python -m dendrax` with one of the standard streams closed."""
    words = [sys.executable, "-m", "dendrax", *map(str, arguments)]
    line = f'exec "$@" {stream}&-'
    return subprocess.run(["sh", "-c", line, "sh", *words], capture_output=True, check=False, timeout=120, text=True)


def test_T2_standard_input_that_is_closed(species):
    ended = closed("0<", "predict", species.model, "-")
    said = "error: standard input must be a table; it is closed: pipe a table in, or name a file\n"
    assert (ended.returncode, ended.stderr) == (2, said)


@pytest.mark.parametrize("arguments", [["predict"], ["evaluate", "--json"], ["info", "-q"]], ids=" ".join)
def test_T2_standard_output_that_is_closed(species, penguins, arguments):
    command, *options = arguments
    ended = closed(">", command, species.model, *([penguins] if command != "info" else []), *options)
    said = "error: standard output must be open, since the result goes there; it is closed\n"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", said)


@pytest.mark.parametrize("stream", ["0<", ">", "2>"])
def test_T2_a_file_is_whole_whatever_is_closed(tmp_path, species, penguins, stream):
    ended = closed(stream, "predict", species.model, penguins, "-o", tmp_path / "a.csv")
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert lines[0] == "predicted species"
    assert {line.strip('"') for line in lines[1:]} <= {"Adelie", "Chinstrap", "Gentoo"}


def test_T2_a_fault_is_not_said_elsewhere_where_standard_error_is_closed(tmp_path):
    ended = closed("2>", "info", tmp_path / "none.dendrax")
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", "")


def test_python_runs_the_package():
    ended = subprocess.run([sys.executable, "-m", "dendrax", "--version"], capture_output=True, check=False, text=True)
    assert (ended.returncode, ended.stdout) == (0, f"dendrax {package.__version__}\n")

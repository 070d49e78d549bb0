import errno

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


def test_version(dendrax):
    said = dendrax("--version")
    assert (said.code, said.out) == (0, f"dendrax {package.__version__}\n")


@pytest.mark.parametrize("command", [[], ["fit"], ["predict"], ["evaluate"], ["info"]])
def test_every_command_has_help(dendrax, command):
    said = dendrax(*command, "-h")
    assert (said.code, said.err) == (0, "")
    assert "Usage: dendrax" in said.out


@pytest.mark.parametrize(
    "arguments", [["frobnicate"], ["fit"], ["fit", "a.csv"], ["info"], ["predict", "m"], ["info", "--no-such", "m"]]
)
def test_a_wrong_use_ends_with_2_and_says_how_to_get_help(dendrax, arguments):
    said = dendrax(*arguments)
    assert (said.code, said.out) == (2, "")
    assert "Try 'dendrax" in said.err


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

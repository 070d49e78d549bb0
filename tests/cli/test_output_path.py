"""Nothing of the user's is written over by mistake."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dendrax.cli.output_path import check_output
from dendrax.core.atomic import write_atomically
from dendrax.data.tables import DataError


def test_a_new_file_in_a_folder_is_fine(tmp_path):
    check_output(tmp_path / "new", tmp_path / "data.csv")


def test_an_input_is_never_written_over(tmp_path):
    data, link = tmp_path / "data.csv", tmp_path / "link.csv"
    data.write_text("a\n1\n")
    link.symlink_to(data)
    for path in (data, link):
        with pytest.raises(DataError, match="must be another file than"):
            check_output(path, tmp_path / "model", data)


def test_a_device_is_never_replaced(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(DataError, match="regular file"):
        check_output(fifo)
    with pytest.raises(OSError, match="regular file"):
        write_atomically(fifo, b"x")
    assert Path(fifo).is_fifo()


def test_two_files_to_come_are_told_apart_by_where_they_will_lie(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path)
    for other in (tmp_path / "new", Path("new"), Path("link") / "new"):
        with pytest.raises(DataError, match="must be another file than"):
            check_output(Path("new"), other)
    check_output(Path("new"), Path("other"))


def test_a_message_names_the_option(tmp_path):
    with pytest.raises(DataError, match=r"--checkpoint must lie in a folder that exists; there is no folder .*none"):
        check_output(tmp_path / "none" / "c", option="--checkpoint")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--checkpoint", "m", "-o", "m"], "--output must be another file than m"),
        (
            ["--checkpoint", "none/c", "-o", "m"],
            "--checkpoint must lie in a folder that exists; there is no folder none",
        ),
        (["--checkpoint", "a.csv", "-o", "m"], "--checkpoint must be another file than a.csv"),
        (["--set", "verbose=yes", "-q"], "verbose must be 'auto', True or False; got 'yes'"),
    ],
)
def test_fit_looks_before_it_trains(dendrax, tmp_path, monkeypatch, options, words):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x,y\n" + "".join(f"{x},{x % 2}\n" for x in range(30)))
    said = dendrax("fit", "a.csv", "-t", "y", *options)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("error: " + words)
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
